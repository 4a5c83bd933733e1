"""Which questions have been asked so often that a paper should rather have others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence


def rest_after_use(used: Sequence[int], alike: Sequence[Hashable]) -> list[int]:
    """What drawing goes by instead of the bare counts of papers that have held each question.

    0 for a question that was used at most half as often again as the mean of those `alike`
    (same topic and level), so that chance decides among these; the count itself for one that
    was used more, which then rests until the others have caught up.

    By the bare counts everybody who starts in the same minute would be given the same few
    least-used questions, the very same paper, and what an author is told of the overlap of two
    papers would be wrong. (Limiting exposure by the mean is in the spirit of Revuelta and
    Ponsoda 1998.)
    """
    totals: defaultdict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    for count, group in zip(used, alike, strict=True):
        totals[group][0] += count
        totals[group][1] += 1
    return [
        0 if 2 * count * totals[group][1] <= 3 * totals[group][0] else count
        for count, group in zip(used, alike, strict=True)
    ]
