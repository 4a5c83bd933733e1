"""The rhythm of a run, by which a timeline is known that is played a second time.

The rhythm is the sequence of gaps between key downs (between changes of the text where a device
tells of no keys). It is packed to two bytes a gap, so that it can be kept beside the run and
compared with many others.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from trainhub.typing_tests.rules.wire import Event

LEAST_GAPS = 30  # of fewer nothing can be said
SAME_MS = 2.0
SAME_SHARE = 0.90
ALIKE = 0.96  # correlation of gaps; two honest runs of one text and person stay below 0.8
MOST_SHIFT = 8  # gaps that may be missing or added at either end
_BLOCK = 256  # gaps that a first look compares
_LOOK = 0.80  # share of them that must rise and fall alike
_MOST_GAP = 65_535


@dataclass(frozen=True)
class Rhythm:
    """A sequence of gaps in whole milliseconds."""

    gaps: tuple[int, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> Rhythm:
        """The rhythm of a timeline. Repeats of a key that is held down do not count."""
        keys = key_times(events)
        changes = [event.t_ms for event in events if event.kind in ("i", "ce", "b")]
        times = [time for time in (keys if 2 * len(keys) >= len(changes) else changes)
                 if math.isfinite(time)]  # fmt: skip
        gaps = (after - before for before, after in pairwise(times))
        return cls(tuple(min(_MOST_GAP, max(0, round(gap))) for gap in gaps))

    @classmethod
    def unpack(cls, packed: bytes) -> Rhythm:
        """The rhythm that `pack` wrote."""
        gaps = array("H")
        gaps.frombytes(packed[: len(packed) // 2 * 2])
        if sys.byteorder == "big":
            gaps.byteswap()
        return cls(tuple(gaps))

    def pack(self) -> bytes:
        """Two bytes a gap, the lower one first."""
        gaps = array("H", self.gaps)
        if sys.byteorder == "big":
            gaps.byteswap()
        return gaps.tobytes()

    @cached_property
    def _rises(self) -> int:
        """One bit a gap: whether the next one is longer. A copy keeps them, scaled or shaken a
        little, and comparing two runs is one exclusive or."""
        bits = 0
        for number, (one, other) in enumerate(pairwise(self.gaps)):
            if other > one:
                bits |= 1 << number
        return bits

    @cached_property
    def _falls_back(self) -> int:
        """As `_rises`, counted from the end."""
        bits = 0
        back = self.gaps[::-1]
        for number, (one, other) in enumerate(pairwise(back)):
            if other < one:
                bits |= 1 << number
        return bits

    def repeats(self, other: Rhythm) -> bool:
        """Whether this is the rhythm of `other` again: nine gaps of ten equal to 2 ms, or all of
        them alike but for a scale or a little noise; some may be missing at either end."""
        mine, theirs = len(self.gaps), len(other.gaps)
        if min(mine, theirs) < LEAST_GAPS:
            return False
        from_start = _shifts(self._rises, other._rises, mine, theirs)
        from_end = _shifts(self._falls_back, other._falls_back, mine, theirs)
        return any(_is_same(self.gaps, other.gaps, shift) for shift in from_start) or any(
            _is_same(self.gaps[::-1], other.gaps[::-1], shift) for shift in from_end
        )


def key_times(events: Iterable[Event]) -> list[float]:
    """When keys went down, without the repeats of one that is held."""
    times: list[float] = []
    held: set[str] = set()
    last = ""
    for event in events:
        if event.kind == "d":
            if not (event.data and event.data in held and event.data == last):
                times.append(event.t_ms)
            last = event.data
            held.add(event.data)
        elif event.kind == "u":
            held.discard(event.data)
    return times


def pack_rhythm(events: Sequence[Event]) -> bytes:
    """The packed rhythm of a timeline."""
    return Rhythm.of(events).pack()


def is_replay(mine: bytes, other: bytes) -> bool:
    """Whether the run with the packed rhythm `mine` is that of `other` played again (rule S5)."""
    return Rhythm.unpack(mine).repeats(Rhythm.unpack(other))


def _shifts(mine: int, theirs: int, my_gaps: int, their_gaps: int) -> list[int]:
    """The shifts at which the two rise and fall alike: `mine[n + shift]` beside `theirs[n]`."""
    found = []
    for shift in range(-MOST_SHIFT, MOST_SHIFT + 1):
        count = min(my_gaps - max(shift, 0), their_gaps - max(-shift, 0), _BLOCK) - 1
        if count < LEAST_GAPS - MOST_SHIFT:
            continue
        mask = (1 << count) - 1
        differ = ((mine >> max(shift, 0)) ^ (theirs >> max(-shift, 0))) & mask
        if differ.bit_count() <= (1 - _LOOK) * count:
            found.append(shift)
    return found


def _is_same(mine: Sequence[int], theirs: Sequence[int], shift: int) -> bool:
    mine, theirs = mine[max(shift, 0) :], theirs[max(-shift, 0) :]
    count = min(len(mine), len(theirs))
    if count < LEAST_GAPS - MOST_SHIFT:
        return False
    mine, theirs = mine[:count], theirs[:count]
    same = sum(abs(one - other) <= SAME_MS for one, other in zip(mine, theirs, strict=True))
    return same > SAME_SHARE * count or _correlation(_clipped(mine), _clipped(theirs)) > ALIKE


def _clipped(gaps: Sequence[int]) -> list[float]:
    """Without the weight of long pauses, which would make any two runs alike that share one."""
    longest = 4 * median(gaps) + 1
    return [min(float(gap), longest) for gap in gaps]


def _correlation(mine: Sequence[float], theirs: Sequence[float]) -> float:
    count = len(mine)
    my_mean, their_mean = sum(mine) / count, sum(theirs) / count
    mine = [gap - my_mean for gap in mine]
    theirs = [gap - their_mean for gap in theirs]
    size = math.sqrt(sum(a * a for a in mine) * sum(b * b for b in theirs))
    return sum(a * b for a, b in zip(mine, theirs, strict=True)) / size if size else 0.0
