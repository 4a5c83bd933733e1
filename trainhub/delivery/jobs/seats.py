"""What the tick does with seats: free ones go to those who wait, old questions end."""

from __future__ import annotations

import logging
from datetime import datetime

from trainhub.db import db, end_read, transaction
from trainhub.delivery.queries.seats.waiting import has_open_swaps, list_awaited_ids
from trainhub.delivery.services.seats.booking import fill_free_seats
from trainhub.delivery.services.seats.seats import hold
from trainhub.delivery.services.seats.swapping import expire_swaps

log = logging.getLogger(__name__)


def give_free_seats(now: datetime) -> int:
    """Give seats that are free to those who wait, where the rules hold by now.

    A seat given back goes on at once; this is for those who could not have it then, because the
    cover or their rota stood against it. A failing class does not stop the others.
    """
    given = 0
    for session_id in list_awaited_ids(now):
        try:
            with transaction():
                session = hold([session_id])[session_id]
                given += len(fill_free_seats(session, now=now))
        except Exception:  # one class must not stop the others
            db.session.rollback()
            log.exception("free seats of class %s not given", session_id)
    end_read()
    return given


def end_old_swaps(now: datetime) -> int:
    """End questions about swaps whose time has run out."""
    if not has_open_swaps():
        return 0
    with transaction():
        return expire_swaps(now)


STAGES = (
    ("give free seats", 44, give_free_seats),
    ("end old swaps", 45, end_old_swaps),
)
