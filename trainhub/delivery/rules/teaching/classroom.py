"""Holding a class: what may follow what, and how much of it has been taught."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trainhub.errors import N_

BEGIN_EARLY = timedelta(minutes=30)  # a trainer who is there may begin
NOBODY_BEGAN = timedelta(hours=24)  # after its end, a class nobody began is called off
OVERRUN = timedelta(minutes=30)  # after its planned end, a running class is ended by the tick
COUNTS_FROM = 0.9  # of the minutes planned: a class broken off after that counts as held


class State(StrEnum):
    """Where a training session stands."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What a trainer does with a class; the value names the event it leaves."""

    BEGIN = "begun"
    PAUSE = "paused"
    RESUME = "resumed"
    END = "ended"
    BREAK_OFF = "broken_off"
    RECORD = "recorded"  # it was held without this screen


_MOVES: dict[tuple[State, Step], State] = {
    (State.SCHEDULED, Step.BEGIN): State.RUNNING,
    (State.RUNNING, Step.PAUSE): State.PAUSED,
    (State.PAUSED, Step.RESUME): State.RUNNING,
    (State.RUNNING, Step.END): State.COMPLETED,
    (State.PAUSED, Step.END): State.COMPLETED,
    (State.RUNNING, Step.BREAK_OFF): State.COMPLETED,
    (State.PAUSED, Step.BREAK_OFF): State.COMPLETED,
    (State.SCHEDULED, Step.RECORD): State.COMPLETED,
}
HELD = (State.RUNNING, State.PAUSED)


class Refusal(StrEnum):
    """Why a step cannot be taken now; the value is the error's code."""

    NOT_PUBLISHED = "class_not_published"
    WRONG_STATE = "class_wrong_state"
    TOO_EARLY = "class_too_early"
    DAY_OVER = "class_day_over"
    NOT_OVER = "class_not_over"


REFUSAL_WORDS = {
    Refusal.NOT_PUBLISHED: N_("This class is not published yet; nobody has been told of it."),
    Refusal.WRONG_STATE: N_("This class has moved on meanwhile. Look at where it stands now."),
    Refusal.TOO_EARLY: N_("A class can be begun from 30 minutes before its time."),
    Refusal.DAY_OVER: N_(
        "The day of this class is over. What was held can be recorded; the rest is owed."
    ),
    Refusal.NOT_OVER: N_("A class can be recorded as held once its time is over."),
}


@dataclass(frozen=True)
class Timetable:
    """When a class is planned. `day_ends_at` is the next midnight of its site."""

    starts_at: datetime
    ends_at: datetime
    day_ends_at: datetime

    @property
    def planned_s(self) -> int:
        """The seconds of the class."""
        return int((self.ends_at - self.starts_at).total_seconds())


def next_state(state: State, step: Step) -> State | None:
    """Where a step leads; None where it cannot be taken."""
    return _MOVES.get((state, step))


def refusal_to_step(
    state: State, step: Step, times: Timetable, *, is_published: bool, now: datetime
) -> Refusal | None:
    """Why a step cannot be taken at `now`, or None.

    A paused class goes on the same day or not at all: a class carried into another day is
    another class, for other shifts.
    """
    if next_state(state, step) is None:
        return Refusal.WRONG_STATE
    if not is_published:
        return Refusal.NOT_PUBLISHED
    if step is Step.RECORD:
        return Refusal.NOT_OVER if now < times.ends_at else None
    if step is Step.BEGIN and now < times.starts_at - BEGIN_EARLY:
        return Refusal.TOO_EARLY
    if step in (Step.BEGIN, Step.RESUME) and now >= times.day_ends_at:
        return Refusal.DAY_OVER
    return None


@dataclass(frozen=True)
class ClassClock:
    """The stretches in which a class was really taught; the last one is open while it runs."""

    planned_s: int
    stretches: tuple[tuple[datetime, datetime | None], ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether somebody is teaching now."""
        return bool(self.stretches) and self.stretches[-1][1] is None

    @property
    def begun_at(self) -> datetime | None:
        """When it began."""
        return self.stretches[0][0] if self.stretches else None

    def taught_s(self, until: datetime, since: datetime | None = None) -> int:
        """Seconds taught up to `until`, counted from `since` or from the beginning."""
        total = timedelta()
        for start, end in self.stretches:
            low = max(start, since) if since else start
            high = min(end or until, until)
            total += max(timedelta(), high - low)
        return int(total.total_seconds())

    def remaining_s(self, at: datetime) -> int:
        """Seconds of the class that are left to teach at `at`; never below nought."""
        return max(0, self.planned_s - self.taught_s(at))

    def runs_out_at(self, at: datetime) -> datetime:
        """When a running class has had its time, if it goes on from `at` without a pause."""
        return at + timedelta(seconds=self.remaining_s(at))


_OPENS = (Step.BEGIN, Step.RESUME)
_CLOSES = (Step.PAUSE, Step.END, Step.BREAK_OFF)


def clock_of(planned_s: int, events: Iterable[tuple[str, datetime]]) -> ClassClock:
    """The clock that the events of a class (kind and instant, in order) tell."""
    stretches: list[tuple[datetime, datetime | None]] = []
    for kind, at in events:
        is_open = bool(stretches) and stretches[-1][1] is None
        if kind in _OPENS and not is_open:
            stretches.append((at, None))
        elif kind in _CLOSES and is_open:
            stretches[-1] = (stretches[-1][0], max(at, stretches[-1][0]))
    return ClassClock(planned_s, tuple(stretches))


def counts_as_held(taught_s: int, planned_s: int, *, is_broken_off: bool) -> bool:
    """Whether a class that is over counts as attended by those who were there.

    The trainer who ends a class says that everything was taught, however long it took; one
    that was broken off counts only if next to nothing was left.
    """
    return not is_broken_off or taught_s >= planned_s * COUNTS_FROM


@dataclass(frozen=True)
class Left:
    """A class the tick finds unended: which step it takes, stamped with which instant."""

    step: Step
    at: datetime


def overdue_step(state: State, times: Timetable, watch: ClassClock, now: datetime) -> Left | None:
    """What the tick does with a class nobody ended; None while it is not overdue.

    A running class is ended when it has had its time and `OVERRUN` more, stamped with the end
    of its time. A paused one waits for the end of the day, then its rest is owed.
    """
    if state is State.RUNNING:
        runs_out = watch.runs_out_at(_since(watch))
        if now >= max(runs_out, times.ends_at) + OVERRUN:
            return Left(Step.END, runs_out)
    if state is State.PAUSED and now >= times.day_ends_at:
        return Left(Step.BREAK_OFF, times.day_ends_at)
    return None


def _since(watch: ClassClock) -> datetime:
    """The instant the running stretch began."""
    return watch.stretches[-1][0]


def was_never_begun(state: State, times: Timetable, now: datetime) -> bool:
    """Whether a class is past its time by a whole day and nobody has begun or recorded it."""
    return state is State.SCHEDULED and now >= times.ends_at + NOBODY_BEGAN


def lesson_at(minutes: Sequence[int], taught_s: int, planned_s: int) -> tuple[int, int]:
    """Which lesson (from 0) the plan is at after `taught_s`, and the seconds left of it.

    The lessons' estimated minutes are stretched or pressed to the time the class has.
    """
    total = sum(minutes)
    if not total:
        return 0, max(0, planned_s - taught_s)
    passed = 0.0
    for place, one in enumerate(minutes):
        passed += one * planned_s / total
        if taught_s < passed:
            return place, int(passed - taught_s)
    return len(minutes) - 1, 0
