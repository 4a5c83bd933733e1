"""The states of an attempt and the only ways from one to another (docs/exams.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an attempt is."""

    CREATED = "created"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    EXPIRED_SUBMITTED = "expired_submitted"
    ABANDONED = "abandoned"
    AWAITING_MARKING = "awaiting_marking"
    MARKED = "marked"
    RELEASED = "released"
    VOIDED = "voided"


class Event(StrEnum):
    """What happened to an attempt. Each is one row of its history."""

    CREATED = "created"
    STARTED = "started"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    WAITS_FOR_MARKING = "waits_for_marking"
    MARKED = "marked"
    REGRADED = "regraded"
    RELEASED = "released"
    VOIDED = "voided"
    REOPENED = "reopened"


class EndedBy(StrEnum):
    """Who ended an attempt."""

    CANDIDATE = "candidate"
    DEADLINE = "deadline"


class AttemptKind(StrEnum):
    """What an attempt counts for."""

    SITTING = "sitting"
    PRACTICE = "practice"
    PREVIEW = "preview"


@dataclass(frozen=True)
class Transition:
    """From any of some states to one; `to` None means the state stays as it is."""

    sources: frozenset[State]
    to: State | None


OPEN = frozenset({State.CREATED, State.IN_PROGRESS})
HANDED_IN = frozenset({State.SUBMITTED, State.EXPIRED_SUBMITTED})
WITH_MARK = frozenset({State.MARKED, State.RELEASED, State.ABANDONED})
ENDED = frozenset(State) - OPEN - {State.VOIDED}

TRANSITIONS: dict[Event, Transition] = {
    Event.STARTED: Transition(frozenset({State.CREATED}), State.IN_PROGRESS),
    Event.SUBMITTED: Transition(frozenset({State.IN_PROGRESS}), State.SUBMITTED),
    Event.EXPIRED: Transition(frozenset({State.IN_PROGRESS}), State.EXPIRED_SUBMITTED),
    Event.ABANDONED: Transition(OPEN, State.ABANDONED),
    Event.WAITS_FOR_MARKING: Transition(HANDED_IN, State.AWAITING_MARKING),
    Event.MARKED: Transition(HANDED_IN | {State.AWAITING_MARKING}, State.MARKED),
    Event.REGRADED: Transition(frozenset({State.MARKED, State.RELEASED}), None),
    Event.RELEASED: Transition(frozenset({State.MARKED}), State.RELEASED),
    Event.VOIDED: Transition(frozenset(State) - {State.VOIDED}, State.VOIDED),
    Event.REOPENED: Transition(ENDED, State.IN_PROGRESS),
}
"""All transitions but the first, CREATED, which makes the row. VOIDED is the end."""
