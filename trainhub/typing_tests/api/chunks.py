"""Receiving chunks: the endpoint that every typist calls every few seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock, prepared
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.people.queries import Caller
from trainhub.people.views.quick import quick_first
from trainhub.typing_tests import services
from trainhub.typing_tests.api.blueprint import bp
from trainhub.typing_tests.api.runs import settled_run
from trainhub.typing_tests.api.schemas import ChunkIn, ReceiptOut
from trainhub.typing_tests.api.shapes import receipt_shape
from trainhub.typing_tests.services.quick_receiving import receive_quickly
from trainhub.typing_tests.services.receiving import read_chunk
from trainhub.web.access import current_person, requires
from trainhub.web.api import (
    SECURITY,
    check_fields,
    described_body,
    json_body,
    keep_pace,
    unpaced,
)

_FIELDS = frozenset(("token", "no", "events"))
_EXAMPLE = {
    "token": "zKq1v0m4d3vJtB8qk2o5Xw",
    "no": 1,
    "events": [
        [812.4, "d", "n"],
        [812.9, "cs", ""],
        [1310.2, "ce", "您好"],
        [1388.0, "u", " "],
    ],
}
_DOCUMENTED: dict[str, Any] = {
    "security": SECURITY,
    "responses": {
        200: {
            "description": "A receipt, sent only once the chunk is stored durably",
            "content": {"application/json": {"schema": ReceiptOut}},
        },
        409: {
            "description": "`chunk_missing` (send from `next_chunk` on), `run_closed`, "
            "`token_stale`, `too_many_events`"
        },
        422: {"description": "`idempotency_mismatch`: another chunk of that number is stored"},
    },
}


def _body() -> dict[str, Any]:
    """The body's fields. By hand and not by schema: a schema takes longer than the whole save."""
    body = json_body()
    check_fields(body, _FIELDS, frozenset(), "")
    found: dict[str, Any] = body
    return found


def _receive_quickly(
    connection: prepared.Connection, caller: Caller, run_id: int, now: datetime
) -> ResponseReturnValue | None:
    """What nearly every chunk is."""
    body = _body()
    chunk = read_chunk(body["token"], body["no"], body["events"])
    receipt = receive_quickly(connection, caller, run_id, chunk, now=now)
    return receipt_shape(receipt) if receipt is not None else None


@bp.post("/typing-runs/<int:run_id>/chunks")
@quick_first(_receive_quickly)
@requires("typing_tests.type")
@bp.doc(**_DOCUMENTED)
@described_body(ChunkIn, _EXAMPLE)
@unpaced
def receive(run_id: int) -> ResponseReturnValue:
    """Send the next part of the timeline.

    About every five seconds, and at the end. Send a chunk again, with the same number and events,
    until there is an answer: a repeat has no further effect. An event is `[t_ms, kind, data]`;
    the kinds stand in docs/api.md.
    """
    body, now = _body(), clock.now()
    person = current_person()
    try:
        with transaction():
            receipt = services.receive_chunk(
                run_id, person.id, body["token"], body["no"], body["events"], now=now
            )
    except DomainError as error:
        keep_pace()  # only what is not stored is counted, so that no chunk is ever refused
        if isinstance(error, services.ChunkRefused):
            settled_run(run_id)
        raise
    return receipt_shape(receipt)
