"""The rota as duties: who works what on a day, where a class may lie, who is on the phones."""

from __future__ import annotations

from dataclasses import dataclass

from trainhub.planner.problem import DAY_MIN, OFF, Course, Problem, Queue, Shift, Window


@dataclass(frozen=True, slots=True)
class Around:
    """The shift of a day with those of its neighbours; None is a day off."""

    yesterday: Shift | None
    today: Shift
    tomorrow: Shift | None


class Duties:
    """The rota of a problem, read in order: pattern, then swaps, then leave (leave wins)."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days = problem.calendar.days
        self.codes = _codes(problem)
        self._around: dict[str, Around] = {}

    def code(self, agent: int, day: int) -> str:
        """The shift's letter; `.` on rest, leave and outside the calendar."""
        return self.codes[agent][day] if 0 <= day < self.days else OFF

    def shift(self, agent: int, day: int) -> Shift | None:
        return self.problem.shifts.get(self.code(agent, day))

    def neighbours(self, agent: int, day: int) -> str:
        """Three letters: yesterday's, today's and tomorrow's shift. All that H4 and H5 ask."""
        return self.code(agent, day - 1) + self.code(agent, day) + self.code(agent, day + 1)

    def window_of_three(self, three: str, course: Course, start: int) -> Window | None:
        """The window in which that class lies for a person with these three shifts (H4, H5)."""
        around = self._around_of(three)
        return window_for(around, course, start, self.problem.rules.min_rest_min)

    def window(self, agent: int, course: Course, day: int, start: int) -> Window | None:
        """The window in which the agent may sit a class then, or None (H4 and H5; not H3, H7)."""
        return self.window_of_three(self.neighbours(agent, day), course, start)

    def _around_of(self, three: str) -> Around | None:
        today = self.problem.shifts.get(three[1])
        if today is None:
            return None
        if three not in self._around:
            shifts = self.problem.shifts
            self._around[three] = Around(shifts.get(three[0]), today, shifts.get(three[2]))
        return self._around[three]

    def heads(self) -> dict[str, list[int]]:
        """Rostered heads on the phones per queue, one figure per interval of the calendar."""
        calendar, problem = self.problem.calendar, self.problem
        length = self.days * calendar.intervals_per_day
        found = {queue.id: [0] * length for queue in problem.queues}
        queue_of = {team.id: team.queue for team in problem.teams}
        on_phones = {
            code: phone_intervals(shift, calendar.interval_min)
            for code, shift in problem.shifts.items()
        }
        counts: dict[tuple[str, int, str], int] = {}
        for agent, codes in enumerate(self.codes):
            queue = queue_of[problem.agents.team[agent]]
            for day, code in enumerate(codes):
                if code != OFF:
                    key = (queue, day, code)
                    counts[key] = counts.get(key, 0) + 1
        for (queue, day, code), count in counts.items():
            first = day * calendar.intervals_per_day
            for interval in on_phones[code]:
                if first + interval < length:
                    found[queue][first + interval] += count
        return found

    def surplus(self) -> dict[str, list[int]]:
        """Heads on the phones minus the requirement per queue and interval; negative is short."""
        heads = self.heads()
        return {
            queue.id: [
                present - needed
                for present, needed in zip(
                    heads[queue.id], requirement(self.problem, queue), strict=True
                )
            ]
            for queue in self.problem.queues
        }


def _codes(problem: Problem) -> list[str]:
    """One text per agent with a letter for each day; people without exceptions share it."""
    agents, days = problem.agents, problem.calendar.days
    codes = [problem.patterns[index] for index in agents.pattern]
    changed: dict[int, list[str]] = {}
    for swap in agents.swap:
        changed.setdefault(swap.agent, list(codes[swap.agent]))[swap.day] = swap.shift
    for leave in agents.leave:
        row = changed.setdefault(leave.agent, list(codes[leave.agent]))
        for day in range(max(0, leave.first_day), min(days, leave.last_day + 1)):
            row[day] = OFF
    for agent, row in changed.items():
        codes[agent] = "".join(row)
    return codes


def window_for(around: Around | None, course: Course, start: int, rest_min: int) -> Window | None:
    """The first listed window that holds the class, is of an allowed kind and keeps H5."""
    if around is None:
        return None
    window = window_of_shift(around.today, course, start)
    if window is None:
        return None
    end = start + course.duration_min
    return window if rested(around, window, start, end, rest_min) else None


def window_of_shift(shift: Shift, course: Course, start: int) -> Window | None:
    """The first listed window that holds the class and is of an allowed kind (H4 without H5)."""
    end = start + course.duration_min
    for window in shift.windows:
        if window.kind in course.kinds and window.start <= start and end <= window.end:
            return window
    return None


def rested(around: Around, window: Window, start: int, end: int, rest_min: int) -> bool:
    """H5: the rest before an early or before class and after an after class is long enough."""
    if window.kind in ("early", "before") and around.yesterday is not None:
        return start + DAY_MIN - around.yesterday.end >= rest_min
    if window.kind == "after" and around.tomorrow is not None:
        return around.tomorrow.earliest_duty + DAY_MIN - end >= rest_min
    return True


def phone_intervals(shift: Shift, interval_min: int) -> list[int]:
    """Intervals from the day's midnight that the shift covers wholly, less its early windows
    off the phones (those the rota has already taken out for a class)."""
    found = range(-(-shift.start // interval_min), shift.end // interval_min)
    away = {
        interval
        for window in shift.windows
        if window.kind == "early" and not window.on_phones
        for interval in range(window.start // interval_min, -(-window.end // interval_min))
    }
    return [interval for interval in found if interval not in away]


def requirement(problem: Problem, queue: Queue) -> list[int]:
    """Heads that the queue requires, one figure per interval of the calendar."""
    return [level for index in queue.profile_of_day for level in queue.profiles[index]]


def touched(calendar_interval_min: int, day: int, start: int, duration_min: int) -> range:
    """The intervals of the calendar that a class touches."""
    first = day * DAY_MIN + start
    return range(
        first // calendar_interval_min, -(-(first + duration_min) // calendar_interval_min)
    )
