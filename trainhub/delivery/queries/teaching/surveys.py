"""Surveys that wait for somebody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import SurveyTicket, TrainingSession
from trainhub.errors import NotFound


def get_ticket(session_id: int, person_id: int) -> tuple[SurveyTicket, TrainingSession]:
    """Somebody's survey of a class they attended. Raises `NotFound` for everybody else."""
    ticket = db.session.get(SurveyTicket, (session_id, person_id))
    session = db.session.get(
        TrainingSession, session_id, options=[joinedload(TrainingSession.trainer)]
    )  # fmt: skip
    if ticket is None or session is None:
        raise NotFound()
    return ticket, session


def list_waiting(person_id: int, now: datetime) -> list[TrainingSession]:
    """The classes somebody may still say what they think of, newest first."""
    query = (
        select(TrainingSession)
        .join(SurveyTicket, SurveyTicket.training_session_id == TrainingSession.id)
        .where(
            SurveyTicket.person_id == person_id,
            SurveyTicket.is_answered.is_(False),
            SurveyTicket.closes_at > now,
        )
        .order_by(TrainingSession.starts_at.desc())
    )
    return list(db.session.scalars(query))


def list_fresh_tickets(since: datetime, now: datetime) -> list[SurveyTicket]:
    """Surveys opened since then that are still to be answered."""
    query = select(SurveyTicket).where(
        SurveyTicket.opened_at > since,
        SurveyTicket.closes_at > now,
        SurveyTicket.is_answered.is_(False),
    )
    return list(db.session.scalars(query))


def find_open_ticket(session_id: int, person_id: int) -> TrainingSession | None:
    """The class somebody may still be asked about; None once they have answered."""
    ticket = db.session.get(SurveyTicket, (session_id, person_id))
    if ticket is None or ticket.is_answered:
        return None
    return db.session.get(TrainingSession, session_id)
