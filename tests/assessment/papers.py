"""A small bank, an exam and a sitting, for tests that need an attempt."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.conftest import NOON
from trainhub.assessment.models import (
    Attempt,
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
from trainhub.people.models import Person

TRUTH = {"answer": True}
SHOWN_AT_ONCE = dict.fromkeys(Part, When.AT_ONCE)
AT_THE_END = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)))


def add_item(
    key: str,
    *,
    kind: str = "true_false",
    content: dict[str, Any] | None = None,
    language: str = "en",
    topic: str = "general",
    level: str = "standard",
    points: int = 1,
    stem: str = "",
    feedback: str = "",
    status: str = "live",
    enemies: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
) -> BankItem:
    """A live question of the bank in one language; again with another language adds that."""
    made = make_item(
        key=key, kind=kind, stem=stem or f"Is {key} so?", content=content or TRUTH, points=points,
        feedback=feedback,
    )  # fmt: skip
    item = db.session.query(BankItem).filter_by(key=key).one_or_none() or BankItem(
        key=key, topic=topic, level=level, status=status, tags=list(tags), enemies=list(enemies),
        created_at=NOON,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    version = BankItemVersion(
        item_id=item.id, language=language, number=1, kind=made.kind.value, points=made.points,
        stem=made.stem, feedback=made.feedback, content=dict(made.content), pictures={},
        content_hash=sha256(f"{language}{made!r}".encode()).hexdigest(), created_at=NOON,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    edition = BankItemEdition(item_id=item.id, language=language, version_id=version.id)
    db.session.add(edition)
    db.session.flush()
    return item


def add_exam(key: str = "entry", settings: ExamSettings | None = None) -> ExamVersion:
    """A published exam; three true-or-false questions of the topic “general” unless said."""
    settings = settings or ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)))
    exam = Exam(
        key=key, titles={"en": "Entry exam", "zh": "上岗考试"}, settings=settings.as_dict(),
        created_at=NOON,
    )  # fmt: skip
    db.session.add(exam)
    db.session.flush()
    version = ExamVersion(
        exam_id=exam.id, number=1, titles=exam.titles, settings=settings.as_dict(),
        published_at=NOON,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    exam.published_version_id = version.id
    db.session.flush()
    return version


def add_sitting(
    version: ExamVersion,
    *people: Person,
    opens_at: datetime = NOON,
    hours: float = 2,
    **values: Any,
) -> Sitting:
    """A sitting with its candidates."""
    sitting = Sitting(
        exam_id=version.exam_id, exam_version_id=version.id, opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=hours), created_at=NOON,
        **({"name": "Early shift", "networks": [], "form_seed": "seed"} | values),
    )  # fmt: skip
    db.session.add(sitting)
    db.session.flush()
    db.session.add_all(
        Candidate(sitting_id=sitting.id, person_id=person.id, added_at=NOON) for person in people
    )
    db.session.flush()
    return sitting


def ready_sitting(*people: Person, settings: ExamSettings | None = None, **values: Any) -> Sitting:
    """Five questions, an exam and an open sitting of it, stored."""
    with transaction():
        for number in range(1, 6):
            add_item(f"item-{number}")
        return add_sitting(add_exam(settings=settings), *people, **values)


def attempt_of(person: Person) -> Attempt:
    """The person's newest attempt."""
    query = db.select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.id.desc())
    found = db.session.scalars(query.limit(1)).one()
    db.session.refresh(found)
    return found
