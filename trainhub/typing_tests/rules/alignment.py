"""Which sign of a passage each typed sign stands for.

Two alignments. `align` and `align_prefix` lay the finished text beside the passage by edit
distance, so that one dropped sign is one missed sign and not a wrong rest. `Follower` goes along
while somebody types and says at each sign whether it was the one wanted there.
"""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

NEAR = 4  # signs in a row that find the place again after a skipped word or line
BACK, AHEAD = 12, 80  # how far from where it was wanted

_KINDS = {"equal": "right", "replace": "wrong", "insert": "missed", "delete": "extra"}


class Step(NamedTuple):
    """A stretch of the passage `[at, end)` beside a stretch of the typed text.

    `kind`: "right", "wrong" (as many signs on both sides), "missed" (nothing typed for it) or
    "extra" (typed, and not in the passage).
    """

    kind: str
    at: int
    end: int
    typed_at: int
    typed_end: int


def align(reference: str, typed: str) -> list[Step]:
    """Lay the whole of `typed` beside the whole of `reference`, with the fewest errors."""
    return [
        Step(_KINDS[code.tag], code.dest_start, code.dest_end, code.src_start, code.src_end)
        for code in Levenshtein.opcodes(typed, reference)
    ]


def align_prefix(reference: str, typed: str) -> list[Step]:
    """As `align`, for a text that is not finished: what lies beyond the part of the reference that
    was reached is no error."""
    return align(reference[: reached(reference, typed)], typed)


def reached(reference: str, typed: str) -> int:
    """How far into `reference` the text has come: the prefix it differs from least, and of equal
    ones the longest."""
    if reference.startswith(typed):
        return len(typed)
    distances = _prefix_distances(reference, typed)
    least = min(distances)
    return len(distances) - 1 - distances[::-1].index(least)


def _prefix_distances(reference: str, typed: str) -> list[int]:
    """The edit distance of `typed` to each prefix of `reference`, the empty one first.

    The bit-parallel recurrence of Myers and Hyyrö, a column of the table in one whole number: a
    passage of a thousand signs takes a few milliseconds. Columns beyond the point from which no
    prefix can be better are left out.
    """
    rows = len(typed)
    mask, last = (1 << rows) - 1, 1 << (rows - 1)
    places: dict[str, int] = {}
    for row, sign in enumerate(typed):
        places[sign] = places.get(sign, 0) | (1 << row)
    more, less, distance = mask, 0, rows  # where the column rises, where it falls, its foot
    distances, best = [rows], rows
    for column, sign in enumerate(reference, start=1):
        if column - rows > best:
            break
        match = places.get(sign, 0)
        diagonal = (((match & more) + more) ^ more) | match | less
        rises = less | (mask & ~(diagonal | more))
        falls = more & diagonal
        if rises & last:
            distance += 1
        elif falls & last:
            distance -= 1
        rises = (rises << 1) | 1
        falls <<= 1
        less = rises & diagonal & mask
        more = mask & (falls | ~(rises | diagonal))
        distances.append(distance)
        best = min(best, distance)
    return distances


class Judged(NamedTuple):
    """One sign as it came in. `wanted` is the sign of the passage it was judged against, "" where
    the passage is over; `place` is that sign's place."""

    typed: str
    wanted: str
    place: int
    is_right: bool


class Follower:
    """Goes along with a text field and knows at each place of it what the passage wants there.

    A sign is right if it is the wanted one. It is right as well, and the place is corrected, if
    the one before was wrong and this is the sign before the wanted one (that one was extra), or
    if it is the sign after the wanted one (one was dropped). After `NEAR` wrong signs in a row the
    last ones are looked for nearby: a word or a line was skipped, and they were right.
    """

    def __init__(self, passage: str) -> None:
        self._passage = passage
        self._wanted = [0]  # at each place of the text, what is wanted there
        self._text: list[str] = []
        self._wrong = 0  # wrong signs in a row up to the last commit
        self._last = -1  # the place behind the last commit
        self.judged: list[Judged] = []

    def insert(self, at: int, text: str, width: int) -> None:
        """`text` came in at `at` of the field and takes `width` places there: more than it has
        signs where letters came with their accents apart."""
        if at != self._last:
            self._wrong = 0
        place, passage = self._wanted[at], self._passage
        wanted: list[int] = []
        for number, sign in enumerate(text):
            here = passage[place : place + 1]
            if sign == here:
                self._wrong = 0
                self.judged.append(Judged(sign, here, place, True))
                place += 1
            else:
                place = self._judge_other(sign, place, number > 0 or at > 0)
            wanted.append(place)
            self._text[at + number : at + number] = [sign]
            if self._wrong >= NEAR:
                place = self._find_again(at + number + 1, place)
                wanted[-1] = place
        more = width - len(text)
        self._text[at + len(text) : at + len(text)] = [""] * more
        self._wanted[at + 1 : at + 1] = wanted + [place] * more
        self._last = at + width

    def delete(self, at: int, count: int) -> None:
        """`count` signs went from `at` of the field on."""
        del self._text[at : at + count]
        del self._wanted[at + 1 : at + 1 + count]
        self._wrong = 0
        self._last = at

    def _judge_other(self, sign: str, place: int, has_before: bool) -> int:
        """Judge a sign that is not the wanted one; returns what is wanted behind it."""
        passage = self._passage
        if self._wrong and has_before and place and sign == passage[place - 1 : place]:
            self._wrong = 0
            self.judged.append(Judged(sign, sign, place - 1, True))
            return place
        if sign == passage[place + 1 : place + 2]:
            self._wrong = 0
            self.judged.append(Judged(sign, sign, place + 1, True))
            return place + 2
        self._wrong += 1
        self.judged.append(Judged(sign, passage[place : place + 1], place, False))
        return place + 1

    def _find_again(self, end: int, place: int) -> int:
        """Look for the last signs near the wanted place; returns what is wanted behind them."""
        last = "".join(self._text[end - NEAR : end])
        start = max(0, place - NEAR - BACK)
        window = self._passage[start : place + AHEAD]
        found = window.find(last)
        if found < 0 or len(last) < NEAR:
            return place
        first = start + found
        self.judged[-NEAR:] = [
            Judged(sign, sign, first + number, True) for number, sign in enumerate(last)
        ]
        self._wrong = 0
        return first + NEAR
