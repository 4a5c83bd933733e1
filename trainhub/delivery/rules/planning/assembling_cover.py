"""How many heads a plan may take off the phones: the requirement lines of a problem.

The planner counts heads from the rota of the people in the problem alone. So its requirement is
set such that what it finds to spare is the headroom of the whole queue, as the cover page tells
it: shrinkage, breaks, buffers, people the campaign is not meant for and classes the plan does
not decide about are all in it. Where the demand of a date is not known nobody can be spared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from trainhub.delivery.rules.planning.assembling_supply import hours_of
from trainhub.delivery.rules.planning.planning_facts import ClassFacts, Facts, TrainerFacts
from trainhub.planner.problem import Queue
from trainhub.rota.rules.clock_times import DAY_MIN, instant, local
from trainhub.rota.rules.shift_times import phone_stretches

USUAL_INTERVAL_MIN = 30


@dataclass(frozen=True)
class Part:
    """The people of a queue who live by one clock; `share` of its headroom is theirs."""

    name: str
    queue_id: int
    zone: ZoneInfo
    share: float = 1.0


@dataclass(frozen=True)
class Taken:
    """One head of a queue that is away whatever the plan."""

    queue_id: int
    starts_at: datetime
    ends_at: datetime


def interval_of(facts: Facts) -> int:
    """The shortest interval of the queues in play, minutes."""
    return min((day.interval_min for day in facts.cover.values()), default=USUAL_INTERVAL_MIN)


def queue_lines(
    facts: Facts, parts: Sequence[Part], heads: Mapping[str, Sequence[int]], taken: Iterable[Taken]
) -> tuple[list[Queue], dict[int, int]]:
    """The queues with their requirement, and for each queue the dates of unknown demand.

    `heads` are those that the planner counts per interval of the calendar.
    """
    interval = interval_of(facts)
    spare = _Spare(facts, taken, interval)
    queues = []
    for part in parts:
        line = _line(facts, part, spare, interval)
        need = [
            have + facts.settings.max_short if left is None else max(0, have - left)
            for have, left in zip(heads[part.name], line, strict=True)
        ]
        queues.append(_profiled(part.name, facts.settings.max_short, need, DAY_MIN // interval))
    return queues, spare.unknown


def _profiled(name: str, max_short: int, need: Sequence[int], width: int) -> Queue:
    """Days with the same requirement share a profile."""
    profiles: dict[tuple[int, ...], int] = {}
    days = []
    for start in range(0, len(need), width):
        profile = tuple(need[start : start + width])
        days.append(profiles.setdefault(profile, len(profiles)))
    return Queue(name, max_short, tuple(profiles), tuple(days))


class _Spare:
    """Headroom of the queues by their own clocks, in intervals of the problem."""

    def __init__(self, facts: Facts, taken: Iterable[Taken], interval: int) -> None:
        self.facts, self.interval = facts, interval
        self.unknown: dict[int, int] = {}
        self._days: dict[tuple[int, date], list[int] | None] = {}
        for (queue_id, on), cover in facts.cover.items():
            self._days[queue_id, on] = self._begin(queue_id, on)
            if not cover.is_known and facts.period.first <= on <= facts.period.last:
                self.unknown[queue_id] = self.unknown.get(queue_id, 0) + 1
        for one in taken:
            self._take(one)

    def _begin(self, queue_id: int, on: date) -> list[int] | None:
        cover = self.facts.cover[queue_id, on]
        if not cover.is_known:
            return None
        width = cover.interval_min // self.interval
        whole = [left + away for left, away in zip(cover.headroom, cover.away, strict=True)]
        return [left - self.facts.settings.buffer for left in whole for _ in range(width)]

    def _take(self, one: Taken) -> None:
        zone = self.facts.queue_zones.get(one.queue_id)
        if zone is None:
            return
        on, minute = local(zone, one.starts_at)
        length = int((one.ends_at - one.starts_at).total_seconds()) // 60
        width = DAY_MIN // self.interval
        for slot in range(minute // self.interval, -(-(minute + length) // self.interval)):
            line = self._days.get((one.queue_id, on + timedelta(days=slot // width)))
            if line is not None:
                line[slot % width] -= 1

    def day(self, queue_id: int, on: date) -> list[int] | None:
        return self._days.get((queue_id, on))


def _line(facts: Facts, part: Part, spare: _Spare, interval: int) -> list[int | None]:
    """What a part of a queue can spare, by its own clock; None where nobody knows."""
    own = facts.queue_zones.get(part.queue_id, part.zone)
    width = DAY_MIN // interval
    found: list[int | None] = []
    for number in range(facts.period.days):
        on = facts.period.date(number)
        if own.key == part.zone.key:
            day = spare.day(part.queue_id, on)
            found += [None] * width if day is None else day
            continue
        for slot in range(width):
            there, minute = local(own, instant(part.zone, on, slot * interval))
            day = spare.day(part.queue_id, there)
            found.append(None if day is None else day[minute // interval])
    if part.share == 1.0:
        return found
    return [left if left is None or left < 0 else int(left * part.share) for left in found]


def taken_by_classes(
    facts: Facts, classes: Iterable[ClassFacts], counted: set[tuple[int, int]]
) -> Iterator[Taken]:
    """Heads in classes that the plan does not decide about.

    `counted` are the (session, person) seats that the planner sees on the phones itself.
    """
    for one in classes:
        zone = facts.site_zones[one.site_id]
        starts_at = instant(zone, one.on, one.starts_min)
        ends_at = instant(zone, one.on, one.ends_min)
        for seat in one.seats:
            team = facts.teams.get(seat.team_id or 0)
            if team and seat.is_on_phones and (one.id, seat.person_id) not in counted:
                yield Taken(team.queue_id, starts_at, ends_at)


def taken_by_trainers(facts: Facts) -> Iterator[Taken]:
    """Trainers whom the rota has on the phones when they may be teaching: not to be relied on."""
    return chain.from_iterable(_trainer(facts, trainer) for trainer in facts.trainers)


def _trainer(facts: Facts, trainer: TrainerFacts) -> Iterator[Taken]:
    team, rota = facts.teams.get(trainer.team_id or 0), facts.rota.get(trainer.id)
    if team is None or rota is None:
        return
    zone = facts.site_zones[team.site_id]
    for day, code_id in enumerate(rota):
        code = facts.codes.get(code_id)
        if code is None:
            continue
        hours, on = hours_of(facts, trainer, day), facts.period.date(day)
        for low, high in phone_stretches(code):
            for start, end in hours:
                if max(low, start) < min(high, end):
                    begins, ends = max(low, start), min(high, end)
                    yield Taken(team.queue_id, instant(zone, on, begins), instant(zone, on, ends))
