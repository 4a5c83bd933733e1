"""Saving one response the short way: what nearly every save is, in three small statements.

A save that simply counts (newer than what stands, in time, of the same device or the same
answer) needs no evidence and no error. It is decided by the rules of `rules.saving` on what is
stored, and written by one guarded update that finds nothing if any of it has changed since. Every
other save is left to `services.saving`, which holds the rows while it decides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, select, update

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    ExamVersion,
)
from trainhub.assessment.queries.kept import kept_rules, kept_text
from trainhub.assessment.rules.saving import GRACE, Decision, Save, Stored, decide
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.saving import Receipt, check_numbers, is_open
from trainhub.catalogue.rules.responses import check_response_shape
from trainhub.db import UtcDateTime
from trainhub.people.queries import Caller
from trainhub.people.rules import SEEN_EVERY
from trainhub.people.services import hold_caller
from trainhub.prepared import Connection, Statement

_items, _rows = AttemptItem.__table__, Attempt.__table__
_STANDING = Statement(
    select(
        Attempt.state,
        Attempt.closes_at,
        Attempt.position,
        Attempt.extra_s,
        cast(ExamVersion.settings, Text),
        cast(AttemptItem.response, Text),
        AttemptItem.seq,
        AttemptItem.idempotency_key,
        AttemptItem.device,
        AttemptItem.opened_at,
        BankItem.key,
        BankItemVersion.id,
        BankItemVersion.content_hash,
    )
    .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
    .join(BankItem, BankItem.id == AttemptItem.item_id)
    .join(BankItemVersion, BankItemVersion.id == AttemptItem.version_id)
    .join(ExamVersion, ExamVersion.id == Attempt.exam_version_id)
    .where(
        Attempt.id == bindparam("attempt_id"),
        Attempt.person_id == bindparam("person_id"),
        AttemptItem.no == bindparam("no"),
    )
)
# The attempt is held first, as everywhere, so that no end of it passes between (PostgreSQL).
_held = (
    select(_rows.c.id)
    .where(
        _rows.c.id == bindparam("attempt_id"),
        _rows.c.state == State.IN_PROGRESS.value,
        _rows.c.closes_at == bindparam("closes_at", type_=UtcDateTime),
        _rows.c.position == bindparam("position"),
        _rows.c.extra_s == bindparam("extra_s"),
    )
    .with_for_update(key_share=True)
    .scalar_subquery()
)
_WRITE = Statement(
    update(_items)
    .where(
        _items.c.attempt_id == _held,
        _items.c.no == bindparam("at_no"),
        _items.c.seq == bindparam("old_seq"),
        _items.c.idempotency_key == bindparam("old_key"),
    )
    .values(
        response=bindparam("new_response"),
        seq=bindparam("new_seq"),
        idempotency_key=bindparam("new_key"),
        device=bindparam("new_device"),
        saved_at=bindparam("at"),
    )
)


@dataclass(frozen=True)
class Saved:
    """A response that is in force and stored durably."""

    receipt: Receipt
    closes_at: datetime


def save_quickly(
    connection: Connection, caller: Caller, attempt_id: int, save: Save, *, now: datetime
) -> Saved | None:
    """Store the response; None, with nothing stored, where it needs the longer way.

    Raises `InputErrors` for a response of the wrong form. Notes that the sign-in is used, and
    holds it to the attempt's end.
    """
    check_numbers(save)
    row = connection.read(_STANDING, attempt_id=attempt_id, person_id=caller.person_id, no=save.no)
    if row is None:
        return None
    state, closes_at, position, extra_s, settings, response, seq, key, device = row[:9]
    opened_at = row[9]
    check_response_shape(kept_text(connection, *row[10:]).item, save.response)
    stored = Stored(parsed(response), seq, key, device)
    answerable = is_open(kept_rules(settings), position, extra_s, opened_at, save.no, now)
    is_running = state == State.IN_PROGRESS
    if not is_running or save.key == stored.key:
        return None
    outcome = decide(
        save, stored, is_running=True, is_open=answerable, closes_at=closes_at, now=now
    )
    if outcome.decision is not Decision.SAVED or outcome.keep is not None:
        return None
    standing = {
        "attempt_id": attempt_id,
        "closes_at": closes_at,
        "position": position,
        "extra_s": extra_s,
        "old_seq": seq,
        "old_key": key,
    }
    if not _write(connection, caller, save, standing, now):
        return None
    return Saved(Receipt(save.no, Decision.SAVED, save.seq, save.response, now), closes_at)


def _write(
    connection: Connection, caller: Caller, save: Save, standing: dict[str, Any], now: datetime
) -> bool:
    def write(writing: Connection) -> bool:
        changed = writing.run(
            _WRITE,
            **standing,
            at_no=save.no,
            new_response=save.response,
            new_seq=save.seq,
            new_key=save.key,
            new_device=save.device,
            at=now,
        )
        hold(writing, caller, standing["closes_at"] + GRACE, now)
        return changed == 1

    return connection.write(write)


def hold(connection: Connection, caller: Caller, until: datetime, now: datetime) -> None:
    """Note once a minute that the sign-in is used, and hold it to the attempt's end."""
    if caller.sign_in_id is None:
        return
    is_held = caller.held_until is not None and caller.held_until >= until
    if not is_held or now - caller.last_seen_at >= SEEN_EVERY:
        hold_caller(connection, caller.sign_in_id, until, now=now)


def parsed(response: str | None) -> Any:
    """A response from its JSON; None where nothing was answered."""
    return None if response is None else json.loads(response)
