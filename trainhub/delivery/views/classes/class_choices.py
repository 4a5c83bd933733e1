"""What forms of classes offer: courses, rooms; and ids that addresses name."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from trainhub.delivery.models import Room
from trainhub.delivery.queries.classes.week import list_rooms_there
from trainhub.delivery.queries.planning.supply import list_sites
from trainhub.learning.queries.courses import list_course_heads


def list_courses(language: str) -> list[tuple[int, str]]:
    """Courses of the library by title."""
    heads = list_course_heads(language).values()
    return sorted(((head.id, head.title) for head in heads), key=lambda one: one[1])


def list_rooms(site_id: int | None = None) -> list[Room]:
    """Rooms in use: of one site, or of all."""
    ids = [site_id] if site_id is not None else [site.id for site in list_sites()]
    return [room for one in ids for room in list_rooms_there(one)]


def chosen_id(name: str, known: Sequence[int]) -> int | None:
    """The id an address names, if it is among the known ones."""
    asked = request.args.get(name, "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
    return number if number in known else None
