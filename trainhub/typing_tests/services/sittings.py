"""Holding supervised rooms: opening, changing and closing them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingSitting, TypingTest
from trainhub.typing_tests.rules.sitting_checks import (
    CODE_LENGTH,
    CODE_SIGNS,
    SittingPlan,
    code_of,
)
from trainhub.typing_tests.services.authoring import TestRetired

_MOMENT = timedelta(seconds=1)


def new_room_code() -> str:
    """A fresh room code, easy to read aloud."""
    return code_of([secrets.randbelow(len(CODE_SIGNS)) for _sign in range(CODE_LENGTH)])


def open_sitting(
    test: TypingTest, plan: SittingPlan, *, actor: Person, now: datetime
) -> TypingSitting:
    """Open a room of the test. Raises `TestRetired`."""
    if test.retired_at is not None:
        raise TestRetired()
    sitting = TypingSitting(
        test_id=test.id, created_at=now, created_by_id=actor.id, **_columns(plan)
    )
    db.session.add(sitting)
    db.session.flush()
    changes = {name: [None, value] for name, value in _told(sitting).items()}
    _record("typing_sitting.opened", sitting, actor=actor, now=now, changes=changes)
    return sitting


def change_sitting(
    sitting: TypingSitting, plan: SittingPlan, *, actor: Person, now: datetime
) -> bool:
    """Give a room another name, code or window; False if they are the same. Runs go on."""
    before, code = _told(sitting), sitting.room_code
    for name, value in _columns(plan).items():
        setattr(sitting, name, value)
    changes = {
        name: [before[name], value] for name, value in _told(sitting).items()
        if before[name] != value
    }  # fmt: skip
    if code != sitting.room_code:
        changes["room_code"] = ["•••", "•••"]  # the trail is read by many
    if not changes:
        return False
    db.session.flush()
    _record("typing_sitting.changed", sitting, actor=actor, now=now, changes=changes)
    return True


def close_sitting(sitting: TypingSitting, *, actor: Person, now: datetime) -> None:
    """Let nobody begin in the room any more; runs under way go on and count as supervised."""
    if now >= sitting.closes_at:
        return
    before = _told(sitting)
    if now <= sitting.opens_at:
        sitting.opens_at = now - _MOMENT  # it was never open; the window must have a length
    sitting.closes_at = now
    db.session.flush()
    changes = {"closes_at": [before["closes_at"], _told(sitting)["closes_at"]]}
    _record("typing_sitting.closed", sitting, actor=actor, now=now, changes=changes)


def _columns(plan: SittingPlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "room_code": plan.room_code,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
    }


def _told(sitting: TypingSitting) -> dict[str, str]:
    return {
        "name": sitting.name,
        "opens_at": sitting.opens_at.isoformat(),
        "closes_at": sitting.closes_at.isoformat(),
    }


def _record(
    action: str, sitting: TypingSitting, *, actor: Person, now: datetime, changes: dict[str, Any]
) -> None:
    append_entry(
        action, actor=actor, object_type="typing_sitting", object_key=str(sitting.id), now=now,
        changes=changes,
    )  # fmt: skip
