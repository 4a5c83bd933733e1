"""What certification adds to the centre that is attacked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.certification.programmes import complete, enrolled, published, requirement, values
from tests.certification.refreshing import material_change
from trainhub import clock
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award
from trainhub.db import db
from trainhub.people.models import Person


def write_programmes(trainer: Person) -> dict[str, Any]:
    """A published programme with a group; the parts of addresses that name it."""
    raw = values(
        requirement("opening"), requirement("farewell"), requirement("phrases"),
        needs=[{"any": ["opening", "farewell"]}, "phrases"],
    )  # fmt: skip
    programme = published(raw)
    return {
        "programme_id": programme.id,
        "stage_key": "first",
        "requirement_key": "phrases",
        "place": "0",
        "way": "up",
        "kind_name": "course",
        "view_id": 1,
        "course_version_id": material_change(trainer, "changed", at=clock.now()).id,
    }


def hold_awards(holder: Person, stranger: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """An award each; the parts of addresses that name one's own, and somebody else's."""
    raw = values(requirement("greetings"), programme="duty", kind="duty")
    programme = published(raw)
    for person in (holder, stranger):
        enrolled(programme, person)
        complete(person, "greetings", at=clock.now() - timedelta(hours=1))
    review_enrolments(clock.now())
    own, other = (_award_of(one) for one in (holder, stranger))
    places = {"award_act": "revoke", "multibase": "z6MkNobody"}
    return {"award_id": own.id, **places}, {"award_id": other.id}


def _award_of(person: Person) -> Award:
    return db.session.scalars(select(Award).where(Award.person_id == person.id)).one()
