"""Whom a campaign is meant for but needs no seat in it, and why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, or_, select, true

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, CampaignCourse, TrainingSession
from trainhub.delivery.queries.planning.audience import meant_for
from trainhub.delivery.queries.planning.uncovered_needs import has_learned, has_seat, teaches
from trainhub.delivery.rules.states import HOLD_A_SEAT
from trainhub.people.models import Person


@dataclass(frozen=True)
class Spared:
    """Seats, one for each person and course, that the campaign need not give.

    `certified`: of people who may teach one of its courses; `before`: the course was attended
    outside the campaign; `elsewhere`: there is a seat in a class outside the campaign.
    """

    certified: int = 0
    before: int = 0
    elsewhere: int = 0

    @property
    def total(self) -> int:
        """Whatever the reason."""
        return self.certified + self.before + self.elsewhere


def count_spared(campaign_id: int, of: ColumnElement[bool] | None = None) -> Spared:
    """How many seats are not needed; `of` is a condition on `Person` for whose. One query."""
    has_own_seat = exists().where(
        Booking.person_id == Person.id,
        Booking.course_id == CampaignCourse.course_id,
        Booking.state.in_(HOLD_A_SEAT),
        Booking.training_session_id == TrainingSession.id,
        TrainingSession.campaign_id == Campaign.id,
    )
    why = case((teaches(), "certified"), (has_learned(), "before"), else_="elsewhere").label("why")
    pairs = (
        select(why)
        .select_from(Campaign)
        .join(CampaignCourse, CampaignCourse.campaign_id == Campaign.id)
        .join(Course, Course.id == CampaignCourse.course_id)
        .join(Person, true())
        .where(
            Campaign.id == campaign_id,
            meant_for(Campaign.id),
            ~has_own_seat,
            or_(teaches(), has_learned(), has_seat()),
        )
    )
    pairs = pairs if of is None else pairs.where(of)
    found = pairs.subquery()
    rows = db.session.execute(select(found.c.why, func.count()).group_by(found.c.why))
    return Spared(**{row[0]: row[1] for row in rows})
