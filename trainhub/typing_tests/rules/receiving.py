"""One chunk of a run's timeline: is it the next one, a repeated one, or none that counts?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.rules.wire import MOST_EVENTS

MOST_CHUNKS = 1_000  # half an hour of them takes 360: evidence, not a way to fill the disk
LARGEST_CHUNK = 128 * 1024  # bytes of its events as JSON


class ChunkDecision(StrEnum):
    """What a chunk comes to; the first two are receipts, the others refusals."""

    STORED = "stored"
    REPEATED = "repeated"
    STALE_TOKEN = "token_stale"
    MISMATCH = "idempotency_mismatch"
    MISSING = "chunk_missing"
    CLOSED = "run_closed"
    TOO_MANY = "too_many_events"


@dataclass(frozen=True)
class Chunk:
    """A chunk as it came: its number, how many events, and the events as they are stored."""

    no: int
    count: int
    text: str
    token_hash: str

    @property
    def digest(self) -> str:
        """By which a repeated chunk is known."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Standing:
    """What is stored: the run, and the digest of its chunk of that number if there is one."""

    state: str
    closes_at: datetime
    token_hash: str
    next_chunk: int
    events: int
    digest: str | None


def hash_of(token: str) -> str:
    """What is stored of a start token."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def as_stored(events: Sequence[Any]) -> str:
    """A chunk's events as one text, the same for the same events."""
    return json.dumps(events, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def decide(chunk: Chunk, standing: Standing, now: datetime) -> ChunkDecision:
    """What the chunk comes to.

    A repeated chunk has its receipt even after the end, as the reply to it may have been lost.
    """
    if not compare_digest(chunk.token_hash, standing.token_hash):
        return ChunkDecision.STALE_TOKEN
    if chunk.no < standing.next_chunk:
        if standing.digest is None:  # its time is over: see `services.retention`
            return ChunkDecision.CLOSED
        is_same = standing.digest == chunk.digest
        return ChunkDecision.REPEATED if is_same else ChunkDecision.MISMATCH
    if standing.state != RunState.OPEN or now >= standing.closes_at:
        return ChunkDecision.CLOSED
    if chunk.no > standing.next_chunk:
        return ChunkDecision.MISSING
    if standing.events + chunk.count > MOST_EVENTS:
        return ChunkDecision.TOO_MANY
    return ChunkDecision.STORED


def since_start_ms(started_at: datetime, now: datetime) -> int:
    """Milliseconds since the start by the server's clock, 0 at the least."""
    return max(0, (now - started_at) // timedelta(milliseconds=1))
