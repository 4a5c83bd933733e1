"""The parts of a planning problem as plain values; days and agents are numbered from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["early", "before", "after", "in_shift"]
Policy = Literal["spread", "together"]
KINDS: tuple[Kind, ...] = ("early", "before", "after", "in_shift")
POLICIES: tuple[Policy, ...] = ("spread", "together")
DAY_MIN = 1440
WEEK_DAYS = 7
OFF = "."


class Span(NamedTuple):
    """A stretch of one day, in minutes from its midnight; the end may pass 1440."""

    day: int
    start: int
    end: int


class Leave(NamedTuple):
    """An agent away from the first to the last day, both included."""

    agent: int
    first_day: int
    last_day: int


class Swap(NamedTuple):
    """An agent works another shift that day; `.` gives the day off."""

    agent: int
    day: int
    shift: str


class PreviousSeat(NamedTuple):
    """A seat agreed in an earlier plan."""

    agent: int
    course: str
    day: int
    start: int


class Dislike(NamedTuple):
    """What a class at that day and start costs this agent."""

    agent: int
    day: int
    start: int
    cost: float


@dataclass(frozen=True, slots=True)
class Calendar:
    start_date: str
    days: int
    interval_min: int

    @property
    def intervals_per_day(self) -> int:
        return DAY_MIN // self.interval_min


@dataclass(frozen=True, slots=True)
class Rules:
    min_rest_min: int
    max_classes_per_day: int
    max_training_min_per_week: int
    dawn_before_min: int
    dawn_free: int


@dataclass(frozen=True, slots=True)
class Weights:
    unplaced: float
    shortfall: float
    open: float
    trainer_hour: float
    late_day: float
    dawn: float
    out_of_shift: float
    split_team: float
    moved: float


@dataclass(frozen=True, slots=True)
class Window:
    kind: Kind
    start: int
    end: int
    on_phones: bool


@dataclass(frozen=True, slots=True)
class Shift:
    code: str
    start: int
    end: int
    windows: tuple[Window, ...]

    @property
    def earliest_duty(self) -> int:
        """Minute of the day at which the first duty may begin: the shift or a window before it."""
        return min([self.start, *(window.start for window in self.windows)])


@dataclass(frozen=True, slots=True)
class Queue:
    id: str
    max_short: int
    profiles: tuple[tuple[int, ...], ...]
    profile_of_day: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    site: str
    queue: str
    policy: Policy
    max_share: float


@dataclass(frozen=True, slots=True)
class Agents:
    """`team` and `pattern` have one entry per agent; the others list exceptions."""

    team: tuple[str, ...]
    pattern: tuple[int, ...]
    leave: tuple[Leave, ...] = ()
    swap: tuple[Swap, ...] = ()
    dawn_history: tuple[tuple[int, int], ...] = ()
    done: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """`also` are other sites that may hold classes there, as in a room that is online."""

    id: str
    site: str
    seats: int
    blocked: tuple[Span, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def sites(self) -> tuple[str, ...]:
        """Every site that may hold classes there, its own first."""
        return (self.site, *self.also)

    def site_of_class(self, trainer_site: str) -> str:
        """The site of a class held there: its trainer's, where the room is open to it."""
        return trainer_site if trainer_site in self.sites else self.site


@dataclass(frozen=True, slots=True)
class Trainer:
    """`agent` is the trainer's number among the agents, if they are to learn as well."""

    id: str
    site: str
    courses: tuple[str, ...]
    available: tuple[Span, ...]
    max_min_per_week: int
    agent: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    id: str
    duration_min: int
    seats: int
    min_seats: int
    release: int
    due: int
    deadline: int
    priority: float
    kinds: tuple[Kind, ...]
    grid_min: int
    teams: tuple[str, ...] | None
    max_sessions: int | None
    family: str


@dataclass(frozen=True, slots=True)
class Precedence:
    before: str
    after: str
    min_gap_days: int


@dataclass(frozen=True, slots=True)
class PinnedSession:
    id: str
    course: str
    day: int
    start: int
    room: str
    trainer: str
