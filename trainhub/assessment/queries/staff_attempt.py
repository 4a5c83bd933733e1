"""One attempt for staff: whose it is within the viewer's sight, and all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import (
    Attempt,
    AttemptEvent,
    AttemptSighting,
    HandMark,
    KeptResponse,
    MarkingTask,
)
from trainhub.assessment.rules.states import AttemptKind
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import learners_in_sight
from trainhub.people.models import Person


def get_attempt_in_sight(attempt_id: int, viewer: Person) -> Attempt:
    """Somebody's attempt, for staff who may see that person. Raises `NotFound`; authors' previews
    are nobody's result.
    """
    query = (
        select(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.id == attempt_id,
            Attempt.kind != AttemptKind.PREVIEW.value,
            learners_in_sight(viewer),
        )
        .options(
            joinedload(Attempt.person).joinedload(Person.team),
            joinedload(Attempt.exam),
            joinedload(Attempt.version),
            joinedload(Attempt.sitting),
        )
        .execution_options(populate_existing=True)
    )
    attempt = db.session.scalars(query).one_or_none()
    if attempt is None:
        raise NotFound()
    return attempt


@dataclass(frozen=True)
class History:
    """What happened to one attempt: its transitions with who made them, what was seen, and the
    responses that did not count."""

    events: list[tuple[AttemptEvent, str | None]]
    sightings: list[AttemptSighting]
    kept: list[KeptResponse]


def history_of(attempt_id: int) -> History:
    """Everything written down about an attempt, in the order in which it happened."""
    events = db.session.execute(
        select(AttemptEvent, Person.name)
        .outerjoin(Person, Person.id == AttemptEvent.by_id)
        .where(AttemptEvent.attempt_id == attempt_id)
        .order_by(AttemptEvent.id)
    )
    sightings = select(AttemptSighting).where(AttemptSighting.attempt_id == attempt_id)
    kept = select(KeptResponse).where(KeptResponse.attempt_id == attempt_id)
    return History(
        [(event, name) for event, name in events],
        list(db.session.scalars(sightings.order_by(AttemptSighting.id))),
        list(db.session.scalars(kept.order_by(KeptResponse.no, KeptResponse.id))),
    )


@dataclass(frozen=True)
class GivenMark:
    """What one marker gave an answer, by criterion, and in which round."""

    no: int
    marker: str
    mark: HandMark
    is_current: bool


def list_given_marks(attempt_id: int) -> dict[int, list[GivenMark]]:
    """Question → the hand marks of its settled answer; none while markers are still at it."""
    query = (
        select(MarkingTask, HandMark, Person.name)
        .join(HandMark, HandMark.task_id == MarkingTask.id)
        .join(Person, Person.id == HandMark.marker_id)
        .where(MarkingTask.attempt_id == attempt_id, MarkingTask.done_at.is_not(None))
        .order_by(HandMark.id)
    )
    found: dict[int, list[GivenMark]] = {}
    for task, mark, name in db.session.execute(query):
        is_current = mark.marking_round == task.marking_round
        found.setdefault(task.no, []).append(GivenMark(task.no, name, mark, is_current))
    return found
