"""Marking a long answer by hand: points by criterion, two markers, a third where they disagree.

The rules are those of definitions, section 7: criteria add up to the points of the question, a
fatal criterion that is not met fails the whole answer, a third marker decides where the gap is
over 10 of 100 points, a fatal criterion is seen differently, or one passes what the other fails;
the mark is then the mean of the two closest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from trainhub.errors import N_, InputError, InputErrors

CLAIM_LASTS = timedelta(minutes=30)
STEP = Fraction(1, 2)
WIDEST_GAP = Fraction(10)  # of 100 points
MAX_COMMENT = 2_000

_MISSING = N_("Give points for “%(criterion)s”.")
_STEP = N_("Points for “%(criterion)s” go from 0 to %(most)s in steps of a half.")
_COMMENT = N_("A comment may have at most %(limit)s characters.")


@dataclass(frozen=True)
class Criterion:
    """One thing that is looked at. A fatal one that earns nothing fails the whole answer."""

    key: str
    text: str
    points: int
    is_fatal: bool


@dataclass(frozen=True)
class Judgement:
    """What one marker gives: points by criterion key."""

    points: Mapping[str, Fraction]
    failed: frozenset[str]

    @property
    def is_fatal(self) -> bool:
        """Whether a fatal criterion is not met."""
        return bool(self.failed)

    @property
    def total(self) -> Fraction:
        """The points of the answer: none if a fatal criterion is not met."""
        return Fraction(0) if self.failed else sum(self.points.values(), Fraction(0))

    def as_dict(self) -> dict[str, str]:
        """The points by criterion as they are stored: decimal texts such as “2.5”."""
        return {key: points_text(value) for key, value in self.points.items()}


def rubric_of(content: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """The criteria of a long answer, from the content of its question."""
    return tuple(
        Criterion(one["key"], one["text"], one["points"], bool(one.get("fatal")))
        for one in content["rubric"]
    )


def points_text(points: Fraction) -> str:
    """Whole and half points as text: “2”, “2.5”."""
    return str(points.numerator) if points.denominator == 1 else f"{float(points):g}"


def judge(rubric: Sequence[Criterion], given: Mapping[str, Any], comment: str = "") -> Judgement:
    """The judgement from points as typed. Raises `InputErrors` naming each criterion at fault."""
    errors: list[InputError] = []
    points: dict[str, Fraction] = {}
    for one in rubric:
        text = str(given.get(one.key, "") or "").strip()
        value = _read_points(text)
        params = {"criterion": one.text, "most": one.points}
        if not text:
            errors.append(InputError("points_missing", _MISSING, params, field=one.key))
        elif value is None or not 0 <= value <= one.points:
            errors.append(InputError("points_form", _STEP, params, field=one.key))
        else:
            points[one.key] = value
    if len(comment) > MAX_COMMENT:
        limit = {"limit": MAX_COMMENT}
        errors.append(InputError("comment_long", _COMMENT, limit, field="comment"))
    if errors:
        raise InputErrors(errors)
    return stored_judgement(rubric, {key: points_text(value) for key, value in points.items()})


def stored_judgement(rubric: Sequence[Criterion], stored: Mapping[str, str]) -> Judgement:
    """The judgement from what `Judgement.as_dict` made."""
    points = {one.key: Fraction(stored[one.key]) for one in rubric}
    failed = frozenset(one.key for one in rubric if one.is_fatal and not points[one.key])
    return Judgement(points, failed)


def _read_points(text: str) -> Fraction | None:
    """Whole or half points; None for anything else."""
    whole, _, half = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 4 and half in ("", "0", "5")):
        return None
    return Fraction(int(whole)) + (STEP if half == "5" else 0)


def needs_third(first: Judgement, second: Judgement, *, most: int, pass_mark: int) -> bool:
    """Whether two markers disagree so far that a third must decide.

    `most` are the points of the question, `pass_mark` is per cent.
    """
    shares = [Fraction(100) * one.total / most for one in (first, second)]
    return (
        abs(shares[0] - shares[1]) > WIDEST_GAP
        or first.failed != second.failed
        or (shares[0] >= pass_mark) != (shares[1] >= pass_mark)
    )


def markers_needed(
    judgements: Sequence[Judgement], asked: int, *, most: int, pass_mark: int
) -> int:
    """How many markers an answer takes, as far as can be told: `asked` (1 or 2), or three."""
    if len(judgements) >= 2 and needs_third(
        judgements[0], judgements[1], most=most, pass_mark=pass_mark
    ):
        return 3
    return max(asked, len(judgements))


def settled_points(judgements: Sequence[Judgement]) -> Fraction:
    """The mark that one, two or three markers come to.

    One: that mark. Two: their mean. Three: if most find a fatal criterion unmet, nothing; else
    the mean of the two closest of those who find all met, or the middle one if both
    neighbours are equally close.
    """
    sound = sorted(one.total for one in judgements if not one.is_fatal)
    if 2 * len(sound) <= len(judgements):
        return Fraction(0)
    if len(sound) < 3:
        return sum(sound, Fraction(0)) / len(sound)
    gaps = [upper - lower for lower, upper in pairwise(sound)]
    if gaps[0] == gaps[1]:
        return sound[1]
    pair = sound[:2] if gaps[0] < gaps[1] else sound[1:]
    return sum(pair, Fraction(0)) / 2
