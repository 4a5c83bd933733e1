"""At risk: who will miss a date at this pace, and the reason, as the review writes it down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.assessment.papers import ready_sitting
from tests.certification.counting import count_queries
from tests.certification.programmes import (
    complete,
    enrolled,
    published,
    requirement,
    sit,
    values,
)
from tests.delivery.centre import MONDAY, TUESDAY, Centre
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.reviews import get_for_review
from trainhub.certification.queries.standings import look_at
from trainhub.db import db
from trainhub.web.settings import current_settings

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
NOTHING_ARRANGED = "Nothing is arranged yet, and %(days)s working days are left"
TOO_LATE = "It takes place on %(on)s, after it is due"


def reviewed(enrolment: ProgrammeEnrolment, now: datetime = NOW) -> ProgrammeEnrolment:
    """The enrolment as the tick leaves it."""
    review_enrolments(now)
    db.session.refresh(enrolment)
    return enrolment


def class_of(course: str, due_days: int) -> dict[str, object]:
    return requirement(
        "class", "class", settings={"course": course, "min_minutes": 0}, due_days=due_days
    )


def test_a_class_that_nobody_has_arranged_is_a_risk_shortly_before_it_is_due() -> None:
    centre = Centre()
    programme = published(values(class_of(centre.course.key, 5)))
    soon = reviewed(enrolled(programme, centre.people[0], starts_on=TODAY))
    assert soon.is_at_risk
    assert soon.risk == {
        "requirement_key": "class",
        "due_on": "2026-11-27",
        "reason": {"message": NOTHING_ARRANGED, "params": {"days": 5}},
    }


def test_a_seat_takes_the_risk_away_and_one_after_the_date_is_another() -> None:
    centre = Centre()
    centre.add_class(TUESDAY, now=NOW, people=centre.people[:1])
    programme = published(values(class_of(centre.course.key, 7)))
    late = published(values(class_of(centre.course.key, 4)) | {"programme": "late"})
    fine = enrolled(programme, centre.people[0], starts_on=MONDAY - timedelta(days=3))
    missed = enrolled(late, centre.people[0], starts_on=TODAY)
    review_enrolments(NOW)
    db.session.refresh(fine)
    db.session.refresh(missed)
    assert not fine.is_at_risk
    assert fine.risk == {}
    assert missed.risk["reason"] == {"message": TOO_LATE, "params": {"on": "2026-12-01"}}


def test_a_class_nobody_was_told_of_is_no_arrangement() -> None:
    centre = Centre()
    centre.add_class(TUESDAY, now=NOW, people=centre.people[:1], published=False)
    programme = published(values(class_of(centre.course.key, 5)))
    enrolment = reviewed(enrolled(programme, centre.people[0], starts_on=TODAY))
    assert enrolment.risk["reason"]["message"] == NOTHING_ARRANGED


def test_an_exam_needs_a_sitting_one_is_called_to() -> None:
    exam = requirement("exam", "exam", settings={"exam": "entry"}, due_days=4)
    programme = published(values(exam))
    called, other = Make.person("called"), Make.person("other")
    ready_sitting(called, opens_at=NOW + timedelta(days=1))
    mine = enrolled(programme, called, starts_on=TODAY)
    theirs = enrolled(programme, other, starts_on=TODAY)
    review_enrolments(NOW)
    db.session.refresh(mine)
    db.session.refresh(theirs)
    assert not mine.is_at_risk
    assert theirs.risk["reason"] == {"message": NOTHING_ARRANGED, "params": {"days": 4}}


def test_too_slow_a_pace_is_a_risk_with_its_figures() -> None:
    courses = [requirement(f"course-{number}", due_days=10) for number in range(6)]
    enrolment = enrolled(published(values(*courses)), starts_on=date(2026, 11, 16))
    complete(enrolment.person, "course-0", at=NOW - HOUR)
    reason = reviewed(enrolment).risk["reason"]
    assert reason["params"] == {"done": 1, "elapsed": 6, "lacking": 5, "left": 5}


def test_who_is_certified_is_at_no_risk() -> None:
    exam = requirement("exam", "exam", settings={"exam": "entry"}, due_days=4)
    enrolment = reviewed(enrolled(published(values(exam)), starts_on=TODAY))
    assert enrolment.is_at_risk
    sit(enrolment.person, "entry", 85, at=NOW + HOUR)
    reviewed(enrolment, NOW + 2 * HOUR)
    assert enrolment.state == "awarded"
    assert not enrolment.is_at_risk


def test_what_is_arranged_is_asked_for_everybody_at_once() -> None:
    centre = Centre()
    exam = requirement("exam", "exam", settings={"exam": "entry"}, due_days=9)
    programme = published(values(class_of(centre.course.key, 5), exam))
    one = enrolled(programme, centre.people[0], starts_on=TODAY)
    many = [one.id, *(enrolled(programme, each, starts_on=TODAY).id for each in centre.people[1:])]
    zone = current_settings().zone

    def look(ids: list[int]) -> int:
        found = get_for_review(ids)
        return count_queries(lambda: look_at(found, now=NOW, centre_zone=zone))

    assert look([one.id]) == look(many)
