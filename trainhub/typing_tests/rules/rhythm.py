"""The rhythm of a run, by which a timeline is known that is played a second time.

The rhythm is the sequence of gaps between key downs (between changes of the text where a device
tells of no keys). It is packed to two bytes a gap, so that it can be kept beside the run and
compared with many others.
"""

from __future__ import annotations

import math
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from statistics import median

from trainhub.typing_tests.rules.replay import Commit, replay
from trainhub.typing_tests.rules.wire import Event

LEAST_GAPS = 32  # of fewer nothing can be said
SAME_MS = 2.0
SAME_SHARE = 0.90
ALIKE = 0.96  # correlation of gaps; two honest runs of one text and person stay below 0.8
BLOCK = 32  # gaps compared at a time
BLOCKS_ALIKE = 0.5  # share of blocks that makes a replay
MOST_SHIFT = 8  # gaps that may be missing or added since the block before
MOST_ASTRAY = 32  # gaps by which the start of a passage in the midst of a run is uncertain
_SHIFTS = {most: sorted(range(-most, most + 1), key=abs) for most in (MOST_SHIFT, MOST_ASTRAY)}
_MASK = (1 << (BLOCK - 1)) - 1
_MOST_DIFFERENT = 6  # of 31 rises and falls; two honest runs differ in twelve and more
_MOST_GAP = 65_535


@dataclass(frozen=True)
class Rhythm:
    """A sequence of gaps in whole milliseconds."""

    gaps: tuple[int, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> Rhythm:
        """The rhythm of a timeline. Repeats of a key that is held down do not count."""
        gaps = (after - before for before, after in pairwise(_times_of(events)))
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

    def part(self, start: int, end: int) -> Rhythm:
        """The gaps from `start` on, up to `end` and without it."""
        return Rhythm(self.gaps[start:end])

    def repeats(self, other: Rhythm, *, astray: int = MOST_SHIFT) -> bool:
        """Whether this is the rhythm of `other` again, shaken, scaled, shifted or edited a little.

        It is compared block by block, each looked for a few gaps around where the one before was
        found, so that a key more or less does not hide the rest; the first one up to `astray` gaps
        from its place.
        """
        shorter = min(len(self.gaps), len(other.gaps))
        if shorter < LEAST_GAPS or not self._looks_like(other, astray):
            return False
        blocks = found = shift = 0
        around = _SHIFTS[astray]
        for start in range(0, len(self.gaps) - BLOCK + 1, BLOCK):
            blocks += 1
            for by in around:
                if self._is_block_of(other, start, shift + by):
                    found += 1
                    shift += by
                    around = _SHIFTS[MOST_SHIFT]
                    break
        return found >= max(1, BLOCKS_ALIKE * min(blocks, shorter // BLOCK))

    def _looks_like(self, other: Rhythm, astray: int) -> bool:
        """A first look at the start, a third, two thirds and the end: does any block there rise
        and fall alike? Nearly all pairs of runs end here, so it is done on small numbers."""
        last = len(self.gaps) - BLOCK
        whole = (1 << (BLOCK - 1 + 2 * astray)) - 1
        for start in (0, last // 3, 2 * last // 3, last):
            mine = (self._rises >> start) & _MASK
            back = start - astray
            window = (other._rises >> back if back >= 0 else other._rises << -back) & whole
            for _ in range(2 * astray + 1):
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


@dataclass(frozen=True)
class Part:
    """Gaps `start` to `end` of a run, and the earlier rhythm that was typed of the same passage,
    from gap `earlier_start` of its run on."""

    start: int
    end: int
    earlier: Rhythm
    earlier_start: int

    def is_replayed(self, rhythm: Rhythm) -> bool:
        """Whether that part of `rhythm` is the earlier one again."""
        astray = MOST_ASTRAY if self.start or self.earlier_start else MOST_SHIFT
        return rhythm.part(self.start, self.end).repeats(self.earlier, astray=astray)


def parts_of(events: Sequence[Event], lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Where passages of those lengths, each on lines of its own, lie in the rhythm: the first gap
    and the one behind the last, of every passage that was reached.

    A passage begins with the change that makes the text longer than all before it. Characters
    left out and compositions begun before move that by some gaps (`MOST_ASTRAY`).
    """
    times = _times_of(events)
    starts = [0]
    ends = list(accumulate(length + 1 for length in lengths[:-1]))
    length = 0
    for change in replay(events).changes if ends else ():
        length += len(change.text) if isinstance(change, Commit) else -len(change.text)
        while len(starts) <= len(ends) and length > ends[len(starts) - 1]:
            starts.append(max(0, bisect_right(times, change.t_ms) - 1))
    last = max(0, len(times) - 1)
    return list(pairwise([*(min(start, last) for start in starts), last]))


def _times_of(events: Sequence[Event]) -> list[float]:
    """The moments between which the gaps lie."""
    keys = key_times(events)
    changes = [event.t_ms for event in events if event.kind in ("i", "ce", "b")]
    times = keys if 2 * len(keys) >= len(changes) else changes
    return [time for time in times if math.isfinite(time)]


def pack_rhythm(events: Sequence[Event]) -> bytes:
    """The packed rhythm of a timeline."""
    return Rhythm.of(events).pack()


def is_replay(mine: bytes, other: bytes) -> bool:
    """Whether the run with the packed rhythm `mine` is that of `other` played again (rule S5)."""
    return Rhythm.unpack(mine).repeats(Rhythm.unpack(other))


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
