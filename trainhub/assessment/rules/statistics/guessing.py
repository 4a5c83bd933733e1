"""What somebody who knows nothing would earn."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from trainhub.catalogue.rules.quiz_text import Kind, QuizItem


def random_guess(item: QuizItem) -> Fraction | None:
    """The expected share of the points of a blind guess, 0 … 1; None where a person marks.

    Every response the form allows is taken as equally likely: one of m options 1/m; any set of
    ticks but the empty one for several right ones; every order; any right side for each left.
    Typed answers cannot be guessed. A facility near this figure means nobody knew.
    """
    content = item.content
    match item.kind:
        case Kind.LONG_ANSWER:
            return None
        case Kind.SINGLE:
            return Fraction(1, len(content["options"]))
        case Kind.MULTIPLE:
            right = sum(option["correct"] for option in content["options"])
            return _ticked_at_random(right, len(content["options"]) - right)
        case Kind.TRUE_FALSE | Kind.ORDERING:
            return Fraction(1, 2)
        case Kind.MATCHING:
            rights = {pair["right"] for pair in content["pairs"]} | set(content["extra"])
            return Fraction(1, len(rights))
        case Kind.CLOZE:
            gaps = content["gaps"].values()
            chances = [Fraction(1, len(g["options"])) if "options" in g else 0 for g in gaps]
            return Fraction(sum(chances), len(chances))
        case _:
            return Fraction(0)


def _ticked_at_random(right: int, wrong: int) -> Fraction:
    """Marked as the catalogue does: right ticks minus wrong ticks over the right ones, not
    below 0.
    """
    earned = sum(
        (
            comb(right, hits) * comb(wrong, misses) * Fraction(hits - misses, right)
            for hits in range(right + 1)
            for misses in range(min(hits, wrong + 1))
        ),
        Fraction(0),
    )
    return earned / ((1 << (right + wrong)) - 1)
