"""What an attempt should be, kept in plain values: the judge of the state machine.

Written from the issue and the definitions, and sharing no code with the engine but the names of
states.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

GRACE = timedelta(seconds=60)


@dataclass
class Standing:
    """What one candidate may do in one sitting."""

    opens_at: datetime
    closes_at: datetime
    extra_s: int = 0
    extra_attempts: int = 0


@dataclass
class Answer:
    """The response in force for a question, and the save it came with."""

    response: Any = None
    seq: int = 0
    key: str = ""


@dataclass
class Told:
    """One attempt as the acts so far make it."""

    id: int
    person_id: int
    sitting: int | None  # None: a preview
    number: int
    started_at: datetime
    wall: datetime
    points: dict[int, int]  # by question
    truth: dict[int, bool | None]  # the right answer; None for a long answer
    state: str = "in_progress"
    events: list[str] = field(default_factory=lambda: ["created", "started"])
    answers: dict[int, Answer] = field(default_factory=dict)
    flags: set[int] = field(default_factory=set)
    sent: list[tuple[int, Any, int, str]] = field(default_factory=list)
    evidence: set[tuple[int, str]] = field(default_factory=set)
    hand: dict[int, int] = field(default_factory=dict)  # points given to long answers
    ended_at: datetime | None = None
    ended_by: str | None = None
    round: int = 0
    records: list[str] = field(default_factory=list)
    is_recorded: bool = True

    @property
    def is_open(self) -> bool:
        """Whether it is under way, overdue or not."""
        return self.state == "in_progress"

    def expected(self, no: int, response: Any, seq: int, key: str, now: datetime) -> str:
        """What a save must come to."""
        stands = self.answers[no]
        if key == stands.key:
            return "repeated"
        if not self.is_open or now >= self.wall:
            return "late" if now < self.wall + GRACE else "closed"
        return "saved" if seq > stands.seq else "superseded"

    def end(self, by: str, now: datetime, *, at_once: bool) -> None:
        """Hand in, or be ended by the wall."""
        if not self.is_open:
            return
        if now >= self.wall:
            by = "deadline"
        elif by == "deadline":
            return
        self.ended_at, self.ended_by = (self.wall if by == "deadline" else now), by
        answered = [no for no, one in self.answers.items() if one.response is not None]
        if by == "deadline" and not answered:
            self._settle("abandoned", "abandoned")
            return
        self.events.append("submitted" if by == "candidate" else "expired")
        self.hand = {}
        if self.long_answers():
            self._move("waits_for_marking", "awaiting_marking")
        else:
            self.mark(at_once=at_once)

    def long_answers(self) -> list[int]:
        """Long answers that have no points yet."""
        return [
            no
            for no, truth in self.truth.items()
            if truth is None and self.answers[no].response is not None and no not in self.hand
        ]

    def mark(self, *, at_once: bool) -> None:
        """Everything has its points."""
        self._settle("marked", "marked")
        if at_once:
            self.release()

    def release(self) -> None:
        """The result comes out."""
        self._move("released", "released")

    def item_points(self, no: int) -> int:
        """Points of one question."""
        if self.truth[no] is None:
            return self.hand.get(no, 0)
        return self.points[no] if self.answers[no].response is self.truth[no] else 0

    @property
    def total(self) -> int:
        """Points of the paper."""
        return sum(self.item_points(no) for no in self.points)

    def is_passed(self, pass_mark: int) -> bool:
        """Whether the paper reaches the pass mark."""
        return 100 * self.total >= pass_mark * sum(self.points.values())

    @property
    def has_result(self) -> bool:
        """Whether a mark stands."""
        return self.state in ("marked", "released", "abandoned")

    def void(self, now: datetime) -> None:
        """Does not count, for good."""
        self._withdraw()
        self.ended_at = self.ended_at or now
        self._move("voided", "voided")

    def reopen(self, minutes: int, now: datetime) -> None:
        """Goes on for some minutes."""
        self._withdraw()
        self.wall = now + timedelta(minutes=minutes)
        self.ended_at = self.ended_by = None
        self._move("reopened", "in_progress")

    def _withdraw(self) -> None:
        if self.has_result and self.is_recorded:
            self.records.append("voided")

    def _settle(self, event: str, state: str) -> None:
        self.round += 1
        self._move(event, state)
        if self.is_recorded:
            self.records.append("result")

    def _move(self, event: str, state: str) -> None:
        self.events.append(event)
        self.state = state
