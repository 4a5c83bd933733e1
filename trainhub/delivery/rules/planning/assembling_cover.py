"""How many heads a plan may take off the phones: the requirement lines of a problem.

The planner counts heads from the rota of the people in the problem alone. So its requirement is
set such that what it finds to spare is the headroom of the whole queue, as the cover page tells
it: shrinkage, breaks, buffers, people the campaign is not meant for and classes the plan does
not decide about are all in it. Where the demand of a date is not known nobody can be spared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from trainhub.delivery.rules.classes.off_phones import Span, while_teaching
from trainhub.delivery.rules.planning.assembling_supply import hours_of
from trainhub.delivery.rules.planning.planning_facts import ClassFacts, Facts, TeamFacts
from trainhub.planner.problem import Queue
from trainhub.rota.rules.clock_times import DAY_MIN, instant, local

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
        span = _span(facts, one.site_id, one.on, one.starts_min, one.ends_min)
        for seat in one.seats:
            team = facts.teams.get(seat.team_id or 0)
            if team and seat.is_on_phones and (one.id, seat.person_id) not in counted:
                yield Taken(team.queue_id, *span)


def taken_by_trainers(facts: Facts, classes: Iterable[ClassFacts]) -> Iterator[Taken]:
    """Trainers whom the rota has on the phones when they may be teaching: not to be relied on.

    That is all their hours, whether the plan lets them teach then or not (the safe side), and
    `classes` that it does not decide about. Nobody is taken off an interval twice.
    """
    teams = {one.trainer_id: one.trainer_team_id for one in classes}
    busy: dict[int, list[Span]] = defaultdict(list)
    for one in classes:
        busy[one.trainer_id].append(_span(facts, one.site_id, one.on, one.starts_min, one.ends_min))
    for trainer in facts.trainers:
        teams[trainer.id] = trainer.team_id
        for day in range(facts.period.days):
            on = facts.period.date(day)
            for start, end in hours_of(facts, trainer, day):
                busy[trainer.id].append(_span(facts, trainer.site_id, on, start, end))
    for trainer_id, spans in sorted(busy.items()):
        team = facts.teams.get(teams[trainer_id] or 0)
        if team is not None:
            yield from _teaching(facts, trainer_id, team, spans)


def _span(facts: Facts, site_id: int, on: date, starts_min: int, ends_min: int) -> Span:
    zone = facts.site_zones[site_id]
    return instant(zone, on, starts_min), instant(zone, on, ends_min)


def _teaching(
    facts: Facts, trainer_id: int, team: TeamFacts, spans: Sequence[Span]
) -> Iterator[Taken]:
    shifts = {
        facts.period.date(day): facts.codes[code_id]
        for day, code_id in enumerate(facts.rota.get(trainer_id, ()))
        if code_id in facts.codes
    }
    cover = next((day for (queue_id, _), day in facts.cover.items() if queue_id == team.queue_id),
                 None)  # fmt: skip
    if cover is None:
        return
    zone = facts.site_zones[team.site_id]
    for starts_at, ends_at in while_teaching(shifts, zone, spans, interval_min=cover.interval_min):
        yield Taken(team.queue_id, starts_at, ends_at)
