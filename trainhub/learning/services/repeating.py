"""Taking a completed course again: a new round begins, the finished one stays as it was.

Lessons read and answers given carry their round, so nothing has to be moved or deleted; how a
round ended is written once into `enrolment_round`. The ledger keeps every completion.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainhub.catalogue.models import CourseEdition
from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.learning.models import Enrolment, EnrolmentRound
from trainhub.learning.queries.mine import count_active_seconds
from trainhub.learning.queries.progress import progress_of
from trainhub.learning.rules import course_mark
from trainhub.learning.services.starting import NotPublished, start_course


class NoLongerGiven(DomainError):
    """The course has been retired since it was completed."""

    code = "no_longer_given"
    status = 409
    message = N_("This course is no longer given. What you completed stays completed.")


def take_again(enrolment: Enrolment, edition: CourseEdition, *, seen: int, now: datetime) -> bool:
    """Begin a completed course once more, from the start, on the version in force.

    `seen` is the round that the person saw completed: a second click, or a page left open from
    an earlier round, begins nothing and gives False. The caller holds the enrolment for update.
    Raises `NoLongerGiven` and `NotPublished`.
    """
    if edition.course.retired_at is not None:
        raise NoLongerGiven()
    if edition.published is None or edition.course_id != enrolment.course_id:
        raise NotPublished()
    if enrolment.round != seen or not open_round(enrolment, now=now):
        return False
    start_course(enrolment, edition, now=now)
    return True


def open_round(
    enrolment: Enrolment,
    *,
    now: datetime,
    assignment_id: int | None = None,
    due_on: date | None = None,
) -> bool:
    """Put the completed round away and lay out an empty one, not begun yet.

    False where the round is not complete, or where somebody else has been faster.
    """
    if enrolment.completed_at is None:
        return False
    _put_away(enrolment, now=now)
    latest = select(func.max(EnrolmentRound.round)).where(
        EnrolmentRound.enrolment_id == enrolment.id
    )
    return _turn(
        enrolment,
        Enrolment.completed_at.is_not(None),
        round=(db.session.scalar(latest) or enrolment.round) + 1,
        assignment_id=assignment_id,
        version_id=None,
        due_on=due_on,
        enrolled_at=now,
        started_at=None,
        last_active_at=None,
        last_lesson_key="",
        completed_at=None,
        completed_before_at=enrolment.completed_at,
        lessons_done=0,
        lessons_total=0,
    )


def close_round(enrolment: Enrolment, *, now: datetime) -> bool:
    """Give up a round begun again: the course stands as completed, as it was before.

    The round given up is put away as well; its number is not used again.
    """
    if enrolment.completed_at is not None or enrolment.completed_before_at is None:
        return False
    _put_away(enrolment, now=now)
    query = (
        select(EnrolmentRound)
        .where(
            EnrolmentRound.enrolment_id == enrolment.id,
            EnrolmentRound.completed_at.is_not(None),
        )
        .order_by(EnrolmentRound.round.desc())
        .limit(2)
    )
    last, *earlier = db.session.scalars(query)
    return _turn(
        enrolment,
        Enrolment.completed_at.is_(None),
        round=last.round,
        assignment_id=last.assignment_id,
        version_id=last.version_id,
        due_on=last.due_on,
        enrolled_at=last.enrolled_at,
        started_at=last.started_at,
        last_active_at=last.completed_at,
        last_lesson_key="",
        completed_at=last.completed_at,
        completed_before_at=earlier[0].completed_at if earlier else None,
        lessons_done=last.lessons_done,
        lessons_total=last.lessons_total,
    )


def _turn(enrolment: Enrolment, condition: Any, **values: Any) -> bool:
    """Change the round if it is still the one that was looked at."""
    db.session.flush()
    changed = db.session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment.id, Enrolment.round == enrolment.round, condition)
        .values(**values)
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    ).first()
    db.session.refresh(enrolment)
    return changed is not None


def _put_away(enrolment: Enrolment, *, now: datetime) -> None:
    """Write down how the round under way stands; one that was written before stays as it is."""
    is_begun = enrolment.version_id is not None
    progress = progress_of(enrolment) if is_begun else None
    dialect = db.session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    db.session.execute(
        insert(EnrolmentRound)
        .values(
            enrolment_id=enrolment.id,
            round=enrolment.round,
            assignment_id=enrolment.assignment_id,
            version_id=enrolment.version_id,
            due_on=enrolment.due_on,
            enrolled_at=enrolment.enrolled_at,
            started_at=enrolment.started_at,
            completed_at=enrolment.completed_at,
            ended_at=enrolment.completed_at or now,
            lessons_done=enrolment.lessons_done,
            lessons_total=enrolment.lessons_total,
            marks_permille=course_mark(progress.plans, progress.scores) if progress else None,
            active_s=count_active_seconds(enrolment) if progress else 0,
        )
        .on_conflict_do_nothing(index_elements=["enrolment_id", "round"])
    )
