"""One save of one response: does it count, and what is kept beside it.

A save carries the question's sequence number (the highest wins) and an idempotency key (a repeat
has no further effect). Whatever does not count is evidence, never an error page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

GRACE = timedelta(seconds=60)
MAX_SEQ = 2**31 - 1


class Decision(StrEnum):
    """What a save comes to."""

    SAVED = "saved"  # it is the response in force from now on
    REPEATED = "repeated"  # it is in force already
    SUPERSEDED = "superseded"  # a newer one is in force
    LATE = "late"  # after the end, within the grace: evidence only
    CLOSED = "closed"  # after the grace; or the question is over: evidence only


class Why(StrEnum):
    """Why a response is kept as evidence only."""

    LATE = "late"
    SUPERSEDED = "superseded"  # came after a newer one of another device
    OVERWRITTEN = "overwritten"  # another device's newer one took its place


@dataclass(frozen=True)
class Save:
    """What a browser sends for one question."""

    no: int
    response: Any
    seq: int
    key: str
    device: str = ""


@dataclass(frozen=True)
class Stored:
    """What is in force for the question."""

    response: Any
    seq: int
    key: str
    device: str


@dataclass(frozen=True)
class Outcome:
    """`keep` is what goes to the evidence: the save itself, or what it overwrote."""

    decision: Decision
    keep: Save | None = None
    why: Why | None = None


def decide(
    save: Save,
    stored: Stored,
    *,
    is_running: bool,
    is_open: bool,
    closes_at: datetime,
    now: datetime,
) -> Outcome:
    """What the save comes to.

    `is_running`: the attempt is in progress; `is_open`: this question may (still) be answered,
    which without going back or with a limit for each question is not always so.
    """
    if save.key == stored.key:
        return Outcome(Decision.REPEATED)
    if not is_running or now >= closes_at:
        if now < closes_at + GRACE:
            return Outcome(Decision.LATE, save, Why.LATE)
        return Outcome(Decision.CLOSED)
    if not is_open:  # it may have been on its way while the page went on: keep it for a person
        return Outcome(Decision.CLOSED, save, Why.LATE)
    if save.seq <= stored.seq:
        if save.device != stored.device and save.response != stored.response:
            return Outcome(Decision.SUPERSEDED, save, Why.SUPERSEDED)
        return Outcome(Decision.SUPERSEDED)
    if stored.seq and save.device != stored.device and save.response != stored.response:
        older = Save(save.no, stored.response, stored.seq, stored.key, stored.device)
        return Outcome(Decision.SAVED, older, Why.OVERWRITTEN)
    return Outcome(Decision.SAVED)
