"""The strongest and the weakest by total, fair to those who tie at the border.

Somebody has to be left out where several people share the total at the border. Choosing some by
chance would make the figure depend on the order of rows, so all who tie there count in equal
parts: a weight between 0 and 1 each, which add up to the size of the group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

OUTER_SHARE = Fraction(27, 100)  # for D
THIRD = Fraction(1, 3)  # for the distractor table


def group_size(n: int, share: Fraction) -> int:
    """How many of n people make a group of this share: rounded half up, at least one."""
    return max(1, int(share * n + Fraction(1, 2)))


def weights(totals: Mapping[int, int], share: Fraction, *, upper: bool) -> dict[int, int]:
    """How much each attempt belongs to the upper (or lower) group of this share.

    Weights are whole numbers: only their ratios count, and the people tied at the border, of
    whom `taken` out of `tied` belong, count `taken` where the others count `tied`.
    """
    left = group_size(len(totals), share)
    tied = Counter(totals.values())
    taken: dict[int, int] = {}
    unit = 1
    for total in sorted(tied, reverse=upper):
        taken[total] = min(left, tied[total])
        left -= taken[total]
        if 0 < taken[total] < tied[total]:
            unit = tied[total]
    by_total = {total: unit * number // tied[total] for total, number in taken.items()}
    return {attempt: by_total[total] for attempt, total in totals.items()}


Weights = Mapping[int, int]


def thirds(totals: Mapping[int, int]) -> tuple[Weights, Weights, Weights]:
    """Upper, middle and lower third; the middle has what the other two leave of everybody."""
    upper, lower = (weights(totals, THIRD, upper=side) for side in (True, False))
    size = group_size(len(totals), THIRD)
    # Both groups hold `size` people, so this is how much one whole person weighs in each.
    top, bottom = sum(upper.values()) // size, sum(lower.values()) // size
    middle = {one: top * bottom - upper[one] * bottom - lower[one] * top for one in totals}
    return upper, middle, lower


def weighted_mean(parts: Weights, values: Mapping[int, int]) -> Fraction:
    """The weighted mean of the values; 0 if nothing has weight."""
    weight = sum(parts.values())
    if weight == 0:
        return Fraction(0)
    return Fraction(sum(part * values[one] for one, part in parts.items() if part), weight)


def upper_minus_lower(marks: Mapping[int, int], totals: Mapping[int, int], best: int) -> float:
    """D = p_upper - p_lower in per cent, of the 27 % with the best and the poorest totals.

    `p` is the mean share of the item's maximum `best`.
    """
    p_upper, p_lower = (
        weighted_mean(weights(totals, OUTER_SHARE, upper=upper), marks) for upper in (True, False)
    )
    return float(100 * (p_upper - p_lower) / best)
