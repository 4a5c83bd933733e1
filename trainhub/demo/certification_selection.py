"""Who goes on duty in a sales peak: a selection by a combined result, with a rank.

Some of the cohort that has just come through bring everything with them; of the others one has
everything since, one types too slowly for the gate, one has no course yet, one is below the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.programmes import find_programme
from trainhub.certification.services.enrolling import enrol
from trainhub.certification.services.reviewing import review_enrolment
from trainhub.db import db
from trainhub.demo.certification_people import Groups
from trainhub.demo.certification_work import Days, Desk, pass_test
from trainhub.demo.exams import hold_sittings
from trainhub.demo.exams.plans import ENTRY, PlannedSitting
from trainhub.demo.people import Agent
from trainhub.demo.typing_histories import take_test
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.services.assigning import Asked, assign_test

CAMPAIGN = "campaign-duty"
BRING_ALL = (0, 1, 3, 4)  # places in the certified cohort
STARTED, SAT, TYPED = -12, -7, -5  # days from today
ABLE, WEAK = 0.96, 0.35  # abilities in the exam
TOO_SLOW = 70  # characters a minute; 80 are asked for
SLOW_PLACE, WEAK_PLACE = 1, 3  # who is who among the contenders


def select_for_campaign(
    groups: Groups, ids: dict[str, int], test: TypingTest, desk: Desk, today: Days, now: datetime
) -> None:
    """Take people into the selection and let them have come as far as they have. Flushes only.

    Nobody where the centre is too small for contenders or has no such programme.
    """
    programme = find_programme(CAMPAIGN)
    if programme is None or not groups.contenders:
        return
    rng = Random("selection")
    known = [groups.certified.agents[place] for place in BRING_ALL
             if place < len(groups.certified.agents)]  # fmt: skip
    enrolments = [
        enrol(
            programme, db.session.get_one(Person, agent.id), starts_on=today.on(STARTED),
            actor=desk.people["lin.yue"], now=today.at(STARTED, 9),
        )
        for agent in (*known, *groups.contenders)
    ]  # fmt: skip
    _sit(rng, groups.contenders, ids, today, now)
    others = enrolments[len(known) :]
    assign_test(
        test, Asked(people=[one.person for one in others]), due_on=today.on(TYPED + 3),
        today=today.on(STARTED), actor=desk.people["lin.yue"], now=today.at(STARTED, 10),
    )  # fmt: skip
    for place, enrolment in enumerate(others):
        at = today.at(TYPED, 10, 5 * place)
        if place == SLOW_PLACE:
            take_test(rng, enrolment.person, test, TOO_SLOW, at)
        else:
            pass_test(rng, enrolment.person, test, at)
    _award(enrolments, today)


def _sit(
    rng: Random, contenders: Sequence[Agent], ids: dict[str, int], today: Days, now: datetime
) -> None:
    """The written exam, in a sitting of its own."""
    abilities = {WEAK_PLACE: WEAK}
    people = [
        replace(one, ability=abilities.get(place, ABLE)) for place, one in enumerate(contenders)
    ]
    sitting = PlannedSitting(SAT, 14, 90, lambda agent: True, "大促选拔")
    hold_sittings(rng, ENTRY, [(sitting, people)], ids, now, today.zone)


def _award(enrolments: Sequence[ProgrammeEnrolment], today: Days) -> None:
    """Look at everybody on the day they were taken in, and after the last test."""
    for day in (STARTED, TYPED + 2):
        for enrolment in enrolments:
            at = today.at(day, 18)
            review_enrolment(enrolment.id, now=at, centre_zone=today.zone)
