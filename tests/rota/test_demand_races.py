"""Planners who store demand of one day at the same moment: nobody undoes what another has said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.factories import Make
from tests.rota.covered import queue
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role
from trainhub.rota.models import DayDemand
from trainhub.rota.rules.tables.demand_tables import DemandMapping, recognise
from trainhub.rota.services.importing_demand import import_demand

HEADS = ["日期", "时段", "技能组", "最低人数"]
MANY = 6


def store(person_id: int, hour: int, now: datetime, key: str = "hotline") -> None:
    """A table that tells one half hour of the day."""
    lines = [HEADS, ["2026-12-01", f"{hour:02d}:00-{hour:02d}:30", key, str(hour)]]
    mapping = recognise(lines, year=2026)
    assert isinstance(mapping, DemandMapping)
    with transaction():
        import_demand(
            lines, mapping, file=f"{hour}.csv", file_hash=str(hour),
            actor=db.session.get_one(Person, person_id), now=now,
        )  # fmt: skip


@pytest.mark.parametrize("is_known", [False, True])
def test_short_tables_of_one_day_all_stay(app: Flask, now: datetime, is_known: bool) -> None:
    queue("hotline")
    people = [Make.person(f"pia{number}", Role.PLANNER).id for number in range(MANY)]
    if is_known:
        store(people[0], 20, now)
    acts: list[Callable[[], None]] = [
        partial(store, one, 8 + number, now) for number, one in enumerate(people)
    ]
    assert of_each_sort(all_at_once(app, acts)) == {"done": MANY}
    day = db.session.scalars(select(DayDemand)).one()
    told = {at * day.interval_min // 60: heads for at, heads in enumerate(day.minimum) if heads}
    hours = [8 + number for number in range(MANY)] + [20] * is_known
    assert told == {hour: hour for hour in hours}


def test_the_first_tables_of_one_making_are_all_stored(app: Flask, now: datetime) -> None:
    keys = [queue(f"line{number}").key for number in range(MANY)]
    people = [Make.person(f"pia{number}", Role.PLANNER).id for number in range(MANY)]
    acts: list[Callable[[], None]] = [
        partial(store, one, 9, now, key) for one, key in zip(people, keys, strict=True)
    ]
    assert of_each_sort(all_at_once(app, acts)) == {"done": MANY}
    assert len(db.session.scalars(select(DayDemand)).all()) == MANY
