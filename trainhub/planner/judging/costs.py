"""What a plan costs, counted from nothing: the figure every plan is compared by.

Each part is the weight given in the problem times a count; the total is their sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Objective, PlannedSession

HOUR_MIN = 60


def objective(
    problem: Problem, sessions: Sequence[PlannedSession], reading: Reading | None = None
) -> Objective:
    """The cost of holding these classes, part by part. `reading` spares reading the rota again."""
    reading = reading or Reading(problem)
    weights = problem.weights
    parts = {
        "unplaced": weights.unplaced * _unplaced(reading, sessions),
        "shortfall": weights.shortfall * shortfall(reading, sessions),
        "sessions": _opening(problem, reading, sessions),
        "seats": sum(
            seat_cost(problem, reading, agent, session)
            for session in sessions
            for agent in session.agents
        )
        + _disliked(problem, sessions),
        "dawn": weights.dawn * _dawn(problem, sessions),
        "split_team": weights.split_team * _split(reading, sessions),
        "moved": weights.moved * _moved(problem, sessions),
    }
    exact = {name: float(value) for name, value in parts.items()}
    return Objective(total=sum(exact.values()), **exact)


def load(reading: Reading, sessions: Iterable[PlannedSession]) -> dict[str, list[int]]:
    """Heads that the classes take off the phones, by queue, for each interval of the calendar."""
    lines = {queue.id: [0] * reading.intervals for queue in reading.problem.queues}
    for session in sessions:
        end = session.start + reading.courses[session.course].duration_min
        for queue, heads in heads_away(reading, session).items():
            for slot in reading.slots(session.day, session.start, end):
                lines[queue][slot] += heads
    return lines


def heads_away(reading: Reading, session: PlannedSession) -> Counter[str]:
    """How many heads one class takes off the phones, by queue."""
    course = reading.courses[session.course]
    taken: Counter[str] = Counter()
    for agent in session.agents:
        window = reading.window(agent, course, session.day, session.start)
        if window is not None and window.on_phones:
            taken[reading.queue(agent)] += 1
    return taken


def shortfall(reading: Reading, sessions: Iterable[PlannedSession]) -> int:
    """Heads times intervals below requirement that are due to the classes."""
    loads, rostered, required = load(reading, sessions), reading.rostered(), reading.required()
    return sum(
        max(0, taken - max(0, heads - need))
        for queue, line in loads.items()
        for taken, heads, need in zip(line, rostered[queue], required[queue], strict=True)
        if taken
    )


def seat_cost(problem: Problem, reading: Reading, agent: int, session: PlannedSession) -> float:
    """Days after the wished date and hours outside the shift of one seat, weighted."""
    course = reading.courses[session.course]
    cost = problem.weights.late_day * max(0, session.day - course.due)
    window = reading.window(agent, course, session.day, session.start)
    if window is not None and window.kind in {"before", "after"}:
        cost += problem.weights.out_of_shift * course.duration_min / HOUR_MIN
    return float(cost)


def _unplaced(reading: Reading, sessions: Sequence[PlannedSession]) -> float:
    seated = {(agent, session.course) for session in sessions for agent in session.agents}
    return sum(
        reading.courses[course].priority
        for agent, course in reading.needed()
        if (agent, course) not in seated
    )


def _opening(problem: Problem, reading: Reading, sessions: Sequence[PlannedSession]) -> float:
    weights = problem.weights
    return sum(
        weights.open
        + weights.trainer_hour * reading.courses[session.course].duration_min / HOUR_MIN
        for session in sessions
    )


def _disliked(problem: Problem, sessions: Sequence[PlannedSession]) -> float:
    costs: dict[tuple[int, int, int], float] = {}
    for agent, day, start, cost in problem.dislike:
        costs[agent, day, start] = costs.get((agent, day, start), 0) + cost
    return sum(
        costs.get((agent, session.day, session.start), 0)
        for session in sessions
        for agent in session.agents
    )


def dawn_counts(problem: Problem, sessions: Iterable[PlannedSession]) -> dict[int, int]:
    """Classes of the plan that begin at dawn, by agent who sits one."""
    counts: Counter[int] = Counter()
    for session in sessions:
        if session.start < problem.rules.dawn_before_min:
            counts.update(session.agents)
    return dict(counts)


def _dawn(problem: Problem, sessions: Sequence[PlannedSession]) -> int:
    free = problem.rules.dawn_free
    history: Mapping[int, int] = dict(problem.agents.dawn_history)
    return sum(
        max(0, history.get(agent, 0) + count - free) - max(0, history.get(agent, 0) - free)
        for agent, count in dawn_counts(problem, sessions).items()
    )


def _split(reading: Reading, sessions: Sequence[PlannedSession]) -> int:
    used: Counter[tuple[str, str]] = Counter()
    for session in sessions:
        teams = {reading.problem.agents.team[agent] for agent in session.agents}
        for team in teams:
            if reading.team_of[team].policy == "together":
                used[team, session.course] += 1
    return sum(count - 1 for count in used.values())


def _moved(problem: Problem, sessions: Sequence[PlannedSession]) -> int:
    seats = {
        (agent, session.course, session.day, session.start)
        for session in sessions
        for agent in session.agents
    }
    return sum(tuple(seat) not in seats for seat in problem.previous)
