"""Pictures of questions, and who has them before their eyes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from trainhub.assessment.models import Attempt, AttemptItem, BankItemVersion, BankPicture
from trainhub.assessment.queries.attempts import (
    PaperItem,
    get_attempt,
    paper_of,
    settings_of,
    visible_parts_of,
)
from trainhub.assessment.rules.bank_texts import candidates_picture_names
from trainhub.assessment.rules.settings import Layout, Part
from trainhub.assessment.rules.states import State
from trainhub.db import db


def find_picture(picture_id: int) -> BankPicture | None:
    """A picture, its data included in the next read."""
    return db.session.get(BankPicture, picture_id)


def is_on_a_paper_of(person_id: int, picture_id: int, now: datetime) -> bool:
    """Whether one of the person's papers shows the picture: in the question as they see it, or in
    its explanation once that is out. A question not yet come to shows nothing.
    """
    query = (
        select(Attempt.id, AttemptItem.no, BankItemVersion.pictures)
        .join(AttemptItem, AttemptItem.version_id == BankItemVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.person_id == person_id)
    )
    for attempt_id, no, pictures in db.session.execute(query).all():
        names = {name for name, number in pictures.items() if number == picture_id}
        if not names:
            continue
        (each,) = [one for one in paper_of(attempt_id) if one.row.no == no]
        if _is_shown(get_attempt(attempt_id), each, names, now):
            return True
    return False


def _is_shown(attempt: Attempt, each: PaperItem, names: Collection[str], now: datetime) -> bool:
    settings = settings_of(attempt)
    is_forward_only = settings.layout is Layout.ONE and not settings.may_go_back
    if is_forward_only and attempt.state == State.IN_PROGRESS and each.row.no > attempt.position:
        return False
    if not candidates_picture_names(each.item).isdisjoint(names):
        return True
    return Part.EXPLANATION in visible_parts_of(attempt, now)
