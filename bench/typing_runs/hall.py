"""A fresh instance with passages, a Chinese and an English typing test, and who takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.crowd.people import PASSWORD, add_person
from bench.reliability.centre import open_app
from trainhub.db import db, transaction
from trainhub.ops import schema
from trainhub.people.hashing import hash_password
from trainhub.people.models import Person, Role
from trainhub.typing_tests.models import TypingAssignment, TypingTest
from trainhub.typing_tests.rules.settings import Mode, PassageKind, TestSettings
from trainhub.typing_tests.services.shipped import load_shipped_passages

SAVERS = 16  # who measures the chunk endpoint by itself
DURATION_S = 60
CHINESE = TestSettings(kinds=(PassageKind.PROSE,), mode=Mode.TIMED, duration_s=DURATION_S)
ENGLISH = TestSettings(
    language="en", kinds=(PassageKind.PROSE,), mode=Mode.TIMED, duration_s=DURATION_S, min_speed=30
)


@dataclass(frozen=True)
class Hall:
    """The typing tests by language, and the names that sign in."""

    tests: dict[str, int]
    typists: tuple[str, ...]
    savers: tuple[str, ...]

    def test_of(self, number: int) -> int:
        """Every other one types Chinese."""
        return self.tests["zh" if number % 2 else "en"]


def furnish(instance: Path, database_url: str, typists: int) -> Hall:
    """Make the instance, with the passages that are shipped."""
    app, now = open_app(instance, database_url), datetime.now(UTC)
    password = hash_password(PASSWORD)
    with app.app_context():
        schema.upgrade(db.engine, before=lambda: None)
        with transaction():
            load_shipped_passages(now)
            people = {
                kind: [add_person(f"{kind}{n}", Role.AGENT, password, now) for n in range(count)]
                for kind, count in (("typist", typists), ("saver", SAVERS))
            }
            db.session.flush()
            everybody = [*people["typist"], *people["saver"]]
            hall = Hall(
                {
                    "zh": _add_test("zh", CHINESE, everybody, now),
                    "en": _add_test("en", ENGLISH, everybody, now),
                },
                *(tuple(one.username for one in group) for group in people.values()),
            )
        db.session.remove()
        db.engine.dispose()
    return hall


def _add_test(key: str, settings: TestSettings, people: list[Person], now: datetime) -> int:
    test = TypingTest(
        key=key, titles={"en": key}, settings=settings.as_dict() | {"attempts": 0}, created_at=now
    )
    db.session.add(test)
    db.session.flush()
    db.session.add_all(
        TypingAssignment(test_id=test.id, person_id=one.id, created_at=now) for one in people
    )
    return test.id
