"""A team on a queue, with shifts and demand: what tests of cover begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.factories import CREATED, Make
from trainhub.db import db, transaction
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.rules.queue_settings import QueueDraft
from trainhub.rota.rules.requirement import Demand, Method, StaffingRules
from trainhub.rota.rules.tables.demand_cells import Day
from trainhub.rota.services.demand_days import store_days
from trainhub.rota.services.queues import add_queue

MONDAY = date(2026, 11, 23)
SHANGHAI = "Asia/Shanghai"
GIVEN = StaffingRules(Method.GIVEN, unplanned_shrinkage=0.0)


def queue(
    key: str = "hotline", rules: StaffingRules = GIVEN, name: str = "", **values: Any
) -> Queue:
    """A queue whose minimum is given, with nothing taken off, unless said otherwise."""
    channel = "chats" if rules.concurrency > 1 else "calls"
    with transaction():
        draft = QueueDraft(key, name or key.capitalize(), channel, replace(rules, **values))
        return add_queue(draft, actor=None, now=CREATED)


def site(name: str = "Main", zone: str = SHANGHAI) -> Site:
    """A place."""
    with transaction():
        found = Site(name=name, time_zone=zone)
        db.session.add(found)
    return found


def code(
    name: str = "E", starts: int | None = 540, ends: int | None = 1080, **values: Any
) -> ShiftCode:
    """A shift code, 09:00 to 18:00 unless said otherwise."""
    kind = "early" if starts is not None else "rest"
    with transaction():
        found = ShiftCode(
            code=name, name_zh=name, name_en=name, starts_min=starts, ends_min=ends,
            **({"kind": kind, "breaks": [], "synonyms": []} | values),
        )  # fmt: skip
        db.session.add(found)
    return found


def placed_team(name: str, serves: Queue, at: Site, heads: int) -> tuple[Team, list[Person]]:
    """A team of so many agents in its place."""
    team = Make.team(name)
    with transaction():
        db.session.add(TeamPlace(team_id=team.id, site_id=at.id, queue_id=serves.id))
    people = [Make.person(f"{name.lower()}{number}", team=team) for number in range(heads)]
    return team, people


def roster(people: list[Person], shift: ShiftCode, first: date = MONDAY, days: int = 1) -> None:
    """Put people on a shift for some days."""
    with transaction():
        db.session.add_all(
            Shift(person_id=one.id, on=first + timedelta(days=day), shift_code_id=shift.id)
            for one in people
            for day in range(days)
        )


def demand(serves: Queue, day: Day, values: Demand) -> None:
    """Give a queue's day its demand."""
    with transaction():
        store_days([(serves.id, day, values)])


def minimum(heads: int, starts: int = 540, ends: int = 1080, interval_min: int = 30) -> Demand:
    """So many from one minute of the day to another, nobody else."""
    row = tuple(
        heads if starts <= at * interval_min < ends else 0 for at in range(1440 // interval_min)
    )
    return Demand(interval_min, minimum=row)
