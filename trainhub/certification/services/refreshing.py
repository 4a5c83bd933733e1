"""Asking holders for a refresh after a material change, and what follows from the quiz.

Whoever settles or questions holds the enrolment of the award first, as a review does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from trainhub.assessment.models import Exam, Sitting
from trainhub.assessment.rules.sitting_checks import SittingPlan
from trainhub.assessment.services.sittings import Invited, open_sitting
from trainhub.audit.services import append_entry
from trainhub.catalogue.models import CourseVersion
from trainhub.certification.evidence.records import batched_ids, standing_records
from trainhub.certification.models import (
    Award,
    AwardEvent,
    AwardRefresh,
    ProgrammeEnrolment,
    ProgrammeVersion,
    RefreshRequest,
)
from trainhub.certification.queries.refreshes import list_refresh_exams, titles_of_changes
from trainhub.certification.rules.awards.refreshing import (
    OPEN_AFTERWARDS_DAYS,
    REFRESH_DONE,
    REFRESH_OVERDUE,
    RefreshState,
    brings_back,
    settling,
)
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.certification.services.awards import change
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.people.models import Person


class AlreadyAsked(Conflict):
    """Holders were asked about this change before."""

    code = "refresh_already_asked"
    message = N_("Holders were asked for a refresh after this change already.")


class NobodyToAsk(DomainError):
    """No award in force rests on what has changed."""

    code = "refresh_nobody"
    status = 409
    message = N_("Nobody holds an award that rests on what was before this change.")


class NoSuchQuiz(DomainError):
    """Only a published exam that leaves a record can be asked for."""

    code = "refresh_no_quiz"
    message = N_("Choose an exam that is published and in use.")


@dataclass(frozen=True)
class Asking:
    """What holders are asked for: to pass an exam by a day (counted in full).

    `name` is what the sitting is called; `zone` the centre's, in which days end.
    """

    exam_key: str
    due_on: date
    name: str
    zone: ZoneInfo
    note: str = ""


def ask_refresh(
    changed: ProgrammeVersion | CourseVersion,
    awards: Sequence[Award],
    asking: Asking,
    *,
    actor: Person,
    now: datetime,
) -> RefreshRequest:
    """Ask the holders of these awards for a refresh, and call them to a sitting of the exam.

    It stays open after the due day, so that an award can be brought back. Raises
    `AlreadyAsked`, `NobodyToAsk`, `NoSuchQuiz`.
    """
    holders = [one for one in awards if one.person.is_active]
    if not holders:
        raise NobodyToAsk()
    if asking.exam_key not in {one.key for one in list_refresh_exams()}:
        raise NoSuchQuiz(field="refresh")
    try:
        with db.session.begin_nested():
            request = _insert(changed, holders, asking, actor=actor, now=now)
    except IntegrityError:
        raise AlreadyAsked() from None
    db.session.add_all(
        AwardRefresh(award_id=one.id, request_id=request.id, due_on=asking.due_on, created_at=now)
        for one in holders
    )
    for some in batched_ids([one.enrolment_id for one in holders]):
        db.session.execute(  # who has passed since the change already is asked for nothing
            update(ProgrammeEnrolment)
            .where(ProgrammeEnrolment.id.in_(some))
            .values(is_stale=True)
            .execution_options(synchronize_session=False)
        )
    db.session.flush()
    _record(request, changed, len(holders), actor, now)
    return request


def _insert(
    changed: ProgrammeVersion | CourseVersion,
    holders: Sequence[Award],
    asking: Asking,
    *,
    actor: Person,
    now: datetime,
) -> RefreshRequest:
    exam = db.session.scalars(select(Exam).where(Exam.key == asking.exam_key)).one()
    last = asking.due_on + timedelta(days=OPEN_AFTERWARDS_DAYS + 1)
    plan = SittingPlan(asking.name, now, datetime.combine(last, time(), asking.zone))
    people = {one.person_id: one.person for one in holders}
    sitting = open_sitting(exam, plan, Invited(list(people.values())), actor=actor, now=now)
    is_course = isinstance(changed, CourseVersion)
    request = RefreshRequest(
        programme_version_id=None if is_course else changed.id,
        course_version_id=changed.id if is_course else None,
        exam_key=exam.key,
        sitting_id=sitting.id,
        changed_at=changed.published_at,
        due_on=asking.due_on,
        note=asking.note,
        asked_at=now,
        asked_by_id=actor.id,
    )
    db.session.add(request)
    db.session.flush()
    return request


def _record(
    request: RefreshRequest,
    changed: ProgrammeVersion | CourseVersion,
    count: int,
    actor: Person,
    now: datetime,
) -> None:
    is_course = isinstance(changed, CourseVersion)
    append_entry(
        "refresh.asked",
        actor=actor,
        object_type="course" if is_course else "programme",
        object_key=changed.edition.course.key if is_course else changed.programme.key,
        now=now,
        changes={
            "exam": [None, request.exam_key],
            "due_on": [None, request.due_on.isoformat()],
            "holders": [None, count],
        },
        reason=request.note,
    )


def settle_refreshes(enrolment: ProgrammeEnrolment, *, today: date, now: datetime) -> None:
    """Take what a held enrolment's person has passed for the refreshes of its award.

    A result that no longer stands opens its refresh again. Where nothing but refreshes put the
    award under review, it is in force again once they are done.
    """
    award = db.session.scalars(
        select(Award).where(
            Award.enrolment_id == enrolment.id, Award.state.in_([one.value for one in IN_FORCE])
        )
    ).one_or_none()
    if award is None:
        return
    rows = _asked_of(award)
    if not rows:
        return
    passes = _passes(award.person_id, {one.request.exam_key for one in rows})
    fresh = [one for one in rows if _settle(one, passes[one.request.exam_key], now)]
    db.session.flush()
    if not fresh or award.state != AwardState.UNDER_REVIEW:
        return
    still_open = [one.due_on for one in rows if one.state == RefreshState.OPEN]
    if brings_back(cause_of_review(award), still_open, today):
        change(award, AwardState.ACTIVE, now=now, values=values_of(REFRESH_DONE, fresh[-1]))


def _asked_of(award: Award) -> list[AwardRefresh]:
    query = (
        select(AwardRefresh)
        .where(
            AwardRefresh.award_id == award.id,
            AwardRefresh.state.in_((RefreshState.OPEN.value, RefreshState.DONE.value)),
        )
        .where(  # of a request that was taken back nothing opens again
            AwardRefresh.request.has(RefreshRequest.sitting.has(Sitting.cancelled_at.is_(None)))
            | (AwardRefresh.state == RefreshState.OPEN.value)
        )
        .order_by(AwardRefresh.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _passes(person_id: int, exam_keys: set[str]) -> dict[str, list[tuple[int, datetime]]]:
    query = (
        select(LearningRecord)
        .where(
            LearningRecord.person_id == person_id,
            LearningRecord.object_type == "exam",
            LearningRecord.object_key.in_(exam_keys),
        )
        .order_by(LearningRecord.id)
    )
    found: dict[str, list[tuple[int, datetime]]] = {key: [] for key in exam_keys}
    records = list(db.session.scalars(query))
    for one in standing_records(records, "attempt_id", (Verb.PASSED, Verb.FAILED)):
        if one.verb == Verb.PASSED:
            found[one.object_key].append((one.id, one.occurred_at))
    return found


def _settle(row: AwardRefresh, passes: Sequence[tuple[int, datetime]], now: datetime) -> bool:
    """Whether the refresh has been done just now."""
    record_id = settling(passes, row.request.changed_at)
    if record_id == row.record_id:
        return False
    was_open = row.state == RefreshState.OPEN
    row.record_id = record_id
    row.state = (RefreshState.OPEN if record_id is None else RefreshState.DONE).value
    row.closed_at = None if record_id is None else now
    if record_id is None:
        row.questioned_at = None  # undone anew: it may be questioned anew
    return was_open


def cause_of_review(award: Award) -> str | None:
    """What the program found when it put an award under review; None where a person did."""
    query = (
        select(AwardEvent.values)
        .where(
            AwardEvent.award_id == award.id, AwardEvent.new_state == AwardState.UNDER_REVIEW.value
        )
        .order_by(AwardEvent.id.desc())
        .limit(1)
    )
    values = db.session.scalars(query).first()
    return None if values is None else values.get("cause")


def values_of(cause: str, row: AwardRefresh) -> dict[str, object]:
    """What the story of an award keeps of a refresh that has moved it."""
    titles = titles_of_changes([row.request])[row.request_id]
    return {
        "cause": cause, "refresh_id": row.id, "due_on": row.due_on.isoformat(), "change": titles,
    }  # fmt: skip


def question_overdue(refresh_id: int, *, today: date, now: datetime) -> bool:
    """Put an award under review whose refresh was not done in time; once for each refresh.

    False where it was done in the meantime, or the award is not active.
    """
    row = db.session.get_one(AwardRefresh, refresh_id)
    award = row.award
    enrolment = db.session.scalars(
        select(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.id == award.enrolment_id)
        .with_for_update(of=ProgrammeEnrolment)
    ).one()
    db.session.refresh(award)
    settle_refreshes(enrolment, today=today, now=now)
    db.session.refresh(row)
    is_due = row.state == RefreshState.OPEN and row.due_on < today and row.questioned_at is None
    if not is_due or award.state != AwardState.ACTIVE:
        return False
    row.questioned_at = now
    db.session.flush()
    change(award, AwardState.UNDER_REVIEW, now=now, values=values_of(REFRESH_OVERDUE, row))
    return True
