"""Small programmes and people in them, for the tests of certification."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.factories import Make
from trainhub.certification.evidence import kind_fields, standard
from trainhub.certification.models import Programme, ProgrammeEnrolment
from trainhub.certification.rules.programmes.reading import ProgrammeText, read_values
from trainhub.certification.services.enrolling import enrol
from trainhub.certification.services.programmes import (
    change_programme,
    create_programme,
    publish_programme,
)
from trainhub.db import transaction
from trainhub.ledger.models import Verb
from trainhub.ledger.services import append_record
from trainhub.people.models import Person

assert standard
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
START = date(2026, 11, 16)
_numbers = count(1)


def texts(text: str) -> dict[str, str]:
    """The same text in both languages."""
    return {"zh": text, "en": text}


def requirement(key: str, kind: str = "course", **values: Any) -> dict[str, Any]:
    """One requirement as a file has it; a course of its own key unless told otherwise."""
    settings = values.pop("settings", {"course": key} if kind == "course" else None)
    raw = {"key": key, "kind": kind, "titles": texts(key)} | values
    return raw | ({"settings": settings} if settings is not None else {})


def values(*requirements: dict[str, Any], needs: list[Any] | None = None, **more: Any) -> Any:
    """A programme of one stage as plain values."""
    keys = [one["key"] for one in requirements]
    return {
        "programme": "onboarding",
        "kind": "onboarding",
        "titles": texts("Onboarding"),
        "stages": [{"key": "first", "titles": texts("First"), "needs": needs or keys}],
        "requirements": list(requirements),
    } | more


def read(raw: Any) -> ProgrammeText:
    """A programme read from plain values."""
    return read_values(raw, kind_fields())


def published(raw: Any, *, now: datetime = LONG_AGO, those_under_way: str = "stay") -> Programme:
    """A programme in the database, published."""
    text = read(raw)
    with transaction():
        programme = create_programme(text.key, text.kind, text.titles, actor=None, now=now)
        change_programme(programme, text, revision=None, actor=None, now=now)
        publish_programme(
            programme, revision=None, those_under_way=those_under_way, actor=None, now=now
        )
    return programme


def enrolled(
    programme: Programme, person: Person | None = None, *, starts_on: date = START
) -> ProgrammeEnrolment:
    """Somebody in a programme."""
    person = person or Make.person(f"Agent {next(_numbers)}")
    with transaction():
        return enrol(programme, person, starts_on=starts_on, actor=None, now=LONG_AGO)


def tell(
    person: Person,
    verb: Verb,
    object_type: str,
    key: str,
    *,
    at: datetime,
    dedupe_key: str = "",
    **result: Any,
) -> None:
    """Put a fact into the ledger."""
    with transaction():
        append_record(
            person.id, verb, object_type=object_type, object_key=key,
            dedupe_key=dedupe_key or f"test:{next(_numbers)}",
            occurred_at=at, now=at, result=result,
        )  # fmt: skip


def complete(person: Person, course: str, *, at: datetime) -> None:
    """Somebody completes a course."""
    tell(person, Verb.COMPLETED, "course", course, at=at, marks_permille=900)


def sit(
    person: Person, exam: str, percent: int, *, at: datetime, attempt: int = 1, round_: int = 1
) -> None:
    """Somebody's attempt at an exam with a pass mark of 80 is marked."""
    verb = Verb.PASSED if percent >= 80 else Verb.FAILED
    tell(
        person, verb, "exam", exam, at=at,
        dedupe_key=f"exam-attempt:{attempt}:{round_}",
        attempt_id=attempt, mark_millionths=percent * 1_000_000, max_points=100, pass_mark=80,
        marking_round=round_, language="en",
    )  # fmt: skip
