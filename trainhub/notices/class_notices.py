"""Messages about classes: a seat, a change, an end, tomorrow's class, a colleague's question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from trainhub.config import Settings
from trainhub.db import transaction
from trainhub.delivery.models import Booking
from trainhub.delivery.queries.calendar import entry_of
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.rules.calendar import Party, single
from trainhub.notices import services
from trainhub.notices.models import Notice
from trainhub.notices.queries import classes as queries
from trainhub.notices.rules import Kind
from trainhub.web.mail import CalendarPart
from trainhub.web.text import translated

Entries = list[tuple[int, str, dict[str, Any]]]
BATCH = 5_000


def collect(now: datetime) -> int:
    """Put down what is to be said and was not yet; how many messages that is."""
    found: list[tuple[Kind, Entries]] = [
        (kind, [(row.person_id, f"{row.id}:{row.event_id}", {"booking_id": row.id})
                for row in rows])
        for kind, rows in (
            (Kind.CLASS_BOOKED, queries.list_seats_given(queries.BOOKED, now)),
            (Kind.CLASS_MOVED, queries.list_seats_given(queries.MOVED, now)),
            (Kind.SEAT_FREE, queries.list_seats_given(queries.GIVEN, now)),
            (Kind.CLASS_CANCELLED, queries.list_seats_lost(now)),
        )
    ]  # fmt: skip
    soon = [
        (row.person_id, f"{row.id}:{row.starts_at:%Y%m%d%H%M}", {"booking_id": row.id})
        for row in queries.list_classes_soon(now)
    ]
    asked = [
        (row.person_id, str(row.id), {"booking_id": row.booking_id, "swap_id": row.id})
        for row in queries.list_swaps_asked(now)
    ]
    found += [(Kind.CLASS_SOON, soon), (Kind.SWAP_ASKED, asked)]
    known = queries.list_known(now)
    fresh = [
        (kind, [one for one in entries if (one[0], kind.value, one[1]) not in known])
        for kind, entries in found
    ]
    for kind, entries in fresh:
        for start in range(0, len(entries), BATCH):  # others write in between
            with transaction():
                services.write_notices(kind, entries[start : start + BATCH], now=now)
    return sum(len(entries) for _, entries in fresh)


@dataclass(frozen=True)
class ClassMessage:
    """The values of a text, and the calendar's entry that goes with it."""

    values: dict[str, Any]
    calendar: CalendarPart | None


def message_of(notice: Notice, locale: str, settings: Settings) -> ClassMessage | None:
    """What a notice needs to be said, or None when there is nothing to say any more."""
    booking = queries.find_class_booking(notice.values["booking_id"])
    if booking is None or not _is_still_so(notice, booking):
        return None
    titles = titles_of([booking.course_id], locale)
    entry = entry_of(booking, titles, settings.base_url)
    local_start = entry.starts_at.astimezone(ZoneInfo(entry.zone))
    values: dict[str, Any] = {
        "title": titles[booking.course_id],
        "starts": f"{local_start:%Y-%m-%d %H:%M}",
        "ends": f"{entry.ends_at.astimezone(ZoneInfo(entry.zone)):%H:%M}",
        "zone": entry.zone,
        "room": f"{entry.room}, {entry.site}",
        "trainer": entry.trainer,
        "reason": booking.reason,
        "link": f"{settings.base_url}/agenda",
    }
    if notice.kind == Kind.SWAP_ASKED:
        swap = queries.find_swap(notice.values["swap_id"])
        if swap is None or swap.state != "asked":
            return None
        other = swap.booking
        theirs = other.training_session
        begins = theirs.starts_at.astimezone(ZoneInfo(theirs.site.time_zone))
        values |= {
            "asker": other.person.name,
            "other_starts": f"{begins:%Y-%m-%d %H:%M}",
            "reason": swap.reason,
        }
        return ClassMessage(values, None)
    if notice.kind == Kind.CLASS_SOON:
        return ClassMessage(values, None)
    person = booking.person
    with force_locale(locale):
        content = single(
            entry,
            Party(parseaddr(settings.mail_from)[1], settings.centre_name),
            Party(person.email, person.name) if person.email else None,
            translated,
        )
    part = CalendarPart(content, "CANCEL" if entry.is_cancelled else "REQUEST")
    return ClassMessage(values, part)


def _is_still_so(notice: Notice, booking: Booking) -> bool:
    """Whether the booking is still as the notice says."""
    if notice.kind == Kind.CLASS_CANCELLED:
        return booking.state in ("cancelled", "moved")
    return booking.state == "booked"
