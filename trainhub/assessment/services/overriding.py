"""What is granted to one candidate alone: more time, a window, another attempt; with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from trainhub.assessment.models import Attempt, Candidate, CandidateOverride
from trainhub.assessment.queries.attempts import settings_of, window_of
from trainhub.assessment.rules.sitting import deadline
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.closing import ReasonMissing, refuse_own
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.people.models import Person

LONGEST_EXTRA_S = 24 * 3600


class OverrideRefused(DomainError):
    """What was to be granted makes no sense."""

    code = "override_refused"
    message = N_("The window must end after it begins, and extra time be at most a day.")


def grant_extra_time(
    candidate: Candidate, extra_s: int, *, reason: str, actor: Person, now: datetime
) -> None:
    """Give a candidate `extra_s` seconds beyond the duration, in the attempt under way too.

    The end of the window stays the wall: grant a window as well where that is in the way.
    """
    if not 0 <= extra_s <= LONGEST_EXTRA_S:
        raise OverrideRefused(field="extra_s")
    _grant(candidate, "extra_time", {"extra_s": extra_s}, reason, actor, now)


def grant_window(
    candidate: Candidate,
    opens_at: datetime | None,
    closes_at: datetime | None,
    *,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """Give a candidate a window of their own; None keeps that end of the sitting's."""
    sitting = candidate.sitting
    if (opens_at or sitting.opens_at) >= (closes_at or sitting.closes_at):
        raise OverrideRefused(field="closes_at")
    granted = {"opens_at": opens_at, "closes_at": closes_at}
    _grant(candidate, "window", granted, reason, actor, now)


def grant_attempt(candidate: Candidate, *, reason: str, actor: Person, now: datetime) -> None:
    """Give a candidate one attempt more."""
    _hold(candidate)
    granted = {"extra_attempts": candidate.extra_attempts + 1}
    _grant(candidate, "attempt", granted, reason, actor, now)


def _grant(
    candidate: Candidate,
    kind: str,
    granted: dict[str, Any],
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """Change the candidate's row, write down who did it and why, move the wall under way."""
    refuse_own(candidate.person_id, actor)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _hold(candidate)
    before = {name: getattr(candidate, name) for name in granted}
    attempt = _lock_running_attempt(candidate)
    old_wall = _wall(candidate, attempt)
    for name, value in granted.items():
        setattr(candidate, name, value)
    db.session.add(
        CandidateOverride(
            candidate_id=candidate.id,
            kind=kind,
            before=_as_json(before),
            after=_as_json(granted),
            reason=reason.strip(),
            granted_at=now,
            granted_by_id=actor.id,
        )
    )
    changes = {name: [_as_json(before)[name], _as_json(granted)[name]] for name in granted}
    append_entry(
        f"exam.granted_{kind}",
        actor=actor,
        object_type="candidate",
        object_key=str(candidate.id),
        now=now,
        reason=reason.strip(),
        changes=changes,
    )
    new_wall = _wall(candidate, attempt)
    if attempt is not None and old_wall is not None and new_wall is not None:
        assert attempt.closes_at is not None
        attempt.extra_s = candidate.extra_s
        moved = attempt.closes_at + (new_wall - old_wall)  # a reopened one has a wall of its own
        # Never into the past: what was acknowledged until now counts.
        attempt.closes_at = max(moved, min(attempt.closes_at, now))
    db.session.flush()


def _hold(candidate: Candidate) -> None:
    """Read the candidate's row anew and keep it, as starting does, before the attempt's."""
    query = select(Candidate).where(Candidate.id == candidate.id)
    # Not held more firmly: who ends an attempt makes sure that its candidate is there.
    query = query.with_for_update(key_share=True, of=Candidate)
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def _as_json(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _lock_running_attempt(candidate: Candidate) -> Attempt | None:
    query = (
        select(Attempt)
        .where(Attempt.candidate_id == candidate.id, Attempt.state == State.IN_PROGRESS.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def _wall(candidate: Candidate, attempt: Attempt | None) -> datetime | None:
    if attempt is None or attempt.started_at is None:
        return None
    seconds = settings_of(attempt).duration_s
    return deadline(attempt.started_at, seconds, candidate.extra_s, window_of(candidate))
