"""A large contact centre with its rota, rooms, trainers and a campaign of seven courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.delivery import planning
from tests.factories import CREATED
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Campaign,
    CampaignCourse,
    CampaignTarget,
    Room,
    TrainerCourse,
    TrainerProfile,
)
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, Shift, Site, TeamPlace, TypicalDay

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PATTERNS = ("EEMMMRR", "MMEERRM", "RREEMMM", "MRREEMM", "MMRREEM")
COURSES, SITES, ROOMS, TEAM_SIZE, WEEKS = 7, 5, 40, 20, 16
EARLY_ENDS = 11 * 60  # an early class may be an hour later
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Centre:
    """The ids of what was made; a room and a trainer of the same number share a site."""

    campaign_id: int
    course_ids: Sequence[int]
    agent_ids: Sequence[int]
    trainer_ids: Sequence[int]
    room_ids: Sequence[int]


def build(people: int) -> Centre:
    """Make a centre of so many agents in an empty database."""
    with transaction():
        codes = planning.shift_codes()
        codes["M"].early_class_ends_min = EARLY_ENDS
        sites = [Site(name=f"Site {number}", time_zone="Asia/Shanghai") for number in range(SITES)]
        queues = [
            Queue(key=f"queue-{number}", name=f"Queue {number}", method="given",
                  unplanned_shrinkage=0.05, interval_min=30)
            for number in range(SITES)
        ]  # fmt: skip
        teams = [Team(name=f"Team {number}") for number in range(max(1, people // TEAM_SIZE))]
        db.session.add_all([*sites, *queues, *teams])
        db.session.flush()
        for number, team in enumerate(teams):
            place = number % SITES
            db.session.add(
                TeamPlace(team_id=team.id, site_id=sites[place].id, queue_id=queues[place].id)
            )
        for queue in queues:
            for weekday in range(8):
                db.session.add(
                    TypicalDay(queue_id=queue.id, weekday=weekday, interval_min=30, contacts=[],
                               handling_s=[], minimum=[people // 40] * 48)
                )  # fmt: skip
        courses = planning.add_courses(COURSES)
        agents = _add_people("agent", people, [team.id for team in teams])
        trainers = _add_people("trainer", ROOMS, [None])
        for number, person_id in enumerate(trainers):
            site_id = sites[number % SITES].id
            db.session.add(
                TrainerProfile(person_id=person_id, site_id=site_id, max_min_per_week=900)
            )
            db.session.add_all(
                TrainerCourse(person_id=person_id, course_id=one.id, certified_on=date(2026, 1, 5))
                for one in courses
            )
        rooms = [
            Room(site_id=sites[number % SITES].id, name=f"Room {number}", seats=20)
            for number in range(ROOMS)
        ]
        db.session.add_all(rooms)
        _add_rota(agents, [codes[code].id for code in "EMR"])
        campaign = _campaign(courses, teams)
        db.session.flush()
        return Centre(
            campaign.id, [one.id for one in courses], agents, trainers, [one.id for one in rooms]
        )


def _add_people(name: str, heads: int, team_ids: Sequence[int | None]) -> list[int]:
    rows: list[dict[str, Any]] = [
        {
            "username": f"{name}{number}", "name": f"{name} {number}", "name_key": name,
            "search_key": "", "team_id": team_ids[number * len(team_ids) // heads],
            "created_at": CREATED,
            "is_demonstration": False,
        }
        for number in range(heads)
    ]  # fmt: skip
    db.session.execute(insert(Person), rows)
    query = select(Person.id).where(Person.name_key == name).order_by(Person.id)
    return list(db.session.scalars(query))


def class_day(place: int, classes: int) -> int:
    """The weekday on which the class of this number, of so many, is held in every week."""
    return place * 7 // classes


def _add_rota(agents: Sequence[int], code_ids: Sequence[int]) -> None:
    """Shifts by pattern; on the weekday of their class everybody has the mid shift."""
    code_of = dict(zip("EMR", code_ids, strict=True))
    first = planning.MONDAY - timedelta(days=7)
    rows: list[dict[str, Any]] = []
    for number, person_id in enumerate(agents):
        pattern = PATTERNS[number % len(PATTERNS)]
        in_class = class_day(number // TEAM_SIZE, -(-len(agents) // TEAM_SIZE))
        rows += (
            {
                "person_id": person_id,
                "on": first + timedelta(days=day),
                "shift_code_id": code_of[
                    "M" if day % 7 == in_class else pattern[(day + number) % 7]
                ],
            }
            for day in range(WEEKS * 7)
        )
        if len(rows) > ROWS_AT_ONCE:
            db.session.execute(insert(Shift), rows)
            rows = []
    if rows:
        db.session.execute(insert(Shift), rows)


def _campaign(courses: Sequence[Any], teams: Sequence[Team]) -> Campaign:
    one = Campaign(
        key="large", name="Large", starts_on=planning.MONDAY,
        due_on=planning.MONDAY + timedelta(days=70), ends_on=planning.MONDAY + timedelta(days=90),
        settings=CampaignSettings(time_limit_s=60).as_dict(), created_at=CREATED,
    )  # fmt: skip
    one.courses = [
        CampaignCourse(course_id=course.id, position=number, seats=20, min_seats=3,
                       min_gap_days=1 if number else None)
        for number, course in enumerate(courses)
    ]  # fmt: skip
    one.targets = [CampaignTarget(team_id=team.id) for team in teams]
    db.session.add(one)
    return one
