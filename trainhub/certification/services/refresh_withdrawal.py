"""Taking back what holders were asked for by mistake."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from trainhub.assessment.services.sittings import cancel_sitting
from trainhub.audit.services import append_entry
from trainhub.certification.models import (
    Award,
    AwardRefresh,
    ProgrammeEnrolment,
    RefreshRequest,
)
from trainhub.certification.rules.awards.refreshing import (
    REFRESH_WITHDRAWN,
    RefreshState,
    brings_back,
)
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import ReasonNeeded, change
from trainhub.certification.services.refreshing import cause_of_review, values_of
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person


class NothingToTakeBack(Conflict):
    """Everything that was asked is done, excused or taken back."""

    code = "refresh_nothing_open"
    message = N_("Nothing of it is open any more.")


class OwnAwardWaits(DomainError):
    """Nobody brings their own award back in force."""

    code = "refresh_own_award"
    message = N_("Your own award is under review for it: somebody else has to take it back.")


def withdraw_refresh(
    request: RefreshRequest, *, reason: str, actor: Person, today: date, now: datetime
) -> int:
    """End what is still open of a request, and its sitting; how many refreshes that were.

    Awards that nothing but it put under review are in force again. What is done stays done.
    Raises `ReasonNeeded`, `NothingToTakeBack`, `OwnAwardWaits`.
    """
    if not reason.strip():
        raise ReasonNeeded()
    rows = _held(request)
    if not rows:
        raise NothingToTakeBack()
    waiting = [one.award for one in rows if one.award.state == AwardState.UNDER_REVIEW]
    if any(award.person_id == actor.id for award in waiting):
        raise OwnAwardWaits()
    cancel_sitting(request.sitting, reason=reason, actor=actor, now=now)
    for row in rows:
        row.state, row.closed_at = RefreshState.EXCUSED.value, now
    db.session.flush()
    for row in rows:
        if row.questioned_at is not None and row.award.state == AwardState.UNDER_REVIEW:
            _bring_back(row, today=today, now=now)
    append_entry(
        "refresh.withdrawn",
        actor=actor,
        object_type="programme" if request.programme_version else "course",
        object_key=_key_of(request),
        now=now,
        changes={"exam": [request.exam_key, None], "holders": [len(rows), 0]},
        reason=reason.strip(),
    )
    return len(rows)


def _held(request: RefreshRequest) -> list[AwardRefresh]:
    """What is open of a request, nobody else settling or questioning it meanwhile."""
    is_open = AwardRefresh.request_id == request.id, AwardRefresh.state == RefreshState.OPEN.value
    enrolments = (
        select(ProgrammeEnrolment.id)
        .where(
            ProgrammeEnrolment.id.in_(
                select(Award.enrolment_id)
                .join(AwardRefresh, AwardRefresh.award_id == Award.id)
                .where(*is_open)
            )
        )
        .order_by(ProgrammeEnrolment.id)
        .with_for_update()
    )
    db.session.execute(enrolments).all()
    query = select(AwardRefresh).where(*is_open).order_by(AwardRefresh.id)
    rows = list(db.session.scalars(query.execution_options(populate_existing=True)))
    for row in rows:
        db.session.refresh(row.award)
    return rows


def _bring_back(row: AwardRefresh, *, today: date, now: datetime) -> None:
    others = select(AwardRefresh.due_on).where(
        AwardRefresh.award_id == row.award_id, AwardRefresh.state == RefreshState.OPEN.value
    )
    if brings_back(cause_of_review(row.award), db.session.scalars(others), today):
        values = values_of(REFRESH_WITHDRAWN, row)
        change(row.award, AwardState.ACTIVE, now=now, values=values)


def _key_of(request: RefreshRequest) -> str:
    if request.programme_version is not None:
        return request.programme_version.programme.key
    assert request.course_version is not None
    return request.course_version.edition.course.key
