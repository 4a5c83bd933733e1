"""Faults between the parts of a problem: names that nobody bears, numbers out of the calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from trainhub.planner.problem.entities import OFF

if TYPE_CHECKING:
    from trainhub.planner.problem import Problem


def faults_of(problem: Problem) -> Iterator[str]:
    """Every broken reference, named by its place in the file."""
    yield from _rota(problem)
    yield from _queues(problem)
    yield from _agents(problem)
    yield from _courses(problem)
    yield from _pins(problem)


def _rota(problem: Problem) -> Iterator[str]:
    days = problem.calendar.days
    for number, pattern in enumerate(problem.patterns):
        if len(pattern) != days:
            yield f"patterns[{number}]: must have one letter for each of the {days} days"
        unknown = sorted(set(pattern) - set(problem.shifts) - {OFF})
        if unknown:
            yield f"patterns[{number}]: no shift is called {', '.join(unknown)}"
    for number, swap in enumerate(problem.agents.swap):
        if swap.shift != OFF and swap.shift not in problem.shifts:
            yield f"agents.swap[{number}][2]: no shift is called {swap.shift}"
        if swap.day >= days:
            yield f"agents.swap[{number}][1]: lies outside the calendar of {days} days"
    for number, leave in enumerate(problem.agents.leave):
        if leave.last_day < leave.first_day:
            yield f"agents.leave[{number}]: ends before it starts"


def _queues(problem: Problem) -> Iterator[str]:
    days, levels = problem.calendar.days, problem.calendar.intervals_per_day
    for number, queue in enumerate(problem.queues):
        for place, profile in enumerate(queue.profiles):
            if len(profile) != levels:
                yield f"queues[{number}].profiles[{place}]: must have {levels} intervals"
        if len(queue.profile_of_day) != days:
            yield f"queues[{number}].profile_of_day: must have an entry for each of the {days} days"
        if any(index >= len(queue.profiles) for index in queue.profile_of_day):
            yield f"queues[{number}].profile_of_day: names a profile that is not there"
    known = {queue.id for queue in problem.queues}
    for number, team in enumerate(problem.teams):
        yield from _unknown(f"teams[{number}].queue", [team.queue], known, "queue")


def _agents(problem: Problem) -> Iterator[str]:
    agents, count = problem.agents, problem.agent_count
    teams, courses = {team.id for team in problem.teams}, {c.id for c in problem.courses}
    yield from _unknown("agents.team", agents.team, teams, "team")
    if len(agents.pattern) != count:
        yield f"agents.pattern: must have an entry for each of the {count} agents"
    if any(index >= len(problem.patterns) for index in agents.pattern):
        yield "agents.pattern: names a pattern that is not there"
    listed: dict[str, Iterable[int]] = {
        "agents.leave": (row.agent for row in agents.leave),
        "agents.swap": (row.agent for row in agents.swap),
        "agents.dawn_history": (row[0] for row in agents.dawn_history),
        "agents.done": (row[0] for row in agents.done),
        "pinned_seats": (row[0] for row in problem.pinned_seats),
        "previous.seats": (row.agent for row in problem.previous),
        "dislike": (row.agent for row in problem.dislike),
    }
    for place, numbers in listed.items():
        for number, agent in enumerate(numbers):
            if agent >= count:
                yield f"{place}[{number}]: there is no agent {agent}"
    yield from _unknown("agents.done", (row[1] for row in agents.done), courses, "course")
    yield from _unknown("previous.seats", (p.course for p in problem.previous), courses, "course")


def _courses(problem: Problem) -> Iterator[str]:
    known = {course.id for course in problem.courses}
    teams = {team.id for team in problem.teams}
    for number, course in enumerate(problem.courses):
        if course.deadline < course.release:
            yield f"courses[{number}].deadline: lies before the release"
        yield from _unknown(f"courses[{number}].teams", course.teams or (), teams, "team")
    for number, trainer in enumerate(problem.trainers):
        yield from _unknown(f"trainers[{number}].courses", trainer.courses, known, "course")
    yield from _teachers(problem)
    graph = TopologicalSorter[str]()
    for number, pair in enumerate(problem.precedences):
        names = [pair.before, pair.after]
        yield from _unknown(f"precedences[{number}]", names, known, "course")
        graph.add(pair.after, pair.before)
    try:
        graph.prepare()
    except CycleError as error:
        yield f"precedences: go round in a circle: {', '.join(error.args[1])}"


def _teachers(problem: Problem) -> Iterator[str]:
    seen: set[int] = set()
    for number, trainer in enumerate(problem.trainers):
        if trainer.agent is None:
            continue
        if trainer.agent >= problem.agent_count:
            yield f"trainers[{number}].agent: there is no agent {trainer.agent}"
        if trainer.agent in seen:
            yield f"trainers[{number}].agent: agent {trainer.agent} is another trainer already"
        seen.add(trainer.agent)


def _pins(problem: Problem) -> Iterator[str]:
    courses = {course.id for course in problem.courses}
    rooms, trainers = {room.id for room in problem.rooms}, {t.id for t in problem.trainers}
    for number, pin in enumerate(problem.pinned_sessions):
        place = f"pinned_sessions[{number}]"
        yield from _unknown(f"{place}.course", [pin.course], courses, "course")
        yield from _unknown(f"{place}.room", [pin.room], rooms, "room")
        yield from _unknown(f"{place}.trainer", [pin.trainer], trainers, "trainer")
        if pin.day >= problem.calendar.days:
            yield f"{place}.day: lies outside the calendar of {problem.calendar.days} days"
    course_of = {pin.id: pin.course for pin in problem.pinned_sessions}
    yield from _unknown(
        "pinned_seats", (row[1] for row in problem.pinned_seats), course_of, "class"
    )
    seats = Counter((agent, course_of.get(name)) for agent, name in problem.pinned_seats)
    for (agent, course), times in seats.items():
        if times > 1 and course is not None:
            yield f"pinned_seats: agent {agent} has more than one seat of {course}"


def _unknown(place: str, names: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    for name in sorted(set(names) - set(known)):
        yield f"{place}: there is no {what} {name}"
