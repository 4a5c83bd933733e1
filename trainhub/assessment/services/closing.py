"""Ending an attempt: by its candidate, by the wall, by a decision; and opening it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.assessment.models import Attempt, AttemptItem
from trainhub.assessment.queries.attempts import find_open_attempt, get_attempt, settings_of
from trainhub.assessment.rules.states import WITH_MARK, EndedBy, Event, State
from trainhub.assessment.services.marking import (
    mark_as_zero,
    mark_attempt,
    record_result,
    withdraw_result,
)
from trainhub.assessment.services.transitions import transition
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, Forbidden
from trainhub.people.models import Person
from trainhub.people.services import let_go_sign_ins


class ReasonMissing(DomainError):
    """What is decided about somebody's attempt needs a reason."""

    code = "reason_missing"
    message = N_("Say why: the reason stays with the attempt.")


class OwnAttempt(Forbidden):
    """Nobody extends, reopens or voids an attempt of their own."""

    code = "own_attempt"
    message = N_("This is your own attempt: somebody else must decide on it.")


class AttemptMoved(Conflict):
    """The attempt is in a state that does not allow this."""

    code = "attempt_state"
    message = N_("This attempt is no longer in a state that allows this. Reload the page.")


def close_attempt(attempt_id: int, *, by: EndedBy, now: datetime) -> Attempt:
    """End an attempt with all acknowledged answers and mark it; ended ones stay as they are.

    The button and the deadline end here alike. Past the wall it is the deadline that ends it,
    stamped with the wall's time, not with the job's; without an answer it counts as abandoned.
    """
    attempt = get_attempt(attempt_id, for_update=True)
    if attempt.state != State.IN_PROGRESS:
        return attempt
    assert attempt.closes_at is not None
    if now >= attempt.closes_at:
        by = EndedBy.DEADLINE
    elif by is EndedBy.DEADLINE:  # the wall has moved since somebody looked
        return attempt
    ended_at = attempt.closes_at if by is EndedBy.DEADLINE else now
    by_id = attempt.person_id if by is EndedBy.CANDIDATE else None
    if by is EndedBy.CANDIDATE:
        let_go_sign_ins(attempt.person_id)
    event = Event.SUBMITTED if by is EndedBy.CANDIDATE else Event.EXPIRED
    if by is EndedBy.DEADLINE and not _count_answers(attempt_id):
        return _abandon(attempt, ended_at, now)
    transition(
        attempt_id,
        event,
        now=now,
        occurred_at=ended_at,
        by_id=by_id,
        ended_at=ended_at,
        ended_by=by.value,
    )
    db.session.refresh(attempt)
    mark_attempt(attempt, now=now)
    return attempt


def _count_answers(attempt_id: int) -> int:
    query = select(func.count()).where(
        AttemptItem.attempt_id == attempt_id, AttemptItem.response.is_not(None)
    )
    return db.session.scalar(query) or 0


def _abandon(attempt: Attempt, ended_at: datetime, now: datetime) -> Attempt:
    """Nothing was ever answered: no points, and a record that says so."""
    transition(
        attempt.id,
        Event.ABANDONED,
        now=now,
        occurred_at=ended_at,
        ended_at=ended_at,
        ended_by=EndedBy.DEADLINE.value,
        mark_millionths=0,
        is_passed=False,
        marked_at=now,
        marking_round=attempt.marking_round + 1,
    )
    mark_as_zero(attempt)
    db.session.refresh(attempt)
    record_result(attempt, now=now)
    return attempt


def void_attempt(attempt_id: int, *, reason: str, actor: Person, now: datetime) -> Attempt:
    """Declare that an attempt does not count, for good. Its rows stay.

    Raises `ReasonMissing`, `OwnAttempt`, `AttemptMoved` for one that is void already.
    """
    reason = _checked(reason)
    attempt = get_attempt(attempt_id, for_update=True)
    if attempt.candidate_id is not None:  # an author's preview counts for nothing
        refuse_own(attempt.person_id, actor)
    had_mark = attempt.state in WITH_MARK
    if not transition(
        attempt_id, Event.VOIDED, now=now, by_id=actor.id, reason=reason,
        ended_at=attempt.ended_at or now,
    ):  # fmt: skip
        raise AttemptMoved()
    if had_mark:
        withdraw_result(attempt, reason=reason, now=now)
    append_entry(
        "exam.attempt_voided", actor=actor, object_type="attempt", object_key=str(attempt_id),
        now=now, reason=reason,
    )  # fmt: skip
    db.session.refresh(attempt)
    return attempt


def reopen_attempt(
    attempt_id: int, *, minutes: int, reason: str, actor: Person, now: datetime
) -> Attempt:
    """Let a candidate go on with an ended attempt for some minutes from now.

    All answers stay; marks of this round are taken back and given anew at the next end.
    Raises `ReasonMissing`, `OwnAttempt`, `AttemptMoved`, and `Conflict` if another attempt is
    under way.
    """
    reason = _checked(reason)
    attempt = get_attempt(attempt_id, for_update=True)
    if attempt.candidate_id is not None:  # an author's preview counts for nothing
        refuse_own(attempt.person_id, actor)
    if find_open_attempt(attempt.person_id, attempt.exam_id) is not None:
        raise AttemptMoved()
    had_mark = attempt.state in WITH_MARK
    try:
        is_open = transition(
            attempt_id, Event.REOPENED, now=now, by_id=actor.id, reason=reason,
            closes_at=now + timedelta(minutes=minutes), ended_at=None, ended_by=None,
            marked_at=None, released_at=None, mark_millionths=None, is_passed=None,
        )  # fmt: skip
    except IntegrityError:  # another one was begun at the same moment
        raise AttemptMoved() from None
    if not is_open:
        raise AttemptMoved()
    if had_mark:
        withdraw_result(attempt, reason=reason, now=now)
    _take_up_again(attempt, now)
    append_entry(
        "exam.attempt_reopened", actor=actor, object_type="attempt", object_key=str(attempt_id),
        now=now, reason=reason, changes={"minutes": [None, minutes]},
    )  # fmt: skip
    db.session.refresh(attempt)
    return attempt


def _take_up_again(attempt: Attempt, now: datetime) -> None:
    """Take the marks back; a limit of its own begins anew for the question at hand."""
    items = update(AttemptItem).where(AttemptItem.attempt_id == attempt.id)
    db.session.execute(items.values(mark_millionths=None, is_right=None, needs_marking=False))
    if settings_of(attempt).item_limit_s is not None:
        db.session.execute(items.where(AttemptItem.no == attempt.position).values(opened_at=now))


def refuse_own(person_id: int, actor: Person) -> None:
    """Raise `OwnAttempt` where somebody would decide on themselves, whatever their role."""
    if person_id == actor.id:
        raise OwnAttempt()


def _checked(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return reason.strip()
