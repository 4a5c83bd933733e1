"""Calendar addresses: making one, renewing it, noting that it is read."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from trainhub.db import db
from trainhub.delivery.models import CalendarFeed

NOTED_EVERY = timedelta(hours=6)  # a calendar asks every hour; that it does is enough to know


def renew_feed(person_id: int, *, now: datetime) -> CalendarFeed:
    """Give somebody a calendar address; the one they had ends at once."""
    feed = db.session.get(CalendarFeed, person_id, with_for_update={"key_share": True})
    if feed is None:
        feed = CalendarFeed(person_id=person_id, nonce=secrets.token_hex(16), created_at=now)
        db.session.add(feed)
    else:
        feed.nonce, feed.created_at, feed.read_at = secrets.token_hex(16), now, None
    db.session.flush()
    return feed


def end_feed(person_id: int) -> None:
    """Nobody can read the calendar any more."""
    feed = db.session.get(CalendarFeed, person_id)
    if feed is not None:
        db.session.delete(feed)
        db.session.flush()


def is_read_unnoted(feed: CalendarFeed, now: datetime) -> bool:
    """Whether this reading is to be noted."""
    return feed.read_at is None or feed.read_at <= now - NOTED_EVERY


def note_read(feed: CalendarFeed, *, now: datetime) -> None:
    """A calendar has read the feed."""
    feed.read_at = now
