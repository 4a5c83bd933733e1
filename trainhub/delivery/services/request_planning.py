"""A campaign or a single class made of an approved training request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trainhub.db import db
from trainhub.delivery.models import Campaign, TrainingRequest, TrainingSession
from trainhub.delivery.queries.request_people import list_named
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.planning.campaign_checks import CampaignPlan, CoursePlan
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.planning import campaigns
from trainhub.delivery.services.requests import CourseMissing, note_plan_begun
from trainhub.delivery.services.seats.putting_in import put_in
from trainhub.delivery.services.seats.seats import hold
from trainhub.errors import DomainError
from trainhub.people.models import Person

SEATS, LEAST_SEATS, PRIORITY = 20, 3, 1


def make_campaign(
    request: TrainingRequest, *, revision: int, today: date, actor: Person, now: datetime
) -> Campaign:
    """A draft of a campaign: the request's course for its people, or its team where it names
    nobody, with the trainer who has accepted, in the wished window or what is left of it.

    Raises `NotNow`, `RequestMoved`, `CourseMissing`.
    """
    if request.course is None:
        raise CourseMissing()
    starts_on = max(request.wished_from, today)
    ends_on = max(request.wished_until, starts_on)
    seats, least = min(SEATS, request.heads), min(LEAST_SEATS, request.heads)
    course = CoursePlan(request.course.id, request.course.minutes, seats, least, None, PRIORITY)
    named = frozenset(one.person_id for one in request.people)
    team_ids = frozenset([request.team_id] if request.team_id and not named else [])
    trainer_ids = (request.trainer_id,) if request.trainer_id else ()
    plan = CampaignPlan(
        request.topic[:120], starts_on, ends_on, ends_on, None, (course,),
        team_ids, frozenset(), named, CampaignSettings(trainer_ids=trainer_ids),
    )  # fmt: skip
    made = campaigns.create_campaign(plan, request_id=request.id, actor=actor, now=now)
    note_plan_begun(request, {"campaign": made.id}, revision=revision, actor=actor, now=now)
    return made


@dataclass(frozen=True)
class MadeClass:
    """A class made of a request: how many got a seat, and who did not, with the reason."""

    session: TrainingSession
    seated: int
    refused: list[tuple[Person, DomainError]]


def make_class(
    request: TrainingRequest,
    plan: ClassPlan,
    *,
    revision: int,
    language: str,
    actor: Person,
    now: datetime,
) -> MadeClass:
    """A class at an hour the planner names, not published, with those of the people the request
    names who may sit there.

    Raises `ClassConflicts`, `NotFound`, `NotNow`, `RequestMoved`, `CourseMissing`.
    """
    if request.course_id is None:
        raise CourseMissing()
    note_plan_begun(request, {"class": plan.on.isoformat()}, revision=revision, actor=actor,
                    now=now)  # fmt: skip
    named = [one for one in list_named(request.id) if one.disabled_at is None]
    hold([], [plan.trainer_id, *(one.id for one in named)], [plan.room_id])
    made = classes.create_class(
        request.course_id, plan, now=now, actor=actor, language=language, request_id=request.id
    )
    refused = put_in(made.id, named, now=now, by_id=actor.id, language=language) if named else []
    db.session.flush()
    return MadeClass(made, len(named) - len(refused), refused)
