"""Somebody with something in most tables."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import NOON
from tests.factories import Make, sign_in_token
from tests.typing_tests.runs import begin as begin_run
from tests.typing_tests.runs import ready as ready_typing_test
from tests.typing_tests.runs import send as send_chunk
from trainhub.audit.services import append_entry
from trainhub.db import db, transaction
from trainhub.learning.models import LessonNote
from trainhub.ledger.models import LearningRecord
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role, SignInMisses

CANARY = "CANARYLILI"


def live(username: str = "lili", **values: object) -> Person:
    """A person of a team, in a cohort, who signed in, was named on record, has a typing run."""
    team = Make.team(f"Team of {username}")
    named = {"name": f"{CANARY} {username}", "email": f"{CANARY}.{username}@example.org"}
    person = Make.person(username, team=team, **(named | {"time_zone": "Asia/Tokyo"} | values))
    Make.cohort(f"Cohort of {username}", members=(person,))
    sign_in_token(person)
    with transaction():
        db.session.add_all(
            [
                Notice(person_id=person.id, kind="due", key="1", values={"name": CANARY},
                       created_at=NOON, send_after=NOON),
                SignInMisses(subject=f"sign-in:person:{person.id}", count=2, last_at=NOON),
                SignInMisses(subject=f"sign-in:person:{person.id}@10.0.0.1", count=1,
                             last_at=NOON),
                SignInMisses(subject=f"sign-in:person:{person.id}7", count=1, last_at=NOON),
                LearningRecord(person_id=person.id, verb="passed", object_type="exam",
                               object_key="opening", object_version=1, result={"mark": 90},
                               occurred_at=NOON - timedelta(days=1), recorded_at=NOON,
                               dedupe_key=f"{username}-1"),
            ]
        )  # fmt: skip
        append_entry("person.changed", actor=None, object_type="person", object_key=username,
                     now=NOON, changes={"name": ["Li", "Lili"]})  # fmt: skip
    return person


def note(person: Person, course_id: int) -> None:
    """A note of one's own beside a lesson."""
    with transaction():
        db.session.add(
            LessonNote(person_id=person.id, course_id=course_id, lesson_key="greeting",
                       text=f"{CANARY} remembers", updated_at=NOON)
        )  # fmt: skip


def type_a_run(person: Person) -> int:
    """A typing run under way, with keystrokes; its number."""
    test = ready_typing_test(person)
    started = begin_run(person, NOON, test_id=test.id)
    send_chunk(started, 1, [[700.0, "d", "G"], [701.0, "i", "G"]], NOON)
    return started.run.id


def administrator() -> Person:
    """Somebody who may erase."""
    return Make.person("root", Role.ADMINISTRATOR, name="Root")
