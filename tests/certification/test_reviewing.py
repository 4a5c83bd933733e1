"""From facts in the ledger to an award: what the tick does for enrolments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.certification.programmes import (
    complete,
    enrolled,
    published,
    requirement,
    sit,
    values,
)
from trainhub.certification.jobs.awards import expire_awards, open_renewals
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, AwardEvent, ProgrammeEnrolment, RequirementStanding
from trainhub.db import db

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EXAM = requirement("exam", "exam", settings={"exam": "entry"})


def the_award() -> Award:
    return db.session.scalars(
        select(Award).order_by(Award.id.desc()).execution_options(populate_existing=True)
    ).first() or pytest.fail("nothing was awarded")


def count_events(award_id: int) -> int:
    return len(db.session.scalars(select(AwardEvent).filter_by(award_id=award_id)).all())


def count_awards() -> int:
    return len(db.session.scalars(select(Award)).all())


def test_who_has_everything_is_awarded_as_of_the_last_piece_of_evidence(app: Flask) -> None:
    enrolment = enrolled(published(values(requirement("opening"), EXAM)))
    complete(enrolment.person, "opening", at=NOW - 5 * HOUR)
    review_enrolments(NOW - 4 * HOUR)
    assert count_awards() == 0
    sit(enrolment.person, "entry", 85, at=NOW - HOUR)
    review_enrolments(NOW)
    award = the_award()
    assert award.person_id == enrolment.person_id
    assert award.granted_at == NOW - HOUR
    assert award.valid_from == date(2026, 11, 23)
    assert award.valid_until is None
    assert [one["requirement"] for one in award.evidence] == ["opening", "exam"]
    assert count_events(award.id) == 1


def test_an_award_on_earlier_evidence_is_dated_on_the_day_of_enrolment(app: Flask) -> None:
    programme = published(values(requirement("opening"), validity={"months": 12}))
    enrolment = enrolled(programme, starts_on=date(2026, 11, 20))
    complete(enrolment.person, "opening", at=NOW - timedelta(days=200))
    review_enrolments(NOW)
    award = the_award()
    assert (award.valid_from, award.valid_until) == (date(2026, 11, 20), date(2027, 11, 20))
    assert award.granted_at.astimezone(ZoneInfo("Asia/Shanghai")).date() == date(2026, 11, 20)


def test_nothing_is_awarded_before_the_first_day(app: Flask) -> None:
    enrolment = enrolled(published(values(requirement("opening"))), starts_on=date(2026, 11, 25))
    complete(enrolment.person, "opening", at=NOW - timedelta(days=9))
    review_enrolments(NOW)
    assert count_awards() == 0
    review_enrolments(NOW + timedelta(days=2))
    assert the_award().valid_from == date(2026, 11, 25)


def test_a_second_review_grants_nothing_more(app: Flask) -> None:
    enrolment = enrolled(published(values(requirement("opening"))))
    complete(enrolment.person, "opening", at=NOW - HOUR)
    review_enrolments(NOW)
    review_enrolments(NOW + timedelta(days=1))
    assert count_awards() == 1


def test_what_is_missing_is_written_down_with_its_next_step(app: Flask) -> None:
    raw = values(requirement("opening", due_days=3), EXAM)
    enrolment = enrolled(published(raw), starts_on=date(2026, 11, 20))
    complete(enrolment.person, "opening", at=NOW - HOUR)
    sit(enrolment.person, "entry", 60, at=NOW - HOUR)
    review_enrolments(NOW)
    rows = {row.requirement_key: row for row in db.session.scalars(select(RequirementStanding))}
    assert rows["opening"].state == "met"
    assert rows["exam"].state == "failed"
    assert rows["exam"].next_step["words"]["message"] == "Sit the exam"
    stored = db.session.get(ProgrammeEnrolment, enrolment.id)
    assert stored is not None
    assert (stored.done, stored.needed) == (1, 2)
    assert stored.next_due_on == date(2026, 11, 24)  # a Friday, a Monday, a Tuesday


def test_a_regrade_below_the_mark_puts_the_award_under_review(app: Flask) -> None:
    enrolment = enrolled(published(values(EXAM)))
    sit(enrolment.person, "entry", 85, at=NOW - HOUR)
    review_enrolments(NOW)
    sit(enrolment.person, "entry", 70, at=NOW + HOUR, round_=2)
    review_enrolments(NOW + 2 * HOUR)
    assert the_award().state == "under_review"
    assert count_events(the_award().id) == 2


def test_renewing_inside_the_window_loses_no_day(app: Flask) -> None:
    raw = values(EXAM, validity={"months": 12, "window_days": 60}, renewal=["exam"])
    enrolment = enrolled(published(raw))
    sit(enrolment.person, "entry", 85, at=NOW - HOUR)
    review_enrolments(NOW)
    first = the_award()
    assert first.valid_until == date(2027, 11, 23)
    later = datetime(2027, 10, 20, 4, 0, tzinfo=UTC)
    open_renewals(later)
    review_enrolments(later)
    assert count_awards() == 1, "the old exam does not renew"
    sit(enrolment.person, "entry", 90, at=later + HOUR, attempt=2)
    review_enrolments(later + 2 * HOUR)
    renewed = the_award()
    assert renewed.previous_id == first.id
    assert renewed.valid_until == date(2028, 11, 23)
    db.session.refresh(first)
    assert first.state == "superseded"


def test_an_award_expires_after_its_last_day(app: Flask) -> None:
    enrolment = enrolled(published(values(EXAM, validity={"months": 1, "window_days": 0})))
    sit(enrolment.person, "entry", 85, at=NOW - HOUR)
    review_enrolments(NOW)
    end = datetime(2026, 12, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    expire_awards(end)
    assert the_award().state == "active"
    expire_awards(end + timedelta(days=1))
    assert the_award().state == "expired"
