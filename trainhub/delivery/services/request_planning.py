"""A campaign or a single class made of an approved training request."""

from __future__ import annotations

from datetime import date, datetime

from trainhub.db import db
from trainhub.delivery.models import Campaign, TrainingRequest, TrainingSession
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.planning.campaign_checks import CampaignPlan, CoursePlan
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.planning import campaigns
from trainhub.delivery.services.requests import CourseMissing, note_plan_begun
from trainhub.people.models import Person

SEATS, LEAST_SEATS, PRIORITY = 20, 3, 1


def make_campaign(
    request: TrainingRequest, *, revision: int, today: date, actor: Person, now: datetime
) -> Campaign:
    """A draft of a campaign: the request's course for its team in the wished window, or what is
    left of it. Raises `NotNow`, `RequestMoved`, `CourseMissing`."""
    if request.course is None:
        raise CourseMissing()
    starts_on = max(request.wished_from, today)
    ends_on = max(request.wished_until, starts_on)
    seats = max(LEAST_SEATS, min(SEATS, request.heads))
    course = CoursePlan(
        request.course.id, request.course.minutes, seats, min(LEAST_SEATS, seats), None, PRIORITY
    )
    plan = CampaignPlan(
        request.topic[:120], starts_on, ends_on, ends_on, None, (course,),
        frozenset([request.team_id] if request.team_id else []), frozenset(), frozenset(),
        CampaignSettings(),
    )  # fmt: skip
    made = campaigns.create_campaign(plan, request_id=request.id, actor=actor, now=now)
    note_plan_begun(request, {"campaign": made.id}, revision=revision, actor=actor, now=now)
    return made


def make_class(
    request: TrainingRequest,
    plan: ClassPlan,
    *,
    revision: int,
    language: str,
    actor: Person,
    now: datetime,
) -> TrainingSession:
    """A class at an hour the planner names, without people yet and not published.

    Raises `ClassConflicts`, `NotFound`, `NotNow`, `RequestMoved`, `CourseMissing`.
    """
    if request.course_id is None:
        raise CourseMissing()
    note_plan_begun(request, {"class": plan.on.isoformat()}, revision=revision, actor=actor,
                    now=now)  # fmt: skip
    made = classes.create_class(
        request.course_id, plan, now=now, actor=actor, language=language, request_id=request.id
    )
    db.session.flush()
    return made
