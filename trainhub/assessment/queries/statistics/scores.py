"""Stored responses as the statistics take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from trainhub.assessment.models import BankItem, BankItemVersion
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.statistics import Answer, ItemScores, Number, Option, random_guess
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem

ScoreRow = tuple[int, int, int, Any, int]
"""Attempt, mark in millionths, points possible, response, milliseconds in view."""


@dataclass(frozen=True)
class AskedText:
    """A text of a question as values that outlive the reading. `options` are (text, is right)
    by id, in the author's order; `expected_s` is in seconds.
    """

    item_id: int
    key: str
    topic: str
    version_id: int
    number: int
    language: str
    stem: str
    expected_s: int
    options: Mapping[str, tuple[str, bool]]
    guess: Fraction | None
    points: int


def asked_text(item: BankItem, version: BankItemVersion) -> AskedText:
    """The values of a stored text."""
    question = as_quiz_item(item, version)
    return AskedText(
        item_id=item.id,
        key=item.key,
        topic=item.topic,
        version_id=version.id,
        number=version.number,
        language=version.language,
        stem=version.stem,
        expected_s=item.expected_s,
        options=_options_of(question),
        guess=random_guess(question),
        points=version.points,
    )


def _options_of(question: QuizItem) -> dict[str, tuple[str, bool]]:
    if question.kind in {Kind.SINGLE, Kind.MULTIPLE}:
        return {
            choice_id(question, option["text"]): (option["text"], option["correct"])
            for option in question.content["options"]
        }
    if question.kind == Kind.TRUE_FALSE:
        right = bool(question.content["answer"])
        return {"true": ("true", right), "false": ("false", not right)}
    return {}


def item_scores(text: AskedText, rows: Iterable[ScoreRow]) -> ItemScores:
    """All responses to one text of a question."""
    kept = list(rows)
    return ItemScores(
        item=text.version_id,
        maximum=max((row[2] for row in kept), default=text.points),
        answers={
            attempt: Answer(
                points_of(mark or 0), chosen(response), active / 1000 if active else None
            )
            for attempt, mark, _, response, active in kept
        },
        options=tuple(Option(option, is_right) for option, (_, is_right) in text.options.items()),
        expected_seconds=text.expected_s,
        guess=text.guess,
    )


@lru_cache(maxsize=4096)
def points_of(millionths: int) -> Number:
    """Points from how they are stored: whole numbers, which are quicker, wherever they are."""
    whole, rest = divmod(millionths, MILLION)
    return Fraction(millionths, MILLION) if rest else whole


def chosen(response: Any) -> tuple[str, ...]:
    """The ids of the options that a response names; of other kinds nothing that is asked for."""
    if isinstance(response, str):
        return (response,)
    if isinstance(response, list):
        return tuple(response)
    if isinstance(response, bool):
        return ("true" if response else "false",)
    return ()
