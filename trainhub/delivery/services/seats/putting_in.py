"""Putting several people into a class at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking
from trainhub.delivery.queries.seats.seat_book import Joining, SeatBook
from trainhub.delivery.queries.seats.seat_facts import slot_of
from trainhub.delivery.rules.classes.conflicts import SeatRefused
from trainhub.delivery.services.seats.booking import refuse, seat
from trainhub.delivery.services.seats.seats import ClassOver, hold, take_seats
from trainhub.errors import DomainError
from trainhub.people.models import Person


def put_in(
    session_id: int, people: Sequence[Person], *, now: datetime, by_id: int, language: str
) -> list[tuple[Person, DomainError]]:
    """Book everybody who may, in this order; gives who may not, and why.

    All of them are held at once, so that two planners with people of several queues wait for
    each other instead of each holding what the other needs; and what the rules ask is read once
    for all, each seat given being counted for the next. Raises `ClassOver`, `NotFound`.
    """
    wanted = {person.id: person for person in people}
    session = hold([session_id], list(wanted))[session_id]
    if session.state != "scheduled" or session.starts_at <= now:
        raise ClassOver()
    known = _rows_of(session_id, wanted)
    coming = [key for key in wanted if key not in known or known[key].state != "booked"]
    slot, campaign = slot_of(session), session.campaign
    book = SeatBook([Joining(coming, slot, campaign)], language=language)
    refused: list[tuple[Person, DomainError]] = []
    for person_id in coming:
        joining = Joining([person_id], slot, campaign)
        found = book.check([joining])
        try:
            refuse(found, own=by_id == person_id)
            take_seats(session)
        except SeatRefused as error:
            refused.append((wanted[person_id], error))
            continue
        seat(
            session, person_id, found.windows[person_id], known.get(person_id), kind="booked",
            now=now, by_id=by_id,
        )  # fmt: skip
        book.seat(joining)
    return refused


def _rows_of(session_id: int, person_ids: Collection[int]) -> dict[int, Booking]:
    """The rows of these people in a class, whatever their state, as they are stored now."""
    query = select(Booking).where(
        Booking.training_session_id == session_id, Booking.person_id.in_(person_ids)
    )
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {row.person_id: row for row in rows}
