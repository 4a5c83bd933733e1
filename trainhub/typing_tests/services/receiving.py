"""Storing a chunk of a timeline: durably before it is acknowledged, once however often it comes.

The long way, with session and objects; nearly every chunk goes the short one of `quick_receiving`,
which is decided by the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.typing_tests.models import TypingChunk, TypingRun
from trainhub.typing_tests.queries.runs import get_own_run
from trainhub.typing_tests.rules.receiving import (
    LARGEST_CHUNK,
    MOST_CHUNKS,
    Chunk,
    ChunkDecision,
    Standing,
    as_stored,
    decide,
    hash_of,
    since_start_ms,
)
from trainhub.typing_tests.rules.wire import MOST_IN_CHUNK, read_events

_TOO_MANY = N_("Between 1 and %(most)s events in one chunk.")
_TOO_LARGE = N_("A chunk has at most %(most)s bytes.")
_BAD_NUMBER = N_("Chunks are numbered from 1.")
_NO_TEXT = N_("A token is text.")


class ChunkRefused(Conflict):
    """The chunk does not count. `code` is of `ChunkDecision`; `next_chunk` is awaited."""

    def __init__(self, decision: ChunkDecision, next_chunk: int) -> None:
        super().__init__(_MESSAGES[decision], code=decision.value)
        self.decision = decision
        self.next_chunk = next_chunk


class ChunkDiffers(DomainError):
    """Another chunk of that number is stored."""

    code = ChunkDecision.MISMATCH.value
    message = N_("Another chunk with this number has been stored.")

    def __init__(self, next_chunk: int) -> None:
        super().__init__(field="no")
        self.next_chunk = next_chunk


_MESSAGES = {
    ChunkDecision.STALE_TOKEN: N_("This run goes on in another window, or its token is wrong."),
    ChunkDecision.CLOSED: N_("This run has ended."),
    ChunkDecision.MISSING: N_("A chunk before this one is missing."),
    ChunkDecision.TOO_MANY: N_("This run has more events than can be kept."),
}


@dataclass(frozen=True)
class Receipt:
    """What came of a chunk. `remaining_ms` is the time to the wall, `events` are stored so far."""

    no: int
    next_chunk: int
    events: int
    remaining_ms: int
    decision: ChunkDecision


def read_chunk(token: object, no: object, events_raw: object) -> Chunk:
    """A chunk as it was sent, checked. Raises `InputErrors` that name the place."""
    if not isinstance(token, str) or len(token) > 200:
        raise InputErrors([InputError("field_invalid", _NO_TEXT, field="token")])
    if type(no) is not int or not 0 < no <= MOST_CHUNKS:
        raise InputErrors([InputError("field_invalid", _BAD_NUMBER, field="no")])
    if isinstance(events_raw, list) and not 0 < len(events_raw) <= MOST_IN_CHUNK:
        params = {"most": MOST_IN_CHUNK}
        raise InputErrors([InputError("chunk_size", _TOO_MANY, params, field="events")])
    events = read_events(events_raw)
    text = as_stored([event.as_list() for event in events])
    if len(text.encode()) > LARGEST_CHUNK:
        params = {"most": LARGEST_CHUNK}
        raise InputErrors([InputError("chunk_size", _TOO_LARGE, params, field="events")])
    return Chunk(no, len(events), text, hash_of(token))


def receive_chunk(
    run_id: int, person_id: int, token: object, no: object, events_raw: object, *, now: datetime
) -> Receipt:
    """Store a chunk of the person's run; a repeated one has its receipt again.

    Raises `InputErrors`, `NotFound`, `ChunkRefused` (409: token stale, a chunk missing, the run
    closed, too many events), `ChunkDiffers` (422).
    """
    chunk = read_chunk(token, no, events_raw)
    run = get_own_run(run_id, person_id, for_update=True)
    decision = decide(chunk, _standing(run, chunk.no), now)
    if decision is ChunkDecision.MISMATCH:
        raise ChunkDiffers(run.next_chunk)
    if decision is ChunkDecision.STORED:
        _store(run, chunk, now)
    elif decision is not ChunkDecision.REPEATED:
        raise ChunkRefused(decision, run.next_chunk)
    remaining_ms = since_start_ms(now, run.closes_at)
    return Receipt(chunk.no, run.next_chunk, run.events, remaining_ms, decision)


def _standing(run: TypingRun, no: int) -> Standing:
    earlier = db.session.get(TypingChunk, (run.id, no)) if no < run.next_chunk else None
    digest = earlier.digest if earlier else None
    return Standing(
        run.state, run.closes_at, run.token_hash, run.next_chunk, run.events, digest
    )  # fmt: skip


def _store(run: TypingRun, chunk: Chunk, now: datetime) -> None:
    run.next_chunk = chunk.no + 1
    run.events += chunk.count
    run.last_chunk_at = now
    db.session.flush()
    values = chunk_values(run.id, run.events, chunk)
    server_ms = since_start_ms(run.started_at, now)
    db.session.execute(insert(TypingChunk).values(**values, server_ms=server_ms))


def chunk_values(run_id: int, upto_event: int, chunk: Chunk) -> dict[str, Any]:
    """A chunk's row but for its arrival."""
    return {
        "run_id": run_id,
        "no": chunk.no,
        "upto_event": upto_event,
        "digest": chunk.digest,
        "events": chunk.text,
    }
