"""Whether somebody may sit in a class, and until when they may change their mind.

The hard rules are those of plans (H3 to H8, docs/planner.md), asked for one person and one class
at the moment of the act; what the whole centre has to say (cover, share of a team) stands in
`moving`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.rota.rules.clock_times import DAY_MIN, clock_time, instant, local, monday_of
from trainhub.rota.rules.shift_times import ShiftTimes, Stretch
from trainhub.rota.rules.windows import WINDOW_KINDS, Window, earliest_duty, windows_of

CHANGES_UNTIL = timedelta(hours=24)  # before the class; later only a planner changes seats
REASON_LENGTH = 300
FAR_FROM_SHIFT_MIN = 240  # beyond, a class past midnight goes with its own day


@dataclass(frozen=True)
class Limits:
    """What a campaign allows; minutes, and heads for `max_short` and `buffer`.

    `max_share` is the share of a team (0 to 1) that may be in class at once. What stands here
    holds for a class that belongs to no campaign.
    """

    kinds: tuple[str, ...] = WINDOW_KINDS
    min_rest_min: int = 660
    max_classes_per_day: int = 2
    max_min_per_week: int = 300
    max_share: float = 0.5
    max_short: int = 0
    buffer: int = 0
    before_min: int = 60
    after_min: int = 60
    in_shift: tuple[Stretch, ...] = ((0, 2 * DAY_MIN),)
    first_on: date | None = None
    last_on: date | None = None

    @property
    def least_headroom(self) -> int:
        """The headroom every interval must keep."""
        return self.buffer - self.max_short


@dataclass(frozen=True)
class Slot:
    """A course at a time: `starts_min` from midnight of `on` by the site's clock.

    An online class is open to the people of every site, each by the clock of their own.
    """

    course_id: int
    site_id: int
    on: date
    starts_min: int
    ends_min: int
    starts_at: datetime
    ends_at: datetime
    is_online: bool = False

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.ends_min - self.starts_min

    @property
    def times(self) -> dict[str, str]:
        """From when to when, written out."""
        return {"from": clock_time(self.starts_min), "to": clock_time(self.ends_min)}


@dataclass(frozen=True)
class OtherClass:
    """Another class somebody sits in or teaches."""

    session_id: int
    course_id: int
    title: str
    on: date
    starts_min: int
    ends_min: int
    starts_at: datetime
    ends_at: datetime
    is_taught: bool = False

    @property
    def words(self) -> dict[str, Any]:
        """Its name and times, written out."""
        times = {"from": clock_time(self.starts_min), "to": clock_time(self.ends_min)}
        return {"course": self.title, "on": self.on} | times


@dataclass(frozen=True)
class PersonFacts:
    """What the rules need to know of somebody: their rota around the day, their other classes.

    `zone` is the clock their shifts go by; without it no night is longer or shorter than another.
    """

    person_id: int
    name: str
    site_id: int | None
    team_id: int | None
    queue_id: int | None
    is_active: bool
    shifts: Mapping[date, ShiftTimes]
    others: Sequence[OtherClass] = ()
    before_after: Sequence[tuple[int, int | None, bool]] = field(default=())
    zone: ZoneInfo | None = None


def window_of(facts: PersonFacts, slot: Slot, limits: Limits) -> Window | None:
    """The window of the person's shift in which the class lies (H4), or None.

    Its minutes count from midnight of the class's own date, by the person's clock.
    """
    found = _shift_window(facts, by_own_clock(facts, slot), limits)
    return found[1] if found else None


def by_own_clock(facts: PersonFacts, slot: Slot) -> Slot:
    """The class as the clock of the person's site shows it: another one if they join from afar."""
    if not slot.is_online or facts.zone is None or facts.site_id == slot.site_id:
        return slot
    on, starts_min = local(facts.zone, slot.starts_at)
    return replace(slot, on=on, starts_min=starts_min, ends_min=starts_min + slot.minutes)


def _shift_window(facts: PersonFacts, slot: Slot, limits: Limits) -> tuple[int, Window] | None:
    """The window, and how many days before the class its shift began.

    A class past midnight may lie in the shift that began the day before.
    """
    for back in (0, 1):
        times = facts.shifts.get(slot.on - timedelta(days=back))
        if times is None:
            continue
        shift_by = back * DAY_MIN
        for window in windows_of(
            times,
            before_min=limits.before_min,
            after_min=limits.after_min,
            in_shift=limits.in_shift,
        ):
            starts, ends = window.starts_min - shift_by, window.ends_min - shift_by
            if window.kind in limits.kinds and starts <= slot.starts_min and slot.ends_min <= ends:
                return back, Window(window.kind, starts, ends, window.on_phones)
    return None


def refusals(facts: PersonFacts, slot: Slot, limits: Limits) -> Iterator[Conflict]:
    """Everything that stands against this person in a class at this time, the gravest first.

    Their own seat in that very class must not be among their other classes.
    """

    slot = by_own_clock(facts, slot)

    def against(code: str, **params: Any) -> Conflict:
        return Conflict(code, {"name": facts.name, "on": slot.on, **params},
                        facts.person_id)  # fmt: skip

    if not facts.is_active:
        yield against("DISABLED")
    if facts.site_id is not None and facts.site_id != slot.site_id and not slot.is_online:
        yield against("SITE")
        return
    found = _shift_window(facts, slot, limits)
    if found is None:
        yield _without_window(facts, slot, against)
    else:
        rest = _rest_around(facts, slot, *found)
        if rest is not None and rest < limits.min_rest_min:
            yield against(
                "REST", rest=f"{max(0, rest) / 60:.3g}", wanted=f"{limits.min_rest_min / 60:.3g}"
            )
    yield from _agenda(facts, slot, limits, against)


def _without_window(facts: PersonFacts, slot: Slot, against: Any) -> Conflict:
    times = facts.shifts.get(slot.on)
    conflict: Conflict
    if times is None:
        conflict = against("NO_SHIFT")
    elif times.span is None or times.kind in ("rest", "leave"):
        conflict = against("REST_DAY", shift=times.said)
    else:
        conflict = against("NO_WINDOW", shift=times.said, **slot.times)
    return conflict


def _rest_around(facts: PersonFacts, slot: Slot, back: int, window: Window) -> int | None:
    """Minutes of rest the class leaves (H5); None where it does not touch the night's rest.

    Before an early or before-shift class since the end of everything of the day before its own
    shift; after a class after the shift until the first duty or class of the next day. Minutes
    that pass, not those of the wall: the night the clocks go forward is an hour shorter.
    """
    shift_on, a_day = slot.on - timedelta(days=back), timedelta(days=1)
    if window.kind in ("early", "before"):
        ended = _end_of_day(facts, shift_on - a_day)
        return None if ended is None else _passing(
            facts.zone, (shift_on - a_day, ended), (slot.on, slot.starts_min)
        )  # fmt: skip
    if window.kind == "after":
        begins = _begin_of_day(facts, shift_on + a_day)
        return None if begins is None else _passing(
            facts.zone, (slot.on, slot.ends_min), (shift_on + a_day, begins)
        )  # fmt: skip
    return None


def _passing(zone: ZoneInfo | None, since: tuple[date, int], until: tuple[date, int]) -> int:
    """Minutes that pass between two times of the wall clock."""
    if zone is None:
        return (until[0] - since[0]).days * DAY_MIN + until[1] - since[1]
    return round((instant(zone, *until) - instant(zone, *since)).total_seconds() / 60)


def _end_of_day(facts: PersonFacts, on: date) -> int | None:
    """When the shift of a day and every class around it are over; minutes of that day."""
    times = facts.shifts.get(on)
    ends = [ends for _, ends in _classes_of(facts, on)]
    if times is not None and times.span is not None:
        ends.append(times.span[1])
    return max(ends, default=None)


def _begin_of_day(facts: PersonFacts, on: date) -> int | None:
    """When the first duty or class of a day begins; minutes of that day."""
    times = facts.shifts.get(on)
    begins = [starts for starts, _ in _classes_of(facts, on)]
    duty = earliest_duty(times) if times is not None else None
    return min(begins if duty is None else [*begins, duty], default=None)


def _classes_of(facts: PersonFacts, on: date) -> Iterator[tuple[int, int]]:
    """Start and end of the classes, taught ones too, around the shift of a day."""
    for one in facts.others:
        days = (one.on - on).days
        if days in (0, 1) and _shift_day(facts, one) == on:
            yield one.starts_min + days * DAY_MIN, one.ends_min + days * DAY_MIN


def _shift_day(facts: PersonFacts, one: OtherClass) -> date:
    """The day whose shift the class goes with: after a night shift that is the day before."""
    yesterday = one.on - timedelta(days=1)
    night = _minutes_apart(facts.shifts.get(yesterday), one, DAY_MIN)
    own = _minutes_apart(facts.shifts.get(one.on), one, 0)
    far = FAR_FROM_SHIFT_MIN if own is None else own
    return yesterday if night is not None and night < min(far, FAR_FROM_SHIFT_MIN) else one.on


def _minutes_apart(times: ShiftTimes | None, one: OtherClass, shift_by: int) -> int | None:
    """How far a class lies from a shift; 0 within it, None where there is none."""
    if times is None or times.span is None:
        return None
    starts, ends = times.span
    return max(0, starts - one.ends_min - shift_by, one.starts_min + shift_by - ends)


def _agenda(facts: PersonFacts, slot: Slot, limits: Limits, against: Any) -> Iterator[Conflict]:
    """H3, H6 and H8: what the person's other classes say."""
    for one in facts.others:
        overlaps = one.starts_at < slot.ends_at and slot.starts_at < one.ends_at
        if one.is_taught:
            if overlaps:
                yield against("TEACHES", **one.words)
        elif one.course_id == slot.course_id:
            yield against("AGAIN", **one.words)
        elif overlaps:
            yield against("CLASH", **one.words)
    sat = [one for one in facts.others if not one.is_taught]
    classes = 1 + sum(one.on == slot.on for one in sat)
    if classes > limits.max_classes_per_day:
        yield against("DAY_LIMIT", classes=classes, limit=limits.max_classes_per_day)
    monday = monday_of(slot.on)
    week = [one for one in sat if monday <= one.on < monday + timedelta(days=7)]
    minutes = slot.minutes + sum(one.ends_min - one.starts_min for one in week)
    if minutes > limits.max_min_per_week:
        yield against("WEEK_LIMIT", minutes=minutes, limit=limits.max_min_per_week)
    yield from _series(facts, slot, against)


def _series(facts: PersonFacts, slot: Slot, against: Any) -> Iterator[Conflict]:
    """H8: earlier parts end before, later parts lie far enough behind."""
    for course_id, gap_days, is_before in facts.before_after:
        for one in facts.others:
            if one.is_taught or one.course_id != course_id:
                continue
            first, then = (one, slot) if is_before else (slot, one)
            days = (then.on - first.on).days
            too_close = then.starts_at < first.ends_at if not gap_days else days < gap_days
            if too_close:
                yield against("SERIES_ORDER", **one.words)


def may_still_change(starts_at: datetime, now: datetime) -> bool:
    """Whether somebody may decline or swap a class that starts then."""
    return now <= starts_at - CHANGES_UNTIL
