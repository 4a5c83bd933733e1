"""What the tick does for training requests: each in its own transaction, none stops another."""

from __future__ import annotations

import logging
from datetime import datetime

from trainhub.db import db, end_read, transaction
from trainhub.delivery.queries.requests import list_followed_ids
from trainhub.delivery.services.requests import RequestMoved, follow

log = logging.getLogger(__name__)


def follow_requests(now: datetime) -> int:
    """Take the steps that classes (planned, held, cancelled) and time have made due."""
    count = 0
    for request_id in list_followed_ids():
        try:
            with transaction():
                count += follow(request_id, now=now) is not None
        except RequestMoved:
            continue  # somebody took a step meanwhile: the next tick looks again
        except Exception:  # one that cannot be followed must not keep the others
            log.exception("training request %s could not be followed", request_id)
            db.session.rollback()
    end_read()
    return count


STAGES = (("follow training requests", 48, follow_requests),)
