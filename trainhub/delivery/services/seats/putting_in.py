"""Putting several people into a class at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trainhub.delivery.services.seats.booking import book
from trainhub.delivery.services.seats.seats import ClassOver, hold
from trainhub.errors import DomainError
from trainhub.people.models import Person


def put_in(
    session_id: int, people: Sequence[Person], *, now: datetime, by_id: int, language: str
) -> list[tuple[Person, DomainError]]:
    """Book everybody who may; gives who may not, and why.

    All of them are held at once, so that two planners with people of several queues wait for
    each other instead of each holding what the other needs. Raises `ClassOver`, `NotFound`.
    """
    hold([session_id], [person.id for person in people])
    refused = []
    for person in people:
        try:
            book(session_id, person, now=now, by_id=by_id, language=language)
        except ClassOver:
            raise
        except DomainError as error:
            refused.append((person, error))
    return refused
