"""Bodies of the JSON interface, in and out. What is not named here does not get through."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Integer, List, Nested, String
from apiflask.validators import Length, Range

from trainhub.delivery.rules.seats.booking import REASON_LENGTH
from trainhub.web.converters import LARGEST_ID


def _text(about: str = "", **options: Any) -> String:
    return String(metadata={"description": about}, **options)


def _at(about: str = "") -> String:
    return String(metadata={"description": about, "format": "date-time"})


class SeatOut(Schema):
    """One of my bookings."""

    booking_id = Integer()
    class_id = Integer()
    state = _text("booked, waiting, attended, missed, declined, moved or cancelled")
    course = _text("The course's key")
    title = _text()
    starts_at = _at()
    ends_at = _at()
    time_zone = _text("The clock of the site, an IANA name")
    room = _text()
    join_url = _text("Where an online class is joined, told with a seat; else empty")
    site = _text()
    trainer = _text()
    window = _text("What my shift calls the time: early, before, after or in_shift")
    is_make_up = Boolean()
    may_change = Boolean(metadata={"description": "Whether I may still decline or swap it"})
    uid = _text("The name of the calendar's entry, for life")
    sequence = Integer(metadata={"description": "Rises with every change"})


class OfferOut(Schema):
    """A class I could sit in."""

    class_id = Integer()
    title = _text()
    starts_at = _at()
    ends_at = _at()
    time_zone = _text()
    room = _text()
    site = _text()
    seats_left = Integer()
    refusal = _text("Why not now, for people; empty where nothing stands against it")


class AgendaOut(Schema):
    """My classes."""

    server_now = _at()
    coming = List(Nested(SeatOut))
    waiting = List(Nested(SeatOut))
    past = List(Nested(SeatOut))
    offers = List(Nested(OfferOut))


class ChoicesOut(Schema):
    """Other classes of the course."""

    choices = List(Nested(OfferOut))


class ReasonIn(Schema):
    """Why."""

    reason = _text("Why, in a few words", required=True, validate=Length(1, REASON_LENGTH))


class ChangeIn(Schema):
    """Where to."""

    class_id = Integer(required=True, strict=True, validate=Range(1, LARGEST_ID))
    reason = _text("Why, if you like", load_default="", validate=Length(max=REASON_LENGTH))
