"""Messages after a class: one owed, a seat offered for it, a survey that is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from trainhub.db import transaction
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.make_ups import find_open_make_up, list_fresh_offers
from trainhub.delivery.queries.teaching.surveys import find_open_ticket, list_fresh_tickets
from trainhub.notices import services
from trainhub.notices.letters import Letter, Reader, place_of
from trainhub.notices.models import Notice
from trainhub.notices.queries import after_class as queries
from trainhub.notices.rules import Kind

FRESH = timedelta(days=2)


def collect(now: datetime) -> int:
    """Put down what is to be said of the last two days; how many messages there are."""
    told = queries.list_owed_told(now - FRESH)
    owed = [
        (one.person_id, str(one.missed_booking_id),
         {"make_up_id": one.id, "offered_session_id": one.offered_session_id})
        for one in queries.list_fresh_owed(now - FRESH, now)
    ]  # fmt: skip
    named = {key: values["offered_session_id"] for _, key, values in owed} | told
    offers = [
        (one.person_id, f"{one.id}:{one.offered_session_id}", {"make_up_id": one.id})
        for one in list_fresh_offers(now - FRESH)
        if named.get(str(one.missed_booking_id)) != one.offered_session_id
    ]
    surveys = [
        (one.person_id, str(one.training_session_id),
         {"training_session_id": one.training_session_id})
        for one in list_fresh_tickets(now - FRESH, now)
    ]  # fmt: skip
    if owed or offers or surveys:
        with transaction():
            services.write_notices(Kind.CLASS_OWED, owed, now=now)
            services.write_notices(Kind.SEAT_OFFERED, offers, now=now)
            services.write_notices(Kind.SURVEY_OPEN, surveys, now=now)
    return len(owed) + len(offers) + len(surveys)


def letter_of(notice: Notice, reader: Reader) -> Letter | None:
    """What such a message says, or None when there is nothing to say any more."""
    match notice.kind:
        case Kind.CLASS_OWED:
            return _owed(notice, reader)
        case Kind.SEAT_OFFERED:
            make_up = find_open_make_up(notice.values["make_up_id"])
            session = make_up.offered_session if make_up is not None else None
            link = f"{reader.root}/my-training-debt"
        case _:
            session_id = notice.values["training_session_id"]
            session = find_open_ticket(session_id, notice.person_id)
            link = f"{reader.root}/surveys/{session_id}"
    if session is None:
        return None
    return Letter(_facts(session, reader) | {"link": link})


def _owed(notice: Notice, reader: Reader) -> Letter | None:
    make_up = find_open_make_up(notice.values["make_up_id"])
    if make_up is None:
        return None
    offer_id = notice.values["offered_session_id"]
    is_offered = offer_id is not None and offer_id == make_up.offered_session_id
    offer = make_up.offered_session if is_offered else None
    return Letter(
        _facts(queries.find_missed(make_up), reader)
        | {
            "minutes": make_up.minutes,
            "cause": make_up.cause,
            "offer": _facts(offer, reader) if offer is not None else None,
            "link": f"{reader.root}/my-training-debt",
        }
    )


def _facts(session: TrainingSession, reader: Reader) -> dict[str, Any]:
    title = titles_of([session.course_id], reader.locale)[session.course_id]
    return {"title": title} | place_of(session, reader)
