"""Who teaches a class and sits in one at the same time (H6b): found in a plan, and mended.

The search keeps the rule by itself; mending is the last look at every plan before it is handed
over, so that no plan breaks the rule whichever stage it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from trainhub.planner.judging.extension import Extension
from trainhub.planner.judging.reading import Reading
from trainhub.planner.judging.seating import Seating
from trainhub.planner.problem import DAY_MIN, Problem
from trainhub.planner.problem.plan import PlannedSession


@dataclass(frozen=True, slots=True)
class TwoPlaces:
    """An agent who would teach the one class and sit in the other, or teach and sit in one."""

    agent: int
    taught: str
    sat: str


def two_places(problem: Problem, sessions: Sequence[PlannedSession]) -> Iterator[TwoPlaces]:
    """Everybody who would have to be in two places, pinned or not."""
    minutes = {course.id: course.duration_min for course in problem.courses}
    agent_of = {who.id: who.agent for who in problem.trainers if who.agent is not None}
    taught: dict[int, list[PlannedSession]] = {}
    sat: dict[int, list[PlannedSession]] = {agent: [] for agent in agent_of.values()}
    for one in sessions if agent_of else ():
        if one.trainer in agent_of:
            taught.setdefault(agent_of[one.trainer], []).append(one)
        for agent in one.agents:
            if agent in sat:
                sat[agent].append(one)
    for agent, classes in taught.items():
        for one, other in product(classes, sat[agent]):
            begins, first = _begin(one), _begin(other)
            if begins < first + minutes[other.course] and first < begins + minutes[one.course]:
                yield TwoPlaces(agent, one.id, other.id)


def pinned_in_two_places(problem: Problem) -> list[TwoPlaces]:
    """Conflicts between pins alone: they stay as they are, people have to solve them."""
    seats: dict[str, list[int]] = {}
    for agent, name in problem.pinned_seats:
        seats.setdefault(name, []).append(agent)
    sessions = [
        PlannedSession(
            pin.id, pin.course, pin.day, pin.start, pin.room, pin.trainer,
            tuple(seats.get(pin.id, ())),
        )
        for pin in problem.pinned_sessions
    ]  # fmt: skip
    return list(two_places(problem, sessions))


def keep_apart(
    problem: Problem, sessions: tuple[PlannedSession, ...], until: float | None = None
) -> tuple[PlannedSession, ...]:
    """The classes without such conflicts; those who lose a seat sit where else they fit.

    A seat that is not pinned is given up; where only the class taught is not pinned, that class.
    `until` is a reading of `time.monotonic()`: later nobody is seated elsewhere.
    """
    pins = _Pins(problem)
    found = [one for one in two_places(problem, sessions) if not pins.has_both(one)]
    if not found:
        return sessions
    lost = {(one.agent, one.sat) for one in found if (one.agent, one.sat) not in pins.seats}
    closed = {one.taught for one in found if (one.agent, one.sat) in pins.seats}
    left = _without(sessions, lost, closed)
    while (kept := _mended(problem, pins, left)) != left:
        left = kept
    extension = Extension(problem, left, until)
    extension.run()
    return _named(extension.sessions.values(), {one.id for one in sessions})


class _Pins:
    def __init__(self, problem: Problem) -> None:
        self.classes = {pin.id for pin in problem.pinned_sessions}
        self.seats = set(problem.pinned_seats)

    def has_both(self, one: TwoPlaces) -> bool:
        return one.taught in self.classes and (one.agent, one.sat) in self.seats


def _begin(one: PlannedSession) -> int:
    return one.day * DAY_MIN + one.start


def _without(
    sessions: Iterable[PlannedSession], lost: set[tuple[int, str]], closed: set[str]
) -> list[PlannedSession]:
    return [
        replace(one, agents=tuple(agent for agent in one.agents if (agent, one.id) not in lost))
        for one in sessions
        if one.id not in closed
    ]


def _mended(problem: Problem, pins: _Pins, sessions: list[PlannedSession]) -> list[PlannedSession]:
    """Without the classes that have become too small, and without the later parts of who lost
    an earlier one."""
    reading = Reading(problem)
    seating = Seating(reading, sessions)
    small = {
        one.id
        for one in sessions
        if one.id not in pins.classes
        and len(one.agents) < max(1, reading.courses[one.course].min_seats)
    }
    lost = {
        (agent, one.id)
        for one in sessions
        for agent in one.agents
        if (agent, one.id) not in pins.seats
        and any(
            refusal.code == "SERIES_ORDER" for refusal in seating.refusals(agent, one, joins=False)
        )
    }
    return _without(sessions, lost, small)


def _named(sessions: Iterable[PlannedSession], known: set[str]) -> tuple[PlannedSession, ...]:
    """In the order of the calendar; classes opened last are named after the others."""
    found, number = [], 0
    for one in sorted(sessions, key=lambda one: (one.day, one.start, one.course, one.room)):
        name = one.id
        while name not in known:
            number += 1
            if f"s{number}" not in known:
                name = f"s{number}"
                known.add(name)
        found.append(replace(one, id=name))
    return tuple(found)
