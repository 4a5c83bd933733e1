"""What addresses name by a key."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import Exam
from trainhub.db import db
from trainhub.errors import NotFound


def get_exam(key: str) -> Exam:
    """The exam with this key, its version in force loaded. Raises `NotFound`."""
    query = select(Exam).where(Exam.key == key).options(joinedload(Exam.published))
    exam = db.session.scalars(query).one_or_none()
    if exam is None:
        raise NotFound()
    return exam
