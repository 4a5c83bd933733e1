"""What a text field held after each event, from the events alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.typing_tests.rules.wire import Event


@dataclass(frozen=True, slots=True)
class Commit:
    """Text that came in at once at `at`, counted in code points; `took_ms` is how long the
    composition lasted that put it there, None outside one. `event` is its number."""

    t_ms: float
    text: str
    is_composition: bool
    at: int
    took_ms: float | None = None
    event: int = 0


@dataclass(frozen=True, slots=True)
class Deletion:
    """Text that was taken away at `at`, by back-space or by typing over a selection."""

    t_ms: float
    text: str
    at: int
    event: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """The text at the end, and every change in order."""

    text: str
    changes: tuple[Commit | Deletion, ...]
    compositions: int
    cancelled: int

    @property
    def commits(self) -> list[Commit]:
        """What came in."""
        return [change for change in self.changes if isinstance(change, Commit)]

    @property
    def deletions(self) -> list[Deletion]:
        """What was taken away."""
        return [change for change in self.changes if isinstance(change, Deletion)]


class _Field:
    """A text field: its signs, and the selection (a caret where both ends are equal)."""

    def __init__(self) -> None:
        self.signs: list[str] = []
        self.start = self.end = 0
        self.changes: list[Commit | Deletion] = []

    @property
    def last_ms(self) -> float:
        """When the text was changed last; 0 before that."""
        return self.changes[-1].t_ms if self.changes else 0.0

    def move(self, start: int, end: int) -> None:
        length = len(self.signs)
        self.start, self.end = min(start, length), min(end, length)

    def delete(self, event: Event, count: int, number: int) -> None:
        if self.start == self.end:
            self.start = max(0, self.end - count)
        if self.start == self.end:
            return
        gone = "".join(self.signs[self.start : self.end])
        del self.signs[self.start : self.end]
        self.end = self.start
        self.changes.append(Deletion(event.t_ms, gone, self.start, number))

    def insert(
        self, event: Event, number: int, began_ms: float | None = None, *, composed: bool = False
    ) -> None:
        if self.start < self.end:
            self.delete(event, 0, number)
        text = event.data
        if not text:
            return
        took_ms = None
        if composed:  # one that never said when it began took the time since the last change
            took_ms = event.t_ms - (self.last_ms if began_ms is None else began_ms)
        self.changes.append(Commit(event.t_ms, text, composed, self.start, took_ms, number))
        self.signs[self.start : self.start] = text
        self.start = self.end = self.start + len(text)


def replay(events: Sequence[Event], *, with_pastes: bool = False) -> Replayed:
    """Play `events` on an empty field; `with_pastes` also puts in what was only tried to paste."""
    field = _Field()
    began_ms: float | None = None
    compositions = cancelled = 0
    for number, event in enumerate(events):
        kind = event.kind
        if kind == "i" or (kind == "p" and with_pastes):
            field.insert(event, number)
        elif kind == "b":
            field.delete(event, event.data, number)
        elif kind == "cs":
            began_ms = event.t_ms
        elif kind == "ce":
            compositions += 1
            cancelled += not event.data
            field.insert(event, number, began_ms, composed=True)
            began_ms = None
        elif kind == "m":
            field.move(*event.data)
    return Replayed("".join(field.signs), tuple(field.changes), compositions, cancelled)
