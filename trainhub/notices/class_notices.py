"""Messages about classes: a seat, a change, an end, tomorrow's class, a colleague's question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainhub.db import transaction
from trainhub.delivery.models import Booking
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.calendar import entry_of
from trainhub.delivery.queries.teaching.debts_of import list_open_make_ups
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.notices import services
from trainhub.notices.class_news import is_reminder_needed, seat_news
from trainhub.notices.letters import Letter, Reader, calendar_part, place_of, time_before, time_of
from trainhub.notices.models import Notice
from trainhub.notices.queries import classes as queries
from trainhub.notices.rules import CLASS_KINDS, SEAT_NEWS, Kind

Entries = list[tuple[int, str, dict[str, Any]]]
BATCH = 5_000


def collect(now: datetime) -> int:
    """Put down what is to be said and was not yet; how many messages that is."""
    known = queries.list_known(CLASS_KINDS, now)
    told = queries.seats_told(known)
    found: dict[Kind, Entries] = {kind: [] for kind in CLASS_KINDS}
    news = seat_news(queries.list_seat_events(now), told)
    for kind, event in news:
        key = f"{event.booking_id}:{event.id}"
        found[kind].append((event.person_id, key, {"booking_id": event.booking_id}))
    fresh = {event.booking_id for _, event in news}
    found[Kind.CLASS_SOON] = [
        (row.person_id, f"{row.id}:{row.starts_at:%Y%m%d%H%M}", {"booking_id": row.id})
        for row in queries.list_classes_soon(now)
        if row.id not in fresh and is_reminder_needed(row.starts_at, told.get(row.id))
    ]
    found[Kind.SWAP_ASKED] = [
        (row.person_id, str(row.id), {"booking_id": row.booking_id, "swap_id": row.id})
        for row in queries.list_swaps_asked(now)
    ]
    return write_new(found, {(row.person_id, row.kind, row.key) for row in known}, now)


def write_new(found: dict[Kind, Entries], known: set[tuple[int, str, str]], now: datetime) -> int:
    """Put down the messages that are not known yet; how many they are."""
    count = 0
    for kind, entries in found.items():
        fresh = [one for one in entries if (one[0], kind.value, one[1]) not in known]
        for start in range(0, len(fresh), BATCH):  # others write in between
            with transaction():
                services.write_notices(kind, fresh[start : start + BATCH], now=now)
        count += len(fresh)
    return count


def letter_of(notice: Notice, reader: Reader) -> Letter | None:
    """What a notice needs to be said, or None when there is nothing to say any more."""
    booking = queries.find_class_booking(notice.values["booking_id"])
    if booking is None or not _is_still_so(notice, booking):
        return None
    session = booking.training_session
    titles = titles_of([booking.course_id], reader.locale)
    values: dict[str, Any] = {
        "title": titles[booking.course_id],
        "trainer": session.trainer.name,
        "reason": booking.reason,
        "link": f"{reader.root}/agenda",
    }
    more = _more_values(notice, booking, reader)
    if more is None:
        return None
    values |= place_of(session, reader) | more
    if notice.kind not in SEAT_NEWS:
        return Letter(values)
    part = calendar_part(entry_of(booking, titles, reader.root), reader)
    return Letter(values, (part,))


def _more_values(notice: Notice, booking: Booking, reader: Reader) -> dict[str, Any] | None:
    """What only this kind of message says; None where it says nothing."""
    session = booking.training_session
    match notice.kind:
        case Kind.CLASS_BOOKED:
            left = queries.find_exchanged(booking)
            return {"before": time_of(left, reader) if left is not None else ""}
        case Kind.CLASS_MOVED:
            before = time_before(queries.find_last_place(session.id), reader)
            return {"before": "" if before == time_of(session, reader) else before}
        case Kind.CLASS_CANCELLED:
            return {"is_off": session.state == "cancelled", "is_owed": _is_owed(booking)}
        case Kind.SEAT_LEFT:
            if not queries.was_invited(booking):
                return None
            now_in = queries.find_seat(booking.person_id, booking.course_id)
            instead = time_of(now_in, reader) if now_in is not None else ""
            return {"instead": instead, "is_owed": _is_owed(booking)}
        case Kind.SWAP_ASKED:
            return _swap_values(notice, reader)
    return {}


def _is_owed(booking: Booking) -> bool:
    return bool(list_open_make_ups(booking.person_id, booking.course_id))


def _swap_values(notice: Notice, reader: Reader) -> dict[str, Any] | None:
    swap = queries.find_swap(notice.values["swap_id"])
    if swap is None or swap.state != "asked":
        return None
    other = swap.booking
    return {
        "asker": other.person.name,
        "other": time_of(other.training_session, reader),
        "reason": swap.reason,
    }


def _is_still_so(notice: Notice, booking: Booking) -> bool:
    """Whether the booking is still as the notice says."""
    if notice.kind in (Kind.CLASS_CANCELLED, Kind.SEAT_LEFT):
        return booking.state not in WERE_MEANT
    return booking.state == "booked"
