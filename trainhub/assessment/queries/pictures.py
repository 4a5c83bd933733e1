"""Pictures of questions, and who has them before their eyes."""

from __future__ import annotations

from sqlalchemy import select

from trainhub.assessment.models import Attempt, AttemptItem, BankItemVersion, BankPicture
from trainhub.db import db


def find_picture(picture_id: int) -> BankPicture | None:
    """A picture, its data included in the next read."""
    return db.session.get(BankPicture, picture_id)


def is_on_a_paper_of(person_id: int, picture_id: int) -> bool:
    """Whether a question of one of the person's papers shows the picture."""
    query = (
        select(BankItemVersion.pictures)
        .join(AttemptItem, AttemptItem.version_id == BankItemVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.person_id == person_id)
    )
    return any(picture_id in pictures.values() for pictures in db.session.scalars(query))
