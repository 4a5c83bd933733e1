"""The demonstration centre's campaigns: planned, agreed to and published by the real services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.catalogue.models import Course, Series
from trainhub.db import db
from trainhub.delivery.jobs.plans import figures_of, put_together
from trainhub.delivery.models import (
    Campaign,
    CampaignCourse,
    CampaignTarget,
    PlanRun,
    Room,
    TrainerCourse,
    TrainerProfile,
)
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.classes.publishing import publish_campaign
from trainhub.delivery.services.planning import plan_runs
from trainhub.delivery.services.planning.agreeing import agree
from trainhub.demo.planning import plan_by_effort
from trainhub.people.models import Person
from trainhub.rota.models import Site

QUICKLY, CAREFULLY = 500, 6_000  # how long a plan is improved, see `plan_by_effort`
ROOMS = (("早课室", 20, False), ("小教室", 10, False), ("线上课堂", 40, True))
MEETING = "https://meet.example/early-class"  # a name that is nobody's (RFC 2606)
# Who is certified for which courses, by the beginning of their keys.
CERTIFIED = {
    "lin.yue": ("mot-", "complaint-", "selling-"),
    "zhou.min": ("selling-",),
    "chen.jing": ("selling-", "mot-", "complaint-", "quick-", "typing-"),
    "emma.clarke": ("complaint-", "mot-", "selling-"),
}


@dataclass(frozen=True)
class Round:
    """A campaign to be: a series or one course, for teams, between two dates."""

    key: str
    name: str
    courses: Sequence[Course]
    team_ids: Sequence[int]
    starts_on: date
    due_on: date
    ends_on: date
    gap_days: int = 5
    seats: int = 12
    effort: int = QUICKLY


def courses_of(key: str) -> list[Course]:
    """The courses of a series in their order, or the one course of that key."""
    query = select(Course).outerjoin(Series, Series.id == Course.series_id)
    found = query.where((Series.key == key) | (Course.key == key), Course.retired_at.is_(None))
    return list(db.session.scalars(found.order_by(Course.position, Course.key)))


def add_rooms_and_trainers(site: Site, ids: dict[str, int], today: date) -> list[Room]:
    """Rooms of the site, and who may teach what."""
    rooms = [
        Room(
            site_id=site.id,
            name=name,
            seats=seats,
            is_online=online,
            join_url=MEETING if online else "",
        )
        for name, seats, online in ROOMS
    ]
    db.session.add_all(rooms)
    courses = list(db.session.scalars(select(Course).order_by(Course.id)))
    since = date(today.year - 1, 9, 15)
    for username, keys in CERTIFIED.items():
        db.session.add(TrainerProfile(person_id=ids[username], site_id=site.id))
        db.session.add_all(
            TrainerCourse(person_id=ids[username], course_id=course.id, certified_on=since)
            for course in courses
            if course.key.startswith(keys)
        )
    db.session.flush()
    return rooms


def add_campaign(one: Round, planner: Person, now: datetime) -> Campaign:
    """The campaign of a round, a draft."""
    campaign = Campaign(
        key=one.key,
        name=one.name,
        series_id=one.courses[0].series_id if len(one.courses) > 1 else None,
        starts_on=one.starts_on,
        due_on=one.due_on,
        ends_on=one.ends_on,
        settings=CampaignSettings(max_share=40).as_dict(),
        created_at=now,
        created_by_id=planner.id,
    )
    campaign.courses = [
        CampaignCourse(
            course_id=course.id, position=number, duration_min=course.minutes, seats=one.seats,
            min_seats=2, min_gap_days=one.gap_days if number else None,
        )
        for number, course in enumerate(one.courses)
    ]  # fmt: skip
    campaign.targets = [CampaignTarget(team_id=team_id) for team_id in one.team_ids]
    db.session.add(campaign)
    db.session.flush()
    return campaign


def publish_round(one: Round, planner: Person, now: datetime) -> Campaign:
    """Plan a round as the worker does, without the solver, agree to the plan and publish it."""
    campaign = add_campaign(one, planner, now)
    run = plan_runs.request_run(campaign, actor=planner, now=now)
    plan_runs.claim(run.id, now=now)
    db.session.refresh(run)
    assembled, period = put_together(run, now)
    plan_runs.begin(run, assembled, period, now=now)
    plan = plan_by_effort(assembled.problem, one.effort)
    figures = figures_of(plan, assembled.problem) | {"phase": "ready", "offers": []}
    plan_runs.finish(run.id, plan, figures, now=now)
    agree(db.session.get_one(PlanRun, run.id), actor=planner, now=now)
    publish_campaign(campaign, now=now, actor=planner)
    return campaign


def at_ten(on: date, zone: ZoneInfo) -> datetime:
    """Ten in the morning of a date: when a planner of the demonstration works."""
    return datetime(on.year, on.month, on.day, 10, tzinfo=zone).astimezone(UTC)
