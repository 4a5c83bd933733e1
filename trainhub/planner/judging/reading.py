"""The rota read plainly, straight from the rules: for judging and costing a plan, not for solving.

The solver has arrays of its own in `duties`; what stands here shares nothing with them, so that
a mistake in the one is found by the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from trainhub.planner.problem import DAY_MIN, OFF, Course, Problem, Shift, Window


class Reading:
    """Who works when, and how many heads each queue has, in one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.per_day = DAY_MIN // problem.interval_min
        self.intervals = self.per_day * problem.days
        self.team_of = {team.id: team for team in problem.teams}
        self.courses = {course.id: course for course in problem.courses}
        self._swap = {(agent, day): code for agent, day, code in problem.agents.swap}
        self._away: dict[int, list[tuple[int, int]]] = {}
        for agent, first, last in problem.agents.leave:
            self._away.setdefault(agent, []).append((first, last))
        self._done = set(problem.agents.done)
        self._swaps_of: dict[int, frozenset[tuple[int, str]]] = {}
        for (agent, day), code in self._swap.items():
            self._swaps_of[agent] = self._swaps_of.get(agent, frozenset()) | {(day, code)}
        self._done_by: dict[int, frozenset[str]] = {}
        for agent, course in self._done:
            self._done_by[agent] = self._done_by.get(agent, frozenset()) | {course}
        self._codes = self._rows()
        self._starts: dict[tuple[str, str], list[tuple[int, Window]]] = {}

    @property
    def agents(self) -> range:
        """The numbers of all agents."""
        return range(len(self.problem.agents.team))

    def site(self, agent: int) -> str:
        """Where the agent works."""
        return self.team_of[self.problem.agents.team[agent]].site

    def queue(self, agent: int) -> str:
        """Whose calls the agent takes."""
        return self.team_of[self.problem.agents.team[agent]].queue

    def code(self, agent: int, day: int) -> str:
        """The letter of the agent's shift: pattern, then swaps, then leave; "." is off."""
        return self._codes[agent][day] if 0 <= day < self.problem.days else OFF

    def _rows(self) -> list[str]:
        """The letters of everybody's days; people without exceptions share their pattern."""
        agents = self.problem.agents
        rows = [self.problem.patterns[number] for number in agents.pattern]
        for agent, days in self._exceptions().items():
            row = list(rows[agent])
            for day in days:
                row[day] = OFF if self.is_away(agent, day) else self._swap[agent, day]
            rows[agent] = "".join(row)
        return rows

    def shift(self, agent: int, day: int) -> Shift | None:
        """The shift itself; None on a day off and outside the calendar."""
        return self.problem.shifts.get(self.code(agent, day))

    def is_away(self, agent: int, day: int) -> bool:
        """Whether leave is why the agent does not work."""
        return any(first <= day <= last for first, last in self._away.get(agent, ()))

    def likeness(self, agent: int) -> tuple[object, ...]:
        """Equal for people of the same team with the same rota and the same courses behind them."""
        return (
            self.problem.agents.team[agent],
            self.problem.agents.pattern[agent],
            tuple(self._away.get(agent, ())),
            self._swaps_of.get(agent),
            self._done_by.get(agent),
        )

    def window(self, agent: int, course: Course, day: int, start: int) -> Window | None:
        """The first window of the agent's shift that allows and holds this class."""
        shift = self.shift(agent, day)
        return None if shift is None else window_for(shift, course, start)

    def starts_in(self, shift: Shift, course: Course) -> list[tuple[int, Window]]:
        """Starts of the course's grid in windows of a shift, each with the window that counts."""
        key = (shift.code, course.id)
        if key not in self._starts:
            starts = {
                start
                for window in shift.windows
                if window.kind in course.kinds
                for start in range(
                    -(-window.start // course.grid_min) * course.grid_min,
                    window.end - course.duration_min + 1,
                    course.grid_min,
                )
            }
            found = ((start, window_for(shift, course, start)) for start in sorted(starts))
            self._starts[key] = [(start, window) for start, window in found if window is not None]
        return self._starts[key]

    def needs(self, agent: int, course: Course) -> bool:
        """Whether the agent is still to sit the course."""
        if (agent, course.id) in self._done:
            return False
        return course.teams is None or self.problem.agents.team[agent] in course.teams

    def needed(self) -> list[tuple[int, str]]:
        """Every (agent, course) still to be given a seat."""
        return [
            (agent, course.id)
            for course in self.problem.courses
            for agent in self.agents
            if self.needs(agent, course)
        ]

    def slots(self, day: int, start: int, end: int) -> range:
        """The intervals, counted from the first day, that a stretch touches inside the calendar."""
        width = self.problem.interval_min
        first = day * self.per_day + start // width
        last = day * self.per_day - (-end // width)
        return range(max(0, first), min(self.intervals, last))

    def required(self) -> dict[str, list[int]]:
        """Heads required by queue, for each interval of the calendar."""
        return {
            queue.id: [heads for day in queue.profile_of_day for heads in queue.profiles[day]]
            for queue in self.problem.queues
        }

    def rostered(self) -> dict[str, list[int]]:
        """Heads on the phones by queue, for each interval of the calendar, without any class."""
        heads = {queue.id: [0] * self.intervals for queue in self.problem.queues}
        alike: Counter[tuple[str, int]] = Counter(
            (self.queue(agent), self.problem.agents.pattern[agent]) for agent in self.agents
        )
        for (queue, pattern), count in alike.items():
            for day, code in enumerate(self.problem.patterns[pattern]):
                self._count(heads[queue], day, code, count)
        for agent, days in self._exceptions().items():
            line = heads[self.queue(agent)]
            pattern_ = self.problem.patterns[self.problem.agents.pattern[agent]]
            for day in days:
                self._count(line, day, pattern_[day], -1)
                self._count(line, day, self.code(agent, day), 1)
        return heads

    def _exceptions(self) -> Mapping[int, Iterable[int]]:
        days: dict[int, set[int]] = {}
        for agent, day in self._swap:
            days.setdefault(agent, set()).add(day)
        for agent, spans in self._away.items():
            for first, last in spans:
                stretch = range(max(0, first), min(self.problem.days, last + 1))
                days.setdefault(agent, set()).update(stretch)
        return days

    def _count(self, line: list[int], day: int, code: str, people: int) -> None:
        shift = self.problem.shifts.get(code)
        if shift is None:
            return
        width, first = self.problem.interval_min, day * self.per_day
        for number in range(-(-shift.start // width), shift.end // width):
            slot = first + number
            if slot < self.intervals and not _is_taken_out(
                shift, number * width, (number + 1) * width
            ):
                line[slot] += people


def window_for(shift: Shift, course: Course, start: int) -> Window | None:
    """The first window of a shift that allows and holds a class of the course at this start."""
    end = start + course.duration_min
    for window in shift.windows:
        if window.kind in course.kinds and window.start <= start and end <= window.end:
            return window
    return None


def starts_of(reading: Reading, agent: int, course: Course) -> Iterator[tuple[int, int, Window]]:
    """Starts of the grid in a window of the agent's shifts, from release to deadline: day, minute
    and the window. Rest, cover and the agent's other classes are not asked."""
    ends = reading.problem.days * DAY_MIN
    last = min(course.deadline, reading.problem.days - 1)
    for day in range(max(0, course.release), last + 1):
        shift = reading.shift(agent, day)
        if shift is None:
            continue
        for start, window in reading.starts_in(shift, course):
            if day * DAY_MIN + start + course.duration_min <= ends:
                yield day, start, window


def _is_taken_out(shift: Shift, start: int, end: int) -> bool:
    """Whether the rota has already given this interval to a class."""
    return any(
        window.kind == "early"
        and not window.on_phones
        and window.start < end
        and start < window.end
        for window in shift.windows
    )
