"""What a planning problem is made from, as plain values: nothing here knows a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.rota.rules.clock_times import monday_of
from trainhub.rota.rules.cover import DayCover
from trainhub.rota.rules.shift_times import ShiftTimes


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody the campaign is meant for, and their team."""

    id: int
    team_id: int


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team with its place. `size` counts its active people, those not meant included."""

    id: int
    site_id: int
    queue_id: int
    size: int


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room in use and when it is not to be had (instants); online it is open to every site."""

    id: int
    site_id: int
    seats: int
    blocked: tuple[tuple[datetime, datetime], ...] = ()
    is_online: bool = False


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """A time somebody can or (`is_away`) cannot teach: on a weekday or on one date.

    What they make of a day: `rules.teaching_times`.
    """

    weekday: int | None
    on: date | None
    starts_min: int
    ends_min: int
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class TrainerFacts:
    """A trainer; `course_ids` are those of the campaign they are certified for."""

    id: int
    site_id: int
    max_min_per_week: int
    course_ids: tuple[int, ...]
    times: tuple[TimeFacts, ...] = ()
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course of the campaign, in its order; `min_gap_days` to the one before, None: no order."""

    id: int
    duration_min: int
    seats: int
    min_seats: int
    min_gap_days: int | None
    priority: int


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A booking that holds a seat or has been attended; `team_id` is the person's.

    `window_kind` and `is_on_phones` are what it says of its time by the rota as it is now.
    """

    person_id: int
    team_id: int | None
    is_on_phones: bool
    is_pinned: bool = False
    is_attended: bool = False
    window_kind: str = "early"


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A training session of the period that is not cancelled, with its people."""

    id: int
    campaign_id: int | None
    course_id: int
    site_id: int
    room_id: int
    trainer_id: int
    on: date
    starts_min: int
    ends_min: int
    state: str
    is_pinned: bool
    seats: tuple[SeatFacts, ...] = ()
    trainer_team_id: int | None = None


@dataclass(frozen=True)
class Period:
    """The dates of a problem.

    `first` is the first date that may have a new class. The calendar begins on a Monday at
    least one day earlier, so that its weeks are those of people and the shift of the day before
    is known, and ends one day after the last date for the same reason.
    """

    first: date
    due: date
    last: date

    @property
    def start(self) -> date:
        """The calendar's first day."""
        return monday_of(self.first - timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days the calendar has."""
        return (self.last - self.start).days + 2

    @property
    def end(self) -> date:
        """The calendar's last day."""
        return self.start + timedelta(days=self.days - 1)

    def day(self, on: date) -> int:
        """The number of a date in the calendar."""
        return (on - self.start).days

    def date(self, day: int) -> date:
        """The date of a day of the calendar."""
        return self.start + timedelta(days=day)


@dataclass(frozen=True)
class Facts:
    """Everything a campaign's problem is made from.

    `rota` has each person's shift code per day of the calendar, 0 where the rota says nothing.
    `cover` is that of the queues (dates of the queue's clock), classes taken off. `done` are
    (person, course) that need no seat of this campaign. `declined` are (person, date, start)
    of classes somebody has said no to. `certified` are all who may teach one of the courses, of
    whom the campaign may use fewer. `left_out` are people meant who cannot be planned, with
    the reason's code.
    """

    campaign_id: int
    name: str
    settings: CampaignSettings
    period: Period
    members: Sequence[Member]
    teams: Mapping[int, TeamFacts]
    rota: Mapping[int, Sequence[int]]
    codes: Mapping[int, ShiftTimes]
    cover: Mapping[tuple[int, date], DayCover]
    site_zones: Mapping[int, ZoneInfo]
    queue_zones: Mapping[int, ZoneInfo]
    rooms: Sequence[RoomFacts]
    trainers: Sequence[TrainerFacts]
    courses: Sequence[CourseFacts]
    classes: Sequence[ClassFacts] = ()
    done: frozenset[tuple[int, int]] = frozenset()
    dawns: Mapping[int, int] = field(default_factory=dict)
    declined: Sequence[tuple[int, date, int]] = ()
    working_days: frozenset[date] = frozenset()
    certified: frozenset[int] = frozenset()
    left_out: Sequence[tuple[int, str]] = ()
