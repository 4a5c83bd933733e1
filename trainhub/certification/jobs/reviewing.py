"""Standings kept up to date: one enrolment, one transaction; a failing one stops nobody."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from trainhub.certification.queries.reviews import get_for_review, list_stale_ids
from trainhub.certification.queries.standings import look_at
from trainhub.certification.services.reviewing import lock_enrolment, review
from trainhub.db import db, end_read, transaction
from trainhub.web.settings import current_settings

log = logging.getLogger(__name__)
AT_ONCE = 100  # enrolments whose facts are read together
MOST = 5_000  # in one tick, so that the stages after this one are reached


def review_enrolments(now: datetime) -> int:
    """Look anew at everybody of whom something has changed, or for whom a new day has begun."""
    zone = current_settings().zone
    ids = list_stale_ids(now, zone, limit=MOST)
    count = 0
    for start in range(0, len(ids), AT_ONCE):
        count += _review(ids[start : start + AT_ONCE], now, zone)
    end_read()
    return count


def _review(ids: list[int], now: datetime, zone: ZoneInfo) -> int:
    looked = look_at(get_for_review(ids), now=now, centre_zone=zone)
    count = 0
    for enrolment_id in ids:
        try:
            with transaction():
                review(lock_enrolment(enrolment_id), looked[enrolment_id], now=now)
            count += 1
        except Exception:  # whatever is wrong with one, the others are to be reviewed as well
            log.exception("enrolment %s could not be reviewed", enrolment_id)
            db.session.rollback()
    return count


STAGES = (("review standings", 40, review_enrolments),)
