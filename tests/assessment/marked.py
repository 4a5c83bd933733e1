"""Papers that have ended, for tests of marking, regrading, results and invigilating."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.assessment.papers import add_exam, add_item, add_sitting
from trainhub.assessment import services
from trainhub.assessment.models import (
    Attempt,
    BankItem,
    BankItemVersion,
    MarkingTask,
    Sitting,
)
from trainhub.assessment.queries.attempts import paper_of
from trainhub.assessment.queries.marking import get_on_desk
from trainhub.assessment.rules.rubric import judge
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings
from trainhub.assessment.rules.states import EndedBy
from trainhub.assessment.services.hand_marking import claim_next, hand_in_mark
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.db import db, transaction
from trainhub.people.models import Person

RUBRIC = {
    "rubric": [
        {"key": "greeting", "text": "Greets by name", "points": 4},
        {"key": "solution", "text": "Offers a way out", "points": 6},
        {"key": "privacy", "text": "Keeps data private", "points": 2, "fatal": True},
    ],
    "model_answer": "CANARYMODEL Good morning, Ms Li …",
    "limit": 500,
}
FULL = {"greeting": "4", "solution": "6", "privacy": "2"}
HALF = {"greeting": "2", "solution": "3", "privacy": "1"}
UNSAFE = {"greeting": "4", "solution": "6", "privacy": "0"}
COLOURS = {
    "options": [
        {"text": "Red", "correct": True},
        {"text": "Green"},
        {"text": "Blue"},
    ]
}


def settings(*keys: str, **values: Any) -> ExamSettings:
    """An exam of these questions, 60 per cent to pass."""
    defaults: dict[str, Any] = {"languages": ("en",), "pass_mark": 60, "shuffle_items": False}
    return ExamSettings(blueprint=Blueprint(items=keys), **(defaults | values))


def letter_sitting(*people: Person, markers: int = 1, **values: Any) -> Sitting:
    """An exam with a true-or-false question and a letter of complaint to write."""
    with transaction():
        add_item("fact")
        add_item("letter", kind="long_answer", content=RUBRIC, points=12, stem="Answer Ms Li.")
        exam = add_exam("letters", settings("fact", "letter", markers=markers, **values))
        return add_sitting(exam, *people)


def choice_sitting(*people: Person, **values: Any) -> Sitting:
    """An exam with a choice of colours and a true-or-false question, a point each."""
    with transaction():
        add_item("colour", kind="single", content=COLOURS, stem="Which colour?")
        add_item("fact")
        return add_sitting(add_exam("colours", settings("colour", "fact", **values)), *people)


def begin(sitting: Sitting, person: Person, now: datetime) -> int:
    """Start the person's attempt; its id."""
    with transaction():
        return services.start_attempt(
            sitting.id, person, "en", access_code=sitting.access_code, now=now
        ).id


def answer(attempt_id: int, person: Person, now: datetime, **answers: Any) -> None:
    """Save responses by the key of the question (“_” for “-”)."""
    numbers = {each.item.key: each.row.no for each in paper_of(attempt_id)}
    saves = [
        Save(numbers[key.replace("_", "-")], value, 1, f"save-{attempt_id}-{key}", "desk-1")
        for key, value in answers.items()
    ]
    with transaction():
        services.save_responses(attempt_id, person.id, saves, now=now)


def sit(sitting: Sitting, person: Person, now: datetime, **answers: Any) -> int:
    """Start, answer and hand in, ten minutes later; the attempt's id."""
    attempt_id = begin(sitting, person, now)
    answer(attempt_id, person, now + timedelta(minutes=1), **answers)
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now + timedelta(minutes=10))
    return attempt_id


def colour(text: str) -> str:
    """The identifier of a colour in its question."""
    return choice_id(make_item(key="colour", kind="single", stem="?", content=COLOURS), text)


def claim(sitting: Sitting, marker: Person, now: datetime) -> MarkingTask | None:
    """The next answer for a marker."""
    with transaction():
        return claim_next(sitting.exam_id, marker=marker, now=now)


def mark_next(
    sitting: Sitting, marker: Person, points: dict[str, str], now: datetime, comment: str = ""
) -> bool:
    """Claim and mark the next answer; whether it is settled."""
    task = claim(sitting, marker, now)
    assert task is not None, f"nothing is left for {marker.username}"
    with transaction():
        desk = get_on_desk(task.id, marker)
        return hand_in_mark(task.id, judge(desk.rubric, points), comment, marker=marker, now=now)


def correct(key: str, content: dict[str, Any], now: datetime, **values: Any) -> BankItemVersion:
    """A newer English text of a question, in force from now on."""
    item = db.session.query(BankItem).filter_by(key=key).one()
    old = item.editions[0].version
    with transaction():
        item = db.session.query(BankItem).filter_by(key=key).one()
        made = make_item(
            key=key, kind=values.get("kind", old.kind), stem=values.get("stem", old.stem),
            content=content, points=values.get("points", old.points),
        )  # fmt: skip
        version = BankItemVersion(
            item_id=item.id, language="en", number=old.number + 1, kind=made.kind.value,
            points=made.points, stem=made.stem, content=dict(made.content), pictures={},
            content_hash=sha256(repr(made).encode()).hexdigest(), created_at=now,
        )  # fmt: skip
        db.session.add(version)
        db.session.flush()
        item.editions[0].version_id = version.id
    return version


def reread(attempt_id: int) -> Attempt:
    """The attempt as it is stored."""
    db.session.rollback()
    found = db.session.get(Attempt, attempt_id, populate_existing=True)
    assert found is not None
    return found
