"""Public cases with published answers, as planning problems. Their files are not part of this.

Warehouse location: a warehouse is the only possible class of one course at its own time, a
customer is an agent who needs the course, what serving costs is what the agent dislikes (in
thousandths), the fixed cost is the cost of opening a class. A warehouse without fixed cost is a
pinned class. Capacities are left out.

Curriculum timetabling: a lecture is a course with one class, the lectures of a course come in
order and with a day between as many of them as it takes to lie on enough days; a curriculum is an
agent who needs every lecture of it, and so is a teacher of several courses; each course has a
trainer of its own who is free when the course is. Rooms and courses are ranked by size: a course
is sat by more people, if need be by some who need nothing else, than fit into rooms too small for
its students. One student too many is let pass.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.planner.competition import Competition, Lecture, read
from trainhub.planner.problem.plan import Plan

Document = dict[str, Any]

PERIOD = 60
OPTIMUM = {"cap71": 932615.750, "cap72": 977799.400, "cap73": 1010641.450, "cap74": 1034976.975}
THOUSANDTHS = 1000
# Students for whom a room may lack seats before a larger one is asked for.
SPARED = 1


def warehouses(file: Path) -> tuple[Document, float]:
    """The problem of a warehouse file, and the objective of its published optimum."""
    numbers = iter(file.read_text("ascii").split())
    count, customers = int(next(numbers)), int(next(numbers))
    fixed = []
    for _ in range(count):
        next(numbers)  # capacity
        fixed.append(float(next(numbers)))
    if len({cost for cost in fixed if cost}) != 1:
        raise ValueError(f"{file.name}: warehouses of several fixed costs cannot be mapped")
    opening = round(max(fixed) * THOUSANDTHS)
    dislike = []
    for customer in range(customers):
        next(numbers)  # demand
        for warehouse in range(count):
            cost = round(float(next(numbers)) * THOUSANDTHS)
            dislike.append([customer, 0, warehouse * PERIOD, cost])
    problem = _frame(file.stem, 1, count * PERIOD)
    # Nobody may be cheaper left out than served, whatever the figures of the file.
    unplaced = 1 + opening + max(cost for _, _, _, cost in dislike)
    problem["weights"] |= {"open": opening, "unplaced": unplaced}
    problem["teams"] = [_team("T")]
    problem["agents"] |= {"team": ["T"] * customers, "pattern": [0] * customers}
    problem["dislike"] = dislike
    problem["rooms"] = [{"id": "R", "site": "S", "seats": customers, "blocked": []}]
    problem["trainers"] = [_trainer("K", ["C"], [[0, 0, count * PERIOD]])]
    problem["courses"] = [_course("C", customers, last=0)]
    problem["pinned_sessions"] = [_pinned(number) for number, cost in enumerate(fixed) if cost == 0]
    pinned = len(problem["pinned_sessions"])
    return problem, OPTIMUM[file.stem] * THOUSANDTHS + pinned * opening


def timetable(file: Path) -> Document:
    """The problem of a curriculum timetabling file: nobody unplaced is a feasible timetable."""
    asked, head, sections = read(file)
    days, periods = int(head["Days"]), int(head["Periods_per_day"])
    problem = _frame(file.stem, days, periods * PERIOD)
    lectures = {
        name: [f"{name}.{number}" for number in range(count)]
        for name, count in asked.lectures.items()
    }
    problem["courses"] = [
        _course(one, 1000, last=days - 1) | {"max_sessions": 1, "family": name, "teams": []}
        for name, parts in lectures.items()
        for one in parts
    ]
    problem["precedences"] = [
        {"before": earlier, "after": later, "min_gap_days": gap}
        for name, parts in lectures.items()
        for (earlier, later), gap in zip(
            pairwise(parts), _gaps(len(parts) - 1, asked.least_days[name] - 1), strict=True
        )
    ]
    groups = _groups(sections)
    seats, crowd = _ranked(asked, groups)
    problem["rooms"] = [
        {"id": name, "site": "S", "seats": seats[name], "blocked": []} for name in asked.seats
    ]
    busy = {(row[0], int(row[1]), int(row[2])) for row in sections["UNAVAILABILITY_CONSTRAINTS"]}
    for name, parts in lectures.items():
        free = [
            [day, period * PERIOD, (period + 1) * PERIOD]
            for day in range(days)
            for period in range(periods)
            if (name, day, period) not in busy
        ]
        problem["trainers"].append(_trainer(name, parts, free))
    _followers(problem, groups + crowd, lectures)
    return problem


def lectures_of(plan: Plan) -> list[Lecture]:
    """The lectures of a plan of a timetabling file."""
    return [
        Lecture(one.course.rpartition(".")[0], one.day, one.start // PERIOD, one.room)
        for one in plan.sessions
    ]


def _gaps(count: int, wanted: int) -> list[int]:
    """Where in a series of so many steps a night lies between, spread evenly."""
    return [-(-(step + 1) * wanted // count) + (-step * wanted // count) for step in range(count)]


def _ranked(asked: Competition, groups: list[list[str]]) -> tuple[dict[str, int], list[list[str]]]:
    """Seats per room, and the people who sit one course alone so that it asks for a large room."""
    sizes = sorted(set(asked.seats.values()))
    rank = {
        name: min(sum(size < students - SPARED for size in sizes), len(sizes) - 1)
        for name, students in asked.students.items()
    }
    followers = {name: sum(name in names for names in groups) for name in asked.lectures}
    level, levels, crowd = 0, [], []
    for number in range(len(sizes)):
        here = [name for name in asked.lectures if rank[name] == number]
        for name in here:
            crowd += [[name]] * max(0, level + 1 - followers[name])
        level = max([level + 1, *(followers[name] for name in here)])
        levels.append(level)
    return {name: levels[sizes.index(size)] for name, size in asked.seats.items()}, crowd


def _groups(sections: dict[str, list[list[str]]]) -> list[list[str]]:
    """Courses that may not meet at the same time: a curriculum, or a teacher's."""
    groups = [row[2:] for row in sections["CURRICULA"]]
    taught: dict[str, list[str]] = {}
    for row in sections["COURSES"]:
        taught.setdefault(row[1], []).append(row[0])
    groups += [names for names in taught.values() if len(names) > 1]
    followed = {name for names in groups for name in names}
    return groups + [[row[0]] for row in sections["COURSES"] if row[0] not in followed]


def _followers(problem: Document, groups: list[list[str]], lectures: dict[str, list[str]]) -> None:
    """One agent, in a team of one, for each group."""
    needed_by = {course["id"]: course["teams"] for course in problem["courses"]}
    for number, names in enumerate(groups):
        team = f"T{number}"
        problem["teams"].append(_team(team))
        for name in names:
            for lecture in lectures[name]:
                needed_by[lecture].append(team)
    problem["agents"] |= {
        "team": [team["id"] for team in problem["teams"]],
        "pattern": [0] * len(groups),
    }


def _frame(name: str, days: int, minutes: int) -> Document:
    """A problem in which nothing but the classes themselves is short."""
    return {
        "schema": "trainhub-sched/1",
        "name": name,
        "seed": 0,
        "note": "A public case.",
        "calendar": {"start_date": "2025-09-01", "days": days, "interval_min": PERIOD},
        "rules": {
            "min_rest_min": 0,
            "max_classes_per_day": minutes // PERIOD,
            "max_training_min_per_week": 7 * minutes,
            "dawn_before_min": 0,
            "dawn_free": 0,
        },
        "weights": dict.fromkeys(
            ("shortfall open trainer_hour late_day dawn out_of_shift split_team moved").split(),
            0,
        )
        | {"unplaced": 1000},
        "shifts": {
            "W": {
                "start": 0,
                "end": minutes,
                "windows": [{"kind": "in_shift", "start": 0, "end": minutes, "on_phones": False}],
            }
        },
        "queues": [
            {"id": "Q", "max_short": 0, "profiles": [[0] * 24], "profile_of_day": [0] * days}
        ],
        "teams": [],
        "patterns": ["W" * days],
        "agents": {"leave": [], "swap": [], "dawn_history": [], "done": []},
        "rooms": [],
        "trainers": [],
        "courses": [],
        "precedences": [],
        "pinned_sessions": [],
        "pinned_seats": [],
        "previous": {"seats": []},
        "dislike": [],
    }


def _team(name: str) -> Document:
    return {"id": name, "site": "S", "queue": "Q", "policy": "spread", "max_share": 1.0}


def _trainer(name: str, courses: list[str], free: list[list[int]]) -> Document:
    return {
        "id": name,
        "site": "S",
        "courses": courses,
        "available": free,
        "max_min_per_week": 7 * 1440,
    }


def _course(name: str, seats: int, last: int) -> Document:
    return {
        "id": name,
        "duration_min": PERIOD,
        "seats": seats,
        "min_seats": 1,
        "release": 0,
        "due": last,
        "deadline": last,
        "priority": 1,
        "kinds": ["in_shift"],
        "grid_min": PERIOD,
        "teams": None,
        "max_sessions": None,
        "family": name,
    }


def _pinned(warehouse: int) -> Document:
    return {
        "id": f"W{warehouse}",
        "course": "C",
        "day": 0,
        "start": warehouse * PERIOD,
        "room": "R",
        "trainer": "K",
    }
