"""Saving responses: the endpoint that every candidate calls all the time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from trainhub import clock, prepared
from trainhub.assessment import services
from trainhub.assessment.api.blueprint import bp
from trainhub.assessment.api.schemas import ReceiptsOut, SavesIn
from trainhub.assessment.api.shapes import now_shape
from trainhub.assessment.queries.attempts import get_own_attempt
from trainhub.assessment.rules.saving import Decision, Save
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.quick_saving import save_quickly
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.people.queries import Caller
from trainhub.people.views.quick import quick_first
from trainhub.web.access import current_person, requires
from trainhub.web.api import (
    INVALID,
    MISSING,
    SECURITY,
    check_fields,
    described_body,
    instant,
    json_body,
    keep_pace,
    refuse,
    unpaced,
)
from trainhub.web.error_pages import error_body

MOST_AT_ONCE = 200
MOST_QUESTIONS = 1_000
_REQUIRED, _OPTIONAL = frozenset(("no", "response", "seq")), frozenset(("key", "device"))
_NOT_COUNTED = frozenset((Decision.SUPERSEDED, Decision.LATE, Decision.CLOSED))
_EXAMPLE = {
    "responses": [
        {"no": 1, "response": "6e0b23b1f2a4", "seq": 1, "key": "t4Yq0b-1-1", "device": "room-4-7"}
    ]
}
_DOCUMENTED: dict[str, Any] = {
    "security": SECURITY,
    "responses": {
        200: {
            "description": "A receipt for each, stored durably before it was sent",
            "content": {"application/json": {"schema": ReceiptsOut}},
        },
        409: {"description": "`attempt_closed`: too late, even for the evidence; with receipts"},
    },
}


def read_saves(body: Any, header_key: str | None) -> list[Save]:
    """What the body asks to save. Raises `InputErrors` naming the field.

    By hand and not by schema: a schema's check takes longer than the whole save.
    """
    check_fields(body, frozenset(("responses",)), frozenset(), "")
    sent = body["responses"]
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_AT_ONCE:
        raise refuse(INVALID, "responses")
    if header_key is not None and len(sent) != 1:
        raise refuse(INVALID, "Idempotency-Key")
    return [_read_save(each, header_key, f"responses.{n}.") for n, each in enumerate(sent)]


def _read_save(sent: Any, header_key: str | None, at: str) -> Save:
    check_fields(sent, _REQUIRED, _OPTIONAL, at)
    no, seq, device = sent["no"], sent["seq"], sent.get("device", "")
    if type(no) is not int or not 0 < no <= MOST_QUESTIONS:
        raise refuse(INVALID, f"{at}no")
    if type(seq) is not int:
        raise refuse(INVALID, f"{at}seq")
    if not isinstance(device, str):
        raise refuse(INVALID, f"{at}device")
    key = sent.get("key", header_key)
    if key is None:
        raise refuse(MISSING, f"{at}key")
    if not isinstance(key, str) or (header_key is not None and key != header_key):
        raise refuse(INVALID, f"{at}key")
    return Save(no, sent["response"], seq, key, device)


def _save_quickly(
    connection: prepared.Connection, caller: Caller, attempt_id: int, now: datetime
) -> ResponseReturnValue | None:
    """What nearly every save is, of a browser's candidate."""
    saves = read_saves(json_body(), request.headers.get("Idempotency-Key"))
    if len(saves) != 1:
        return None
    saved = save_quickly(connection, caller, attempt_id, saves[0], now=now)
    if saved is None:
        return None
    answer = now_shape(State.IN_PROGRESS.value, saved.closes_at, now)
    return answer | {"receipts": [receipt_shape(saved.receipt)]}


@bp.post("/attempts/<int:attempt_id>/responses")
@quick_first(_save_quickly)
@requires("assessment.sit")
@bp.doc(**_DOCUMENTED)
@described_body(SavesIn, _EXAMPLE)
@unpaced
def save(attempt_id: int) -> ResponseReturnValue:
    """Save one or several responses.

    All of them are stored, or none. Send a save again, with the same key, until there is an
    answer: a repeat has no further effect. `decision` tells what came of each: `saved`;
    `repeated` (in force already); `superseded` (a newer one stands, see `response`); `late` (after
    the end, kept as evidence only); `closed`.
    """
    saves, now = read_saves(json_body(), request.headers.get("Idempotency-Key")), clock.now()
    person = current_person()
    try:
        with transaction():
            receipts = services.save_responses(attempt_id, person.id, saves, now=now)
    except DomainError:
        keep_pace()  # only what is not stored is counted, so that no answer is ever refused
        raise
    attempt = get_own_attempt(attempt_id, person.id)
    answer = now_shape(attempt.state, attempt.closes_at, now)
    answer["receipts"] = [receipt_shape(each) for each in receipts]
    if all(each.decision is Decision.CLOSED for each in receipts):
        keep_pace()
        return error_body(services.AttemptClosed(field="no")) | answer, 409
    return answer


def receipt_shape(receipt: services.Receipt) -> dict[str, Any]:
    """A receipt; the response in force is in it where the one sent does not count."""
    shape = {
        "no": receipt.no,
        "decision": receipt.decision.value,
        "seq": receipt.seq,
        "saved_at": instant(receipt.saved_at),
    }
    if receipt.decision in _NOT_COUNTED:
        shape["response"] = receipt.response
    return shape
