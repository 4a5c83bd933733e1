"""Campaigns for the pages of planners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload, selectinload

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignTarget,
    PlanRun,
    Room,
    TrainerCourse,
    TrainerProfile,
    TrainingSession,
)
from trainhub.delivery.queries.planning.audience import count_audience, meant_for
from trainhub.delivery.queries.planning.supply_facts import may_be_used
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.errors import NotFound
from trainhub.people.models import Cohort, Person, Team
from trainhub.rota.models import Shift, TeamPlace
from trainhub.rota.queries.demand import DemandSource, demand_of

FOUND_AT_MOST = 20
SHELVES = ("open", "closed")


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its courses, classes and seats counted."""

    campaign: Campaign
    courses: int
    classes: int
    seats: int
    waiting_run_id: int | None


def get_campaign(campaign_id: int) -> Campaign:
    """A campaign with courses and targets. Raises `NotFound`."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound()
    return campaign


def find_campaign(key: str) -> Campaign | None:
    """The campaign of this key or number."""
    query = select(Campaign).where(Campaign.key == key)
    found = db.session.scalars(query).one_or_none()
    if found is None and key.isascii() and key.isdigit() and len(key) < 9:
        return db.session.get(Campaign, int(key))
    return found


def list_campaigns(shelf: str) -> list[CampaignRow]:
    """Campaigns that go on, or closed ones, the latest first."""
    closed = Campaign.state == "closed"
    query = (
        select(Campaign)
        .where(closed if shelf == "closed" else ~closed)
        .options(selectinload(Campaign.courses))
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    )
    campaigns = list(db.session.scalars(query))
    ids = [one.id for one in campaigns]
    classes = _counted(ids)
    runs = select(PlanRun.campaign_id, func.max(PlanRun.id)).where(
        PlanRun.campaign_id.in_(ids), PlanRun.state == "done"
    )
    waiting = {row[0]: row[1] for row in db.session.execute(runs.group_by(PlanRun.campaign_id))}
    return [
        CampaignRow(one, len(one.courses), *classes.get(one.id, (0, 0)), waiting.get(one.id))
        for one in campaigns
    ]


def _counted(ids: Collection[int]) -> dict[int, tuple[int, int]]:
    query = (
        select(TrainingSession.campaign_id, func.count(), func.sum(TrainingSession.taken))
        .where(TrainingSession.campaign_id.in_(ids), TrainingSession.state != "cancelled")
        .group_by(TrainingSession.campaign_id)
    )
    rows = db.session.execute(query).all()
    return {row[0]: (row[1], int(row[2] or 0)) for row in rows if row[0] is not None}


def has_published_classes(campaign_id: int) -> bool:
    """Whether people have been told of a class of the campaign that is still to come."""
    query = select(TrainingSession.id).where(
        TrainingSession.campaign_id == campaign_id,
        TrainingSession.published_at.is_not(None),
        TrainingSession.state == "scheduled",
    )
    return db.session.scalars(query.limit(1)).first() is not None


def count_to_tell(campaign_id: int) -> int:
    """How many people have seats in coming classes of the campaign that are not published."""
    query = (
        select(func.count(func.distinct(Booking.person_id)))
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            TrainingSession.campaign_id == campaign_id,
            TrainingSession.published_at.is_(None),
            TrainingSession.state == "scheduled",
            Booking.state == "booked",
        )
    )
    return db.session.scalar(query) or 0


def list_classes_of(campaign_id: int) -> list[TrainingSession]:
    """The campaign's classes that are not cancelled, in order of time."""
    query = (
        select(TrainingSession)
        .where(TrainingSession.campaign_id == campaign_id, TrainingSession.state != "cancelled")
        .options(
            joinedload(TrainingSession.room),
            joinedload(TrainingSession.trainer),
            joinedload(TrainingSession.site),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Targets:
    """Whom a campaign names."""

    teams: list[Team]
    cohorts: list[Cohort]
    people: list[Person]


def targets_of(campaign_id: int) -> Targets:
    """The teams, cohorts and people a campaign names, by name."""
    rows = list(
        db.session.scalars(select(CampaignTarget).where(CampaignTarget.campaign_id == campaign_id))
    )
    teams = [row.team_id for row in rows if row.team_id is not None]
    cohorts = [row.cohort_id for row in rows if row.cohort_id is not None]
    people = [row.person_id for row in rows if row.person_id is not None]
    return Targets(
        list(db.session.scalars(select(Team).where(Team.id.in_(teams)).order_by(Team.name))),
        list(
            db.session.scalars(select(Cohort).where(Cohort.id.in_(cohorts)).order_by(Cohort.name))
        ),
        list(
            db.session.scalars(
                select(Person).where(Person.id.in_(people)).order_by(Person.name_key)
            )
        ),
    )


def supply_of(settings: CampaignSettings) -> tuple[list[Room], list[Person]]:
    """The rooms and the trainers a campaign names, by name."""
    rooms = (
        select(Room)
        .where(Room.id.in_(settings.room_ids))
        .options(joinedload(Room.site))
        .order_by(Room.name)
    )
    people = select(Person).where(Person.id.in_(settings.trainer_ids)).order_by(Person.name_key)
    return list(db.session.scalars(rooms)), list(db.session.scalars(people))


def list_team_choices() -> list[Team]:
    """Every team, by name."""
    return list(db.session.scalars(select(Team).order_by(Team.name)))


def find_people(words: str, chosen: Collection[int]) -> tuple[list[Person], bool]:
    """Active people: those chosen, then those found by words; and whether there are more."""
    query = select(Person).where(Person.disabled_at.is_(None)).options(joinedload(Person.team))
    query = query.order_by(Person.name_key, Person.id)
    picked = list(db.session.scalars(query.where(Person.id.in_(chosen)))) if chosen else []
    parts = "".join(sign for sign in words[:200] if sign.isprintable()).casefold().split()[:10]
    if not parts:
        return picked, False
    for part in parts:
        query = query.where(Person.search_key.contains(part, autoescape=True))
    query = query.where(Person.id.not_in(chosen)) if chosen else query
    found = list(db.session.scalars(query.limit(FOUND_AT_MOST + 1)))
    return picked + found[:FOUND_AT_MOST], len(found) > FOUND_AT_MOST


@dataclass(frozen=True)
class Readiness:
    """What a plan of the campaign could stand on, in numbers."""

    people: int
    without_place: int
    with_rota: int
    rooms: int
    trainers: dict[int, int]
    unknown_days: int
    queues: int
    seats: Counter[str] = field(default_factory=Counter)


def readiness_of(campaign: Campaign, first: date) -> Readiness:
    """What is there for a plan from `first` on; a few queries of counts."""
    meant = meant_for(campaign.id)
    places = (
        select(TeamPlace.site_id, TeamPlace.queue_id, func.count())
        .join(Person, Person.team_id == TeamPlace.team_id)
        .where(meant)
        .group_by(TeamPlace.site_id, TeamPlace.queue_id)
    )
    rows = db.session.execute(places).all()
    sites, queues = {row[0] for row in rows}, {row[1] for row in rows}
    people, placed = count_audience(campaign.id), sum(row[2] for row in rows)
    with_rota = select(func.count(func.distinct(Shift.person_id))).where(
        Shift.on.between(first, campaign.ends_on),
        Shift.person_id.in_(select(Person.id).where(meant)),
    )
    settings = CampaignSettings.from_dict(campaign.settings)
    rooms, teaching = _supply(sites, settings)
    unknown = 0
    if queues and first <= campaign.ends_on:
        days = demand_of(sorted(queues), first, campaign.ends_on).values()
        unknown = sum(day.source is DemandSource.NONE for day in days)
    return Readiness(
        people,
        people - placed,
        db.session.scalar(with_rota) or 0,
        rooms,
        _trainers(campaign, teaching, settings.trainer_ids),
        unknown,
        len(queues),
        _seats(campaign.id),
    )


def _supply(sites: set[int], settings: CampaignSettings) -> tuple[int, set[int]]:
    """How many rooms the people can come to, and the sites whose trainers may teach them."""
    query = select(Room.site_id).where(may_be_used(sites, settings.room_ids))
    rooms = db.session.execute(query.add_columns(Room.is_online)).all()
    afar = {row.site_id for row in rooms} if all(row.is_online for row in rooms) else set()
    return len(rooms), sites | afar


def _trainers(
    campaign: Campaign, sites: Collection[int], chosen: Collection[int]
) -> dict[int, int]:
    query = (
        select(TrainerCourse.course_id, func.count())
        .join(TrainerProfile, TrainerProfile.person_id == TrainerCourse.person_id)
        .join(Person, Person.id == TrainerCourse.person_id)
        .where(
            TrainerCourse.course_id.in_([row.course_id for row in campaign.courses]),
            TrainerProfile.site_id.in_(sites),
            Person.disabled_at.is_(None),
            Person.id.in_(chosen) if chosen else true(),
        )
        .group_by(TrainerCourse.course_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _seats(campaign_id: int) -> Counter[str]:
    query = (
        select(Booking.state, func.count())
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(TrainingSession.campaign_id == campaign_id)
        .group_by(Booking.state)
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query)})
