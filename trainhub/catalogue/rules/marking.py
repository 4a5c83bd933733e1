"""Marking one response: a score from 0 to 1 and, part by part, what was right.

Long answers are not for a machine: people mark them on their rubric (`is_marked_by_hand`).

Pure and reproducible: the same item and response always give the same `Mark`. Shapes of
responses are described and checked in `responses`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from trainhub.catalogue.rules.folding import read_number
from trainhub.catalogue.rules.item_views import choice_id, gap_ids
from trainhub.catalogue.rules.matching import accepted_by
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.rules.responses import check_response_shape
from trainhub.errors import N_, DomainError


class MarkedByHand(DomainError):
    """A question that only a person can mark."""

    code = "marked_by_hand"
    message = N_("The question “%(item)s” is marked by a person, on its rubric.")


def is_marked_by_hand(kind: str) -> bool:
    """Whether a person marks questions of this kind; `mark` refuses them."""
    return kind == Kind.LONG_ANSWER


@dataclass(frozen=True)
class PartMark:
    """One option, step, pair or gap of an item, after marking.

    `given` and `expected` are what the learner chose and what was right, as shown to people:
    for options whether they were ticked and are correct, otherwise texts ("" for nothing).
    """

    id: str
    text: str
    given: bool | str
    expected: bool | str
    right: bool
    feedback: str = ""


@dataclass(frozen=True)
class Mark:
    """The outcome of one response. `score` is exact; `right` means full marks."""

    score: Fraction
    parts: tuple[PartMark, ...]
    feedback: str = ""

    @property
    def right(self) -> bool:
        return self.score == 1

    def points(self, item: QuizItem) -> Fraction:
        """The points earned of those the item is worth."""
        return self.score * item.points

    def as_dict(self) -> dict[str, Any]:
        """The mark as JSON; the score as a float."""
        return {
            "score": float(self.score),
            "right": self.right,
            "parts": [asdict(part) for part in self.parts],
            "feedback": self.feedback,
        }


def mark(item: QuizItem, response: Any) -> Mark:
    """Mark a response; None, "not answered", earns nothing.

    Raises `InputErrors` for a response that does not belong to the item, and `MarkedByHand`
    for a kind that is.
    """
    if is_marked_by_hand(item.kind):
        raise MarkedByHand(item=item.key)
    check_response_shape(item, response)
    score, parts = _MARKERS[item.kind](item, response)
    return Mark(score, tuple(parts), item.feedback)


Outcome = tuple[Fraction, list[PartMark]]


def _share(parts: list[PartMark]) -> Outcome:
    return Fraction(sum(part.right for part in parts), len(parts)), parts


def _ticks(item: QuizItem, ticked: set[str]) -> list[PartMark]:
    parts = []
    for option in item.content["options"]:
        option_id = choice_id(item, option["text"])
        given, expected = option_id in ticked, option["correct"]
        feedback = option["feedback"]
        parts.append(
            PartMark(option_id, option["text"], given, expected, given == expected, feedback)
        )
    return parts


def _single(item: QuizItem, response: str | None) -> Outcome:
    parts = _ticks(item, {response} if response else set())
    return Fraction(any(part.given and part.expected for part in parts)), parts


def _multiple(item: QuizItem, response: list[str] | None) -> Outcome:
    """Right ticks minus wrong ticks over the number of correct options, not below 0."""
    parts = _ticks(item, set(response or ()))
    correct = sum(part.expected is True for part in parts)
    hits = sum(part.given is True and part.right for part in parts)
    misses = sum(part.given is True and not part.right for part in parts)
    return max(Fraction(0), Fraction(hits - misses, correct)), parts


def _true_false(item: QuizItem, response: bool | None) -> Outcome:
    expected = bool(item.content["answer"])
    given = "" if response is None else response
    return _share([PartMark("answer", "", given, expected, response is expected)])


def _short_answer(item: QuizItem, response: str | None) -> Outcome:
    content = item.content
    right = accepted_by(content, response or "") is not None
    return _share([PartMark("answer", "", response or "", content["answers"][0], right)])


def _numeric(item: QuizItem, response: str | float | None) -> Outcome:
    content = item.content
    shown = "" if response is None else str(response)
    if isinstance(response, float):
        number: Decimal | None = Decimal(repr(response))
    else:
        number = read_number(shown, content["unit"]) if shown else None
    tolerance = Decimal(content["tolerance"])
    right = number is not None and abs(number - Decimal(content["answer"])) <= tolerance
    return _share([PartMark("answer", "", shown, content["answer"], right)])


def _ordering(item: QuizItem, response: list[str] | None) -> Outcome:
    """The share of the key's neighbouring pairs whose first step was put before the second."""
    steps = item.content["steps"]
    texts = {choice_id(item, step): step for step in steps}
    given = [texts[step_id] for step_id in response] if response else []
    parts = [
        PartMark(choice_id(item, step), str(place), shown, step, shown == step)
        for place, (step, shown) in enumerate(
            zip(steps, given or [""] * len(steps), strict=True), start=1
        )
    ]
    places = {step: place for place, step in enumerate(given)}
    kept = sum(places[one] < places[other] for one, other in pairwise(steps)) if given else 0
    return Fraction(kept, len(steps) - 1), parts


def _matching(item: QuizItem, response: dict[str, str] | None) -> Outcome:
    pairs = item.content["pairs"]
    rights = {pair["right"] for pair in pairs} | set(item.content["extra"])
    texts = {choice_id(item, right, "right"): right for right in rights}
    parts = []
    for pair in pairs:
        left_id = choice_id(item, pair["left"], "left")
        given = texts.get((response or {}).get(left_id, ""), "")
        expected = pair["right"]
        parts.append(PartMark(left_id, pair["left"], given, expected, given == expected))
    return _share(parts)


def _cloze(item: QuizItem, response: dict[str, str] | None) -> Outcome:
    parts = []
    for gap_id, name in gap_ids(item).items():
        gap, answer = item.content["gaps"][name], (response or {}).get(gap_id, "")
        if "options" in gap:
            texts = {choice_id(item, text, name): text for text in gap["options"]}
            given, expected = texts.get(answer, ""), gap["answer"]
            right = given == expected
        else:
            given, expected = answer, gap["answers"][0]
            right = accepted_by(gap, answer) is not None
        parts.append(PartMark(gap_id, gap_id, given, expected, right))
    return _share(parts)


_MARKERS: Mapping[Kind, Callable[[QuizItem, Any], Outcome]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.CLOZE: _cloze,
}
