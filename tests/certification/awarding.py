"""Awards for tests: somebody who has met everything, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.certification.programmes import (
    complete,
    enrolled,
    published,
    requirement,
    sit,
    values,
)
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, Programme
from trainhub.db import db
from trainhub.people.models import Person

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EXAM = requirement("exam", "exam", settings={"exam": "entry"})
TITLES = {"zh": "客服上岗", "en": "Ready for the phones"}


def written(*requirements: dict[str, Any], **more: Any) -> Any:
    """A programme of a course and an exam that holds a year, unless told otherwise."""
    validity = {"months": 12, "window_days": 60, "grace_days": 30}
    return values(
        *(requirements or (requirement("opening"), EXAM)),
        **({"validity": validity, "titles": TITLES} | more),
    )


def awarded(person: Person | None = None, programme: Programme | None = None, **more: Any) -> Award:
    """An award in force, granted by the tick an hour before `NOW`."""
    person = person or Make.person("holder")
    enrolled(programme or published(written(**more)), person)
    complete(person, "opening", at=NOW - 3 * HOUR)
    sit(person, "entry", 85, at=NOW - 2 * HOUR, attempt=person.id)
    review_enrolments(NOW - HOUR)
    return award_of(person)


def award_of(person: Person) -> Award:
    """The latest award of somebody, as it is stored now."""
    db.session.rollback()
    query = select(Award).where(Award.person_id == person.id).order_by(Award.id.desc())
    found = db.session.scalars(query.execution_options(populate_existing=True)).first()
    assert found is not None, "nothing was awarded"
    return found
