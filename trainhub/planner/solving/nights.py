"""The night between two classes (H5): whom a pinned seat of a day keeps from a class of the next.

Seats that are not pinned need no look at each other: a class after the shift ends early enough
for every window of the next day's shift. A pinned seat may lie where no window is any more, or was
never asked by these rules: in a class of another campaign, or one the person teaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from trainhub.planner.problem import DAY_MIN, Course, PinnedSession, Problem
from trainhub.planner.problem.duties import Duties


class Nights:
    """The pinned classes, sat or taught, that reach beyond the shift of their day."""

    def __init__(self, duties: Duties) -> None:
        self.duties = duties
        self.rest_min = duties.problem.rules.min_rest_min
        # By day: agents and minutes of the calendar.
        self._ends: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._begins: dict[int, list[tuple[int, int]]] = defaultdict(list)
        minutes = {course.id: course.duration_min for course in duties.problem.courses}
        for agent, pin in _who_is_there(duties.problem):
            shift = duties.shift(agent, pin.day)
            end = pin.start + minutes[pin.course]
            if shift is None or end > shift.end:
                self._ends[pin.day].append((agent, pin.day * DAY_MIN + end))
            if shift is None or pin.start < shift.earliest_duty:
                self._begins[pin.day].append((agent, pin.day * DAY_MIN + pin.start))

    def kept_from(self, course: Course, day: int, start: int) -> int:
        """A mask of the agents to whom a class then would leave too little rest."""
        begin = day * DAY_MIN + start
        end = begin + course.duration_min
        mask = 0
        for agent, ended in self._ends.get(day - 1, ()):
            if 0 <= begin - ended < self.rest_min:
                mask |= self._bit(agent, course, day, start, ("early", "before"))
        for agent, begins in self._begins.get(day + 1, ()):
            if 0 <= begins - end < self.rest_min:
                mask |= self._bit(agent, course, day, start, ("after",))
        return mask

    def _bit(self, agent: int, course: Course, day: int, start: int, kinds: tuple[str, ...]) -> int:
        window = self.duties.window(agent, course, day, start)
        return 1 << agent if window is not None and window.kind in kinds else 0


def _who_is_there(problem: Problem) -> Iterator[tuple[int, PinnedSession]]:
    """Every agent with each pinned class that they sit or teach."""
    pins = {pin.id: pin for pin in problem.pinned_sessions}
    for agent, name in problem.pinned_seats:
        yield agent, pins[name]
    agent_of = {who.id: who.agent for who in problem.trainers}
    for pin in problem.pinned_sessions:
        teacher = agent_of[pin.trainer]
        if teacher is not None:
            yield teacher, pin
