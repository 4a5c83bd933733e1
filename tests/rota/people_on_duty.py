"""Heads on the phones per interval, reckoned plainly: what `queries.heads` is held against."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode, TeamPlace
from trainhub.rota.queries.zones import zones_of_queues, zones_of_sites
from trainhub.rota.rules.clock_times import DAY_MIN, instant, local
from trainhub.rota.rules.shift_times import Stretch, phone_stretches


@dataclass(frozen=True)
class RosteredGroup:
    """So many people of one team on one shift code of one date."""

    team_id: int
    queue_id: int
    site_id: int
    on: date
    shift_code_id: int
    heads: int


def list_groups(queue_ids: Collection[int], first: date, last: date) -> list[RosteredGroup]:
    """Who is rostered for these queues from `first` to `last`, by team, code and date, counted.

    Disabled accounts are left out, as are teams without a place.
    """
    query = (
        select(
            TeamPlace.team_id,
            TeamPlace.queue_id,
            TeamPlace.site_id,
            Shift.on,
            Shift.shift_code_id,
            func.count(),
        )
        .join(Person, Person.id == Shift.person_id)
        .join(TeamPlace, TeamPlace.team_id == Person.team_id)
        .where(
            TeamPlace.queue_id.in_(queue_ids),
            Shift.on.between(first, last),
            Person.disabled_at.is_(None),
        )
        .group_by(
            TeamPlace.team_id,
            TeamPlace.queue_id,
            TeamPlace.site_id,
            Shift.on,
            Shift.shift_code_id,
        )
    )
    return [RosteredGroup(*row) for row in db.session.execute(query)]


def rostered(
    queue_ids: Collection[int], first: date, last: date, interval_min: int
) -> dict[tuple[int, date], list[int]]:
    """Heads on the phones per queue, date and interval of the queue's local date.

    Every date from `first` to `last` has its list of 1440 / `interval_min` whole heads: the
    minutes people are on the phones in an interval, divided by its length and rounded down.
    What a night shift holds after midnight counts on the next date. Teams on another clock than
    their queue's are counted when they really are there.
    """
    days = (last - first).days + 1
    width = DAY_MIN // interval_min
    minutes = {queue_id: [0] * (days * width) for queue_id in queue_ids}
    stretches = {
        code.id: phone_stretches(code.times) for code in db.session.scalars(select(ShiftCode))
    }
    sites, queues = zones_of_sites(), zones_of_queues(queue_ids)
    # Two dates before, one after: a shift may end on its second day, and clocks differ.
    groups = list_groups(queue_ids, first - timedelta(days=2), last + timedelta(days=1))
    for group in groups:
        pieces = _on_clock(
            stretches[group.shift_code_id], group.on, sites[group.site_id], queues[group.queue_id]
        )
        shift_by = (group.on - first).days * DAY_MIN
        _add(minutes[group.queue_id], pieces, shift_by, group.heads, interval_min)
    return {
        (queue_id, first + timedelta(days=day)): [
            total // interval_min for total in row[day * width : (day + 1) * width]
        ]
        for queue_id, row in minutes.items()
        for day in range(days)
    }


def _on_clock(
    pieces: Iterable[Stretch], on: date, there: ZoneInfo, here: ZoneInfo
) -> list[Stretch]:
    """The stretches of a site's date as another clock shows them, from the same date's midnight."""
    if there.key == here.key:
        return list(pieces)
    return [(_converted(start, on, there, here), _converted(end, on, there, here))
            for start, end in pieces]  # fmt: skip


def _converted(minute: int, on: date, there: ZoneInfo, here: ZoneInfo) -> int:
    day, shown = local(here, instant(there, on, minute))
    return (day - on).days * DAY_MIN + shown


def _add(
    row: list[int], pieces: Iterable[Stretch], shift_by: int, heads: int, interval_min: int
) -> None:
    """Put `heads` × minutes of each stretch into the intervals it touches."""
    for start, end in pieces:
        low, high = max(0, start + shift_by), min(len(row) * interval_min, end + shift_by)
        at = low
        while at < high:
            index = at // interval_min
            until = min(high, (index + 1) * interval_min)
            row[index] += (until - at) * heads
            at = until
