"""Whom a campaign is meant for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, or_, select

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignTarget,
    TrainingRequest,
    TrainingSession,
)
from trainhub.people.models import CohortMember, Person


def meant_for(campaign_id: int) -> ColumnElement[bool]:
    """The condition on `Person`: active, and named by a target of the campaign."""
    mine = CampaignTarget.campaign_id == campaign_id
    cohorts = select(CohortMember.person_id).join(
        CampaignTarget, CampaignTarget.cohort_id == CohortMember.cohort_id
    )
    return Person.disabled_at.is_(None) & or_(
        Person.id.in_(select(CampaignTarget.person_id).where(mine, _named("person_id"))),
        Person.team_id.in_(select(CampaignTarget.team_id).where(mine, _named("team_id"))),
        Person.id.in_(cohorts.where(mine)),
    )


def _named(column: str) -> ColumnElement[bool]:
    named: ColumnElement[bool] = getattr(CampaignTarget, column).is_not(None)
    return named


def audience_of(campaign: Campaign) -> Select[int, int | None]:
    """(person, team) of everybody meant, by person."""
    return select(Person.id, Person.team_id).where(meant_for(campaign.id)).order_by(Person.id)


def count_audience(campaign_id: int) -> int:
    """How many people the campaign is meant for."""
    query = select(func.count()).select_from(Person).where(meant_for(campaign_id))
    return db.session.scalar(query) or 0


def is_open_to(session: TrainingSession, booking: Booking) -> bool:
    """Whether whoever holds a seat may change it for one in this class: it belongs to nothing,
    to what they have their seat by, or to a campaign or request that is meant for them.
    """
    mine, person = booking.training_session, booking.person
    if session.campaign_id is not None and session.campaign_id != mine.campaign_id:
        meant = select(Person.id).where(Person.id == person.id, meant_for(session.campaign_id))
        return db.session.scalar(meant) is not None
    if session.request_id is not None and session.request_id != mine.request_id:
        request = db.session.get_one(TrainingRequest, session.request_id)
        return request.team_id in (None, person.team_id)
    return True
