"""An instance with an exam to be sat for the whole of a run, and candidates with tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from flask import Flask

from trainhub import create_app
from trainhub.assembly import load_models
from trainhub.assessment.models import (
    BankItem,
    BankItemEdition,
    BankItemVersion,
    Candidate,
    Exam,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Part, Quota, When
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.config import load_settings
from trainhub.db import db, transaction
from trainhub.ops import schema
from trainhub.people.hashing import hash_password
from trainhub.people.models import Person, PersonRole, Role
from trainhub.people.services import issue_access_token
from trainhub.typing_tests.models import (
    TypingAssignment,
    TypingPassage,
    TypingPassageVersion,
    TypingTest,
)
from trainhub.typing_tests.rules.passage_facts import facts_of
from trainhub.typing_tests.rules.settings import Mode, TestSettings

QUESTIONS = 8
SECRET = "a secret of the reliability bench, long enough to sign with"
PASSWORD = "correct horse battery"
RULES = ExamSettings(
    languages=("en",),
    blueprint=Blueprint((Quota(QUESTIONS),)),
    attempts=0,
    duration_s=6 * 3600,
    release=dict.fromkeys(Part, When.AT_ONCE),
)
TYPED = TestSettings(
    language="en", mode=Mode.TIMED, duration_s=600, min_speed=10, min_duration_s=0, attempts=0
)


@dataclass(frozen=True)
class Entrant:
    """Somebody who may sit, by password or by personal token."""

    username: str
    token: str


def open_app(instance: Path, database_url: str) -> Flask:
    """The application of an instance, to look into its database."""
    settings = load_settings(
        {}, instance=instance, database_url=database_url, secret_key=SECRET, log_level="ERROR"
    )
    app = create_app(settings)
    load_models()
    return app


def prepare(
    instance: Path, database_url: str, candidates: int, kind: str = "exams"
) -> tuple[int, list[Entrant]]:
    """Make the instance: the sitting or the typing test, and who takes it."""
    app, now = open_app(instance, database_url), datetime.now(UTC)
    with app.app_context():
        schema.upgrade(db.engine, before=lambda: None)
        with transaction():
            people = [_add_person(number, now) for number in range(candidates)]
            taken_id = (_add_typing_test if kind == "typing" else _add_exam)(people, now)
            found = [_entrant(person, now) for person in people]
        db.session.remove()
        db.engine.dispose()
    return taken_id, found


def _add_exam(people: list[Person], now: datetime) -> int:
    for number in range(2 * QUESTIONS):
        _add_question(number, now)
    sitting = _add_sitting(now)
    for person in people:
        db.session.add(Candidate(sitting_id=sitting.id, person_id=person.id, added_at=now))
    return sitting.id


def _add_typing_test(people: list[Person], now: datetime) -> int:
    text = " ".join(f"Order {n} left our house and will be with you soon." for n in range(99))
    passage = TypingPassage(key="orders", language="en", kind="prose", created_at=now)
    db.session.add(passage)
    db.session.flush()
    version = TypingPassageVersion(
        passage_id=passage.id, number=1, title="Orders", text=text,
        facts=facts_of(text, "en").as_dict(), created_at=now,
    )  # fmt: skip
    test = TypingTest(key="orders", titles={"en": "Orders"}, settings=TYPED.as_dict(),
                      created_at=now)  # fmt: skip
    db.session.add_all([version, test])
    db.session.flush()
    passage.version_id = version.id
    for person in people:
        db.session.add(TypingAssignment(test_id=test.id, person_id=person.id, created_at=now))
    return test.id


def _add_question(number: int, now: datetime) -> None:
    """A question to type at; the right answer is a number that comes by now and then."""
    made = make_item(
        key=f"question-{number}",
        kind="numeric",
        stem="Which number?",
        content={"answer": "7", "tolerance": "0", "unit": ""},
    )
    item = BankItem(
        key=made.key, topic="general", level="standard", status="live", tags=[], enemies=[],
        created_at=now,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    version = BankItemVersion(
        item_id=item.id, language="en", number=1, kind=made.kind.value, points=made.points,
        stem=made.stem, feedback="", content=dict(made.content), pictures={},
        content_hash=sha256(made.key.encode()).hexdigest(), created_at=now,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    db.session.add(BankItemEdition(item_id=item.id, language="en", version_id=version.id))


def _add_sitting(now: datetime) -> Sitting:
    exam = Exam(key="endurance", titles={"en": "Endurance"}, settings=RULES.as_dict(),
                created_at=now)  # fmt: skip
    db.session.add(exam)
    db.session.flush()
    version = ExamVersion(
        exam_id=exam.id, number=1, titles=exam.titles, settings=exam.settings, published_at=now
    )
    db.session.add(version)
    db.session.flush()
    exam.published_version_id = version.id
    sitting = Sitting(
        exam_id=exam.id, exam_version_id=version.id, name="All day", networks=[],
        opens_at=now - timedelta(minutes=5), closes_at=now + timedelta(hours=12),
        form_seed="seed", created_at=now,
    )  # fmt: skip
    db.session.add(sitting)
    db.session.flush()
    return sitting


def _add_person(number: int, now: datetime) -> Person:
    person = Person(
        username=f"candidate{number}", name=f"Candidate {number}", name_key=f"candidate{number}",
        email=f"candidate{number}@example.org", employee_no=str(70_000 + number), created_at=now,
    )  # fmt: skip
    person.password_hash = hash_password(PASSWORD)
    person.role_rows = [PersonRole(role=Role.AGENT.value)]
    db.session.add(person)
    db.session.flush()
    return person


def _entrant(person: Person, now: datetime) -> Entrant:
    lifetime = timedelta(days=1)
    token = issue_access_token(person, "bench", lifetime=lifetime, actor=None, now=now)
    return Entrant(person.username, token)
