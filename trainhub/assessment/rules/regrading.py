"""Marking a question again over papers that have their marks: by another key, with full marks
for everybody, or without the question. Both scores are kept; the first one is never erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any

from trainhub.assessment.rules.matching_texts import Matching
from trainhub.assessment.rules.scoring import MILLION, PaperMark, as_millionths, sum_paper
from trainhub.catalogue.rules.marking import mark
from trainhub.catalogue.rules.quiz_text import QuizItem


class How(StrEnum):
    """What a regrade does with the question."""

    BY_VERSION = "by_version"  # marked by the key of another text of it
    FULL_MARKS = "full_marks"  # everybody gets its points, unanswered or not
    LEFT_OUT = "left_out"  # neither its marks nor its points count


@dataclass(frozen=True)
class Counted:
    """One question of a paper as it counts now: points earned in millionths, of whole points."""

    no: int
    mark_millionths: int
    points: int
    is_left_out: bool = False


@dataclass(frozen=True)
class Before:
    """A paper as it stands before a regrade."""

    attempt_id: int
    marking_round: int
    state: str
    mark_millionths: int
    max_points: int
    is_passed: bool
    pass_mark: int


@dataclass(frozen=True)
class Change:
    """What a regrade does to one paper."""

    before: Before
    no: int
    item_mark_before: int
    item_mark_after: int
    after: PaperMark

    @property
    def is_changed(self) -> bool:
        """Whether the result of the paper, or what it is out of, is another one."""
        return (
            self.after.mark_millionths,
            self.after.max_points,
            self.after.is_passed,
        ) != (self.before.mark_millionths, self.before.max_points, self.before.is_passed)

    @property
    def passes_newly(self) -> bool:
        """Failed before, passed now."""
        return self.after.is_passed and not self.before.is_passed

    @property
    def fails_newly(self) -> bool:
        """Passed before, failed now."""
        return self.before.is_passed and not self.after.is_passed


def item_mark(
    how: How,
    response: Any,
    points: int,
    mark_before: int,
    *,
    item: QuizItem | None = None,
    matching: Matching | None = None,
) -> int:
    """The question's mark after the regrade, in millionths of a point.

    By another version it is the share of that version's points, of the points which the
    question had when the paper was drawn. One left out keeps its mark, for whoever looks.
    """
    match how:
        case How.FULL_MARKS:
            return points * MILLION
        case How.LEFT_OUT:
            return mark_before
        case How.BY_VERSION:
            assert item is not None and matching is not None
            score: Fraction = mark(item, matching.carry(response)).score
            return as_millionths(score * points)


def sum_counted(rows: Iterable[Counted], pass_mark: int) -> PaperMark:
    """The paper's mark without the questions that were left out."""
    counted = [(row.mark_millionths, row.points) for row in rows if not row.is_left_out]
    return sum_paper(counted, pass_mark)


def change_of(before: Before, rows: Sequence[Counted], no: int, how: How, new_mark: int) -> Change:
    """What a regrade of question `no` makes of a paper whose questions count as in `rows`."""
    old = next(row for row in rows if row.no == no)
    new = Counted(no, new_mark, old.points, how is How.LEFT_OUT)
    after = sum_counted((new if row.no == no else row for row in rows), before.pass_mark)
    return Change(before, no, old.mark_millionths, new_mark, after)


def fingerprint(
    version_id: int, to_version_id: int | None, how: How, changes: Iterable[Change]
) -> str:
    """What the reader of a preview has seen; another one afterwards means that papers moved."""
    rows = sorted(
        f"{one.before.attempt_id}:{one.before.marking_round}:{one.before.state}:"
        f"{one.before.mark_millionths}:{one.after.mark_millionths}:{one.after.max_points}"
        for one in changes
    )
    head = f"{version_id}>{to_version_id}:{how.value}"
    return sha256("\n".join([head, *rows]).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Tally:
    """A preview in figures."""

    attempts: int
    changed: int
    up: int
    down: int
    passes_newly: int
    fails_newly: int


def tally(changes: Sequence[Change]) -> Tally:
    """How many papers a regrade looks at, changes, lifts, lowers; who passes or fails newly."""

    def share(mark: int, most: int) -> Fraction:
        return Fraction(mark, most * MILLION) if most else Fraction(0)

    moves = [
        share(one.after.mark_millionths, one.after.max_points)
        - share(one.before.mark_millionths, one.before.max_points)
        for one in changes
    ]
    return Tally(
        attempts=len(changes),
        changed=sum(one.is_changed for one in changes),
        up=sum(move > 0 for move in moves),
        down=sum(move < 0 for move in moves),
        passes_newly=sum(one.passes_newly for one in changes),
        fails_newly=sum(one.fails_newly for one in changes),
    )


def latest_by_question(
    applied: Iterable[tuple[int, How, int | None]],
) -> Mapping[int, tuple[How, int | None]]:
    """Which regrade is in force for each question of one paper, of `(no, how, version)` in the
    order in which they were applied: the last.
    """
    return {no: (how, version_id) for no, how, version_id in applied}
