"""Training requests as their askers, reviewers and trainers see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import (
    Campaign,
    TrainingRequest,
    TrainingRequestEvent,
    TrainingSession,
)
from trainhub.delivery.rules.requests import (
    ENDED,
    HeldClass,
    Party,
    Standing,
    State,
    TrainerState,
    parties_of,
)
from trainhub.errors import NotFound
from trainhub.people.models import Person, PersonRole
from trainhub.rota.queries.scope import SEES_ALL, sees_all, team_in

PAGE_SIZE = 50
WAITING = (State.SUBMITTED.value, State.IN_REVIEW.value)


def requests_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `TrainingRequest`: one's own, those of one's teams, those one is to teach;
    reviewers see all but the drafts of others."""
    mine = TrainingRequest.asked_by_id == viewer.id
    handed_in = TrainingRequest.submitted_at.is_not(None)
    if reviews(viewer):
        return or_(mine, handed_in)
    taught = TrainingRequest.trainer_id == viewer.id
    of_my_teams = team_in(viewer, TrainingRequest.team_id)
    return or_(mine, and_(handed_in, or_(taught, of_my_teams)))


def reviews(viewer: Person) -> bool:
    """Whether somebody answers requests."""
    return sees_all(viewer)


def parties(request: TrainingRequest, viewer: Person) -> frozenset[Party]:
    """What the viewer is to a request."""
    return parties_of(
        viewer.id,
        asked_by_id=request.asked_by_id,
        trainer_id=request.trainer_id,
        reviews=reviews(viewer),
    )


def standing_of(request: TrainingRequest) -> Standing:
    """Where a request stands, for the rules."""
    return Standing(State(request.state), TrainerState(request.trainer_state))


def _waits_for(viewer: Person) -> ColumnElement[bool]:
    """Requests whose next step is the viewer's."""
    mine = TrainingRequest.asked_by_id == viewer.id
    at_asker = TrainingRequest.state.in_((State.DRAFT.value, State.DELIVERED.value))
    found = [
        and_(mine, at_asker),
        and_(
            TrainingRequest.trainer_id == viewer.id,
            TrainingRequest.trainer_state == TrainerState.PROPOSED.value,
            TrainingRequest.state == State.APPROVED.value,
        ),
    ]
    if reviews(viewer):
        open_for_me = or_(
            TrainingRequest.state.in_((*WAITING, State.EVALUATED.value)),
            and_(
                TrainingRequest.state == State.APPROVED.value,
                TrainingRequest.trainer_state != TrainerState.PROPOSED.value,
            ),
        )
        found.append(and_(~mine, open_for_me))
    return or_(*found)


@dataclass(frozen=True)
class RequestPage:
    """Some requests and how many pages there are; `counts` by shelf."""

    rows: list[TrainingRequest]
    page: int
    pages: int
    counts: dict[str, int]


def shelf_condition(shelf: str, viewer: Person) -> ColumnElement[bool]:
    """What a shelf of the list holds: `waiting` for the viewer, `open`, `ended`."""
    ended = TrainingRequest.state.in_([state.value for state in ENDED])
    if shelf == "waiting":
        return _waits_for(viewer)
    return ended if shelf == "ended" else ~ended if shelf == "open" else true()


def find_requests(viewer: Person, shelf: str, page: int = 1) -> RequestPage:
    """The requests in sight on a shelf: what waits longest first, what has ended last first."""
    sight = requests_in_sight(viewer)
    counts = {
        name: db.session.scalar(
            select(func.count())
            .select_from(TrainingRequest)
            .where(sight, shelf_condition(name, viewer))
        )
        or 0
        for name in ("waiting", "open", "ended")
    }
    rank = case((TrainingRequest.state.in_(WAITING), 0), else_=1)
    order: list[Any] = [rank, TrainingRequest.submitted_at, TrainingRequest.id]
    if shelf == "ended":
        order = [TrainingRequest.ended_at.desc(), TrainingRequest.id.desc()]
    query = (
        select(TrainingRequest)
        .where(sight, shelf_condition(shelf, viewer))
        .options(
            joinedload(TrainingRequest.asked_by),
            joinedload(TrainingRequest.team),
            joinedload(TrainingRequest.trainer),
        )
        .order_by(*order)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    pages = max(1, -(-counts[shelf] // PAGE_SIZE))
    return RequestPage(list(db.session.scalars(query)), page, pages, counts)


def count_waiting(viewer: Person) -> int:
    """How many requests wait for the viewer's next step."""
    query = select(func.count()).select_from(TrainingRequest)
    return db.session.scalar(query.where(requests_in_sight(viewer), _waits_for(viewer))) or 0


def list_first_waiting(viewer: Person, limit: int) -> tuple[list[TrainingRequest], int]:
    """The requests that wait longest for the viewer's next step, and how many wait; one query."""
    rank = case((TrainingRequest.state.in_(WAITING), 0), else_=1)
    query = (
        select(TrainingRequest, func.count().over())
        .where(requests_in_sight(viewer), _waits_for(viewer))
        .options(
            joinedload(TrainingRequest.asked_by).lazyload(Person.role_rows),
            joinedload(TrainingRequest.team),
        )
        .order_by(rank, TrainingRequest.submitted_at, TrainingRequest.id)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def get_request(request_id: int, viewer: Person) -> TrainingRequest:
    """A request in the viewer's sight. Raises `NotFound`."""
    query = (
        select(TrainingRequest)
        .where(TrainingRequest.id == request_id, requests_in_sight(viewer))
        .options(
            joinedload(TrainingRequest.asked_by),
            joinedload(TrainingRequest.reviewer),
            joinedload(TrainingRequest.trainer),
            joinedload(TrainingRequest.team),
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_events(request_id: int) -> list[TrainingRequestEvent]:
    """The steps of a request in their order, with who took them."""
    query = (
        select(TrainingRequestEvent)
        .where(TrainingRequestEvent.request_id == request_id)
        .options(joinedload(TrainingRequestEvent.by))
        .order_by(TrainingRequestEvent.id)
    )
    return list(db.session.scalars(query))


def find_event(event_id: int) -> tuple[TrainingRequestEvent, TrainingRequest] | None:
    """A step with its request, for the message about it."""
    row = db.session.execute(
        select(TrainingRequestEvent, TrainingRequest)
        .join(TrainingRequest, TrainingRequest.id == TrainingRequestEvent.request_id)
        .where(TrainingRequestEvent.id == event_id)
        .options(joinedload(TrainingRequestEvent.by))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def list_fresh_events(after: datetime, now: datetime) -> list[TrainingRequestEvent]:
    """Steps taken since an hour, for the messages about them."""
    query = (
        select(TrainingRequestEvent)
        .where(TrainingRequestEvent.occurred_at > after, TrainingRequestEvent.occurred_at <= now)
        .order_by(TrainingRequestEvent.id)
    )
    return list(db.session.scalars(query))


def _of_request(request_ids: Collection[int]) -> ColumnElement[bool]:
    campaigns = select(Campaign.id).where(Campaign.request_id.in_(request_ids))
    return or_(
        TrainingSession.request_id.in_(request_ids), TrainingSession.campaign_id.in_(campaigns)
    )


def list_classes(request_id: int) -> list[TrainingSession]:
    """The classes made of a request, by hand or by a campaign, in their order."""
    query = (
        select(TrainingSession)
        .where(_of_request([request_id]))
        .options(joinedload(TrainingSession.room), joinedload(TrainingSession.trainer))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def held_classes(classes: Collection[TrainingSession]) -> list[HeldClass]:
    """The same as plain values, for the rules."""
    return [HeldClass(one.state, one.published_at is not None) for one in classes]


def list_campaigns(request_id: int) -> list[Campaign]:
    """The campaigns made of a request."""
    query = select(Campaign).where(Campaign.request_id == request_id).order_by(Campaign.id)
    return list(db.session.scalars(query))


def list_followed_ids() -> list[int]:
    """Requests the tick may have to take a step with."""
    states = (State.APPROVED, State.PLANNED, State.DELIVERED, State.EVALUATED)
    query = select(TrainingRequest.id).where(
        TrainingRequest.state.in_([one.value for one in states])
    )
    return list(db.session.scalars(query.order_by(TrainingRequest.id)))


def last_step_at(request_id: int) -> datetime | None:
    """When the last step of a request was taken."""
    return db.session.scalar(
        select(func.max(TrainingRequestEvent.occurred_at)).where(
            TrainingRequestEvent.request_id == request_id
        )
    )


def list_reviewer_ids() -> list[int]:
    """Active people who answer requests."""
    query = (
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.disabled_at.is_(None), PersonRole.role.in_([one.value for one in SEES_ALL]))
        .distinct()
        .order_by(Person.id)
    )
    return list(db.session.scalars(query))


def find_course(course_id: int | None) -> Course | None:
    """The course a reviewer has chosen."""
    return db.session.get(Course, course_id) if course_id else None
