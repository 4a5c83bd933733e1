"""Whom a campaign is meant for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignTarget,
    TrainingRequest,
    TrainingSession,
)
from trainhub.people.models import CohortMember, Person


def meant_for(campaign_id: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The condition on `Person`: active, and named by a target of the campaign.

    The campaign is a number, or the column of a query around this.
    """
    mine = CampaignTarget.campaign_id == campaign_id
    cohorts = select(CohortMember.person_id).join(
        CampaignTarget, CampaignTarget.cohort_id == CohortMember.cohort_id
    )
    return Person.disabled_at.is_(None) & or_(
        Person.id.in_(_targets(CampaignTarget.person_id, mine)),
        Person.team_id.in_(_targets(CampaignTarget.team_id, mine)),
        Person.id.in_(cohorts.where(mine).correlate(Campaign)),
    )


def _targets(column: Any, mine: ColumnElement[bool]) -> Select[int]:
    """What the campaign names of one kind; a campaign of the query around is that one."""
    return select(column).where(mine, column.is_not(None)).correlate(Campaign)


def audience_of(campaign: Campaign) -> Select[int, int | None]:
    """(person, team) of everybody meant, by person."""
    return select(Person.id, Person.team_id).where(meant_for(campaign.id)).order_by(Person.id)


def count_audience(campaign_id: int) -> int:
    """How many people the campaign is meant for."""
    query = select(func.count()).select_from(Person).where(meant_for(campaign_id))
    return db.session.scalar(query) or 0


def campaigns_for(person: Person) -> Select[int]:
    """The ids of the campaigns that are meant for somebody."""
    cohorts = select(CohortMember.cohort_id).where(CohortMember.person_id == person.id)
    named = [CampaignTarget.person_id == person.id, CampaignTarget.cohort_id.in_(cohorts)]
    if person.team_id is not None:
        named.append(CampaignTarget.team_id == person.team_id)
    return select(CampaignTarget.campaign_id).where(or_(*named))


def list_open_to(sessions: Iterable[TrainingSession], booking: Booking) -> list[TrainingSession]:
    """Those of these classes that whoever holds a seat may change it for: they belong to
    nothing, to what they have their seat by, or to a campaign or request meant for them.
    """
    mine, person = booking.training_session, booking.person
    classes = list(sessions)
    asked = {one.request_id for one in classes} - {None, mine.request_id}
    run = {one.campaign_id for one in classes} - {None, mine.campaign_id}
    campaigns, requests = {None, mine.campaign_id}, {None, mine.request_id}
    if run and person.disabled_at is None:
        campaigns |= set(db.session.scalars(campaigns_for(person)))
    if asked:
        of_team = or_(TrainingRequest.team_id.is_(None), TrainingRequest.team_id == person.team_id)
        meant = select(TrainingRequest.id).where(TrainingRequest.id.in_(asked), of_team)
        requests |= set(db.session.scalars(meant))
    return [
        one
        for one in classes
        if one.campaign_id in campaigns
        and (one.request_id in requests or one.campaign_id not in (None, mine.campaign_id))
    ]
