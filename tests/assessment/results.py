"""Marked attempts with known answers, many at once, for tests of figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import insert

from tests.assessment.papers import add_exam, add_item
from tests.conftest import NOON
from trainhub.assessment.models import Attempt, AttemptItem, BankItem, Candidate, ExamVersion
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.scoring import as_millionths
from trainhub.assessment.rules.settings import Blueprint, ExamSettings
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.db import db, transaction
from trainhub.people.models import Person

COLOURS = {
    "options": [
        {"text": "Red", "correct": True, "feedback": ""},
        {"text": "Green", "correct": False, "feedback": ""},
        {"text": "Blue", "correct": False, "feedback": ""},
        {"text": "Grey", "correct": False, "feedback": ""},
    ]
}
# Ten people: totals 3 3 3 2 2 2 1 1 0 0. True is right.
EASY = (1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
MIDDLE = (1, 1, 1, 1, 1, 0, 0, 0, 0, 0)
COLOUR = ("Red", "Red", "Red", "Green", "Green", "Red", "Blue", "Blue", "Blue", "")


def add_people(count: int, first: int = 1) -> list[Person]:
    """Agents called p1, p2, …"""
    people = [
        Person(
            username=f"p{n}", name=f"Agent {n}", name_key=f"agent {n:05}",
            email=f"p{n}@example.org", employee_no=f"E{n:05}", created_at=NOON,
        )
        for n in range(first, first + count)
    ]  # fmt: skip
    with transaction():
        db.session.add_all(people)
    return people


def add_attempt(
    version: ExamVersion,
    person: Person,
    answers: Sequence[tuple[BankItem, Any, float, int]],
    **values: Any,
) -> Attempt:
    """A marked attempt. Answers are (question, response, share of its points, seconds)."""
    start: datetime = values.pop("started_at", NOON - timedelta(days=1))
    language = values.get("language", "en")
    candidate = values.pop("candidate", None)
    texts = {i.id: next(e for e in i.editions if e.language == language) for i, *_ in answers}
    marks = [
        as_millionths(Fraction(str(share)) * texts[item.id].version.points)
        for item, _, share, _ in answers
    ]
    attempt = Attempt(
        candidate_id=candidate.id if candidate else None,
        sitting_id=candidate.sitting_id if candidate else None,
        exam_id=version.exam_id, exam_version_id=version.id, person_id=person.id,
        seed="s", copy_key="k", mark_millionths=sum(marks),
        max_points=sum(texts[item.id].version.points for item, *_ in answers),
        **(
            {
                "number": 1, "kind": "sitting" if candidate else "preview", "language": "en",
                "state": "released", "started_at": start,
                "ended_at": start + timedelta(minutes=10), "is_passed": sum(marks) >= 2_000_000,
            }
            | values
        ),
    )  # fmt: skip
    db.session.add(attempt)
    db.session.flush()
    db.session.execute(
        insert(AttemptItem),
        [
            {
                "attempt_id": attempt.id, "no": no, "item_id": item.id,
                "version_id": texts[item.id].version_id, "option_seed": f"s:{no}",
                "points": texts[item.id].version.points, "response": response,
                "mark_millionths": mark, "active_ms": 1000 * seconds,
                "saved_at": start + timedelta(minutes=no),
            }
            for no, ((item, response, _, seconds), mark) in enumerate(
                zip(answers, marks, strict=True), start=1
            )
        ],
    )  # fmt: skip
    return attempt


def add_candidate(sitting: Any, person: Person) -> Candidate:
    """The person as a candidate of the sitting."""
    candidate = Candidate(sitting_id=sitting.id, person_id=person.id, added_at=NOON)
    db.session.add(candidate)
    db.session.flush()
    return candidate


def known_exam(times: int = 1) -> tuple[ExamVersion, list[BankItem], list[Person]]:
    """Ten people `times` over and three questions, as computed by hand in the tests of rules.

    The questions are "easy" and "middle" (true or false) and "colour" (single choice).
    """
    from tests.assessment.papers import add_sitting

    people = add_people(10 * times)
    with transaction():
        easy, middle = add_item("easy"), add_item("middle")
        colour = add_item("colour", kind="single", content=COLOURS, stem="Which **colour**?")
        settings = ExamSettings(
            languages=("en",), blueprint=Blueprint(items=("easy", "middle", "colour")), pass_mark=60
        )
        version = add_exam("entry", settings)
        sitting = add_sitting(version)
        ids = option_ids(colour)
        for n, person in enumerate(people):
            at = n % 10
            add_attempt(
                version,
                person,
                [
                    (easy, bool(EASY[at]), EASY[at], 20),
                    (middle, bool(MIDDLE[at]), MIDDLE[at], 200),
                    (colour, ids.get(COLOUR[at]), int(COLOUR[at] == "Red"), 30),
                ],
                candidate=add_candidate(sitting, person),
            )
    return version, [easy, middle, colour], people


def option_ids(item: BankItem) -> dict[str, str]:
    """The identifiers of a question's options by their text."""
    question = as_quiz_item(item, item.editions[0].version)
    return {one["text"]: choice_id(question, one["text"]) for one in question.content["options"]}
