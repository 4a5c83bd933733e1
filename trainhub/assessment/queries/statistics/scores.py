"""Stored responses as the statistics take them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from trainhub.assessment.models import BankItem, BankItemVersion
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.statistics import Answer, ItemScores, Number, Option, random_guess
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.catalogue.rules.quiz_text import Kind

ScoreRow = tuple[int, int, int, Any, int]
"""Attempt, mark in millionths, points possible, response, milliseconds in view."""


def options_of(item: BankItem, version: BankItemVersion) -> dict[str, tuple[str, bool]]:
    """The options of a choice question in the author's order, by id: text, whether right."""
    question = as_quiz_item(item, version)
    if question.kind in {Kind.SINGLE, Kind.MULTIPLE}:
        return {
            choice_id(question, option["text"]): (option["text"], option["correct"])
            for option in version.content["options"]
        }
    if question.kind == Kind.TRUE_FALSE:
        right = bool(version.content["answer"])
        return {"true": ("true", right), "false": ("false", not right)}
    return {}


def item_scores(item: BankItem, version: BankItemVersion, rows: Iterable[ScoreRow]) -> ItemScores:
    """All responses to one text of a question."""
    kept = list(rows)
    return ItemScores(
        item=version.id,
        maximum=max((row[2] for row in kept), default=version.points),
        answers={
            attempt: Answer(
                points_of(mark or 0), chosen(response), active / 1000 if active else None
            )
            for attempt, mark, _, response, active in kept
        },
        options=tuple(
            Option(option, is_right) for option, (_, is_right) in options_of(item, version).items()
        ),
        expected_seconds=item.expected_s,
        guess=random_guess(as_quiz_item(item, version)),
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
