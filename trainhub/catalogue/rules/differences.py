"""What two texts differ in: line by line, and within a changed line sign by sign.

Chinese has no blanks between words, so a changed line is compared by Han characters, and by
words where there are letters. `hunks` and `merged` let a person choose side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CONTEXT_LINES = 3
# Beyond these a comparison would take seconds; the whole then counts as changed. Lines are
# counted without those at the beginning and the end that are the same; the work within lines
# is the product of both lengths in tokens.
_MAX_LINES = 4_000
_MAX_WORK = 1_000_000
# Two lines with less in common than this share of their length are not the same line.
_ALIKE = 0.35
_TOKEN = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+|\s+|.", re.DOTALL)


class Change(StrEnum):
    """What happened to a line."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SKIPPED = "skipped"  # unchanged lines left out; `count` says how many


@dataclass(frozen=True)
class Piece:
    """A stretch of a line; `changed` when the other side does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Row:
    """A line of either side with its number, None where that side has no such line."""

    change: Change
    old_number: int | None = None
    new_number: int | None = None
    old: tuple[Piece, ...] = ()
    new: tuple[Piece, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Hunk:
    """A stretch of lines: the same on both sides, or a place to choose."""

    same: bool
    old: tuple[str, ...]
    new: tuple[str, ...]


Opcode = tuple[str, int, int, int, int]


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """Which lines are the same and which are not, as `SequenceMatcher.get_opcodes` says it."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    middle: list[Opcode] = [("replace", 0, len(one), 0, len(other))]
    if len(one) + len(other) <= _MAX_LINES:
        middle = [*SequenceMatcher(None, one, other).get_opcodes()]
    blocks = [("equal", 0, head, 0, head)]
    blocks += [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle]
    blocks.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return [(tag, a, b, c, d) for tag, a, b, c, d in blocks if b > a or d > c]


class _Work:
    """How much comparing within lines is still worth the wait."""

    def __init__(self) -> None:
        self.left = _MAX_WORK

    def take(self, amount: int) -> bool:
        """Whether so much more may be done."""
        self.left -= amount
        return self.left >= 0


def compare(old: str, new: str, *, context: int | None = CONTEXT_LINES) -> list[Row]:
    """The rows of a comparison; unchanged stretches shortened to `context` lines (None: all)."""
    old_lines, new_lines = old.splitlines(), new.splitlines()
    rows: list[Row] = []
    work = _Work()
    for tag, a, b, c, d in _blocks(old_lines, new_lines):
        if tag == "equal":
            rows += _same(old_lines[a:b], a, c)
        else:
            rows += _changed(old_lines[a:b], new_lines[c:d], a, c, work)
    return rows if context is None else list(_shortened(rows, context))


def count_changes(rows: Sequence[Row]) -> tuple[int, int]:
    """How many lines were added and how many removed; a changed line counts as both."""
    added = sum(row.change in {Change.ADDED, Change.CHANGED} for row in rows)
    removed = sum(row.change in {Change.REMOVED, Change.CHANGED} for row in rows)
    return added, removed


def _same(lines: Sequence[str], old_start: int, new_start: int) -> Iterator[Row]:
    for place, line in enumerate(lines, start=1):
        pieces = (Piece(line),)
        yield Row(Change.SAME, old_start + place, new_start + place, pieces, pieces)


def _changed(
    old: Sequence[str], new: Sequence[str], old_start: int, new_start: int, work: _Work
) -> Iterator[Row]:
    """Lines that stand at the same place of a stretch are paired as far as they are alike."""
    for place in range(max(len(old), len(new))):
        old_number = old_start + place + 1 if place < len(old) else None
        new_number = new_start + place + 1 if place < len(new) else None
        if old_number and new_number:
            pieces = _within_line(old[place], new[place], work)
            if pieces is not None:
                yield Row(Change.CHANGED, old_number, new_number, *pieces)
                continue
        if old_number:
            whole = (Piece(old[place], changed=True),)
            yield Row(Change.REMOVED, old_number, None, whole, ())
        if new_number:
            whole = (Piece(new[place], changed=True),)
            yield Row(Change.ADDED, None, new_number, (), whole)


Pieces = tuple[Piece, ...]


def _within_line(old: str, new: str, work: _Work) -> tuple[Pieces, Pieces] | None:
    """Both lines in pieces, or None when they have too little in common."""
    if not work.take(100 + len(old) * len(new) // 8):
        return None
    one, other = _TOKEN.findall(old), _TOKEN.findall(new)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return None
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if b > a:
            left.append(Piece("".join(one[a:b]), tag != "equal"))
        if d > c:
            right.append(Piece("".join(other[c:d]), tag != "equal"))
    return tuple(left), tuple(right)


def _shortened(rows: Sequence[Row], context: int) -> Iterator[Row]:
    near = bytearray(len(rows))
    for place, row in enumerate(rows):
        if row.change is not Change.SAME:
            first, last = max(0, place - context), min(len(rows), place + context + 1)
            near[first:last] = b"\1" * (last - first)
    skipped = 0
    for row, kept in zip(rows, near, strict=True):
        if not kept:
            skipped += 1
            continue
        if skipped:
            yield Row(Change.SKIPPED, count=skipped)
            skipped = 0
        yield row
    if skipped:
        yield Row(Change.SKIPPED, count=skipped)


def hunks(old: str, new: str) -> list[Hunk]:
    """Both texts as stretches that are the same and stretches to choose between, in order."""
    old_lines, new_lines = old.split("\n"), new.split("\n")
    return [
        Hunk(tag == "equal", tuple(old_lines[a:b]), tuple(new_lines[c:d]))
        for tag, a, b, c, d in _blocks(old_lines, new_lines)
    ]


def merged(old: str, new: str, choices: Mapping[int, str]) -> str:
    """The text that takes `old`, `new` or `both` at each stretch that differs.

    `choices` is by the number of the stretch among those that differ, from 0; one without a
    choice takes both, so that nothing is lost by an answer that did not arrive.
    """
    lines: list[str] = []
    number = 0
    for hunk in hunks(old, new):
        if hunk.same:
            lines += hunk.old
            continue
        choice = choices.get(number, "both")
        lines += () if choice == "new" else hunk.old
        lines += () if choice == "old" else hunk.new
        number += 1
    return "\n".join(lines)
