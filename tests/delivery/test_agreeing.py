"""Agreeing to a plan: the classes that come of it, and when nothing comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.delivery.planning import MONDAY, campaign, centre, planned, planner
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking, Campaign, TrainingSession
from trainhub.delivery.queries.planning.plan_review import agreed_plan
from trainhub.delivery.queries.planning.plan_runs import get_run, result_of
from trainhub.delivery.services.planning.agreeing import PlanStale, agree
from trainhub.delivery.services.planning.plan_runs import RunDecided, dismiss
from trainhub.people.models import Person
from trainhub.planner.judging.check import check
from trainhub.rota.models import Shift, ShiftCode


def agreed(one: Campaign, now: datetime) -> None:
    agree_to(planned(one, now).id, now)


def agree_to(run_id: int, now: datetime) -> None:
    by = planner()
    with transaction():
        agree(get_run(run_id), actor=by, now=now)


def seats() -> set[tuple[int, str, int]]:
    rows = db.session.execute(
        select(Booking.person_id, TrainingSession.on, TrainingSession.starts_min)
        .join(TrainingSession)
        .where(Booking.state == "booked")
    )
    return {(person_id, on.isoformat(), start) for person_id, on, start in rows}


def put_on(person: Person, on: object, code: ShiftCode) -> None:
    with transaction():
        row = db.session.get_one(Shift, (person.id, on))
        row.shift_code_id = code.id


def test_agreed_classes_are_those_of_the_plan_and_keep_every_rule(
    app: Flask, now: datetime
) -> None:
    made = centre(people=8, required=3, courses=2)
    one = campaign(made)
    agreed(one, now)
    assert one.state == "agreed"
    assert len(seats()) == 16
    assert all(row.published_at is None for row in db.session.scalars(select(TrainingSession)))
    # The independent checker: the agreed rows themselves, on a problem made of them anew.
    again = result_of(planned(one, now))
    assert again is not None
    agreed_now = agreed_plan(one.id, again)
    broken = [one for one in check(again.problem, agreed_now) if one.rule.startswith("H")]
    assert broken == []
    assert sum(len(one.agents) for one in agreed_now.sessions) == 16
    assert check(again.problem, again.plan) == []
    assert again.plan.objective.moved == 0
    assert len(again.problem.previous) == 16


def test_planning_again_moves_nobody_but_the_class_that_the_rota_has_hit(
    app: Flask, now: datetime
) -> None:
    made = centre(people=8, required=3)
    one = campaign(made)
    agreed(one, now)
    before = seats()
    person = made.people[0]
    on = next(MONDAY.fromisoformat(day) for who, day, _ in before if who == person.id)
    put_on(person, on, made.codes["R"])
    agreed(one, now)
    after = seats()
    mates = {who for who, day, _ in before if day == on.isoformat()}
    assert {person.id} <= {who for who, _, _ in before ^ after} <= mates
    assert len(after) == 8


def test_a_plan_made_for_another_rota_is_refused_with_what_has_changed(
    app: Flask, now: datetime
) -> None:
    made = centre(people=8, required=3)
    run = planned(campaign(made), now)
    result = result_of(run)
    assert result is not None
    first = result.plan.sessions[0]
    person_id = result.people[first.agents[0]]
    on = datetime.fromisoformat(result.problem.calendar.start_date).date()
    put_on(db.session.get_one(Person, person_id), on + timedelta(days=first.day), made.codes["R"])
    with pytest.raises(PlanStale) as refused, transaction():
        agree(get_run(run.id), actor=planner(), now=now)
    assert [change.code for change in refused.value.changes] == ["ROTA"]
    assert refused.value.changes[0].params["person"] == person_id
    assert get_run(run.id).state == "done"
    assert seats() == set()


def test_a_plan_is_agreed_to_once(app: Flask, now: datetime) -> None:
    run_id = planned(campaign(centre(people=4)), now).id
    with transaction():
        agree(get_run(run_id), actor=planner(), now=now)
    with pytest.raises(RunDecided), transaction():
        agree(get_run(run_id), actor=planner(), now=now)
    with pytest.raises(RunDecided), transaction():
        dismiss(get_run(run_id), actor=planner(), now=now)


def test_bookings_changed_by_hand_make_a_plan_stale(app: Flask, now: datetime) -> None:
    one = campaign(centre(people=4))
    agreed(one, now)
    run_id = planned(one, now).id
    with transaction():
        booking = db.session.scalars(select(Booking)).first()
        assert booking is not None
        booking.state = "declined"
        booking.training_session.taken -= 1
        person_id = booking.person_id
    with pytest.raises(PlanStale) as refused, transaction():
        agree(get_run(run_id), actor=planner(), now=now)
    assert ("SEAT_GONE", person_id) in {
        (change.code, change.params["person"]) for change in refused.value.changes
    }


def test_a_plan_that_comes_too_late_is_refused(app: Flask, now: datetime) -> None:
    run_id = planned(campaign(centre(people=4)), now).id
    with pytest.raises(PlanStale) as refused, transaction():
        agree(get_run(run_id), actor=planner(), now=now + timedelta(days=60))
    assert {change.code for change in refused.value.changes} == {"BEGUN"}


def test_a_plan_of_a_campaign_that_was_changed_since_is_refused(
    app: Flask, client: Callable[..., CheckingClient], now: datetime
) -> None:
    one = campaign(centre(people=4))
    run = planned(one, now)
    pia = client(planner())
    assert "Agree to this plan" in pia.get(f"/plan-runs/{run.id}").text
    with transaction():
        changed = db.session.get_one(Campaign, one.id)
        changed.ends_on -= timedelta(days=3)
        changed.revision += 1
    text = pia.get(f"/plan-runs/{run.id}").text
    assert "The campaign has been changed since this plan was made." in text
    assert "Agree to this plan" not in text
    with pytest.raises(PlanStale) as refused, transaction():
        agree(get_run(run.id), actor=planner(), now=now)
    assert "CAMPAIGN" in {change.code for change in refused.value.changes}
    assert seats() == set()


def test_agreeing_says_who_learns_of_it_and_when(
    app: Flask, client: Callable[..., CheckingClient], now: datetime
) -> None:
    one = campaign(centre(people=4))
    run, pia = planned(one, now), client(planner())
    assert "People are told when you publish." in pia.get(f"/plan-runs/{run.id}").text
    agree_to(run.id, now)
    with transaction():
        for session in db.session.scalars(select(TrainingSession)):
            session.published_at = now
    again = planned(one, now)
    text = pia.get(f"/plan-runs/{again.id}").text
    assert "People in classes already published are told of every change at once" in text


def test_a_seat_kept_without_a_window_keeps_its_kind(app: Flask, now: datetime) -> None:
    made = centre(people=8, required=3)
    one = campaign(made)
    agreed(one, now)
    with transaction():
        seat = db.session.scalars(select(Booking).order_by(Booking.id)).first()
        assert seat is not None
        seat.is_pinned, seat.window_kind, seat.is_on_phones = True, "after", False
        seat.training_session.is_pinned = True
    seat_id, on, person = seat.id, seat.training_session.on, seat.person
    put_on(person, on, made.codes["R"])  # no window any more, but the seat is pinned
    agreed(one, now)
    kept = db.session.get_one(Booking, seat_id)
    assert (kept.state, kept.window_kind, kept.is_on_phones) == ("booked", "after", False)


def test_imminent_and_pinned_classes_stay(app: Flask, now: datetime) -> None:
    one = campaign(centre(people=8, required=3))
    agreed(one, now)
    with transaction():
        first = db.session.scalars(select(TrainingSession).order_by(TrainingSession.on)).first()
        assert first is not None
        first.is_pinned = True
        kept = (first.id, first.on, first.starts_min)
    result = result_of(planned(one, now))
    assert result is not None
    assert [pin.id for pin in result.problem.pinned_sessions] == [f"X{kept[0]}"]
    later = now + timedelta(days=7)  # a Monday: two days are frozen
    result = result_of(planned(one, later))
    assert result is not None
    pinned = {pin.id for pin in result.problem.pinned_sessions}
    soon = db.session.scalars(
        select(TrainingSession.id).where(TrainingSession.on < MONDAY + timedelta(days=2))
    )
    assert pinned == {f"X{number}" for number in soon} | {f"X{kept[0]}"}
    assert check(result.problem, result.plan) == []
