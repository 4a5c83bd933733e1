"""What the tick does for classes: one class, one transaction; a failing one stops nobody."""

from __future__ import annotations

import logging
from datetime import datetime

from trainhub.db import db, end_read, transaction
from trainhub.delivery.models import MakeUp
from trainhub.delivery.queries.teaching.classroom import list_unended_ids, lock_class
from trainhub.delivery.queries.teaching.make_ups import list_without_offer
from trainhub.delivery.services.teaching.ending import end_overdue
from trainhub.delivery.services.teaching.make_ups import offer_next

log = logging.getLogger(__name__)


def end_overdue_classes(now: datetime) -> int:
    """End the classes nobody ended, and call off those nobody has begun."""
    count = 0
    for session_id in list_unended_ids(now):
        try:
            with transaction():
                count += end_overdue(lock_class(session_id), now=now)
        except Exception:  # whatever is wrong with one, the others are due as well
            log.exception("class %s could not be ended", session_id)
            db.session.rollback()
    end_read()
    return count


def offer_make_ups(now: datetime) -> int:
    """Offer the next safe class to everybody who is owed one and has no offer that holds."""
    count = 0
    for make_up_id in list_without_offer(now):
        try:
            with transaction():
                make_up = db.session.get(MakeUp, make_up_id)
                if make_up is not None and offer_next(make_up, now=now) is not None:
                    count += 1
        except Exception:  # one whose rota cannot be read must not keep the others
            log.exception("make-up %s could not be offered", make_up_id)
            db.session.rollback()
    end_read()
    return count


STAGES = (
    ("end overdue classes", 20, end_overdue_classes),
    ("offer make-ups", 22, offer_make_ups),
)
