"""From the spreadsheets of a planner to a class that was attended, by services and the tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue.texts import SERIES, course_text, quiz_text, source, take
from tests.delivery.asking import certify, find_course
from tests.factories import Make
from tests.notices.test_jobs import letters, mailbox
from trainhub import clock, pipeline
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.delivery.jobs.plans import work_off
from trainhub.delivery.models import (
    Booking,
    Campaign,
    DebtEntry,
    MakeUp,
    PlanRun,
    Room,
    SurveyTicket,
    TrainingSession,
)
from trainhub.delivery.queries.teaching.classroom import list_roster, lock_class
from trainhub.delivery.rules.planning.campaign_checks import CampaignPlan, CoursePlan
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.teaching.check_in import code_at, step_of
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.classes.publishing import publish_campaign
from trainhub.delivery.services.planning import plan_runs
from trainhub.delivery.services.planning.agreeing import agree
from trainhub.delivery.services.planning.campaigns import create_campaign
from trainhub.delivery.services.teaching import attendance, ending, surveys, teaching
from trainhub.learning.models import Enrolment
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Queue, Shift, Site, TeamPlace
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.examples import list_example_people, list_example_queues
from trainhub.rota.rules.tables.example_tables import demand_table, rota_table
from trainhub.rota.services import importing_demand, importing_rota
from trainhub.rota.services.shift_codes import add_standard_codes
from trainhub.tables import write_csv
from trainhub.web.settings import current_settings

__all__ = ["mailbox"]
MONDAY = date(2026, 11, 23)
WHOLE_HOUR = slice(18, 20)  # the half hours from nine to ten


@dataclass
class Story:
    """Who takes part."""

    team: Team
    people: list[Person]
    planner: Person
    trainer: Person

    def import_tables(self, language: str) -> None:
        """Both spreadsheets, as they would be uploaded."""
        now = clock.now()
        with transaction():
            add_standard_codes(actor=self.planner, now=now)
            data = write_csv(*demand_table(list_example_queues(), language))
            lines = importing_demand.read_file(data, "demand.csv")
            reading, _ = importing_demand.mapping_for(lines, MONDAY)
            importing_demand.import_demand(
                lines, reading, file="demand.csv", file_hash="d", actor=self.planner, now=now
            )
            data = write_csv(*rota_table(list_example_people(), MONDAY, 35, language))
            lines = importing_rota.read_file(data, "rota.csv")
            mapping, _ = importing_rota.mapping_for(lines, "rota.csv", MONDAY)
            importing_rota.import_rota(
                lines, mapping, file="rota.csv", file_hash="r", actor=self.planner, now=now
            )

    def plan(self) -> Campaign:
        """A campaign of one course for the team within three weeks, agreed and published."""
        course = find_course()
        wanted = CampaignPlan(
            "Opening a call", MONDAY, MONDAY + timedelta(days=20), MONDAY + timedelta(days=23),
            None, (CoursePlan(course.id, 60, 12, 2, None, 1),), frozenset([self.team.id]),
            frozenset(), frozenset(), CampaignSettings(time_limit_s=3, max_share=40),
        )  # fmt: skip
        with transaction():
            campaign = create_campaign(wanted, actor=self.planner, now=clock.now())
            run_id = plan_runs.request_run(campaign, actor=self.planner, now=clock.now()).id
        assert work_off(run_id, now=clock.now(), use_solver=False)
        with transaction():
            agree(db.session.get_one(PlanRun, run_id), actor=self.planner, now=clock.now())
        with transaction():
            publish_campaign(campaign, now=clock.now(), actor=self.planner)
        return campaign


@pytest.fixture
def story(app: Flask) -> Story:
    team = Make.team("Red")
    people = [Make.person(f"agent{number}", team=team) for number in range(24)]
    trainer = Make.person("tess", Role.TRAINER)
    take(
        [
            source("courses/calls/_series.yaml", SERIES),
            source("quizzes/opening.en.yaml", quiz_text(key="opening")),
            source("courses/calls/opening.en.md", course_text(quiz="opening")),
        ],
        now=clock.now(),
    )
    with transaction():
        site = Site(name="Centre", time_zone="Asia/Shanghai")
        queue = Queue(key="hotline", name="Hotline")
        db.session.add_all([site, queue])
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=site.id, queue_id=queue.id))
        db.session.add(Room(site_id=site.id, name="Room 1", seats=20))
    certify(trainer, find_course())
    return Story(team, people, Make.person("pia", Role.PLANNER), trainer)


def classes_of(campaign: Campaign) -> list[TrainingSession]:
    query = select(TrainingSession).where(TrainingSession.campaign_id == campaign.id)
    return list(db.session.scalars(query.order_by(TrainingSession.starts_at)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_spreadsheets_to_a_plan_that_keeps_the_lines_covered(
    story: Story, language: str
) -> None:
    story.import_tables(language)
    assert db.session.query(Shift).count() == 24 * 35
    queue_id = db.session.scalars(select(Queue.id)).one()
    before = cover_of([queue_id], MONDAY, MONDAY + timedelta(days=23))
    classes = classes_of(story.plan())
    seated = [one for held in classes for one in held.bookings]
    assert len({one.person_id for one in seated}) == len(seated) >= 20
    for booking in seated:
        held = booking.training_session
        shift = db.session.get_one(Shift, (booking.person_id, held.on))
        assert (shift.shift_code.code, held.starts_min) == ("M", 540), "the early class hour"
    after = cover_of([queue_id], MONDAY, MONDAY + timedelta(days=23))
    for held in classes:
        was, now = before[queue_id, held.on], after[queue_id, held.on]
        assert now.away[WHOLE_HOUR] == (held.taken, held.taken)
        assert min(now.headroom[WHOLE_HOUR]) >= 0
        assert was.headroom[18] - now.headroom[18] == held.taken


def check_in(held: TrainingSession, person: Person, at: datetime) -> None:
    secret = current_settings().secret_key
    with transaction():
        code = code_at(secret, held.id, held.check_in_nonce, step_of(at))
        attendance.check_in(person, code, secret=secret, now=at)


def test_a_class_is_held_and_everything_follows(story: Story, mailbox: Path) -> None:
    story.import_tables("zh")
    campaign = story.plan()
    held = classes_of(campaign)[0]
    seats = [one.booking for one in list_roster(held.id)]
    assert len(seats) >= 2
    pipeline.tick(clock.now())
    told = {letter["To"] for letter in letters(mailbox)}
    assert {one.person.email for one in seats} <= told
    begins, session_id = held.starts_at, held.id
    with clock.frozen(begins), transaction():
        teaching.take_step(lock_class(session_id), Step.BEGIN, now=begins, by_id=story.trainer.id)
    *came, away = [one.person for one in seats]
    for person in came:
        check_in(db.session.get_one(TrainingSession, session_id), person, begins)
    ends = begins + timedelta(hours=1)
    with transaction():
        ending.end_class(lock_class(session_id), Step.END, now=ends, by_id=story.trainer.id)
    assert states(session_id) == ["attended"] * len(came) + ["missed"]
    records = select(LearningRecord.person_id).where(LearningRecord.verb == "attended")
    assert set(db.session.scalars(records)) == {one.id for one in came}
    owed = db.session.scalars(select(DebtEntry).where(DebtEntry.kind == "owed")).all()
    assert [(one.person_id, one.minutes) for one in owed] == [(away.id, 60)]
    asked = set(db.session.scalars(select(Enrolment.person_id)))
    assert asked == {one.id for one in came}, "the checkpoint quiz"
    tickets = set(db.session.scalars(select(SurveyTicket.person_id)))
    assert tickets == {one.id for one in came}, "only who was there is asked"
    with transaction():
        surveys.answer_survey(session_id, came[0].id, (5, 5, 4, 5), "", now=ends)
    with pytest.raises(surveys.SurveyClosed), transaction():
        surveys.answer_survey(session_id, away.id, (1, 1, 1, 1), "", now=ends)
    outcome = pipeline.tick(ends + timedelta(minutes=5))
    assert None not in outcome.values()
    offered = db.session.scalars(select(MakeUp)).one()
    assert offered.person_id == away.id
    assert find_broken_entry() is None


def states(session_id: int) -> list[str]:
    rows = db.session.scalars(
        select(Booking.state).where(Booking.training_session_id == session_id)
    )
    return sorted(rows)


@pytest.mark.parametrize("hours", [1, 30])
def test_a_class_nobody_ends_ends_by_itself(story: Story, hours: int) -> None:
    story.import_tables("en")
    held = classes_of(story.plan())[0]
    session_id, begins = held.id, held.starts_at
    if hours == 1:
        with transaction():
            teaching.take_step(
                lock_class(session_id), Step.BEGIN, now=begins, by_id=story.trainer.id
            )
    pipeline.tick(begins + timedelta(hours=1 + hours))
    state = db.session.get_one(TrainingSession, session_id).state
    assert state == ("completed" if hours == 1 else "cancelled")
