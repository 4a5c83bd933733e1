"""What certification adds to the centre that is attacked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.certification.programmes import complete, enrolled, published, requirement, values
from tests.certification.refreshing import add_quiz, asking, material_change, new_version
from trainhub import clock
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, ProgrammeVersion
from trainhub.certification.queries.refreshes import list_awards_before
from trainhub.certification.services.refreshing import ask_refresh
from trainhub.db import db, transaction
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


def hold_awards(
    holder: Person, stranger: Person, trainer: Person
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An award each, with a refresh asked for; parts of addresses: one's own, somebody else's."""
    raw = values(requirement("greetings"), programme="duty", kind="duty")
    programme = published(raw)
    for person in (holder, stranger):
        enrolled(programme, person)
        complete(person, "greetings", at=clock.now() - timedelta(hours=1))
    review_enrolments(clock.now())
    own, other = (_award_of(one) for one in (holder, stranger))
    raw = values(requirement("greetings"), requirement("news"), programme="duty", kind="duty")
    places = {
        "award_act": "revoke",
        "multibase": "z6MkNobody",
        "request_id": _asked_for_refresh(
            new_version(programme, raw, trainer, at=clock.now()), trainer
        ),
    }
    return {"award_id": own.id, **places}, {"award_id": other.id}


def _asked_for_refresh(version: ProgrammeVersion, trainer: Person) -> int:
    add_quiz()
    now = clock.now()
    due = asking(now.date() + timedelta(days=14))
    with transaction():
        return ask_refresh(version, list_awards_before(version), due, actor=trainer, now=now).id


def _award_of(person: Person) -> Award:
    return db.session.scalars(select(Award).where(Award.person_id == person.id)).one()
