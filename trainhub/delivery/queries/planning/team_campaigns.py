"""Campaigns as supervisors see them: what concerns their own people, and nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignCourse,
    PlanRun,
    TrainingSession,
)
from trainhub.delivery.queries.planning.audience import meant_for
from trainhub.delivery.queries.planning.uncovered_needs import count_people_without
from trainhub.delivery.rules.states import HOLD_A_SEAT
from trainhub.errors import NotFound
from trainhub.people.models import Person


@dataclass(frozen=True)
class TeamCampaign:
    """A campaign with the viewer's own people counted: meant, in seats, without one."""

    campaign: Campaign
    courses: int
    people: int
    seats: int
    without: int


@dataclass(frozen=True)
class TeamClass:
    """A class of a campaign in which `own` of the viewer's people have seats."""

    session: TrainingSession
    own: int


def own_people(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person` for the people of the teams somebody supervises."""
    return Person.team_id.in_(viewer.supervised_team_ids)


def _in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Campaign`: agreed to, and meant for own people or seating them."""
    meant = exists().where(own_people(viewer), meant_for(Campaign.id))
    seated = (
        select(Booking.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            TrainingSession.campaign_id == Campaign.id,
            Booking.state.in_(HOLD_A_SEAT),
            own_people(viewer),
        )
        .correlate(Campaign)
    )
    return and_(_was_agreed_to(), or_(meant, seated.exists()))


def _was_agreed_to() -> ColumnElement[bool]:
    """The condition on `Campaign`: a draft that is closed was never more than a draft."""
    agreed = exists().where(PlanRun.campaign_id == Campaign.id, PlanRun.state == "agreed")
    closed = and_(
        Campaign.state == "closed", or_(Campaign.published_at.is_not(None), agreed)
    )  # fmt: skip
    return or_(Campaign.state.in_(("agreed", "published")), closed)


def get_team_campaign(campaign_id: int, viewer: Person) -> Campaign:
    """A campaign that concerns own people. Raises `NotFound`; so it does for a draft."""
    query = select(Campaign).where(Campaign.id == campaign_id, _in_sight(viewer))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_team_campaigns(viewer: Person, shelf: str) -> list[TeamCampaign]:
    """Campaigns that go on, or closed ones, the latest first; a few queries in all."""
    closed = Campaign.state == "closed"
    query = (
        select(Campaign, func.count(CampaignCourse.course_id))
        .outerjoin(CampaignCourse, CampaignCourse.campaign_id == Campaign.id)
        .where(_in_sight(viewer), closed if shelf == "closed" else ~closed)
        .group_by(Campaign.id)
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    )
    rows = db.session.execute(query).all()
    ids = [row[0].id for row in rows]
    people, seats = _count_meant(viewer, ids), _count_seats(viewer, ids)
    without = count_people_without(viewer.supervised_team_ids, Campaign.id.in_(ids)) if ids else {}
    return [
        TeamCampaign(one, courses, people[one.id], seats[one.id], without.get(one.id, 0))
        for one, courses in rows
    ]


def count_own(campaign_id: int, viewer: Person) -> int:
    """How many own people a campaign is meant for."""
    return _count_meant(viewer, [campaign_id])[campaign_id]


def _count_meant(viewer: Person, ids: list[int]) -> Counter[int]:
    query = (
        select(Campaign.id, func.count())
        .select_from(Campaign)
        .join(Person, own_people(viewer))
        .where(Campaign.id.in_(ids), meant_for(Campaign.id))
        .group_by(Campaign.id)
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query)} if ids else {})


def _count_seats(viewer: Person, ids: list[int]) -> Counter[int]:
    query = (
        select(TrainingSession.campaign_id, func.count())
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            TrainingSession.campaign_id.in_(ids), Booking.state.in_(HOLD_A_SEAT), own_people(viewer)
        )
        .group_by(TrainingSession.campaign_id)
    )
    rows = db.session.execute(query) if ids else ()
    return Counter({row[0]: row[1] for row in rows if row[0] is not None})


def list_team_classes(campaign_id: int, viewer: Person) -> list[TeamClass]:
    """The campaign's classes in which own people have seats, in order of time."""
    counts = (
        select(TrainingSession.id, func.count(Booking.id))
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            TrainingSession.campaign_id == campaign_id,
            TrainingSession.state != "cancelled",
            Booking.state.in_(HOLD_A_SEAT),
            own_people(viewer),
        )
        .group_by(TrainingSession.id)
    )
    own = {row[0]: row[1] for row in db.session.execute(counts)}
    classes = (
        select(TrainingSession)
        .where(TrainingSession.id.in_(own))
        .options(joinedload(TrainingSession.room), joinedload(TrainingSession.trainer))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return [TeamClass(one, own[one.id]) for one in db.session.scalars(classes)] if own else []


def list_lacking(viewer: Person, today: date) -> list[tuple[Campaign, int]]:
    """Campaigns that go on and how many own people lack a seat in each, most first."""
    counts = count_people_without(viewer.supervised_team_ids, Campaign.ends_on >= today)
    if not counts:
        return []
    campaigns = db.session.scalars(select(Campaign).where(Campaign.id.in_(counts)))
    found = [(one, counts[one.id]) for one in campaigns]
    return sorted(found, key=lambda row: (-row[1], row[0].name))
