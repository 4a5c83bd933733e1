"""Messages after a class: a seat offered for one that was lost, a survey that is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from trainhub.db import transaction
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.make_ups import find_open_make_up, list_fresh_offers
from trainhub.delivery.queries.surveys import find_open_ticket, list_fresh_tickets
from trainhub.notices import services
from trainhub.notices.models import Notice
from trainhub.notices.rules import Kind

FRESH = timedelta(days=2)


def collect(now: datetime) -> int:
    """Put down what is to be said of the last two days; how many messages there are."""
    offers = [
        (one.person_id, f"{one.id}:{one.offered_session_id}", {"make_up_id": one.id})
        for one in list_fresh_offers(now - FRESH)
    ]
    surveys = [
        (one.person_id, str(one.training_session_id),
         {"training_session_id": one.training_session_id})
        for one in list_fresh_tickets(now - FRESH, now)
    ]  # fmt: skip
    if offers or surveys:
        with transaction():
            services.write_notices(Kind.SEAT_OFFERED, offers, now=now)
            services.write_notices(Kind.SURVEY_OPEN, surveys, now=now)
    return len(offers) + len(surveys)


def values_of(notice: Notice, locale: str, root: str) -> dict[str, Any] | None:
    """What the text of such a message needs, or None when there is nothing to say any more."""
    if notice.kind == Kind.SEAT_OFFERED:
        make_up = find_open_make_up(notice.values["make_up_id"])
        session = make_up.offered_session if make_up is not None else None
        link = f"{root}/my-training-debt"
    else:
        session_id = notice.values["training_session_id"]
        session = find_open_ticket(session_id, notice.person_id)
        link = f"{root}/surveys/{session_id}"
    if session is None:
        return None
    zone = ZoneInfo(session.site.time_zone)
    return {
        "title": titles_of([session.course_id], locale)[session.course_id],
        "starts": f"{session.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "zone": zone.key,
        "room": session.room.name,
        "link": link,
    }
