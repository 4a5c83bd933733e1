"""Saving responses: acknowledged only when stored, repeated without harm, in any order.

The hot path: the attempt's row is held (PostgreSQL) or the database is (SQLite) while one row of
`attempt_item` is written, so that neither the attempt's end nor another device's save can pass
between the two. Whoever writes rows of an attempt holds the attempt's first: no two wait for each
other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptSighting,
    BankItem,
    BankItemVersion,
    ExamVersion,
    KeptResponse,
)
from trainhub.assessment.queries.attempts import get_own_attempt, settings_of
from trainhub.assessment.rules.saving import MAX_SEQ, Decision, Outcome, Save, Stored, decide
from trainhub.assessment.rules.settings import Layout
from trainhub.assessment.rules.states import State
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.rules.responses import check_response_shape
from trainhub.db import db
from trainhub.errors import N_, DomainError, InputError, InputErrors

KEY_LENGTHS = (4, 60)
LONGEST_DEVICE = 40
MOST_KEPT = 50  # of one question: evidence, not a way to fill the disk
MOST_SIGHTINGS = 200  # of one attempt, as in exam-watch.js
LATEST_AWAY_MS = 24 * 3600 * 1000
LONGEST_IN_VIEW_MS = 20 * LATEST_AWAY_MS  # what the browser counts is bounded by the column


class QuestionNotInAttempt(DomainError):
    """The paper has no such question."""

    code = "question_not_in_attempt"
    message = N_("This paper has no such question.")


class AttemptClosed(DomainError):
    """The attempt has ended, or the question may not be answered any more."""

    code = "attempt_closed"
    status = 409
    message = N_("The time for this answer is over. What was saved before counts.")


class SaveKeyReused(DomainError):
    """The same key came with another answer."""

    code = "idempotency_mismatch"
    message = N_("This answer was sent before with another content. Reload the page.")


@dataclass(frozen=True)
class Receipt:
    """What a save came to. `seq`, `response` and `saved_at` are what is in force afterwards."""

    no: int
    decision: Decision
    seq: int
    response: Any
    saved_at: datetime | None


_ROW = (
    select(
        Attempt.state,
        Attempt.closes_at,
        Attempt.position,
        Attempt.extra_s,
        ExamVersion.settings,
        AttemptItem.response,
        AttemptItem.seq,
        AttemptItem.idempotency_key,
        AttemptItem.device,
        AttemptItem.saved_at,
        AttemptItem.opened_at,
        BankItem.key,
        BankItemVersion.id.label("version_id"),
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
    .with_for_update(key_share=True, of=(Attempt, AttemptItem))
)
_WRITE = (
    update(AttemptItem.__table__)
    .where(
        AttemptItem.attempt_id == bindparam("b_attempt_id"),
        AttemptItem.no == bindparam("b_no"),
        AttemptItem.seq < bindparam("b_seq"),
    )
    .values(
        response=bindparam("b_response"),
        seq=bindparam("b_seq"),
        idempotency_key=bindparam("b_key"),
        device=bindparam("b_device"),
        saved_at=bindparam("b_at"),
    )
)


def save_responses(
    attempt_id: int, person_id: int, saves: Sequence[Save], *, now: datetime
) -> list[Receipt]:
    """Keep one or several responses of the person's attempt; a receipt for each.

    All or nothing: raises `NotFound` for another's attempt, `QuestionNotInAttempt`,
    `InputErrors` for a response of the wrong form, `SaveKeyReused`. What comes late or is
    older than what stands is no error: the receipt says so, and the text is kept as evidence.
    """
    return [_save(attempt_id, person_id, each, now) for each in saves]


def _save(attempt_id: int, person_id: int, save: Save, now: datetime) -> Receipt:
    check_numbers(save)
    values = {"attempt_id": attempt_id, "person_id": person_id, "no": save.no}
    row = db.session.execute(_ROW, values).one_or_none()
    if row is None:
        get_own_attempt(attempt_id, person_id)  # raises NotFound for another's
        raise QuestionNotInAttempt(field="no")
    item = _item(row)
    check_response_shape(item, save.response)
    stored = Stored(row.response, row.seq, row.idempotency_key, row.device)
    if save.key == stored.key and save.response != stored.response:
        raise SaveKeyReused(field="key")
    outcome = decide(
        save,
        stored,
        is_running=row.state == State.IN_PROGRESS,
        is_open=is_open(row.settings, row.position, row.extra_s, row.opened_at, save.no, now),
        closes_at=row.closes_at,
        now=now,
    )
    is_kept = _keep(attempt_id, outcome, now)
    if outcome.decision is Decision.SAVED:
        _write(attempt_id, save, now)
        return Receipt(save.no, outcome.decision, save.seq, save.response, now)
    is_lost = outcome.decision is Decision.LATE and not is_kept
    decision = Decision.CLOSED if is_lost else outcome.decision
    return Receipt(save.no, decision, row.seq, row.response, row.saved_at)


def _write(attempt_id: int, save: Save, now: datetime) -> None:
    db.session.execute(
        _WRITE,
        {
            "b_attempt_id": attempt_id,
            "b_no": save.no,
            "b_response": save.response,
            "b_seq": save.seq,
            "b_key": save.key,
            "b_device": save.device,
            "b_at": now,
        },
    )


def check_numbers(save: Save) -> None:
    """Refuse a key, a number or a device's name that no client of ours makes."""
    fits = (
        KEY_LENGTHS[0] <= len(save.key) <= KEY_LENGTHS[1]
        and save.key.isascii()
        and save.key.isprintable()
    )
    if not fits:
        message = N_("The key of a save has 4 to 60 printable ASCII characters.")
        raise InputErrors([InputError("key_form", message, field="key")])
    if not 1 <= save.seq <= MAX_SEQ:
        message = N_("A save is numbered from 1.")
        raise InputErrors([InputError("seq_range", message, field="seq")])
    is_name = save.device.isascii() and (not save.device or save.device.isprintable())
    if len(save.device) > LONGEST_DEVICE or not is_name:
        message = N_("The name of the device is too long.")
        raise InputErrors([InputError("device_form", message, field="device")])


def is_open(
    settings: Mapping[str, Any],
    position: int,
    extra_s: int,
    opened_at: datetime | None,
    no: int,
    now: datetime,
) -> bool:
    """Whether this question may be answered: not once one has gone on where there is no going
    back, not beyond its own limit. Extra time stretches the limit as it does the whole.

    `settings` as they are stored (`rules.settings.ExamSettings.as_dict`).
    """
    if settings["layout"] == Layout.ALL.value:
        return True
    if not settings["may_go_back"] and no != position:
        return False
    limit = settings["item_limit_s"]
    if limit is None or opened_at is None:
        return True
    return bool(now < opened_at + item_limit(limit, settings["duration_s"], extra_s))


def item_limit(limit_s: int, duration_s: int, extra_s: int) -> timedelta:
    """A question's own limit, stretched by the share of extra time."""
    return timedelta(seconds=limit_s * (duration_s + extra_s) / duration_s)


def _keep(attempt_id: int, outcome: Outcome, now: datetime) -> bool:
    """Put what does not count beside the attempt, once; whether it is there."""
    if outcome.keep is None or outcome.why is None:
        return False
    beside = select(KeptResponse.idempotency_key).where(
        KeptResponse.attempt_id == attempt_id, KeptResponse.no == outcome.keep.no
    )
    keys = db.session.scalars(beside).all()
    if outcome.keep.key in keys or len(keys) >= MOST_KEPT:
        return outcome.keep.key in keys
    kept = KeptResponse(
        attempt_id=attempt_id,
        no=outcome.keep.no,
        response=outcome.keep.response,
        seq=outcome.keep.seq,
        idempotency_key=outcome.keep.key,
        device=outcome.keep.device,
        received_at=now,
        why=outcome.why.value,
    )
    try:
        with db.session.begin_nested():
            db.session.add(kept)
    except IntegrityError:  # sent again at the same moment: it is there already
        return True
    return True


def _item(row: Row[Any]) -> QuizItem:
    content = _contents(row.content_hash)
    if content is None:
        version = db.session.get(BankItemVersion, row.version_id)
        assert version is not None
        _remember(version)
        content = _contents(row.content_hash)
    assert content is not None
    return QuizItem(key=row.key, kind=Kind(content[0]), stem=content[1], content=content[2])


_known: dict[str, tuple[str, str, dict[str, Any]]] = {}
_MOST_KNOWN = 5_000


def _contents(content_hash: str) -> tuple[str, str, dict[str, Any]] | None:
    return _known.get(content_hash)


def _remember(version: BankItemVersion) -> None:
    """Keep a text by its hash: texts never change, whichever database they come from."""
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[version.content_hash] = (version.kind, version.stem, version.content)


def flag_item(attempt_id: int, person_id: int, no: int, is_flagged: bool, *, now: datetime) -> None:
    """Note that the candidate wants to come back to a question, or not any more."""
    attempt = get_own_attempt(attempt_id, person_id, for_update=True)
    if attempt.state != State.IN_PROGRESS:
        return
    changed = db.session.execute(
        update(AttemptItem)
        .where(AttemptItem.attempt_id == attempt_id, AttemptItem.no == no)
        .values(is_flagged=is_flagged)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]  # of an update
        raise QuestionNotInAttempt(field="no")
    attempt.last_seen_at = now


def open_item(attempt_id: int, person_id: int, no: int, *, now: datetime) -> AttemptItem:
    """Show a question to its candidate: its limit begins the first time, and where there is no
    going back the earlier ones are closed.

    Raises `QuestionNotInAttempt`, and `AttemptClosed` for a question left behind or skipped to,
    and once time is over.
    """
    attempt = get_own_attempt(attempt_id, person_id, for_update=True)
    row = db.session.get(AttemptItem, (attempt_id, no), populate_existing=True)
    if row is None:
        raise QuestionNotInAttempt(field="no")
    if attempt.state != State.IN_PROGRESS:
        return row
    if attempt.closes_at is not None and now >= attempt.closes_at:
        raise AttemptClosed(field="no")
    settings = settings_of(attempt)
    if settings.layout is Layout.ONE and not settings.may_go_back:
        if not attempt.position <= no <= attempt.position + 1:
            raise AttemptClosed(field="no")
        attempt.position = no
    if row.opened_at is None:
        row.opened_at = now
    attempt.last_seen_at = now
    db.session.flush()
    return row


def note_time(attempt_id: int, person_id: int, times: dict[int, int], *, now: datetime) -> None:
    """Add milliseconds for which questions were in view, as the browser counted them."""
    attempt = get_own_attempt(attempt_id, person_id, for_update=True)
    if attempt.state != State.IN_PROGRESS:
        return
    attempt.last_seen_at = now
    for no, milliseconds in times.items():
        sum_ms = AttemptItem.active_ms + min(max(milliseconds, 0), LATEST_AWAY_MS)
        bounded = case((sum_ms < LONGEST_IN_VIEW_MS, sum_ms), else_=LONGEST_IN_VIEW_MS)
        db.session.execute(
            update(AttemptItem)
            .where(AttemptItem.attempt_id == attempt_id, AttemptItem.no == no)
            .values(active_ms=bounded)
        )


def note_sighting(
    attempt_id: int, person_id: int, kind: str, values: dict[str, Any], *, now: datetime
) -> None:
    """Write down that the page lost focus, or the like. It has no consequence by itself, and
    after `MOST_SIGHTINGS` it tells nothing new."""
    attempt = get_own_attempt(attempt_id, person_id)
    seen = select(func.count()).where(AttemptSighting.attempt_id == attempt_id)
    if attempt.state == State.IN_PROGRESS and (db.session.scalar(seen) or 0) < MOST_SIGHTINGS:
        db.session.add(AttemptSighting(attempt_id=attempt.id, kind=kind, at=now, values=values))
        attempt.last_seen_at = now
        db.session.flush()
