"""Keeping people in their very class where a plan holds several of a course side by side.

The planner sees no difference between classes of one course at the same time and site, so it
deals people out to them as it comes. Every rule asks the same of each of them; whoever sits in
one already stays there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.rules.planning.planning_facts import ClassFacts
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import PlannedSession

Side = tuple[int | None, date, int, int | None]  # course, date, start, site


@dataclass
class _Filling:
    """A class of the plan with the one it continues, if any, and who sits there."""

    planned: PlannedSession
    seats: int
    least: int
    existing: ClassFacts | None = None
    agents: set[int] = field(default_factory=set)


def settle_in(
    sessions: Sequence[PlannedSession],
    free: Iterable[ClassFacts],
    people: Sequence[int],
    problem: Problem,
    dates: Mapping[int, date],
) -> tuple[list[PlannedSession], dict[str, int]]:
    """The classes with people in the very class they sit in already, and which existing class
    each such one continues. `dates`: the date of every day of the problem.
    """
    rooms = {room.id: room for room in problem.rooms}
    courses = {course.id: course for course in problem.courses}
    known: dict[Side, list[ClassFacts]] = defaultdict(list)
    for one in free:
        known[one.course_id, one.on, one.starts_min, one.site_id].append(one)
    sides: dict[Side, list[_Filling]] = defaultdict(list)
    for session in sessions:
        if session.id.startswith("X"):  # pinned: stays as it is
            continue
        room, course = rooms[session.room], courses[session.course]
        side = row_of(session.course), dates[session.day], session.start, row_of(room.site)
        sides[side].append(_Filling(session, min(room.seats, course.seats), course.min_seats))
    numbers = {person_id: number for number, person_id in enumerate(people)}
    settled: dict[str, _Filling] = {}
    for side, fillings in sides.items():
        if side in known:
            _pair(fillings, known[side])
            _fill(fillings, numbers)
            settled |= {one.planned.id: one for one in fillings}
    found = [
        replace(one, agents=tuple(sorted(settled[one.id].agents))) if one.id in settled else one
        for one in sessions
    ]
    names = {name: one.existing.id for name, one in settled.items() if one.existing}
    return found, names


def _pair(fillings: Sequence[_Filling], existing: Sequence[ClassFacts]) -> None:
    """Which class continues which: in the same room first, then with the same trainer."""
    left = list(existing)
    for asks_room in (True, False):
        for one in fillings:
            if one.existing is None and left:
                same = [row for row in left if _is_like(one.planned, row, asks_room=asks_room)]
                chosen = same[0] if same else None if asks_room else left[0]
                if chosen is not None:
                    one.existing = chosen
                    left.remove(chosen)


def _is_like(planned: PlannedSession, existing: ClassFacts, *, asks_room: bool) -> bool:
    if asks_room:
        return row_of(planned.room) == existing.room_id
    return row_of(planned.trainer) == existing.trainer_id


def _fill(fillings: Sequence[_Filling], numbers: Mapping[int, int]) -> None:
    """Everybody of these classes: first where they sit already, then where people are lacking."""
    coming = {agent for one in fillings for agent in one.planned.agents}
    for one in fillings:
        seated = one.existing.seats if one.existing else ()
        there = [numbers[seat.person_id] for seat in seated if seat.person_id in numbers]
        one.agents = set([agent for agent in there if agent in coming][: one.seats])
        coming -= one.agents
    for agent in sorted(coming):
        open_ = [one for one in fillings if len(one.agents) < one.seats]
        min(open_, key=lambda one: (len(one.agents) - one.least, one.planned.id)).agents.add(agent)
    for one in fillings:
        while len(one.agents) < min(one.least, len(one.planned.agents)):
            fullest = max(fillings, key=lambda other: len(other.agents) - other.least)
            moved = max(fullest.agents)
            fullest.agents.remove(moved)
            one.agents.add(moved)
