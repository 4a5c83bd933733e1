"""Somebody writes while a plan is checked: it is checked once more before anybody has to wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.checking import CheckingClient
from tests.delivery.planning import MONDAY, campaign, centre, planned, planner
from trainhub.audit.services import append_entry
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Booking,
    BookingEvent,
    Campaign,
    TrainingSession,
    TrainingSessionEvent,
)
from trainhub.delivery.queries.planning.plan_runs import get_run
from trainhub.delivery.services.planning import agreeing
from trainhub.delivery.services.planning.agreeing import Overtaken, Prepared, agree, prepare
from trainhub.rota.models import RotaChange, TableImport


def write(now: datetime, action: str = "person.changed") -> None:
    """Somebody does something that the audit trail keeps."""
    with transaction():
        append_entry(action, actor=None, object_type="person", object_key="x", now=now)


def count_classes() -> int:
    return db.session.scalar(select(func.count(TrainingSession.id))) or 0


def test_a_plan_overtaken_is_not_checked_while_everybody_waits(app: Flask, now: datetime) -> None:
    run_id = planned(campaign(centre(people=4)), now).id
    prepared = prepare(get_run(run_id), now=now)
    write(now)
    with pytest.raises(Overtaken), transaction():
        agree(get_run(run_id), actor=planner(), now=now, prepared=prepared, checks_held=False)
    assert get_run(run_id).state == "done"
    assert count_classes() == 0


@pytest.mark.parametrize("action", ["learning.assign", "access.refused", "person.token_issued"])
def test_what_no_plan_stands_on_overtakes_none(app: Flask, now: datetime, action: str) -> None:
    run_id = planned(campaign(centre(people=4)), now).id
    prepared = prepare(get_run(run_id), now=now)
    write(now, action)
    with transaction():
        agree(get_run(run_id), actor=planner(), now=now, prepared=prepared, checks_held=False)
    assert get_run(run_id).state == "agreed"


BOOKS = {
    "bookings": lambda who, seat, now: BookingEvent(
        booking_id=seat.id, kind="booked", occurred_at=now
    ),
    "classes": lambda who, seat, now: TrainingSessionEvent(
        training_session_id=seat.training_session_id, kind="moved", old={}, new={}, occurred_at=now
    ),
    "rota": lambda who, seat, now: RotaChange(
        person_id=who.id, on=MONDAY, kind="edit", changed_at=now
    ),
    "tables": lambda who, seat, now: TableImport(
        kind="demand", file="a.csv", file_hash="", counts={}, imported_at=now
    ),
}


@pytest.mark.parametrize("book", BOOKS)
def test_who_began_first_and_ends_last_overtakes(app: Flask, now: datetime, book: str) -> None:
    """The number of its row is lower than one seen already."""
    one = campaign(centre(people=4))
    run_id = planned(one, now).id
    with transaction():
        agree(get_run(run_id), actor=planner(), now=now)
    run_id = planned(db.session.get_one(Campaign, one.id), now).id

    def write_down(number: int) -> None:
        with transaction():
            row = BOOKS[book](planner(), db.session.scalars(select(Booking)).first(), now)
            row.id = number
            db.session.add(row)

    planner()
    write_down(2_000)
    prepared = prepare(get_run(run_id), now=now)
    assert not prepared.changes
    write_down(1_000)
    with pytest.raises(Overtaken), transaction():
        agree(get_run(run_id), actor=planner(), now=now, prepared=prepared, checks_held=False)


@pytest.mark.parametrize(("overtakes", "checks"), [(0, 1), (1, 2), (9, 3)])
def test_the_page_checks_again_and_agrees(
    app: Flask,
    now: datetime,
    client: Callable[..., CheckingClient],
    monkeypatch: pytest.MonkeyPatch,
    overtakes: int,
    checks: int,
) -> None:
    run_id = planned(campaign(centre(people=4)), now).id
    made: list[Prepared] = []

    def checked(*about: Any, **given: Any) -> Prepared:
        made.append(prepare(*about, **given))
        if len(made) <= overtakes:
            write(now)
        return made[-1]

    monkeypatch.setattr(agreeing, "prepare", checked)
    client(planner()).post(f"/plan-runs/{run_id}/agree", {}, status=302)
    assert (get_run(run_id).state, len(made)) == ("agreed", checks)
    assert count_classes() > 0
