"""Storing a chunk the short way: what nearly every one is, in one read and one small write.

It is decided by the rule of `rules.receiving` on what is stored, and written by one guarded update
that finds nothing if any of it has changed since. Whatever is not plainly stored or repeated is
left to `services.receiving`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, insert, select, update

from trainhub.db import UtcDateTime
from trainhub.people.queries import Caller
from trainhub.people.rules import SEEN_EVERY
from trainhub.people.services import hold_caller
from trainhub.prepared import Connection, Statement
from trainhub.typing_tests.models import TypingChunk, TypingRun
from trainhub.typing_tests.rules.receiving import (
    Chunk,
    ChunkDecision,
    Standing,
    decide,
    since_start_ms,
)
from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.services.receiving import Receipt, chunk_values

_runs, _chunks = TypingRun.__table__, TypingChunk.__table__
_STANDING = Statement(
    select(
        TypingRun.started_at,
        TypingRun.state,
        TypingRun.closes_at,
        TypingRun.token_hash,
        TypingRun.next_chunk,
        TypingRun.events,
        TypingChunk.digest,
    )
    .outerjoin(
        TypingChunk, and_(TypingChunk.run_id == TypingRun.id, TypingChunk.no == bindparam("no"))
    )
    .where(TypingRun.id == bindparam("run_id"), TypingRun.person_id == bindparam("person_id"))
)
_ADVANCE = Statement(
    update(_runs)
    .where(
        _runs.c.id == bindparam("at_run"),
        _runs.c.state == RunState.OPEN.value,
        _runs.c.token_hash == bindparam("with_token"),
        _runs.c.next_chunk == bindparam("at_chunk"),
        _runs.c.closes_at == bindparam("before", type_=UtcDateTime),
    )
    .values(
        next_chunk=bindparam("new_next"),
        events=bindparam("new_events"),
        last_chunk_at=bindparam("at"),
    )
)
_STORE = Statement(
    insert(_chunks).values(
        {
            name: bindparam(name)
            for name in ("run_id", "no", "upto_event", "server_ms", "digest", "events")
        }
    )
)


class _Moved(Exception):
    """Something has changed since it was read."""


def receive_quickly(
    connection: Connection, caller: Caller, run_id: int, chunk: Chunk, *, now: datetime
) -> Receipt | None:
    """Store the chunk; None, with nothing stored, where it needs the longer way.

    Notes that the sign-in is used, and holds it to the wall.
    """
    row = connection.read(_STANDING, run_id=run_id, person_id=caller.person_id, no=chunk.no)
    if row is None:
        return None
    started_at, standing = row[0], Standing(*row[1:])
    decision = decide(chunk, standing, now)
    remaining_ms = since_start_ms(now, standing.closes_at)
    if decision is ChunkDecision.REPEATED:
        return Receipt(chunk.no, standing.next_chunk, standing.events, remaining_ms, decision)
    if decision is not ChunkDecision.STORED:
        return None
    events = standing.events + chunk.count

    def store(writing: Connection) -> None:
        _advance(writing, run_id, chunk, standing, events, now)
        writing.run(
            _STORE,
            **chunk_values(run_id, events, chunk),
            server_ms=since_start_ms(started_at, now),
        )
        _hold(writing, caller, standing.closes_at, now)

    try:
        connection.write(store)
    except _Moved:
        return None
    return Receipt(chunk.no, chunk.no + 1, events, remaining_ms, decision)


def _advance(
    connection: Connection,
    run_id: int,
    chunk: Chunk,
    standing: Standing,
    events: int,
    now: datetime,
) -> None:
    changed = connection.run(
        _ADVANCE,
        at_run=run_id,
        with_token=standing.token_hash,
        at_chunk=chunk.no,
        before=standing.closes_at,
        new_next=chunk.no + 1,
        new_events=events,
        at=now,
    )
    if changed != 1:
        raise _Moved


def _hold(connection: Connection, caller: Caller, closes_at: datetime, now: datetime) -> None:
    """Note once a minute that the sign-in is used, and hold it to the wall, never shorter: an
    exam may be under way in the same sign-in."""
    if caller.sign_in_id is None:
        return
    until = max(caller.held_until or closes_at, closes_at)
    if until != caller.held_until or now - caller.last_seen_at >= SEEN_EVERY:
        hold_caller(connection, caller.sign_in_id, until, now=now)
