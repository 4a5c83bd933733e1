"""The survey after a class: who may answer, and the answers, which nobody can join again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainhub.db import db
from trainhub.delivery.models import SurveyAnswer, SurveyTicket, TrainingSession
from trainhub.delivery.rules.teaching.survey import (
    COMMENT_LIMIT,
    OPEN_FOR,
    QUESTIONS,
    check_points,
)
from trainhub.errors import N_, DomainError, InputError, InputErrors


class SurveyClosed(DomainError):
    """There is nothing (more) to answer: not attended, answered already, or over."""

    code = "survey_closed"
    status = 409
    message = N_("This survey is answered already, or its time is over.")


def open_survey(session: TrainingSession, person_id: int, *, now: datetime) -> None:
    """Let somebody who attended answer; a ticket that is there stays as it is.

    Everybody of one class has the same time: whoever is put on the roster later does not keep
    the survey open longer.
    """
    assert session.ended_at is not None
    insert = (
        postgresql_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    )
    known = db.session.query(SurveyTicket.closes_at).filter_by(training_session_id=session.id)
    closes_at = known.limit(1).scalar() or now + OPEN_FOR
    db.session.execute(
        insert(SurveyTicket)
        .values(
            training_session_id=session.id,
            person_id=person_id,
            opened_at=now,
            closes_at=closes_at,
            is_answered=False,
        )
        .on_conflict_do_nothing(index_elements=["training_session_id", "person_id"])
    )


def withdraw_survey(session_id: int, person_id: int) -> None:
    """Somebody did not attend after all. An answer that was given stays: nobody knows which."""
    db.session.execute(
        delete(SurveyTicket).where(
            SurveyTicket.training_session_id == session_id,
            SurveyTicket.person_id == person_id,
            SurveyTicket.is_answered.is_(False),
        )
    )


def answer_survey(
    session_id: int,
    person_id: int,
    points: Sequence[int | None],
    comment: str,
    *,
    now: datetime,
) -> None:
    """Take one answer. The ticket learns that it was used, the answer learns nothing.

    Raises `InputErrors` with nothing stored, and `SurveyClosed` for whoever has no open ticket.
    """
    errors = check_points(points)
    if len(comment) > COMMENT_LIMIT:
        errors.append(
            InputError(
                "comment_too_long", N_("At most %(limit)s characters."), {"limit": COMMENT_LIMIT},
                field="comment",
            )
        )  # fmt: skip
    if errors:
        raise InputErrors(errors)
    _use_ticket(session_id, person_id, now=now)
    db.session.add(
        SurveyAnswer(
            key=secrets.token_urlsafe(24),
            training_session_id=session_id,
            comment=comment.strip().replace("\0", ""),
            **dict(zip(QUESTIONS, (given or 0 for given in points), strict=True)),
        )
    )
    db.session.flush()


def _use_ticket(session_id: int, person_id: int, *, now: datetime) -> None:
    """Mark somebody's ticket as used. Raises `SurveyClosed` where there is none open.

    PostgreSQL keeps with each row which transaction wrote it and where it lies, so a ticket
    changed beside an answer would name the answer's author. All tickets of the class are written
    anew with each answer instead: then none of them is nearer to it than the others.
    """
    tickets = SurveyTicket.training_session_id == session_id
    db.session.execute(
        select(SurveyTicket.person_id)
        .where(tickets)
        .order_by(SurveyTicket.person_id)
        .with_for_update()
    )
    used = db.session.execute(
        update(SurveyTicket)
        .where(
            tickets,
            SurveyTicket.person_id == person_id,
            SurveyTicket.is_answered.is_(False),
            SurveyTicket.closes_at > now,
        )
        .values(is_answered=True)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]  # an update's result has it
        raise SurveyClosed()
    db.session.execute(
        update(SurveyTicket).where(tickets).values(is_answered=SurveyTicket.is_answered)
    )
