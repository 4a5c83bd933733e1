"""Telling people: what was planned becomes what they see and are called to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    BookingEvent,
    Campaign,
    TrainingSession,
    TrainingSessionEvent,
)
from trainhub.delivery.services.seats import ClassOver, hold
from trainhub.people.models import Person


@dataclass(frozen=True)
class Published:
    """How many classes were published, and how many people hold a seat in them."""

    classes: int
    seats: int


def publish_campaign(campaign: Campaign, *, now: datetime, actor: Person) -> Published:
    """Publish every coming class of a campaign that is not published yet."""
    # Campaign first, then classes: whoever agrees to a plan holds them in this order too.
    db.session.refresh(campaign, with_for_update={"key_share": True})
    query = select(TrainingSession.id).where(
        TrainingSession.campaign_id == campaign.id,
        TrainingSession.state == "scheduled",
        TrainingSession.published_at.is_(None),
        TrainingSession.starts_at > now,
    )
    told = _publish(list(db.session.scalars(query)), now=now, by_id=actor.id)
    if campaign.state in ("draft", "agreed") and told.classes:
        campaign.state, campaign.published_at = "published", now
    if told.classes:
        append_entry(
            "delivery.campaign_published", actor=actor, object_type="campaign",
            object_key=campaign.key, now=now,
            changes={"classes": [None, told.classes], "seats": [None, told.seats]},
        )  # fmt: skip
    return told


def publish_class(session_id: int, *, now: datetime, actor: Person) -> Published:
    """Publish one class. Published already: nothing changes. Raises `ClassOver`."""
    session = hold([session_id])[session_id]
    if session.state != "scheduled" or session.starts_at <= now:
        raise ClassOver()
    if session.published_at is not None:
        return Published(0, 0)
    told = _publish([session_id], now=now, by_id=actor.id)
    append_entry(
        "delivery.class_published", actor=actor, object_type="training_session",
        object_key=str(session_id), now=now, changes={"seats": [None, told.seats]},
    )  # fmt: skip
    return told


def _publish(session_ids: Collection[int], *, now: datetime, by_id: int) -> Published:
    held = hold(session_ids)
    fresh = [
        one.id for one in held.values() if one.published_at is None and one.state == "scheduled"
    ]
    if not fresh:
        return Published(0, 0)
    db.session.execute(
        update(TrainingSession).where(TrainingSession.id.in_(fresh)).values(published_at=now)
    )
    common = {"reason": "", "occurred_at": now, "by_id": by_id, "kind": "published"}
    db.session.execute(
        insert(TrainingSessionEvent),
        [{"training_session_id": one, "old": {}, "new": {}, **common} for one in fresh],
    )
    query = select(Booking.id).where(
        Booking.training_session_id.in_(fresh), Booking.state == "booked"
    )
    seats = list(db.session.scalars(query))
    if seats:
        rows = [
            {"booking_id": one, "old_state": "booked", "new_state": "booked", **common}
            for one in seats
        ]
        db.session.execute(insert(BookingEvent), rows)
    return Published(len(fresh), len(seats))
