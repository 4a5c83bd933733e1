"""The states of a run, what a run's review can be, who ended it, and what may happen to it."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """`OPEN` until it is closed; `UNUSED` never saw a key and counts for nothing; `VOIDED` by
    staff, with a reason."""

    OPEN = "open"
    CLOSED = "closed"
    UNUSED = "unused"
    VOIDED = "voided"


class Verdict(StrEnum):
    """What the verification says of a timeline."""

    ACCEPT = "accept"
    FLAG = "flag"
    REFUSE = "refuse"


class Review(StrEnum):
    """Where a flagged run stands: nobody has looked, or what a person decided."""

    NONE = "none"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class EndedBy(StrEnum):
    """Who ended a run."""

    TYPIST = "typist"
    DEADLINE = "deadline"
    STAFF = "staff"


class RunEvent(StrEnum):
    """What may happen to a run."""

    STARTED = "started"
    RESUMED = "resumed"  # with a new token: another page, another device
    CLOSED = "closed"
    UNUSED = "unused"
    SCORED = "scored"  # later than it was closed, because scoring had failed
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RETEST_ASKED = "retest_asked"  # under supervision; the run goes on waiting
    VOIDED = "voided"
    TIMELINE_DELETED = "timeline_deleted"


def is_too_short(duration_ms: float, min_duration_s: int) -> bool:
    """Whether a run lasts less than one that counts must."""
    return duration_ms < min_duration_s * 1000


def is_valid(state: str, verdict: str | None, review: str) -> bool:
    """Whether a run may count: closed, and accepted by the rules or confirmed by a person."""
    if state != RunState.CLOSED:
        return False
    if verdict == Verdict.FLAG:
        return review == Review.CONFIRMED
    return verdict == Verdict.ACCEPT and review != Review.REJECTED
