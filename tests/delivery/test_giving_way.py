"""Plans with something given way: what is kept when they are agreed to, and how they add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.delivery.planning import MONDAY, Centre, campaign, centre, planned, planner
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction
from trainhub.delivery.jobs.plans import work_off
from trainhub.delivery.models import (
    Campaign,
    PlanRun,
    Room,
    TrainerProfile,
    TrainerTime,
    TrainingSession,
)
from trainhub.delivery.queries.planning.plan_runs import get_run, result_of
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.planning.agreeing import PlanStale, agree
from trainhub.delivery.services.planning.relaxing import OfferGone, plan_with
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import instant

Browsers = Callable[..., CheckingClient]
SATURDAY = MONDAY + timedelta(days=5)


def agree_to(run: PlanRun, now: datetime) -> None:
    by = planner()
    with transaction():
        agree(get_run(run.id), actor=by, now=now)


def offering(run: PlanRun, *offers: dict[str, Any]) -> None:
    with transaction():
        run.progress = run.progress | {"offers": [one | {"placed": []} for one in offers]}


def relaxed(run: PlanRun, number: int, now: datetime, trainer: Person | None = None) -> PlanRun:
    by = planner()
    with transaction():
        trainer_id = trainer.id if trainer else None
        run_id = plan_with(get_run(run.id), number, trainer_id, actor=by, now=now).id
    assert work_off(run_id, now=now, use_solver=False)
    return get_run(run_id)


def class_more(made: Centre, run: PlanRun) -> dict[str, Any]:
    result = result_of(run)
    assert result is not None
    start = datetime.fromisoformat(result.problem.calendar.start_date).date()
    detail = {
        "site": f"S{made.site.id}", "course": f"C{made.courses[0].id}",
        "day": (SATURDAY - start).days, "start": 540,
        "trainer": True, "room": False, "limit": False,
    }  # fmt: skip
    return {"kind": "session", "detail": detail}


def seats_more(made: Centre) -> dict[str, Any]:
    return {"kind": "seats", "detail": {"course": f"C{made.courses[0].id}", "more": 2}}


def times_of(person: Person) -> list[tuple[object, int, int]]:
    rows = db.session.scalars(select(TrainerTime).where(TrainerTime.person_id == person.id))
    return [(row.on, row.starts_min, row.ends_min) for row in rows]


def test_a_class_more_adds_one_hour_and_takes_no_other_from_the_trainer(
    app: Flask, now: datetime
) -> None:
    made = centre(people=6, required=3, pattern="MMMMMMM")
    one = campaign(made)
    first = planned(one, now)
    offering(first, class_more(made, first))
    run = relaxed(first, 0, now, made.trainer)
    agree_to(run, now)
    assert times_of(made.trainer) == [(SATURDAY, 540, 600)]
    profile = db.session.get_one(TrainerProfile, made.trainer.id)
    assert profile.max_min_per_week == 600  # nowhere near used up, so nothing was raised
    again = result_of(planned(one, now))
    assert again is not None
    days = {span.day for span in again.problem.trainers[0].available}
    assert len(days) >= 10  # the usual working days are all still there
    assert again.plan.objective.moved == 0
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "trainer.changed"))
    assert len(list(entries)) == 1


def test_hours_a_week_rise_to_what_is_needed_and_never_twice(app: Flask, now: datetime) -> None:
    made = centre(people=4)
    with transaction():
        db.session.get_one(TrainerProfile, made.trainer.id).max_min_per_week = 60
    one = campaign(made)
    first = planned(one, now)
    result = result_of(first)
    assert result is not None
    offering(first, class_more(made, first))
    taught = [row for row in result.plan.sessions if row.day // 7 == 1]
    assert len(taught) == 1  # in the week of that Saturday the hour is used up
    for _ in range(2):
        run = relaxed(first, 0, now, made.trainer)
        assert run.progress["given_way"][0]["max_min"] == 120
        agree_to(run, now)
        profile = db.session.get_one(TrainerProfile, made.trainer.id)
        assert profile.max_min_per_week == 120
        assert len(times_of(made.trainer)) == 1


def test_a_second_thing_given_way_keeps_the_first(app: Flask, now: datetime) -> None:
    made = centre(people=4)
    one = campaign(made)
    first = planned(one, now)
    offering(first, seats_more(made), {"kind": "max_short", "detail": {"heads": 1}})
    second = relaxed(first, 0, now)
    offering(second, seats_more(made), {"kind": "max_short", "detail": {"heads": 1}})
    third = relaxed(second, 1, now)
    assert [row["kind"] for row in third.progress["given_way"]] == ["seats", "max_short"]
    offering(third, seats_more(made))
    fourth = relaxed(third, 0, now)
    course_id = made.courses[0].id
    assert fourth.progress["given_way"] == [
        {"kind": "max_short", "heads": 1}, {"kind": "seats", "course_id": course_id, "seats": 24},
    ]  # fmt: skip
    result = result_of(fourth)
    assert result is not None
    assert (result.problem.courses[0].seats, result.problem.queues[0].max_short) == (24, 1)
    agree_to(fourth, now)
    kept = db.session.get_one(Campaign, one.id)
    assert kept.courses[0].seats == 24
    assert CampaignSettings.from_dict(kept.settings).max_short == 1


def test_one_day_later_twice_is_two_days(app: Flask, now: datetime) -> None:
    made = centre(people=2)
    one = campaign(made)
    run = planned(one, now)
    ends_on = one.ends_on
    for _ in range(2):
        result = result_of(run)
        assert result is not None
        day = result.problem.courses[0].deadline + 1
        offering(run, {"kind": "deadline", "detail": {"course": "C1", "day": day}})
        run = relaxed(run, 0, now)
    assert len(run.progress["given_way"]) == 1
    agree_to(run, now)
    assert db.session.get_one(Campaign, one.id).ends_on == ends_on + timedelta(days=2)


def test_the_plan_lists_all_that_was_given_way_and_says_it_is_kept(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(people=4)
    first = planned(campaign(made), now)
    offering(first, class_more(made, first))
    second = relaxed(first, 0, now, made.trainer)
    offering(second, {"kind": "max_short", "detail": {"heads": 2}})
    third = relaxed(second, 0, now)
    text = client(planner()).get(f"/plan-runs/{third.id}").text
    assert "Limits relaxed for this plan:" in text
    assert "09:00–10:00, outside the usual times" in text
    assert "up to 2 people may be missing" in text
    assert "the times and hours of the trainers named" in text
    agree_to(third, now)
    listed = client(planner()).get("/class-trainers").text
    assert "usual hours" in listed
    assert "and 1 single date" in listed


def test_all_that_stands_against_somebody_is_told(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(people=4, required=4, days=7, pattern="MMRRRRR")
    with transaction():
        for weekday in (0, 2, 3, 4, 5, 6):  # on Tuesdays only somebody could teach
            db.session.add(
                TrainerTime(
                    person_id=made.trainer.id, weekday=weekday, starts_min=0, ends_min=1440,
                    is_away=True,
                )
            )  # fmt: skip
    run = planned(campaign(made), now)
    text = client(planner()).get(f"/plan-runs/{run.id}?view=people").text
    assert "The lines would not be covered" in text
    assert "often several at once: No trainer available at the time (" in text


def test_only_who_could_come_is_asked_for_a_class_more(app: Flask, now: datetime) -> None:
    made = centre(people=4)
    first = planned(campaign(made), now)
    with transaction():
        db.session.add(
            TrainerTime(
                person_id=made.trainer.id, on=SATURDAY, starts_min=0, ends_min=1440, is_away=True
            )
        )
    offering(first, class_more(made, first))
    with pytest.raises(OfferGone):
        relaxed(first, 0, now, made.trainer)


def another_class(made: Centre, run: PlanRun, trainer: Person, *, later: int = 0) -> None:
    """A class outside the campaign, in a room of its own, when the plan's first is held."""
    result = result_of(run)
    assert result is not None
    first = result.plan.sessions[0]
    start = datetime.fromisoformat(result.problem.calendar.start_date).date()
    on, at = start + timedelta(days=first.day), first.start + later
    zone = ZoneInfo("Asia/Shanghai")
    with transaction():
        room = Room(site_id=made.site.id, name="Room 2", seats=9)
        db.session.add(room)
        db.session.flush()
        db.session.add(
            TrainingSession(
                course_id=made.courses[0].id, site_id=made.site.id, room_id=room.id,
                trainer_id=trainer.id, on=on, starts_min=at, ends_min=at + 60,
                starts_at=instant(zone, on, at), ends_at=instant(zone, on, at + 60),
                seats=9, min_seats=1,
            )
        )  # fmt: skip


def test_nobody_teaches_and_learns_at_once_by_agreeing(app: Flask, now: datetime) -> None:
    """Another campaign has put a learner of the plan in front of a class in the meantime."""
    made = centre(people=4)
    run = planned(campaign(made), now)
    result = result_of(run)
    assert result is not None
    person = db.session.get_one(Person, result.people[result.plan.sessions[0].agents[0]])
    another_class(made, run, person)
    with pytest.raises(PlanStale) as refused:
        agree_to(run, now)
    told = {(change.code, change.params.get("person")) for change in refused.value.changes}
    assert ("TEACHES", person.id) in told
    assert "OTHER" not in {code for code, _ in told}


def test_a_class_made_elsewhere_that_hits_nothing_leaves_the_plan_standing(
    app: Flask, now: datetime
) -> None:
    made = centre(people=4)
    run = planned(campaign(made), now)
    another_class(made, run, made.trainer, later=180)
    agree_to(run, now)
    assert get_run(run.id).state == "agreed"


def test_a_class_made_elsewhere_that_takes_the_trainer_is_named(app: Flask, now: datetime) -> None:
    made = centre(people=4)
    run = planned(campaign(made), now)
    another_class(made, run, made.trainer)
    with pytest.raises(PlanStale) as refused:
        agree_to(run, now)
    assert {change.code for change in refused.value.changes} == {"TRAINER"}
