"""A small centre to plan for: rota, demand, rooms, trainers, courses, a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.factories import CREATED, Make
from trainhub.catalogue.models import Course, CourseEdition, CourseVersion, Series
from trainhub.db import db, transaction
from trainhub.delivery.jobs.plans import work_off
from trainhub.delivery.models import (
    Campaign,
    CampaignCourse,
    CampaignTarget,
    PlanRun,
    Room,
    TrainerCourse,
    TrainerProfile,
)
from trainhub.delivery.queries.planning.plan_runs import get_run
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.planning.plan_runs import request_run
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Queue, Shift, ShiftCode, Site, TeamPlace, TypicalDay

MONDAY = date(2026, 11, 30)  # the week after the tests' noon


@dataclass
class Centre:
    """What was made, to point at in a test."""

    site: Site
    queue: Queue
    team: Team
    people: list[Person]
    trainer: Person
    room: Room
    courses: list[Course]
    codes: dict[str, ShiftCode] = field(default_factory=dict)


def shift_codes() -> dict[str, ShiftCode]:
    """Early, mid with an early class on the phones, rest."""
    rows = {
        "E": ShiftCode(code="E", name_zh="早班", name_en="Early", kind="early", starts_min=480,
                       ends_min=1020, breaks=[[720, 780]], synonyms=[]),
        "M": ShiftCode(code="M", name_zh="中班", name_en="Mid", kind="mid", starts_min=540,
                       ends_min=1080, breaks=[[750, 810]], early_class_starts_min=540,
                       early_class_ends_min=600, synonyms=[]),
        "R": ShiftCode(code="R", name_zh="休", name_en="Rest", kind="rest", breaks=[], synonyms=[]),
    }  # fmt: skip
    db.session.add_all(rows.values())
    db.session.flush()
    return rows


def centre(
    *,
    people: int = 8,
    required: int = 3,
    days: int = 14,
    courses: int = 1,
    pattern: str = "MMMMMRR",
    seats: int = 20,
    first: date = MONDAY,
) -> Centre:
    """One site, one queue that needs `required` heads all day, one team, one trainer, one room.

    Everybody works `pattern` from a Monday, a week before `first` on.
    """
    team = Make.team("Red")
    staff = [Make.person(f"agent{number}", team=team) for number in range(people)]
    trainer = Make.person("tess", Role.TRAINER)
    with transaction():
        codes = shift_codes()
        site = Site(name="Chengdu", time_zone="Asia/Shanghai")
        queue = Queue(
            key="hotline", name="Hotline", method="given", unplanned_shrinkage=0.0, interval_min=30
        )
        db.session.add_all([site, queue])
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=site.id, queue_id=queue.id))
        add_demand(queue, required)
        made = add_courses(courses)
        room = Room(site_id=site.id, name="Room 1", seats=seats)
        db.session.add(room)
        add_trainer(trainer, site, made)
        add_rota(staff, codes, pattern, first - timedelta(days=7), days + 14)
    return Centre(site, queue, team, staff, trainer, room, made, codes)


def add_demand(queue: Queue, required: int | Sequence[int]) -> None:
    """So many heads on every day of the week, the whole day or by half hour."""
    line = [required] * 48 if isinstance(required, int) else list(required)
    for weekday in range(8):
        db.session.add(
            TypicalDay(queue_id=queue.id, weekday=weekday, interval_min=30, contacts=[],
                       handling_s=[], minimum=line)
        )  # fmt: skip


def add_courses(count: int) -> list[Course]:
    """Courses of one series."""
    series = Series(key="selling", knowledge_line="product", position=1, title_zh="销售",
                    title_en="Selling")  # fmt: skip
    db.session.add(series)
    db.session.flush()
    made = [
        Course(key=f"selling-{number}", series_id=series.id, position=number, minutes=60,
               created_at=CREATED)
        for number in range(1, count + 1)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    for number, course in enumerate(made, 1):
        publish(course, f"Selling {number}")
    return made


def publish(course: Course, title: str) -> None:
    """An English text in force, as short as can be."""
    edition = CourseEdition(course_id=course.id, language="en", slug=course.key)
    db.session.add(edition)
    db.session.flush()
    version = CourseVersion(
        edition_id=edition.id, number=1, source="", source_hash="", content_hash="", title=title,
        summary="", minutes=60, competencies=[], objectives=[], prerequisites=[],
        published_at=CREATED,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    edition.published_version_id = version.id
    db.session.flush()


def add_trainer(person: Person, site: Site, courses: Sequence[Course]) -> None:
    """Certified for these courses, with the usual hours of weekdays."""
    db.session.add(TrainerProfile(person_id=person.id, site_id=site.id, max_min_per_week=600))
    for course in courses:
        db.session.add(
            TrainerCourse(person_id=person.id, course_id=course.id, certified_on=date(2026, 1, 5))
        )


def add_rota(
    people: Sequence[Person], codes: dict[str, ShiftCode], pattern: str, first: date, days: int
) -> None:
    """The pattern again and again from a date on."""
    rows = [
        {
            "person_id": person.id,
            "on": first + timedelta(days=day),
            "shift_code_id": codes[pattern[day % len(pattern)]].id,
        }
        for person in people
        for day in range(days)
    ]
    db.session.execute(insert(Shift), rows)


def campaign(made: Centre, *, days: int = 11, gap: int | None = 1, **settings: Any) -> Campaign:
    """A campaign of all courses for the team, from `MONDAY` on."""
    with transaction():
        one = Campaign(
            key="selling-round",
            name="Selling",
            starts_on=MONDAY,
            due_on=MONDAY + timedelta(days=min(days, 7)),
            ends_on=MONDAY + timedelta(days=days),
            settings=CampaignSettings(**({"time_limit_s": 2} | settings)).as_dict(),
            created_at=CREATED,
        )
        one.courses = [
            CampaignCourse(course_id=course.id, position=number, seats=20, min_seats=1,
                           min_gap_days=gap if number else None)
            for number, course in enumerate(made.courses)
        ]  # fmt: skip
        one.targets = [CampaignTarget(team_id=made.team.id)]
        db.session.add(one)
    return one


def planner() -> Person:
    """The planner of the centre."""
    found = db.session.scalars(select(Person).where(Person.username == "pia")).one_or_none()
    return found or Make.person("pia", Role.PLANNER)


def planned(one: Campaign, now: datetime, **asked: Any) -> PlanRun:
    """Ask for a plan and work it off as the worker does, without OR-Tools."""
    by = planner()
    with transaction():
        run_id = request_run(one, actor=by, now=now, **asked).id
    assert work_off(run_id, now=now, use_solver=False)
    return get_run(run_id)
