"""What another key would have made of answers that were given already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from trainhub.catalogue.rules.marking import mark
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.errors import InputErrors

# Answers of other kinds name options by their text; under another text they mean nothing.
COMPARABLE = frozenset({Kind.SHORT_ANSWER, Kind.NUMERIC, Kind.CLOZE})


@dataclass(frozen=True)
class PastAnswer:
    """An answer as it was typed, and how many candidates gave it."""

    text: str
    count: int


@dataclass(frozen=True)
class Comparison:
    """Answers that a new key would count, would count no longer, and treats as before."""

    gained: tuple[PastAnswer, ...]
    lost: tuple[PastAnswer, ...]
    still_right: tuple[PastAnswer, ...]
    still_wrong: tuple[PastAnswer, ...]

    @property
    def total(self) -> int:
        """How many answers there were."""
        groups = (self.gained, self.lost, self.still_right, self.still_wrong)
        return sum(one.count for group in groups for one in group)


def compare_keys(old: QuizItem, new: QuizItem, answers: Iterable[tuple[Any, int]]) -> Comparison:
    """Mark each answer by both keys; full marks count as right."""
    groups: dict[tuple[bool, bool], list[PastAnswer]] = {
        (was, now): [] for was in (True, False) for now in (True, False)
    }
    for answer, count in answers:
        outcome = _is_right(old, answer), _is_right(new, answer)
        groups[outcome].append(PastAnswer(_words(answer), count))
    return Comparison(
        gained=tuple(groups[False, True]),
        lost=tuple(groups[True, False]),
        still_right=tuple(groups[True, True]),
        still_wrong=tuple(groups[False, False]),
    )


def _is_right(item: QuizItem, answer: Any) -> bool:
    try:
        return mark(item, answer).right
    except InputErrors:  # an answer of another shape: the gaps were others then
        return False


def _words(answer: Any) -> str:
    if isinstance(answer, dict):
        return " · ".join(f"{name}: {text}" for name, text in sorted(answer.items()))
    return str(answer)
