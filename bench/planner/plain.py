"""The plain planner that others are measured against: first come, first served, day by day.

It opens a class as soon as enough people could sit it, takes them in their order, and never looks
back. It keeps every hard rule and knows nothing of pins: it is for problems without them.
"""

from __future__ import annotations

from trainhub.planner.plan import PlannedSession
from trainhub.planner.problem import Course, Problem, Window
from trainhub.planner.reading import Reading
from trainhub.planner.seating import Seating, sitting_of
from trainhub.planner.supply import Supply


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
                for start in range(0, 2 * 1440, course.grid_min):
                    for site in sorted({team.site for team in self.problem.teams}):
                        while self._open(site, course, day, start):
                            pass
        return tuple(self.opened)

    def _open(self, site: str, course: Course, day: int, start: int) -> bool:
        """Open one class then and there if enough people can come."""
        limit = course.max_sessions
        if limit is not None and self.supply.held[course.id] >= limit:
            return False
        windows = self._windows(site, course, day, start)
        if len(windows) < max(1, course.min_seats):
            return False
        place = self.supply.place(site, course, day, start)
        if place.code is not None:
            return False
        name = f"s{len(self.opened)}"
        session = PlannedSession(name, course.id, day, start, place.room, place.trainer, ())
        coming = self._coming(session, windows, place.seats)
        if len(coming) < max(1, course.min_seats):
            return False
        waiting = self.waiting[site, course.id]
        self.waiting[site, course.id] = [agent for agent in waiting if agent not in set(coming)]
        session = PlannedSession(
            name, course.id, day, start, place.room, place.trainer, tuple(sorted(coming))
        )
        self.seating.enter(session)
        self.supply.enter(session)
        self.opened.append(session)
        return True

    def _windows(self, site: str, course: Course, day: int, start: int) -> dict[int, Window]:
        if day * 1440 + start + course.duration_min > self.problem.days * 1440:
            return {}
        found = {}
        for agent in self.waiting.get((site, course.id), ()):
            window = self.reading.window(agent, course, day, start)
            if window is not None:
                found[agent] = window
        return found

    def _coming(self, session: PlannedSession, windows: dict[int, Window], seats: int) -> list[int]:
        """The first who fit, one after the other, so that cover and team share hold together."""
        trial = _Trial(self.seating, session)
        for agent, window in windows.items():
            if len(trial.agents) >= seats:
                break
            trial.invite(agent, window)
        return trial.agents


class _Trial:
    """A class being filled: who is in it counts for who may still come."""

    def __init__(self, seating: Seating, session: PlannedSession) -> None:
        self.seating, self.session = seating, session
        self.course = seating.reading.courses[session.course]
        self.slots = seating.reading.slots(
            session.day, session.start, session.start + self.course.duration_min
        )
        self.agents: list[int] = []
        self.taken: dict[str, int] = {}

    def invite(self, agent: int, window: Window) -> None:
        """Take the person in if nothing stands against it."""
        seating, session = self.seating, self.session
        queue, team = f"q{seating.reading.queue(agent)}", f"t{seating.problem.agents.team[agent]}"
        over = max((seating.over(queue[1:], slot) for slot in self.slots), default=-1)
        away = max((seating.team_loads[team[1:]][slot] for slot in self.slots), default=0)
        if window.on_phones and over + self.taken.get(queue, 0) >= 0:
            return
        if away + self.taken.get(team, 0) >= seating.team_limit(team[1:]):
            return
        if any(seating.rest(agent, self.course, session.day, session.start, window)):
            return
        if any(
            seating.agenda_refusals(agent, sitting_of("", self.course, session.day, session.start))
        ):
            return
        self.agents.append(agent)
        self.taken[queue] = self.taken.get(queue, 0) + window.on_phones
        self.taken[team] = self.taken.get(team, 0) + 1
