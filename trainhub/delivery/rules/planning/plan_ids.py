"""The names that rows of the database have in planning problems and plans."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"[CRKTQSX](\d+)")


def course_name(course_id: int) -> str:
    """A course of the campaign."""
    return f"C{course_id}"


def beside_name(course_id: int, duration_min: int) -> str:
    """A course of a class that the plan works around: held already, or of another campaign."""
    return f"C{course_id}x{duration_min}"


def room_name(room_id: int) -> str:
    """A room."""
    return f"R{room_id}"


def trainer_name(person_id: int) -> str:
    """The trainer who is this person."""
    return f"K{person_id}"


def team_name(team_id: int) -> str:
    """A team."""
    return f"T{team_id}"


def queue_name(queue_id: int, part: int = 0) -> str:
    """A queue; a numbered part of it where its people live by several clocks."""
    return f"Q{queue_id}.{part}" if part else f"Q{queue_id}"


def site_name(site_id: int) -> str:
    """A site."""
    return f"S{site_id}"


def class_name(session_id: int) -> str:
    """A training session that exists already."""
    return f"X{session_id}"


def row_of(name: str) -> int | None:
    """The number of the row a name stands for; None for a class that a plan makes up."""
    found = _NUMBERED.match(name)
    return int(found.group(1)) if found else None


def is_beside(course: str) -> bool:
    """Whether a course of a problem is only there to be worked around."""
    return "x" in course
