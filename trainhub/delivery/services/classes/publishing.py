"""Telling people: what was planned becomes what they see and are called to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from trainhub.delivery.queries.classes.callable_seats import Uncalled, list_uncalled
from trainhub.delivery.rules.classes.conflicts import ClassConflicts
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.seats.booking import cancel
from trainhub.delivery.services.seats.seats import ClassOver, hold, hold_classes
from trainhub.errors import N_
from trainhub.people.models import Person


@dataclass(frozen=True)
class Published:
    """How many classes were published, and how many people hold a seat in them.

    `left_out` had one that nobody could keep; `held_back` are classes not published after all.
    """

    classes: int
    seats: int
    left_out: int = 0
    held_back: tuple[Uncalled, ...] = ()


class SeatsUnfit(ClassConflicts):
    """People would be called to classes that stand against the rota, their rest or the cover."""

    code = "seats_unfit"
    message = N_("Nothing was published: some seats no longer fit.")

    def __init__(self, classes: Sequence[Uncalled]) -> None:
        super().__init__(tuple(conflict for one in classes for conflict in one.conflicts))
        self.classes = tuple(classes)


def publish_campaign(
    campaign: Campaign,
    *,
    now: datetime,
    actor: Person,
    leave_out: bool = False,
    language: str = "en",
) -> Published:
    """Publish every coming class of a campaign that is not published yet.

    Raises `SeatsUnfit` where seats do not fit any more; with `leave_out` these seats are given
    back first, and classes that leave a queue short all the same stay unpublished.
    """
    # Campaign first, then classes: whoever agrees to a plan holds them in this order too.
    db.session.refresh(campaign, with_for_update={"key_share": True})
    query = select(TrainingSession.id).where(
        TrainingSession.campaign_id == campaign.id,
        TrainingSession.state == "scheduled",
        TrainingSession.published_at.is_(None),
        TrainingSession.starts_at > now,
    )
    act = _Act(now, actor.id, leave_out, language)
    told = _publish(list(db.session.scalars(query)), act)
    if campaign.state in ("draft", "agreed") and told.classes:
        campaign.state, campaign.published_at = "published", now
    if told.classes:
        append_entry(
            "delivery.campaign_published", actor=actor, object_type="campaign",
            object_key=campaign.key, now=now,
            changes={"classes": [None, told.classes], "seats": [None, told.seats]},
        )  # fmt: skip
    return told


def publish_class(
    session_id: int,
    *,
    now: datetime,
    actor: Person,
    leave_out: bool = False,
    language: str = "en",
) -> Published:
    """Publish one class. Published already: nothing changes.

    Raises `ClassOver`; `SeatsUnfit` and `leave_out` as in `publish_campaign`.
    """
    session = hold_classes([session_id])[session_id]
    if session.state != "scheduled" or session.starts_at <= now:
        raise ClassOver()
    if session.published_at is not None:
        return Published(0, 0)
    told = _publish([session_id], _Act(now, actor.id, leave_out, language))
    if told.classes:
        append_entry(
            "delivery.class_published", actor=actor, object_type="training_session",
            object_key=str(session_id), now=now, changes={"seats": [None, told.seats]},
        )  # fmt: skip
    return told


@dataclass(frozen=True)
class _Act:
    now: datetime
    by_id: int
    leave_out: bool
    language: str


def _publish(session_ids: Collection[int], act: _Act) -> Published:
    hold_classes(session_ids)
    booked = select(Booking.person_id).where(
        Booking.training_session_id.in_(session_ids), Booking.state == "booked"
    )
    held = hold(session_ids, set(db.session.scalars(booked)))
    fresh = [one for one in held.values() if one.published_at is None and one.state == "scheduled"]
    if not fresh:
        return Published(0, 0)
    against = list_uncalled(fresh, language=act.language)
    if against and not act.leave_out:
        raise SeatsUnfit(against)
    left_out = _leave_out(against, act)
    held_back = list_uncalled(fresh, language=act.language) if against else []
    kept = {one.session.id for one in held_back}
    told = _tell([one.id for one in fresh if one.id not in kept], act)
    return Published(told.classes, told.seats, left_out, tuple(held_back))


def _leave_out(classes: Sequence[Uncalled], act: _Act) -> int:
    """Give back the seats that people cannot keep; nobody has been told of them yet."""
    rows = [row for one in classes for row in one.seats]
    for booking_id, _conflict in rows:
        row = db.session.get_one(Booking, booking_id)
        cancel(row, cause=Cause.PLANNER, reason="", now=act.now, by_id=act.by_id)
    return len(rows)


def _tell(fresh: Collection[int], act: _Act) -> Published:
    if not fresh:
        return Published(0, 0)
    now, by_id = act.now, act.by_id
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
