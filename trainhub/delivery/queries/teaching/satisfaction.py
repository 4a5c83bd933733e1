"""What people thought of classes: read in blocks that give nobody's answer away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, select

from trainhub.db import db
from trainhub.delivery.models import SurveyAnswer, SurveyTicket, TrainingSession
from trainhub.delivery.rules.teaching.survey import Block, Tally, blocks_of

SATISFIED_SUM = 16  # four questions, four points each


def list_tallies(now: datetime) -> list[Tally]:
    """Every class whose survey has closed, in the order in which they closed."""
    closed = (
        select(
            SurveyTicket.training_session_id.label("session_id"),
            func.min(SurveyTicket.closes_at).label("closes_at"),
        )
        .group_by(SurveyTicket.training_session_id)
        .subquery()
    )
    answer = SurveyAnswer
    total = answer.content + answer.trainer + answer.usefulness + answer.fit
    query = (
        select(
            TrainingSession.id,
            TrainingSession.course_id,
            TrainingSession.on,
            func.count(),
            func.sum(answer.content),
            func.sum(answer.trainer),
            func.sum(answer.usefulness),
            func.sum(answer.fit),
            func.sum(case((total >= SATISFIED_SUM, 1), else_=0)),
        )
        .join(closed, closed.c.session_id == TrainingSession.id)
        .join(answer, answer.training_session_id == TrainingSession.id)
        .where(closed.c.closes_at <= now)
        .group_by(TrainingSession.id, TrainingSession.course_id, TrainingSession.on,
                  closed.c.closes_at)
        .order_by(closed.c.closes_at, TrainingSession.id)
    )  # fmt: skip
    return [
        Tally(row[0], row[1], row[2], row[3], tuple(int(part) for part in row[4:8]), int(row[8]))
        for row in db.session.execute(query)
    ]


def list_blocks(now: datetime) -> list[Block]:
    """Everything that may be shown, block by block."""
    return blocks_of(list_tallies(now))


def list_comments(blocks: Collection[Block]) -> list[str]:
    """The comments of whole blocks, in an order that says nothing of who wrote when."""
    sessions = {one for block in blocks for one in block.session_ids}
    query = (
        select(SurveyAnswer.comment)
        .where(SurveyAnswer.training_session_id.in_(sessions), SurveyAnswer.comment != "")
        .order_by(SurveyAnswer.key)
    )
    return list(db.session.scalars(query))
