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

LEAST_GAPS = 32  # of fewer nothing can be said
SAME_MS = 2.0
SAME_SHARE = 0.90
ALIKE = 0.96  # correlation of gaps; two honest runs of one text and person stay below 0.8
BLOCK = 32  # gaps compared at a time
BLOCKS_ALIKE = 0.5  # share of blocks that makes a replay
MOST_SHIFT = 8  # gaps that may be missing or added since the block before
_SHIFTS = sorted(range(-MOST_SHIFT, MOST_SHIFT + 1), key=abs)
_MASK = (1 << (BLOCK - 1)) - 1
_WINDOW = (1 << (BLOCK - 1 + 2 * MOST_SHIFT)) - 1
_MOST_DIFFERENT = 6  # of 31 rises and falls; two honest runs differ in twelve and more
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

    def repeats(self, other: Rhythm) -> bool:
        """Whether this is the rhythm of `other` again, shaken, scaled, shifted or edited a little.

        It is compared block by block, each looked for a few gaps around where the one before was
        found, so that a key more or less does not hide the rest.
        """
        shorter = min(len(self.gaps), len(other.gaps))
        if shorter < LEAST_GAPS or not self._looks_like(other):
            return False
        blocks = found = shift = 0
        for start in range(0, len(self.gaps) - BLOCK + 1, BLOCK):
            blocks += 1
            for near in _around(shift):
                if self._is_block_of(other, start, near):
                    found += 1
                    shift = near
                    break
        return found >= max(1, BLOCKS_ALIKE * min(blocks, shorter // BLOCK))

    def _looks_like(self, other: Rhythm) -> bool:
        """A first look at the start, a third, two thirds and the end: does any block there rise
        and fall alike? Nearly all pairs of runs end here, so it is done on small numbers."""
        last = len(self.gaps) - BLOCK
        for start in (0, last // 3, 2 * last // 3, last):
            mine = (self._rises >> start) & _MASK
            back = start - MOST_SHIFT
            window = (other._rises >> back if back >= 0 else other._rises << -back) & _WINDOW
            for _ in _SHIFTS:
                if ((window ^ mine) & _MASK).bit_count() <= _MOST_DIFFERENT:
                    return True
                window >>= 1
        return False

    def _rises_as(self, other: Rhythm, start: int, shift: int) -> bool:
        theirs = start + shift
        if theirs < 0 or theirs + BLOCK > len(other.gaps):
            return False
        differ = ((self._rises >> start) ^ (other._rises >> theirs)) & _MASK
        return differ.bit_count() <= _MOST_DIFFERENT

    def _is_block_of(self, other: Rhythm, start: int, shift: int) -> bool:
        if not self._rises_as(other, start, shift):
            return False
        mine = self.gaps[start : start + BLOCK]
        return _is_same(mine, other.gaps[start + shift : start + shift + BLOCK])


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


def _around(shift: int) -> list[int]:
    """The shifts to try, the nearest first."""
    return [shift + by for by in _SHIFTS]


def _is_same(mine: Sequence[int], theirs: Sequence[int]) -> bool:
    """Rule S5 on one block: nine gaps of ten equal to 2 ms, or all alike but for scale and
    noise."""
    same = sum(abs(one - other) <= SAME_MS for one, other in zip(mine, theirs, strict=True))
    return same > SAME_SHARE * len(mine) or _correlation(_clipped(mine), _clipped(theirs)) > ALIKE


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
