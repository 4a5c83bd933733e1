"""The pages of campaigns, plans, rooms, trainers and fairness, as people use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.delivery.planning import (
    MONDAY,
    Centre,
    add_rota,
    add_trainer,
    campaign,
    centre,
    planned,
    planner,
)
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.jobs.plans import work_off
from trainhub.delivery.models import Campaign, PlanRun, Room, TrainerProfile, TrainingSession
from trainhub.delivery.queries.planning.plan_runs import result_of
from trainhub.people.models import Role

Browsers = Callable[..., CheckingClient]
FORM = {
    "name": "Spring round",
    "starts_on": "2026-11-30",
    "due_on": "2026-12-07",
    "ends_on": "2026-12-11",
    "gap": "1",
    "kinds": ["early"],
    "before_min": "60",
    "after_min": "60",
    "in_shift": "",
    "grid_min": "30",
    "max_classes_per_day": "1",
    "max_min_per_week": "120",
    "min_rest_h": "11",
    "max_share": "30",
    "buffer": "0",
    "max_short": "0",
    "dawn_before": "08:00",
    "free_dawns": "1",
    "freeze_days": "2",
    "time_limit_s": "2",
    "reach": "high",
    "few_classes": "normal",
    "fair_dawns": "normal",
    "stay_put": "normal",
}


def form(made: Centre, **values: object) -> dict[str, object]:
    """The fields of a campaign for the centre's team."""
    return (
        FORM | {"course_ids": [one.id for one in made.courses], "team_ids": [made.team.id]} | values
    )


def address_of_run() -> str:
    run = db.session.scalars(select(PlanRun).order_by(PlanRun.id.desc())).first()
    assert run is not None
    return f"/plan-runs/{run.id}"


def test_a_planner_writes_a_campaign_has_it_planned_agrees_and_publishes(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(people=8, required=3, courses=2)
    pia = client(planner())
    pia.get("/campaigns")
    pia.get("/campaigns/new")
    pia.post("/campaigns/new", form(made, max_share="50"), status=302)
    one = db.session.scalars(select(Campaign)).one()
    assert [row.min_gap_days for row in one.courses] == [None, 1]
    assert "8 people" in pia.page(f"/campaigns/{one.id}").text
    pia.post(f"/campaigns/{one.id}/plan", {}, status=302)
    waiting = pia.page(address_of_run())
    assert "Waiting to be planned" in waiting.text
    run_id = int(address_of_run().rsplit("/", 1)[1])
    assert work_off(run_id, now=now, use_solver=False)
    for view in ("summary", "people", "classes", "cover", "changes"):
        pia.get(f"{address_of_run()}?view={view}")
    assert "16 of 16" in pia.page(address_of_run()).text
    pia.post(f"{address_of_run()}/agree", {}, status=302)
    page = pia.page(f"/campaigns/{one.id}")
    assert "agreed, not published" in page.text
    pia.post(f"/campaigns/{one.id}/publish", {}, status=302)
    db.session.expire_all()
    assert all(row.published_at == now for row in db.session.scalars(select(TrainingSession)))
    assert "published" in pia.page("/campaigns").text


def test_a_series_stands_for_its_courses(app: Flask, client: Browsers) -> None:
    made = centre(people=2, courses=3)
    series = made.courses[0].series_id
    pia = client(planner())
    pia.post("/campaigns/new", form(made, course_ids=[], series_id=str(series)), status=302)
    one = db.session.scalars(select(Campaign)).one()
    assert [row.course_id for row in one.courses] == [course.id for course in made.courses]
    assert one.series_id == series


def test_what_is_wrong_with_a_campaign_is_named_and_nothing_is_stored(
    app: Flask, client: Browsers
) -> None:
    made = centre(people=2)
    pia = client(planner())
    bad = form(made, name="", due_on="2026-12-24", kinds=["in_shift"], in_shift="noon",
               max_share="0", reach="very", team_ids=[])  # fmt: skip
    page = pia.post("/campaigns/new", bad, status=422).text
    for words in ("Give the campaign a name", "The target date must lie", "Write times as 14:00",
                  "Give a whole number from 1 to 100", "Choose teams"):  # fmt: skip
        assert words in page
    assert db.session.scalars(select(Campaign)).first() is None


def test_courses_get_their_order_and_seats_on_the_page_of_change(
    app: Flask, client: Browsers
) -> None:
    made = centre(people=2, courses=2)
    one = campaign(made)
    first, second = (course.id for course in made.courses)
    pia = client(planner())
    pia.get(f"/campaigns/{one.id}/edit")
    rows = {
        f"place-{first}": "2", f"place-{second}": "1", f"seats-{first}": "12",
        f"min_seats-{first}": "2", f"duration_min-{first}": "45", f"priority-{first}": "2",
        f"min_gap_days-{first}": "3",
    }  # fmt: skip
    pia.post(f"/campaigns/{one.id}/edit", form(made, revision="1") | rows, status=302)
    db.session.expire_all()
    assert [row.course_id for row in one.courses] == [second, first]
    changed = one.courses[1]
    assert (changed.seats, changed.min_seats, changed.duration_min) == (12, 2, 45)
    assert changed.min_gap_days == 3
    stale = pia.post(f"/campaigns/{one.id}/edit", form(made, revision="1"), status=422).text
    assert "Somebody else changed this campaign" in stale


def test_reasons_are_sentences_and_offers_can_be_planned_with(
    app: Flask, client: Browsers, now: datetime
) -> None:
    # One head to spare at a time: eleven people, two weeks of ten early classes, one each.
    made = centre(people=11, required=10)
    run = planned(campaign(made, max_share=100), now)
    pia = client(planner())
    people = pia.page(f"/plan-runs/{run.id}?view=people").text
    assert "The lines would not be covered" in people
    assert "early-class hour of all" in people
    summary = pia.page(f"/plan-runs/{run.id}").text
    assert "One more person may be missing on Hotline" in summary
    offers = run.progress["offers"]
    number = [one["kind"] for one in offers].index("max_short")
    pia.post(f"/plan-runs/{run.id}/give-way", {"offer": number}, status=302)
    again_id = int(address_of_run().rsplit("/", 1)[1])
    assert again_id != run.id
    assert work_off(again_id, now=now, use_solver=False)
    again = db.session.get_one(PlanRun, again_id)
    assert again.progress["placed"] > run.progress["placed"]
    pia.post(f"/plan-runs/{again_id}/agree", {}, status=302)
    db.session.expire_all()
    assert again.campaign.settings["max_short"] == 1


def test_a_stale_plan_says_what_has_changed(app: Flask, client: Browsers, now: datetime) -> None:
    made = centre(people=4)
    run = planned(campaign(made), now)
    with transaction():
        db.session.get_one(Room, made.room.id).retired_at = now
        made.people[0].disabled_at = now
    page = client(planner()).post(f"/plan-runs/{run.id}/agree", {}, status=409).text
    assert "This plan is out of date" in page
    assert db.session.scalars(select(TrainingSession)).first() is None


def test_a_plan_is_put_aside_and_runs_are_stopped(
    app: Flask, client: Browsers, now: datetime
) -> None:
    one = campaign(centre(people=4))
    run = planned(one, now)
    pia = client(planner())
    pia.post(f"/plan-runs/{run.id}/dismiss", {}, status=302)
    assert db.session.get_one(PlanRun, run.id).state == "dismissed"
    pia.post(f"/campaigns/{one.id}/plan", {}, status=302)
    pia.post(f"{address_of_run()}/stop", {}, status=302)
    assert "stopped" in pia.page(address_of_run()).text


def test_progress_is_told_to_scripts(app: Flask, client: Browsers, now: datetime) -> None:
    one = campaign(centre(people=2))
    pia = client(planner())
    pia.post(f"/campaigns/{one.id}/plan", {}, status=302)
    answer = json.loads(pia.get(f"{address_of_run()}/progress").text)
    assert answer["state"] == "queued"
    assert answer["phase"] == "Waiting to be planned"


def test_the_problem_can_be_taken_away(app: Flask, client: Browsers, now: datetime) -> None:
    run = planned(campaign(centre(people=4)), now)
    pia = client(planner())
    problem = json.loads(pia.get(f"/plan-runs/{run.id}/export/problem").text)
    assert problem["schema"] == "trainhub-sched/1"
    assert json.loads(pia.get(f"/plan-runs/{run.id}/export/plan").text)["sessions"]


def test_rooms_are_added_blocked_and_retired(app: Flask, client: Browsers) -> None:
    made = centre(people=1)
    pia = client(planner())
    pia.get("/rooms")
    taken = {"name": "Room 1", "site_id": str(made.site.id), "seats": "9"}
    assert "a room of this name already" in pia.post("/rooms/new", taken, status=422).text
    assert "from 1 to 1000" in pia.post("/rooms/new", taken | {"seats": "0"}, status=422).text
    pia.post("/rooms/new", taken | {"name": "Room 2", "is_online": "y"}, status=302)
    room = db.session.scalars(select(Room).where(Room.name == "Room 2")).one()
    block = {"starts_at": "2026-12-01T09:00", "ends_at": "2026-12-01T12:00", "reason": "Audit"}
    pia.post(f"/rooms/{room.id}/blocks", block, status=302)
    assert "2026-12-01 09:00" in pia.page(f"/rooms/{room.id}/edit").text
    wrong = pia.post(
        f"/rooms/{room.id}/blocks", block | {"ends_at": "2026-12-01T08:00"}, status=422
    )
    assert "a later end" in wrong.text
    pia.post(f"/rooms/{room.id}/blocks/1/remove", {}, status=302)
    pia.post(f"/rooms/{room.id}/retire", {}, status=302)
    assert "Room 2" in pia.page("/rooms?shelf=retired").text
    pia.post(f"/rooms/{room.id}/restore", {}, status=302)
    assert "Room 2" in pia.page("/rooms").text


def test_a_trainers_courses_times_and_hours_are_kept(app: Flask, client: Browsers) -> None:
    made = centre(people=1)
    pia = client(planner())
    pia.get("/class-trainers")
    address = f"/class-trainers/{made.trainer.id}"
    pia.get(address)
    values = {
        "site_id": str(made.site.id),
        "hours": "7.5",
        "course_ids": [made.courses[0].id],
        f"certified-{made.courses[0].id}": "2026-05-04",
        "times": "Mon 09:00–12:00\n周三 09:00-10:00\naway 2026-12-02 00:00–24:00",
    }
    wrong = pia.post(address, values | {"times": "someday"}, status=422).text
    assert "Line 1: write a weekday or a date" in wrong
    pia.post(address, values, status=302)
    assert db.session.get_one(TrainerProfile, made.trainer.id).max_min_per_week == 450
    page = pia.get(address).text
    assert "Wed 09:00–10:00" in page
    assert "away 2026-12-02 00:00–24:00" in page
    assert "2026-05-04" in page


def test_fairness_shows_supervisors_their_own_teams(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(people=4)
    run = planned(campaign(made, dawn_before_min=24 * 60), now)  # every class is at dawn
    pia = client(planner())
    pia.post(f"/plan-runs/{run.id}/agree", {}, status=302)
    assert "Agent0" in pia.page("/fairness").text
    assert "Tess" in pia.page("/fairness").text
    stranger = Make.person("sup", Role.SUPERVISOR, supervises=Make.team("Blue"))
    assert "Agent0" not in client(stranger).page("/fairness").text
    assert "Tess" not in client(stranger).page("/fairness").text
    own = Make.person("own", Role.SUPERVISOR, supervises=made.people[0].team)
    assert "Tess" in client(own).page("/fairness").text  # teaches their people


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_whole_in_both_languages(
    app: Flask, client: Browsers, now: datetime, language: str
) -> None:
    made = centre(people=11, required=10, courses=2)
    one = campaign(made, max_share=100)
    run = planned(one, now)
    pia = client(planner(), language=language)
    for path in (
        "/campaigns", "/campaigns/new", f"/campaigns/{one.id}", f"/campaigns/{one.id}/edit",
        "/rooms", "/rooms/new", f"/rooms/{made.room.id}/edit", "/class-trainers",
        f"/class-trainers/{made.trainer.id}", "/fairness",
        *(f"/plan-runs/{run.id}?view={view}"
          for view in ("summary", "people", "classes", "cover", "changes")),
    ):  # fmt: skip
        pia.get(path)


def test_a_campaign_uses_only_the_rooms_and_trainers_it_names(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(people=8, required=3)
    other, tom = Make.person("tina", Role.TRAINER), Make.person("tom", Role.TRAINER)
    with transaction():
        small = Room(site_id=made.site.id, name="Room 2", seats=9)
        db.session.add(small)
        add_trainer(other, made.site, made.courses)
        add_trainer(tom, made.site, made.courses)
    pia = client(planner())
    wish = form(made, max_share="100", room_ids=[small.id], trainer_ids=[tom.id])
    pia.post("/campaigns/new", wish, status=302)
    one = db.session.scalars(select(Campaign)).one()
    page = pia.page(f"/campaigns/{one.id}").text
    assert "Room 2 · Chengdu · 9 seats" in page and "1 room" in page
    assert "1 trainer for “Selling 1”" in page
    edit = pia.page(f"/campaigns/{one.id}/edit")
    boxes = [box for box in edit.all("input") if box.get("name") == "trainer_ids"]
    assert [box["value"] for box in boxes if "checked" in box] == [str(tom.id)]
    found = result_of(planned(one, now))
    assert found is not None
    plan = found.plan
    assert {(each.room, each.trainer) for each in plan.sessions} == {(f"R{small.id}", f"K{tom.id}")}


def test_who_may_teach_a_course_does_not_sit_in_it_though_the_campaign_asks_others(
    app: Flask, now: datetime
) -> None:
    made = centre(people=4, required=1)
    tom = Make.person("tom", Role.TRAINER, team=made.team)
    with transaction():
        add_trainer(tom, made.site, made.courses)
        add_rota([tom], made.codes, "MMMMMRR", MONDAY, 14)
    found = result_of(planned(campaign(made, trainer_ids=(made.trainer.id,)), now))
    assert found is not None
    assert tom.id not in found.people
    assert {each.trainer for each in found.plan.sessions} == {f"K{made.trainer.id}"}


def test_an_online_room_has_an_address_that_is_a_link(app: Flask, client: Browsers) -> None:
    made = centre(people=2)
    pia = client(planner())
    room = {"name": "Web", "site_id": str(made.site.id), "seats": "30", "is_online": "y"}
    for odd in ("javascript:alert(1)", "https://", "meet.example/a", "https://a b.example"):
        page = pia.post("/rooms/new", room | {"join_url": odd}, status=422)
        assert "Write a web address" in page.text
    lecture = room | {"join_url": "https://meet.example/early", "is_online": ""}
    assert "Only an online room" in pia.post("/rooms/new", lecture, status=422).text
    pia.post("/rooms/new", room | {"join_url": "https://meet.example/early"}, status=302)
    kept = db.session.scalars(select(Room).where(Room.name == "Web")).one()
    assert kept.join_url == "https://meet.example/early"
