"""Small planning problems for tests: one written out, others drawn."""

from __future__ import annotations

import copy
from itertools import pairwise, product
from typing import Any

from hypothesis import strategies as st

from trainhub.planner.judging.check import check
from trainhub.planner.judging.costs import objective
from trainhub.planner.judging.reading import Reading, starts_of
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import Objective, Plan, PlannedSession, Unplaced

Document = dict[str, Any]


def window(kind: str, start: int, end: int, on_phones: bool = True) -> Document:
    return {"kind": kind, "start": start, "end": end, "on_phones": on_phones}


def course(name: str = "C1", **changes: Any) -> Document:
    return {
        "id": name,
        "duration_min": 60,
        "seats": 10,
        "min_seats": 1,
        "release": 0,
        "due": 4,
        "deadline": 4,
        "priority": 1,
        "kinds": ["early"],
        "grid_min": 30,
        "teams": None,
        "max_sessions": None,
        "family": name,
    } | changes


BASE: Document = {
    "schema": "trainhub-sched/1",
    "name": "five days",
    "seed": 1,
    "note": "",
    "calendar": {"start_date": "2025-09-01", "days": 5, "interval_min": 30},
    "rules": {
        "min_rest_min": 660,
        "max_classes_per_day": 1,
        "max_training_min_per_week": 180,
        "dawn_before_min": 510,
        "dawn_free": 1,
    },
    "weights": {
        "unplaced": 1000,
        "shortfall": 20,
        "open": 30,
        "trainer_hour": 20,
        "late_day": 1,
        "dawn": 5,
        "out_of_shift": 10,
        "split_team": 8,
        "moved": 15,
    },
    "shifts": {
        "E": {
            "start": 480,
            "end": 1020,
            "windows": [window("early", 480, 540), window("after", 1020, 1080, False)],
        },
        "M": {
            "start": 540,
            "end": 1080,
            "windows": [window("before", 480, 540, False), window("early", 540, 600)],
        },
        "L": {"start": 780, "end": 1320, "windows": [window("early", 780, 840)]},
    },
    "queues": [{"id": "Q", "max_short": 0, "profiles": [[0] * 48], "profile_of_day": [0] * 5}],
    "teams": [{"id": "T", "site": "S", "queue": "Q", "policy": "spread", "max_share": 1.0}],
    "patterns": ["EEEEE", "MMMMM", "LLEE.", "....."],
    "agents": {
        "team": ["T", "T", "T"],
        "pattern": [0, 0, 1],
        "leave": [],
        "swap": [],
        "dawn_history": [],
        "done": [],
    },
    "rooms": [{"id": "R", "site": "S", "seats": 10, "blocked": []}],
    "trainers": [
        {
            "id": "K",
            "site": "S",
            "courses": ["C1", "C2"],
            "available": [[day, 0, 1440] for day in range(5)],
            "max_min_per_week": 1200,
        }
    ],
    "courses": [course("C1"), course("C2", teams=[])],
    "precedences": [],
    "pinned_sessions": [],
    "pinned_seats": [],
    "previous": {"seats": []},
    "dislike": [],
}


def document(**changes: Any) -> Document:
    """The written-out problem with some of its top fields replaced."""
    return copy.deepcopy(BASE) | copy.deepcopy(changes)


def problem(**changes: Any) -> Problem:
    return read_problem(document(**changes))


def held(
    name: str, agents: list[int], day: int = 0, start: int = 480, **changes: Any
) -> PlannedSession:
    """A class of C1 in the only room with the only trainer, unless told otherwise."""
    parts = {"course": "C1", "room": "R", "trainer": "K"} | changes
    return PlannedSession(name, day=day, start=start, agents=tuple(agents), **parts)


def plan_of(problem: Problem, *sessions: PlannedSession) -> Plan:
    """A plan of these classes that lists whom it leaves out and what it costs."""
    seated = {(agent, one.course) for one in sessions for agent in one.agents}
    unplaced = tuple(
        Unplaced(agent, name, "MIN_SEATS")
        for agent, name in Reading(problem).needed()
        if (agent, name) not in seated
    )
    try:
        cost = objective(problem, sessions)
    except LookupError:  # the plan names what the problem does not have
        cost = Objective()
    return Plan(problem.name, sessions, unplaced, cost, 0.0, "feasible", 0.0)


def broken(problem: Problem, *sessions: PlannedSession) -> list[str]:
    """The hard rules that a plan of these classes breaks."""
    found = check(problem, plan_of(problem, *sessions))
    return sorted({one.rule for one in found} - {"UNPLACED", "OBJECTIVE"})


def least_cost(problem: Problem) -> float:
    """The cost of the best plan, found by looking at every plan. For a handful of seats only."""
    reading = Reading(problem)
    needed = reading.needed()
    choices = [[None, *_places(problem, reading, agent, name)] for agent, name in needed]
    best = float("inf")
    for choice in product(*choices):
        classes: dict[tuple[Any, ...], list[int]] = {
            (pin.course, pin.day, pin.start, pin.room, pin.trainer): []
            for pin in problem.pinned_sessions
        }
        for (agent, name), place in zip(needed, choice, strict=True):
            if place is not None:
                classes.setdefault((name, *place), []).append(agent)
        pins = {
            (pin.course, pin.day, pin.start, pin.room, pin.trainer): pin.id
            for pin in problem.pinned_sessions
        }
        sessions = [
            PlannedSession(pins.get(key, f"s{number}"), *key, tuple(sorted(agents)))
            for number, (key, agents) in enumerate(classes.items())
        ]
        cost = objective(problem, sessions, reading).total
        if cost < best and not broken(problem, *sessions):
            best = cost
    return best


def _places(
    problem: Problem, reading: Reading, agent: int, name: str
) -> list[tuple[int, int, str, str]]:
    wanted = reading.courses[name]
    return [
        (day, start, room.id, trainer.id)
        for day, start, _ in starts_of(reading, agent, wanted)
        for room in problem.rooms
        for trainer in problem.trainers
        if trainer.site == reading.site(agent) and name in trainer.courses
        if trainer.site == room.site or trainer.site in room.also
    ]


@st.composite
def documents(draw: st.DrawFn, agents: int = 10, days: int = 5, courses: int = 3) -> Document:
    """A problem with every kind of rule in it, small enough to solve in a moment."""
    heads = st.sampled_from((0, 0, 1, 2))
    count = draw(st.integers(agents // 2 + 1, agents))
    teams = draw(st.integers(1, 2))
    sites = draw(st.integers(1, 2))
    names = [f"C{number}" for number in range(draw(st.integers(1, courses)))]
    made = document(calendar={"start_date": "2025-09-01", "days": days, "interval_min": 30})
    made["rules"] |= {
        "max_classes_per_day": draw(st.integers(1, 2)),
        "max_training_min_per_week": draw(st.sampled_from((60, 120, 300))),
    }
    made["teams"] = [
        {
            "id": f"T{number}",
            "site": f"S{number % sites}",
            "queue": f"Q{draw(st.integers(0, 1))}",
            "policy": draw(st.sampled_from(("spread", "together"))),
            "max_share": draw(st.sampled_from((0.3, 0.5, 1.0))),
        }
        for number in range(teams)
    ]
    made["queues"] = [
        {
            "id": f"Q{number}",
            "max_short": draw(st.integers(0, 1)),
            "profiles": [[0] * 48, [draw(heads)] * 48],
            "profile_of_day": draw(st.lists(st.integers(0, 1), min_size=days, max_size=days)),
        }
        for number in range(2)
    ]
    letters = st.lists(st.sampled_from("EEEMML."), min_size=days, max_size=days)
    made["patterns"] = ["".join(draw(letters)) for _ in range(3)]
    agent, day = st.integers(0, count - 1), st.integers(0, days - 1)
    made["agents"] = {
        "team": [f"T{draw(st.integers(0, teams - 1))}" for _ in range(count)],
        "pattern": [draw(st.integers(0, 2)) for _ in range(count)],
        "leave": [[draw(agent), first, first] for first in draw(st.lists(day, max_size=2))],
        "swap": [[draw(agent), when, "E"] for when in draw(st.lists(day, max_size=2, unique=True))],
        "dawn_history": [[one, 1] for one in draw(st.lists(agent, max_size=3, unique=True))],
        "done": [[one, names[0]] for one in draw(st.lists(agent, max_size=1))],
    }
    made["rooms"] = [
        {
            "id": f"R{number}",
            "site": f"S{number % sites}",
            "also": [f"S{number}" for number in range(sites)] if draw(st.booleans()) else [],
            "seats": draw(st.integers(1, 6)),
            "blocked": [[when, 480, 560] for when in draw(st.lists(day, max_size=1))],
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    made["trainers"] = [
        {
            "id": f"K{number}",
            "site": f"S{number % sites}",
            "courses": names,
            "available": [[when, 0, 1440] for when in range(days) if draw(st.integers(0, 4)) < 4],
            "max_min_per_week": draw(st.sampled_from((120, 600))),
        }
        for number in range(draw(st.integers(1, 2)))
    ]
    made["courses"] = [_drawn_course(draw, name, days) for name in names]
    made["precedences"] = [
        {"before": earlier, "after": later, "min_gap_days": draw(st.integers(0, 1))}
        for earlier, later in pairwise(names)
        if draw(st.booleans())
    ]
    made["previous"]["seats"] = [
        [one, draw(st.sampled_from(names)), draw(day), draw(st.sampled_from((480, 540)))]
        for one in draw(st.lists(agent, max_size=2))
    ]
    made["dislike"] = [[one, 0, 480, 7] for one in draw(st.lists(agent, max_size=2, unique=True))]
    return made


def _drawn_course(draw: st.DrawFn, name: str, days: int) -> Document:
    release = draw(st.sampled_from((0, 0, 0, days // 2)))
    return course(
        name,
        duration_min=draw(st.sampled_from((30, 60))),
        seats=draw(st.integers(1, 5)),
        min_seats=draw(st.sampled_from((1, 0, 2))),
        release=release,
        due=draw(st.integers(release, days - 1)),
        deadline=draw(st.sampled_from((days - 1, days - 1, release))),
        priority=draw(st.integers(1, 2)),
        kinds=draw(st.sampled_from((["early"], ["early", "before"], ["early", "after"]))),
        max_sessions=draw(st.sampled_from((None, None, 2))),
    )
