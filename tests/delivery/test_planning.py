"""From rota and demand rows to a plan: what a planner relies on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from tests.delivery.planning import MONDAY, Centre, add_rota, campaign, centre, planned, planner
from tests.factories import CREATED, Make
from trainhub.catalogue.models import Course
from trainhub.db import db, transaction
from trainhub.delivery.jobs.plans import put_together
from trainhub.delivery.models import Booking, CampaignTarget, Room, TrainingSession
from trainhub.delivery.queries.planning.plan_runs import result_of
from trainhub.delivery.services.planning.plan_runs import RunUnderWay, request_run
from trainhub.people.models import Person, Role
from trainhub.planner.judging.check import check
from trainhub.planner.problem.duties import Duties
from trainhub.rota.models import TeamPlace, TypicalDay


def test_everybody_who_can_be_spared_gets_a_seat_in_their_early_class(
    app: Flask, now: datetime
) -> None:
    made = centre(people=8, required=3)
    run = planned(campaign(made), now)
    assert run.state == "done", run.error
    result = result_of(run)
    assert result is not None
    assert check(result.problem, result.plan) == []
    assert result.plan.placed == 8
    assert {one.start for one in result.plan.sessions} == {540}
    # Thirty per cent of eight are two at once.
    assert all(len(one.agents) <= 2 for one in result.plan.sessions)
    first = (
        MONDAY.toordinal() - datetime.fromisoformat(result.problem.calendar.start_date).toordinal()
    )
    assert min(one.day for one in result.plan.sessions) >= first


def test_a_queue_that_can_spare_nobody_keeps_everybody_with_the_reason(
    app: Flask, now: datetime
) -> None:
    run = planned(campaign(centre(people=8, required=8)), now)
    result = result_of(run)
    assert result is not None
    assert result.plan.sessions == ()
    assert {seat.code for seat in result.plan.unplaced} == {"COVERAGE"}
    assert check(result.problem, result.plan) == []


def test_without_demand_nobody_is_taken_off_the_phones(app: Flask, now: datetime) -> None:
    made = centre(people=4, required=1)
    with transaction():
        db.session.query(TypicalDay).delete()
    run = planned(campaign(made), now)
    result = result_of(run)
    assert result is not None
    assert result.plan.sessions == ()
    assert run.progress["unknown"] == [[made.queue.id, 12]]


def test_people_without_team_or_place_are_named(app: Flask, now: datetime) -> None:
    made = centre(people=4)
    one = campaign(made)
    lone = Make.person("lone")
    away = Make.person("away", team=Make.team("Blue"))
    with transaction():
        one.targets += [CampaignTarget(person_id=lone.id), CampaignTarget(person_id=away.id)]
    run = planned(one, now)
    assert sorted(run.progress["left_out"]) == [[lone.id, "NO_TEAM"], [away.id, "NO_PLACE"]]


def test_two_runs_of_a_campaign_do_not_go_on_at_once(app: Flask, now: datetime) -> None:
    one, by = campaign(centre(people=2)), planner()
    with transaction():
        request_run(one, actor=by, now=now)
    with pytest.raises(RunUnderWay), transaction():
        request_run(one, actor=by, now=now)


def test_the_surplus_of_the_problem_is_the_headroom_of_the_whole_queue(
    app: Flask, now: datetime
) -> None:
    made = centre(people=6, required=5)
    blue = Make.team("Blue")
    others = [Make.person(f"other{number}", team=blue) for number in range(3)]
    with transaction():
        db.session.add(TeamPlace(team_id=blue.id, site_id=made.site.id, queue_id=made.queue.id))
        add_rota(others, made.codes, "MMMMMRR", MONDAY - timedelta(days=7), 28)
    one, by = campaign(made), planner()
    with transaction():
        run = request_run(one, actor=by, now=now)
        assembled, period = put_together(run, now)
    surplus = Duties(assembled.problem).surplus()[f"Q{made.queue.id}"]
    slot = period.day(MONDAY) * 48 + 18
    # Nine on the phones at nine, five needed: four to spare, three others not asked.
    assert surplus[slot] == 4


def teach(made: Centre, who: Person, learner: Person | None = None, days: int = 12) -> None:
    """Somebody teaches another course in every early hour, in a room of its own."""
    with transaction():
        room = Room(site_id=made.site.id, name="Room 2", seats=9)
        other = Course(key="safety", series_id=made.courses[0].series_id, position=9, minutes=60,
                       created_at=CREATED)  # fmt: skip
        db.session.add_all([room, other])
        db.session.flush()
        for on in (MONDAY + timedelta(days=day) for day in range(days)):
            times = {
                "starts_at": datetime.combine(on, time(1), UTC),  # nine in Chengdu
                "ends_at": datetime.combine(on, time(2), UTC),
            }
            one = TrainingSession(
                course_id=other.id, site_id=made.site.id, room_id=room.id, trainer_id=who.id,
                on=on, starts_min=540, ends_min=600, seats=9, min_seats=0, **times,
            )  # fmt: skip
            db.session.add(one)
            db.session.flush()
            if learner is not None:
                db.session.add(
                    Booking(
                        training_session_id=one.id, person_id=learner.id, course_id=other.id,
                        uid=f"seat-{one.id}", booked_at=CREATED, changed_at=CREATED,
                    )
                )  # fmt: skip
                learner = None


def test_nobody_is_given_a_seat_while_they_teach(app: Flask, now: datetime) -> None:
    made = centre(people=8, required=3)
    one = campaign(made, max_share=100)
    busy = made.people[0]
    teach(made, busy)
    result = result_of(planned(one, now))
    assert result is not None
    assert check(result.problem, result.plan) == []
    assert result.plan.placed == 7
    lost = [(result.people[seat.agent], seat.code) for seat in result.plan.unplaced]
    assert lost == [(busy.id, "CLASH")]
    assert result.plan.unplaced[0].detail["teaches"] is True


def test_a_trainer_does_not_teach_while_they_sit_in_another_class(
    app: Flask, now: datetime
) -> None:
    made = centre(people=8, required=3)
    asked = campaign(made, max_share=100)
    teach(made, Make.person("other", Role.TRAINER), learner=made.trainer)
    result = result_of(planned(asked, now))
    assert result is not None
    first = date.fromisoformat(result.problem.calendar.start_date)
    assert result.plan.placed == 8
    taught = [one for one in result.plan.sessions if one.trainer == f"K{made.trainer.id}"]
    assert taught
    assert (MONDAY, 540) not in {(first + timedelta(days=each.day), each.start) for each in taught}
