"""Offering people the next class that makes good what they missed."""

from __future__ import annotations

from datetime import datetime

from trainhub.db import db
from trainhub.delivery.models import Booking, MakeUp, TrainingSession
from trainhub.delivery.queries.teaching.make_ups import find_next_safe
from trainhub.delivery.services.seats.booking import book
from trainhub.errors import N_, Conflict


class OfferGone(Conflict):
    """The class that was offered cannot be had any more."""

    code = "offer_gone"
    message = N_("This class is full, moved or over by now. The next one will be offered.")


def offer_next(make_up: MakeUp, *, now: datetime) -> TrainingSession | None:
    """Offer the next safe class, or take an offer back that no longer holds.

    An offer holds no seat: whoever takes it first has it. Where no class is safe the make-up
    waits for the planner, visible as owed.
    """
    if make_up.settled_at is not None:
        return None
    found = find_next_safe(make_up, now)
    make_up.offered_session_id = found.id if found else None
    make_up.offered_at = now
    db.session.flush()
    return found


def take_offer(make_up: MakeUp, *, now: datetime, language: str) -> Booking:
    """Somebody takes the class they are offered: every rule is asked again.

    Raises `OfferGone` where nothing is offered any more, and what `booking.book` raises.
    """
    session = make_up.offered_session
    if make_up.settled_at is not None or session is None or session.published_at is None:
        raise OfferGone()
    if session.state != "scheduled" or session.starts_at <= now:
        raise OfferGone()
    return book(
        session.id, make_up.person, now=now, by_id=make_up.person_id, language=language,
        is_make_up=True,
    )  # fmt: skip
