"""Saving one response the short way: what nearly every save is, in three small statements.

A save that simply counts (newer than what stands, in time, of the same device or the same
answer) needs no evidence and no error. It is decided by the rules of `rules.saving` on what is
stored, and written by one guarded update that finds nothing if any of it has changed since. Every
other save is left to `services.saving`, which holds the rows while it decides.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
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
from trainhub.assessment.rules.saving import GRACE, Decision, Save, Stored, decide
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.saving import Receipt, check_numbers, is_open
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
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
_CONTENT = Statement(
    select(BankItemVersion.kind, BankItemVersion.stem, BankItemVersion.content).where(
        BankItemVersion.id == bindparam("version_id")
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
    check_response_shape(_item(connection, *row[10:]), save.response)
    stored = Stored(_parsed(response), seq, key, device)
    answerable = is_open(_rules(settings), position, extra_s, opened_at, save.no, now)
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
    with connection.write():
        changed = connection.run(
            _WRITE,
            **standing,
            at_no=save.no,
            new_response=save.response,
            new_seq=save.seq,
            new_key=save.key,
            new_device=save.device,
            at=now,
        )
        if caller.sign_in_id is not None:
            _hold(connection, caller, caller.sign_in_id, standing["closes_at"] + GRACE, now)
    return changed == 1


def _hold(
    connection: Connection, caller: Caller, sign_in_id: int, until: datetime, now: datetime
) -> None:
    """Note once a minute that the sign-in is used, and hold it to the attempt's end."""
    is_held = caller.held_until is not None and caller.held_until >= until
    if not is_held or now - caller.last_seen_at >= SEEN_EVERY:
        hold_caller(connection, sign_in_id, until, now=now)


class _Kept:
    """What was made of texts that never change, by the text; the oldest are forgotten."""

    def __init__(self, make: Callable[[str], Any], most: int) -> None:
        self._make, self._most = make, most
        self._found: OrderedDict[str, Any] = OrderedDict()

    def __call__(self, text: str) -> Any:
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = self._make(text)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found


_rules = _Kept(json.loads, 200)
_known: OrderedDict[tuple[str, str], QuizItem] = OrderedDict()
_MOST_KNOWN = 5_000


def _parsed(response: str | None) -> Any:
    return None if response is None else json.loads(response)


def _item(connection: Connection, key: str, version_id: int, content_hash: str) -> QuizItem:
    """The question, kept by its hash: texts never change, whichever database they come from."""
    found = _known.get((key, content_hash))
    if found is None:
        row = connection.read(_CONTENT, version_id=version_id)
        assert row is not None
        kind, stem, content = row
        found = QuizItem(key=key, kind=Kind(kind), stem=stem, content=content)
        _known[key, content_hash] = found
        while len(_known) > _MOST_KNOWN:
            _known.popitem(last=False)
    return found
