"""Rooms and trainers of a planning problem: when each is to be had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from trainhub.delivery.rules.planning.plan_ids import (
    course_name,
    room_name,
    site_name,
    trainer_name,
)
from trainhub.delivery.rules.planning.planning_facts import (
    Facts,
    Period,
    RoomFacts,
    TrainerFacts,
)
from trainhub.delivery.rules.planning.teaching_times import teachable, works_on
from trainhub.planner.problem import Room, Span, Trainer
from trainhub.rota.rules.clock_times import DAY_MIN, local
from trainhub.rota.rules.shift_times import Stretch


def places_of(facts: Facts) -> dict[int, str]:
    """The name of each site in the problem.

    Where every room is online, sites with one clock are one place, called after the site that
    keeps the room: their people sit together, and their trainers teach all of them. Beside rooms
    with walls an online room serves them too, but each class is of one of the sites.
    """
    names = {site_id: site_name(site_id) for site_id in facts.site_zones}
    if all(room.is_online for room in facts.rooms):
        for room in sorted(facts.rooms, key=lambda one: -one.site_id):
            zone = facts.site_zones[room.site_id].key
            same = (key for key, other in facts.site_zones.items() if other.key == zone)
            names |= dict.fromkeys(same, site_name(room.site_id))
    return names


def rooms_of(facts: Facts) -> list[Room]:
    """The rooms with the times in which they are not to be had, online ones open to every site
    with the same clock: days and minutes of a problem are those of each site's own clock."""
    places = places_of(facts)
    return [
        Room(
            room_name(room.id),
            places[room.site_id],
            room.seats,
            tuple(
                span
                for starts_at, ends_at in room.blocked
                for span in spans_between(
                    starts_at, ends_at, facts.site_zones[room.site_id], facts.period
                )
            ),
            tuple(sorted(_others_with_its_clock(facts, room, places))) if room.is_online else (),
        )
        for room in facts.rooms
    ]


def _others_with_its_clock(facts: Facts, room: RoomFacts, places: Mapping[int, str]) -> set[str]:
    zone, own = facts.site_zones[room.site_id].key, places[room.site_id]
    in_play = {team.site_id for team in facts.teams.values()}
    return {places[site_id] for site_id in in_play if facts.site_zones[site_id].key == zone} - {own}


def trainers_of(facts: Facts) -> list[Trainer]:
    """The trainers with the hours in which they can teach."""
    places = places_of(facts)
    return [
        Trainer(
            trainer_name(trainer.id),
            places[trainer.site_id],
            tuple(course_name(course_id) for course_id in trainer.course_ids),
            tuple(
                Span(day, start, end)
                for day in range(facts.period.days)
                for start, end in hours_of(facts, trainer, day)
            ),
            trainer.max_min_per_week,
        )
        for trainer in facts.trainers
    ]


def spans_between(
    starts_at: datetime, ends_at: datetime, zone: ZoneInfo, period: Period
) -> list[Span]:
    """The time between two instants, day by day of a site's clock, inside the calendar."""
    first_on, first_min = local(zone, starts_at)
    last_on, last_min = local(zone, ends_at)
    first, last = period.day(first_on), period.day(last_on)
    found = []
    for day in range(max(first, 0), min(last, period.days - 1) + 1):
        start = first_min if day == first else 0
        end = last_min if day == last else DAY_MIN
        if start < end:
            found.append(Span(day, start, end))
    return found


def hours_of(facts: Facts, trainer: TrainerFacts, day: int) -> list[Stretch]:
    """When a trainer can teach on a day: what they have said, less rest, leave and time away."""
    return teachable(
        trainer.times,
        facts.period.date(day),
        is_at_work=_works(facts, trainer, day),
        is_on_leave=_is_on_leave(facts, trainer, day),
    )


def _works(facts: Facts, trainer: TrainerFacts, day: int) -> bool:
    """Whether it is a working day of the trainer's: by the rota, else by the calendar."""
    rota = facts.rota.get(trainer.id, ())
    monday = day - day % 7  # the calendar begins on one
    return works_on(
        trainer.times,
        facts.codes.get(rota[day]) if rota else None,
        has_rota=any(rota[monday : monday + 7]),
        is_working_day=facts.period.date(day) in facts.working_days,
    )


def _is_on_leave(facts: Facts, trainer: TrainerFacts, day: int) -> bool:
    rota = facts.rota.get(trainer.id)
    code = facts.codes.get(rota[day]) if rota else None
    return code is not None and code.kind == "leave"
