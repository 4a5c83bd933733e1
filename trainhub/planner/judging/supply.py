"""Where a class could still be held beside those of a plan: a trainer and a room that are free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import DAY_MIN, WEEK_DAYS, Course, Span
from trainhub.planner.problem.entities import Room, Trainer
from trainhub.planner.problem.plan import PlannedSession


@dataclass(frozen=True, slots=True)
class Place:
    """A room and a trainer for one class more, or the code of what is missing."""

    code: str | None
    room: str = ""
    trainer: str = ""
    seats: int = 0
    known: int = 0
    """How many trainers or rooms there are at all, for the sentence that says what is missing."""


class Supply:
    """Trainers and rooms of a problem as the classes of a plan leave them."""

    def __init__(self, reading: Reading, sessions: Sequence[PlannedSession]) -> None:
        self.problem = reading.problem
        self._reading = reading
        self._busy: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
        self._minutes: Counter[tuple[str, int]] = Counter()
        self._sat: set[tuple[int, str]] = set()
        self._trainer_of = {
            trainer.agent: trainer.id
            for trainer in self.problem.trainers
            if trainer.agent is not None
        }
        self.held: Counter[str] = Counter()
        self._found: dict[tuple[str, str, int, int], Place] = {}
        for session in sessions:
            self.enter(session)
        self._free = {trainer.id: _by_day(trainer.available) for trainer in self.problem.trainers}
        self._blocked = {room.id: _by_day(room.blocked) for room in self.problem.rooms}

    def enter(self, session: PlannedSession) -> None:
        """Count one class more: its room and trainer are taken."""
        self.held[session.course] += 1
        self._take("room", session.room, session)
        self._take("trainer", session.trainer, session)
        minutes = self._reading.courses[session.course].duration_min
        self._minutes[session.trainer, session.day // WEEK_DAYS] += minutes
        self.seat(session)
        self._found.clear()

    def seat(self, session: PlannedSession) -> None:
        """H6b: trainers who sit in the class teach no other then."""
        for agent in session.agents if self._trainer_of else ():
            if agent in self._trainer_of:
                self._take("trainer", self._trainer_of[agent], session)
                self._sat.add((agent, session.course))
                self._found.clear()

    def _waits(self, trainer: Trainer, course: Course) -> bool:
        """Whether the trainer still needs the course, so that somebody else should teach it."""
        agent = trainer.agent
        if agent is None or (agent, course.id) in self._sat:
            return False
        return self._reading.needs(agent, course)

    def _take(self, what: str, name: str, session: PlannedSession) -> None:
        begins = session.day * DAY_MIN + session.start
        ends = begins + self._reading.courses[session.course].duration_min
        # A class past midnight is in the way of the next day too.
        for day in {begins // DAY_MIN, (ends - 1) // DAY_MIN}:
            self._busy.setdefault((what, name, day), []).append((begins, ends))

    def place(self, site: str, course: Course, day: int, start: int) -> Place:
        """A room and a trainer there and then, or why there is none (a code of the plan format)."""
        key = (site, course.id, day, start)
        if key not in self._found:
            self._found[key] = self._look(site, course, day, start)
        return self._found[key]

    def trainers(self, site: str, course: Course) -> list[Trainer]:
        """Who teaches the course at the site."""
        return [
            trainer
            for trainer in self.problem.trainers
            if trainer.site == site and course.id in trainer.courses
        ]

    def has_room(self, site: str, course: Course, day: int, start: int) -> bool:
        """Whether a room of the site is free there and then, whoever would teach."""
        begins = day * DAY_MIN + start
        ends = begins + course.duration_min
        return any(
            site in room.sites
            and not _meets(self._blocked[room.id], begins, ends)
            and not self._is_busy("room", room.id, begins, ends)
            for room in self.problem.rooms
        )

    def _look(self, site: str, course: Course, day: int, start: int) -> Place:
        begins = day * DAY_MIN + start
        ends = begins + course.duration_min
        certified = self.trainers(site, course)
        present = [one for one in certified if self._is_present(one, begins, ends)]
        if not present:
            return Place("NO_TRAINER", known=len(certified))
        here = [room for room in self.problem.rooms if site in room.sites]
        usable = [room for room in here if not _meets(self._blocked[room.id], begins, ends)]
        if not usable:
            return Place("NO_ROOM", known=len(here))
        present.sort(key=lambda one: self._waits(one, course))
        trainer = next((one for one in present if self._has_time(one, day, begins, ends)), None)
        if trainer is None:
            return Place("TRAINER_BUSY", known=len(present))
        free: list[Room] = [
            room for room in usable if not self._is_busy("room", room.id, begins, ends)
        ]
        if not free:
            return Place("ROOM_BUSY", known=len(usable))
        room = max(free, key=lambda one: one.seats)
        return Place(None, room.id, trainer.id, min(room.seats, course.seats), len(free))

    def _is_present(self, trainer: Trainer, begins: int, ends: int) -> bool:
        spans = self._free[trainer.id]
        near = [span for day in _days(begins, ends) for span in spans.get(day, ())]
        reached = begins
        for first, last in sorted(near):
            if first <= reached < last:
                reached = last
        return reached >= ends

    def _has_time(self, trainer: Trainer, day: int, begins: int, ends: int) -> bool:
        taught = self._minutes[trainer.id, day // WEEK_DAYS] + ends - begins
        return taught <= trainer.max_min_per_week and not self._is_busy(
            "trainer", trainer.id, begins, ends
        )

    def _is_busy(self, what: str, name: str, begins: int, ends: int) -> bool:
        return any(
            first < ends and begins < last
            for day in {begins // DAY_MIN, (ends - 1) // DAY_MIN}
            for first, last in self._busy.get((what, name, day), ())
        )


def _days(begins: int, ends: int) -> range:
    """The days whose spans may reach into a stretch: a span may pass its midnight."""
    return range(begins // DAY_MIN - 1, (ends - 1) // DAY_MIN + 1)


def _by_day(spans: Sequence[Span]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for day, start, end in spans:
        found.setdefault(day, []).append((day * DAY_MIN + start, day * DAY_MIN + end))
    return found


def _meets(spans: dict[int, list[tuple[int, int]]], begins: int, ends: int) -> bool:
    return any(
        first < ends and begins < last
        for day in _days(begins, ends)
        for first, last in spans.get(day, ())
    )
