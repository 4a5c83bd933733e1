"""Archiving a class that ended: what was taught by whom, when, how long, what it cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainhub.db import db
from trainhub.delivery.models import DeliveryRecord, TrainingSession
from trainhub.delivery.queries.teaching.classroom import (
    class_clock,
    held_class,
    list_events,
    list_roster,
)
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.classroom import Step


def archive(session: TrainingSession, cover: list[dict[str, Any]], *, now: datetime) -> None:
    """Write the record of a class that has just ended. It is written once and never changed:
    what is put right later stands in the histories. `cover` is what the class took from the
    phones (`queries.class_cover`), asked while people were still in it.
    """
    facts = facts_of(session) | {"cover": cover}
    db.session.add(DeliveryRecord(training_session_id=session.id, facts=facts, recorded_at=now))
    db.session.flush()


def facts_of(session: TrainingSession) -> dict[str, Any]:
    """What is kept. People are numbers here: their names stand with their accounts."""
    assert session.ended_at is not None and session.begun_at is not None
    events, held = list_events(session.id), held_class(session)
    roster = list_roster(session.id)
    states = [seat.state for seat in roster]
    return {
        "course": session.course.key,
        "trainer_id": session.trainer_id,
        "room": session.room.name,
        "site": session.site.name,
        "on": session.on.isoformat(),
        "starts_min": session.starts_min,
        "ends_min": session.ends_min,
        "window_kind": session.window_kind,
        "begun_at": session.begun_at.isoformat(),
        "ended_at": session.ended_at.isoformat(),
        "planned_min": held.planned_s // 60,
        "taught_min": held.taught_s // 60,
        "is_held": held.is_held,
        "cause": "" if held.is_held else held.cause.value,
        "pauses": max(0, len(class_clock(session, events).stretches) - 1),
        "is_recorded_later": any(one.kind == Step.RECORD for one in events),
        "seats": session.seats,
        "booked": len(roster),
        "attendance": {one.value: states.count(one) for one in AttendanceState},
        "people": [
            {
                "person_id": seat.booking.person_id,
                "state": seat.attendance.state,
                "minutes": seat.attendance.minutes,
                "is_make_up": seat.booking.is_make_up,
            }
            for seat in roster
            if seat.attendance is not None
        ],
    }
