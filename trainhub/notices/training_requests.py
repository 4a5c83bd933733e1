"""Messages about training requests: each step, to whoever the step named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from trainhub.db import transaction
from trainhub.delivery.queries.requests import find_event, list_fresh_events
from trainhub.notices import services
from trainhub.notices.models import Notice
from trainhub.notices.rules import Kind

FRESH = timedelta(days=2)


def collect_request_notices(now: datetime) -> int:
    """Messages about the steps of the last two days."""
    entries = [
        (person_id, str(event.id), {"event_id": event.id})
        for event in list_fresh_events(now - FRESH, now)
        for person_id in event.facts.get("told", ())
    ]
    if entries:
        with transaction():
            services.write_notices(Kind.REQUEST_STEP, entries, now=now)
    return len(entries)


def request_values(notice: Notice, root: str) -> dict[str, Any] | None:
    """What the text of such a message needs."""
    found = find_event(notice.values["event_id"])
    if found is None:
        return None
    event, request = found
    return {
        "step": event.kind,
        "topic": request.topic,
        "who": event.by.name if event.by else "TrainHub",
        "note": event.note,
        "is_trainer": notice.person_id == request.trainer_id,
        "link": f"{root}/training-requests/{request.id}",
    }
