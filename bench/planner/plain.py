"""The plain planner that others are measured against: first come, first served, day by day.

It opens a class as soon as enough people could sit it, takes them in their order, and never looks
back. It keeps every hard rule and knows nothing of pins: it is for problems without them.
"""

from __future__ import annotations

from trainhub.planner.judging.reading import Reading
from trainhub.planner.judging.seating import Seating, Trial
from trainhub.planner.judging.supply import Supply
from trainhub.planner.problem import DAY_MIN, Course, Problem, Window
from trainhub.planner.problem.plan import PlannedSession


def first_come(problem: Problem) -> tuple[PlannedSession, ...]:
    """The classes of the plain plan, in the order in which they were opened."""
    return _Plain(problem).plan()


class _Plain:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.reading = Reading(problem)
        self.seating = Seating(self.reading, ())
        self.supply = Supply(self.reading, ())
        self.opened: list[PlannedSession] = []
        self.waiting: dict[tuple[str, str], list[int]] = {}
        for agent, course in self.reading.needed():
            self.waiting.setdefault((self.reading.site(agent), course), []).append(agent)

    def plan(self) -> tuple[PlannedSession, ...]:
        for day in range(self.problem.days):
            for course in self.problem.courses:
                if not course.release <= day <= course.deadline:
                    continue
                for start in self._starts(course):
                    for site in sorted({team.site for team in self.problem.teams}):
                        while self._open(site, course, day, start):
                            pass
        return tuple(self.opened)

    def _starts(self, course: Course) -> list[int]:
        """Starts at which some shift has a window for the course."""
        shifts = self.problem.shifts.values()
        return sorted(
            {start for shift in shifts for start, _ in self.reading.starts_in(shift, course)}
        )

    def _open(self, site: str, course: Course, day: int, start: int) -> bool:
        """Open one class then and there if enough people can come."""
        limit = course.max_sessions
        if limit is not None and self.supply.held[course.id] >= limit:
            return False
        waiting = self.waiting.get((site, course.id), [])
        windows = self._windows(waiting, course, day, start)
        if len(windows) < max(1, course.min_seats):
            return False
        place = self.supply.place(site, course, day, start)
        if place.code is not None:
            return False
        trial = Trial(self.seating, course, day, start, place.seats)
        for agent, window in windows.items():
            trial.invite(agent, window)
        if len(trial.agents) < max(1, course.min_seats):
            return False
        coming = set(trial.agents)
        self.waiting[site, course.id] = [agent for agent in waiting if agent not in coming]
        session = PlannedSession(
            f"s{len(self.opened)}", course.id, day, start,
            place.room, place.trainer, tuple(sorted(coming)),
        )  # fmt: skip
        self.seating.enter(session)
        self.supply.enter(session)
        self.opened.append(session)
        return True

    def _windows(
        self, waiting: list[int], course: Course, day: int, start: int
    ) -> dict[int, Window]:
        if day * DAY_MIN + start + course.duration_min > self.problem.days * DAY_MIN:
            return {}
        found = {}
        for agent in waiting:
            window = self.reading.window(agent, course, day, start)
            if window is not None:
                found[agent] = window
        return found
