"""Cohorts beside each other: who counts, when half are through, where people get stuck."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.certification.awarding import awarded
from tests.certification.programmes import complete, enrolled, published, requirement, sit, values
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, Programme, ProgrammeEnrolment
from trainhub.certification.queries.cohorts import find_funnel, list_paces, list_stuck
from trainhub.certification.queries.matrix_choices import list_columns
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.rules.standing.spread import middle, spread
from trainhub.certification.services.awards import change
from trainhub.certification.services.enrolling import withdraw
from trainhub.db import db, transaction
from trainhub.people.models import Role

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def test_who_is_not_through_counts_as_taking_longer() -> None:
    found = spread([10, 20, 30], 8)
    assert (found.first_quarter, found.median, found.third_quarter) == (20, None, None)
    assert spread([10, 20, 30, 40], 8).median == 40
    assert spread([], 0).median is None


def test_a_quarter_of_three_people_is_nobody() -> None:
    found = spread([10, 20, 30], 3)
    assert (found.first_quarter, found.median, found.third_quarter) == (None, 20, None)


def test_of_two_people_nothing_is_told() -> None:
    found = spread([10, 20], 2)
    assert (found.certified, found.median, found.third_quarter) == (2, None, None)


def test_the_middle_of_an_even_number_is_a_day_that_was() -> None:
    assert middle([4, 1, 9, 3]) == 3
    assert middle([]) is None


@pytest.mark.usefixtures("app")
def test_a_cohort_is_counted_without_those_who_left_and_those_out_of_sight() -> None:
    red, blue = Make.team("Red"), Make.team("Blue")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    admin = Make.person("ada", Role.ADMINISTRATOR)
    exam = requirement("exam", "exam", settings={"exam": "entry"}, due_days=3)
    stages = [
        {"key": "learn", "titles": {"zh": "学", "en": "Learn"}, "needs": ["opening"]},
        {"key": "show", "titles": {"zh": "做", "en": "Show"}, "needs": ["exam"]},
    ]
    programme = published(values(requirement("opening", due_days=3), exam) | {"stages": stages})
    cohort = Make.cohort("November")
    start = TODAY - 20 * DAY
    people = [Make.person(name, team=red) for name in ("ann", "bea", "cid")]
    people.append(Make.person("eve", team=blue))
    ann, bea, cid, eve = (enrolled(programme, person, starts_on=start) for person in people)
    with transaction():
        for one in (ann, bea, cid, eve):
            one.cohort_id = cohort.id
    for one in (ann, bea, eve):
        complete(one.person, "opening", at=NOW - 10 * DAY)
    sit(ann.person, "entry", 60, at=NOW - 9 * DAY, attempt=1)
    sit(ann.person, "entry", 90, at=NOW - 8 * DAY, attempt=2)
    sit(eve.person, "entry", 90, at=NOW - 8 * DAY, attempt=3)
    with transaction():
        withdraw(cid, reason="Moved away", actor=admin, now=NOW)
    review_enrolments(NOW)

    pace = list_paces(boss, programme, today=TODAY, zone=ZONE)[0]
    assert (pace.spread.count, pace.spread.certified, pace.spread.median) == (2, 1, None)
    assert pace.states == {"certified": 1, "late": 1, "left": 1}
    steps, left = find_funnel(boss, programme, cohort.id)
    assert [(step.key, step.count) for step in steps] == [("learn", 2), ("show", 2), ("", 1)]
    assert left == 1
    exam_row = list_stuck(boss, programme.id, cohort.id, list_columns(programme), today=TODAY)[0]
    assert (exam_row.key, exam_row.missing, exam_row.late, exam_row.met_late) == ("exam", 1, 1, 1)
    assert exam_row.tries == 2.0
    everybody = list_paces(admin, programme, today=TODAY, zone=ZONE)[0]
    assert (everybody.spread.count, everybody.spread.certified) == (3, 2)
    assert everybody.spread.median == 13


@pytest.mark.usefixtures("app")
def test_whose_award_was_revoked_is_not_certified() -> None:
    admin = Make.person("ada", Role.ADMINISTRATOR)
    award = awarded()
    cohort = Make.cohort("November")
    with transaction():
        db.session.get_one(ProgrammeEnrolment, award.enrolment_id).cohort_id = cohort.id
    programme = db.session.get_one(Programme, award.programme_id)

    def certified() -> tuple[int, int]:
        pace = list_paces(admin, programme, today=TODAY, zone=ZONE)[0]
        steps, _left = find_funnel(admin, programme, cohort.id)
        return pace.spread.certified, steps[-1].count

    assert certified() == (1, 1)
    with transaction():
        change(
            db.session.get_one(Award, award.id), AwardState.REVOKED, now=NOW, by=admin,
            reason="Copied answers",
        )  # fmt: skip
    assert certified() == (0, 0)
    steps, _left = find_funnel(admin, programme, cohort.id)
    assert steps[-2].count == 1
