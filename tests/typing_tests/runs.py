"""Passages, typing tests and typed runs with valid defaults, for tests that need them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.conftest import NOON
from trainhub.db import db, transaction
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person
from trainhub.typing_tests import services
from trainhub.typing_tests.models import (
    TypingAllowance,
    TypingAssignment,
    TypingPassage,
    TypingPassageVersion,
    TypingRun,
    TypingRunEvent,
    TypingSitting,
    TypingTest,
)
from trainhub.typing_tests.rules.passage_facts import facts_of
from trainhub.typing_tests.rules.settings import Mode, PassageKind, TestSettings

ENGLISH = (
    "Good morning and thank you for calling. I have found your order and it left our house on "
    "Tuesday. The parcel should be with you tomorrow before noon. If it is late, please call us "
    "again and we will send another one at once. Is there anything else that I can do for you "
    "today? Then I wish you a pleasant week and a quick delivery. You will find the number of the "
    "parcel in the message that we have sent you, and a map of the shops where it may be fetched."
)
SETTINGS = TestSettings(
    language="en", mode=Mode.WHOLE, min_speed=40, min_accuracy=9_500, min_duration_s=60
)
_numbers = count(1)


def add_passage(text: str = ENGLISH, *, language: str = "en", kind: str = "prose",
                **values: Any) -> TypingPassage:  # fmt: skip
    """A passage with its first version; inside a transaction."""
    key = f"passage-{next(_numbers)}"
    passage = TypingPassage(key=key, language=language, kind=kind, created_at=NOON, **values)
    db.session.add(passage)
    db.session.flush()
    version = TypingPassageVersion(
        passage_id=passage.id,
        number=1,
        title=key,
        text=text,
        facts=facts_of(text, language).as_dict(),
        created_at=NOON,
    )
    db.session.add(version)
    db.session.flush()
    passage.version_id = version.id
    return passage


def add_test(*people: Person, settings: TestSettings = SETTINGS, **values: Any) -> TypingTest:
    """A typing test assigned to people; inside a transaction."""
    defaults: dict[str, Any] = {
        "key": f"test-{next(_numbers)}",
        "titles": {"en": "Typing", "zh": "打字"},
        "settings": settings.as_dict(),
        "created_at": NOON,
    }
    test = TypingTest(**(defaults | values))
    db.session.add(test)
    db.session.flush()
    for person in people:
        db.session.add(TypingAssignment(test_id=test.id, person_id=person.id, created_at=NOON))
    db.session.flush()
    return test


def add_sitting(test: TypingTest, code: str = "ROOM 4", **values: Any) -> TypingSitting:
    """A room that is open for the next three hours; inside a transaction."""
    defaults: dict[str, Any] = {
        "test_id": test.id,
        "name": "Room 4",
        "room_code": code,
        "opens_at": NOON - timedelta(hours=1),
        "closes_at": NOON + timedelta(hours=30),
        "created_at": NOON,
    }
    sitting = TypingSitting(**(defaults | values))
    db.session.add(sitting)
    db.session.flush()
    return sitting


def grant(person: Person, actor: Person, test: TypingTest | None = None, **values: Any) -> None:
    """An allowance; inside a transaction."""
    row = TypingAllowance(
        person_id=person.id, test_id=test.id if test else None, reason="so", granted_at=NOON,
        granted_by_id=actor.id, **values,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()


def ready(*people: Person, settings: TestSettings = SETTINGS) -> TypingTest:
    """A passage and a typing test of it, assigned to people, stored."""
    with transaction():
        add_passage()
        return add_test(*people, settings=settings)


def typed(
    text: str = ENGLISH, *, cpm: float = 300, seed: int = 1, start_ms: float = 800.0
) -> list[list[Any]]:
    """What an honest typist's browser tells of a text: keys with holds, uneven gaps."""
    dice = random.Random(seed)
    mean = 60_000 / cpm
    t_ms, events = start_ms, []
    for sign in text:
        hold = dice.uniform(55, 110)
        events += [(t_ms, "d", sign), (t_ms + 1, "i", sign), (t_ms + hold, "u", sign)]
        t_ms += max(40.0, dice.lognormvariate(0, 0.45) * mean * 0.9)
    return [list(event) for event in sorted(events, key=lambda one: one[0])]


def chunks_of(events: list[list[Any]], every_ms: float = 5_000) -> list[list[list[Any]]]:
    """The events in chunks as a browser sends them, one for each five seconds."""
    found: dict[int, list[list[Any]]] = {}
    for event in events:
        found.setdefault(int(event[0] // every_ms), []).append(event)
    return [found[key] for key in sorted(found)]


def begin(person: Person, now: datetime = NOON, **options: Any) -> services.StartedRun:
    """Start a run, stored."""
    with transaction():
        return services.start_run(person, now=now, **options)


def send(
    started: services.StartedRun, no: int, events: object, now: datetime, *, token: str = ""
) -> services.Receipt:
    """Send one chunk, stored."""
    with transaction():
        return services.receive_chunk(
            started.run.id, started.run.person_id, token or started.token, no, events, now=now
        )


def send_all(started: services.StartedRun, events: list[list[Any]], at: datetime) -> datetime:
    """Send everything as it is typed by a run begun at `at`; when the last chunk arrived."""
    arrives = at
    for no, chunk in enumerate(chunks_of(events), start=1):
        arrives = at + timedelta(milliseconds=chunk[-1][0] + 60 + 7 * (no % 5))
        send(started, no, chunk, arrives)
    return arrives


def finish(started: services.StartedRun, now: datetime, text: str | None = None) -> TypingRun:
    """End a run, stored."""
    with transaction():
        return services.finish_run(
            started.run.id, started.run.person_id, started.token, text, None, now=now
        )


def take(
    person: Person, at: datetime = NOON, *, cpm: float = 300, seed: int = 1,
    text: str = "", **options: Any,
) -> TypingRun:  # fmt: skip
    """One whole honest run, begun at `at` and ended by its typist."""
    started = begin(person, at, **options)
    last = send_all(started, typed(text or started.run.text, cpm=cpm, seed=seed), at)
    return finish(started, last + timedelta(milliseconds=300))


def run_of(run_id: int) -> TypingRun:
    """The run as it is stored now."""
    db.session.rollback()
    found = db.session.get(TypingRun, run_id, populate_existing=True)
    assert found is not None
    return found


def kinds_of(run_id: int) -> list[str]:
    """What happened to a run, in order."""
    query = select(TypingRunEvent.kind).where(TypingRunEvent.run_id == run_id)
    return list(db.session.scalars(query.order_by(TypingRunEvent.id)))


def records_of(person_id: int) -> list[str]:
    """The verbs of somebody's ledger records, in order."""
    db.session.rollback()
    query = select(LearningRecord.verb).where(LearningRecord.person_id == person_id)
    return list(db.session.scalars(query.order_by(LearningRecord.id)))


def practise(person: Person, now: datetime = NOON, **options: Any) -> services.StartedRun:
    """Start a practice run of an English passage typed whole, stored."""
    chosen = {"language": "en", "kind": PassageKind.PROSE.value, "mode": Mode.WHOLE.value}
    return begin(person, now, **(chosen | options))
