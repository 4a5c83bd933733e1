"""A plan taken further by hand: those without a seat are put where they fit, nobody is moved.

This is what a planner would do on paper. It answers quickly and exactly what a change would bring
to the plan on the table; the solver, free to move everybody, may do better.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from trainhub.planner.judging.reading import Reading, starts_of
from trainhub.planner.judging.seating import Seating, Trial
from trainhub.planner.judging.supply import Supply
from trainhub.planner.problem import Course, Problem, Window
from trainhub.planner.problem.plan import PlannedSession

Seat = tuple[int, str]
HOUR_MIN = 60


class Extension:
    """A plan that takes in more people, and the classes opened for them."""

    def __init__(
        self, problem: Problem, sessions: Sequence[PlannedSession], until: float | None = None
    ) -> None:
        self.problem, self.until = problem, until
        self.reading = Reading(problem)
        self.seating = Seating(self.reading, sessions)
        self.supply = Supply(self.reading, sessions)
        self.sessions = {one.id: one for one in sessions}
        seated = {(agent, one.course) for one in sessions for agent in one.agents}
        self.placed: list[Seat] = []
        self._waiting: dict[tuple[str, str], list[int]] = {}
        for agent, course in self.reading.needed():
            if (agent, course) not in seated:
                self._waiting.setdefault((self.reading.site(agent), course), []).append(agent)

    def run(self) -> list[Seat]:
        """Fill classes and open new ones until nothing more is found; what was given to whom."""
        found = -1
        while found < len(self.placed) and not self._is_late():
            found = len(self.placed)
            self._fill()
            # A later part can be sat only once its predecessor is, hence round after round.
            for site, course in list(self._waiting):
                while self._open(site, self.reading.courses[course]):
                    pass
        return self.placed

    def _is_late(self) -> bool:
        return self.until is not None and time.monotonic() > self.until

    def _fill(self) -> None:
        for one in list(self.sessions.values()):
            course = self.reading.courses[one.course]
            if not course.release <= one.day <= course.deadline or self._is_late():
                continue
            site = self.seating.site_of(one)
            for agent in list(self._waiting.get((site, one.course), ())):
                if not any(self.seating.refusals(agent, self.sessions[one.id])):
                    self._join(agent, self.sessions[one.id])

    def _join(self, agent: int, session: PlannedSession) -> None:
        self.seating.enter(replace(session, agents=(agent,)))
        self.supply.seat(replace(session, agents=(agent,)))
        joined = replace(session, agents=tuple(sorted((*session.agents, agent))))
        self.sessions[session.id] = joined
        self.seating.taken[session.id] = len(joined.agents)
        self._seated(agent, session)

    def _seated(self, agent: int, session: PlannedSession) -> None:
        self._waiting[self.seating.site_of(session), session.course].remove(agent)
        self.placed.append((agent, session.course))

    def _open(self, site: str, course: Course) -> bool:
        """Open the class that most of those who wait can come to, if it is worth its cost."""
        limit = course.max_sessions
        if self._is_late() or (limit is not None and self.supply.held[course.id] >= limit):
            return False
        weights = self.problem.weights
        cost = weights.open + weights.trainer_hour * course.duration_min / HOUR_MIN
        best, where = None, None
        for day, start, people in self._starts(site, course):
            least = max(1, course.min_seats, len(best.agents) + 1 if best else 0)
            if len(people) < least:
                break
            place = self.supply.place(site, course, day, start)
            if place.code is not None:
                continue
            trial = Trial(self.seating, course, day, start, place.seats, place.trainer)
            for agent, window in people:
                trial.invite(agent, window)
            if len(trial.agents) >= least:
                best, where = trial, place
        if best is None or where is None:
            return False
        if weights.unplaced * course.priority * len(best.agents) <= cost:
            return False
        session = PlannedSession(
            f"more-{len(self.sessions)}", course.id, best.day, best.start,
            where.room, where.trainer, tuple(sorted(best.agents)),
        )  # fmt: skip
        self.sessions[session.id] = session
        self.seating.enter(session)
        self.supply.enter(session)
        for agent in best.agents:
            self._seated(agent, session)
        return True

    def _starts(
        self, site: str, course: Course
    ) -> Iterator[tuple[int, int, list[tuple[int, Window]]]]:
        """Starts with those who wait and whose rota allows them, most people first."""
        people: dict[tuple[int, int], list[tuple[int, Window]]] = {}
        for agent in self._waiting.get((site, course.id), ()):
            for day, start, window in starts_of(self.reading, agent, course):
                people.setdefault((day, start), []).append((agent, window))
        for (day, start), found in sorted(people.items(), key=lambda one: -len(one[1])):
            yield day, start, found
