"""What a timetable costs by the rules of the 2007 competition in curriculum timetabling.

The planner does not seek this cost: of it, our problem can say that rooms should hold the students
and on how many days a course should lie; lectures that stand alone and changing rooms it cannot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

# The cheapest timetables published.
BEST_KNOWN = {"comp01": 5}
DAY_SHORT, ALONE = 5, 2


class Lecture(NamedTuple):
    """One lecture of a course as it was timetabled."""

    course: str
    day: int
    period: int
    room: str


@dataclass(frozen=True, slots=True)
class Competition:
    """A file of the competition: per course how many lectures, on how many days at least and for
    how many students, the seats of the rooms, and the courses of each curriculum."""

    lectures: dict[str, int]
    least_days: dict[str, int]
    students: dict[str, int]
    seats: dict[str, int]
    curricula: dict[str, list[str]]


def read(file: Path) -> tuple[Competition, dict[str, str], dict[str, list[list[str]]]]:
    """The file, with its head and its sections as they stand there."""
    head: dict[str, str] = {}
    sections: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in file.read_text("utf-8").splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) == 1 and words[0].endswith(":"):
            rows = sections.setdefault(words[0][:-1], [])
        elif words[0].endswith(":"):
            head[words[0][:-1]] = words[1]
        elif words != ["END."]:
            rows.append(words)
    courses = sections["COURSES"]
    asked = Competition(
        {row[0]: int(row[2]) for row in courses},
        {row[0]: int(row[3]) for row in courses},
        {row[0]: int(row[4]) for row in courses},
        {row[0]: int(row[1]) for row in sections["ROOMS"]},
        {row[0]: row[2:] for row in sections["CURRICULA"]},
    )
    return asked, head, sections


def soft_cost(asked: Competition, lectures: Iterable[Lecture]) -> dict[str, int]:
    """The four parts of the cost: a student too many in a room 1, a day too few 5, a lecture of a
    curriculum without another next to it 2, each room of a course beyond the first 1."""
    held = list(lectures)
    crowded = sum(max(0, asked.students[one.course] - asked.seats[one.room]) for one in held)
    days: dict[str, set[int]] = defaultdict(set)
    rooms: dict[str, set[str]] = defaultdict(set)
    for one in held:
        days[one.course].add(one.day)
        rooms[one.course].add(one.room)
    short = sum(max(0, least - len(days[name])) for name, least in asked.least_days.items())
    alone = 0
    for names in asked.curricula.values():
        busy = {(one.day, one.period) for one in held if one.course in names}
        alone += sum(
            (day, period - 1) not in busy and (day, period + 1) not in busy for day, period in busy
        )
    return {
        "room_capacity": crowded,
        "working_days": DAY_SHORT * short,
        "compactness": ALONE * alone,
        "room_stability": sum(len(used) - 1 for used in rooms.values()),
    }
