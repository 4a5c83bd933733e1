"""A fresh instance with a bank, an exam, and everybody who sits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.crowd.people import PASSWORD, add_person
from bench.reliability.centre import open_app
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
from trainhub.db import db, transaction
from trainhub.ops import schema
from trainhub.people.hashing import hash_password
from trainhub.people.models import Person, Role

TOPICS, PER_TOPIC, QUESTIONS = 5, 60, 20
SAVERS = 16  # who measures the saving endpoint by itself, in an exam of their own
TRAINERS = 2


@dataclass(frozen=True)
class Hall:
    """The sittings of the storm and of the ratio, and the names that sign in."""

    sitting_id: int
    ratio_sitting_id: int
    agents: tuple[str, ...]
    savers: tuple[str, ...]
    trainers: tuple[str, ...]


def furnish(instance: Path, database_url: str, agents: int, duration_s: int) -> Hall:
    """Make the instance. The exam is of 20 questions out of 300, four options each."""
    app, now = open_app(instance, database_url), datetime.now(UTC)
    password = hash_password(PASSWORD)
    with app.app_context():
        schema.upgrade(db.engine, before=lambda: None)
        with transaction():
            for number in range(TOPICS * PER_TOPIC):
                _add_question(number, now)
            names = [
                [add_person(f"{kind}{n}", role, password, now) for n in range(count)]
                for kind, role, count in (
                    ("agent", Role.AGENT, agents),
                    ("saver", Role.AGENT, SAVERS),
                    ("trainer", Role.TRAINER, TRAINERS),
                )
            ]
            sittings = [
                _add_sitting("storm", duration_s, names[0], now),
                _add_sitting("ratio", 6 * 3600, names[1], now),
            ]
            hall = Hall(
                *sittings, *(tuple(person.username for person in people) for people in names)
            )
        db.session.remove()
        db.engine.dispose()
    return hall


def _add_question(number: int, now: datetime) -> None:
    options = [{"text": f"Option {n} of {number}", "correct": n == 0} for n in range(4)]
    content = {"options": [one | {"feedback": ""} for one in options]}
    made = make_item(
        key=f"question-{number}", kind="single", stem=f"Question {number}?", content=content
    )
    item = BankItem(
        key=made.key, topic=f"topic-{number % TOPICS}", level="standard", status="live",
        tags=[], enemies=[], created_at=now,
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


def _add_sitting(key: str, duration_s: int, people: list[Person], now: datetime) -> int:
    quotas = tuple(Quota(QUESTIONS // TOPICS, topic=f"topic-{n}") for n in range(TOPICS))
    settings = ExamSettings(
        languages=("en",),
        blueprint=Blueprint(quotas),
        duration_s=duration_s,
        release=dict.fromkeys(Part, When.AT_ONCE),
    ).as_dict()
    exam = Exam(key=key, titles={"en": key}, settings=settings, created_at=now)
    db.session.add(exam)
    db.session.flush()
    version = ExamVersion(
        exam_id=exam.id, number=1, titles=exam.titles, settings=settings, published_at=now
    )
    db.session.add(version)
    db.session.flush()
    exam.published_version_id = version.id
    sitting = Sitting(
        exam_id=exam.id, exam_version_id=version.id, name=key, networks=[], form_seed="seed",
        opens_at=now - timedelta(minutes=5), closes_at=now + timedelta(hours=12), created_at=now,
    )  # fmt: skip
    db.session.add(sitting)
    db.session.flush()
    db.session.add_all(
        Candidate(sitting_id=sitting.id, person_id=person.id, added_at=now) for person in people
    )
    return sitting.id
