"""Acts upon classes that are each fine, done at the same moment."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.delivery import centre as seats
from tests.delivery import planning
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import Room, TrainingSession
from trainhub.delivery.queries.planning.plan_runs import get_run
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.planning.agreeing import Prepared, agree, prepare
from trainhub.delivery.services.seats import booking, putting_in
from trainhub.errors import DomainError
from trainhub.people.models import Person, Role
from trainhub.rota.models import Queue, TeamPlace, TypicalDay
from trainhub.rota.queries.cover import cover_of


def _agree(run_id: int, prepared: Prepared, now: datetime) -> str:
    try:
        with transaction():
            agree(get_run(run_id), actor=planning.planner(), now=now, prepared=prepared)
    except DomainError as refused:
        return refused.code
    return "agreed"


def test_two_plans_agreed_at_the_same_moment_do_not_share_room_trainer_or_last_head(
    app: Flask, now: datetime
) -> None:
    made = planning.centre(people=8, required=7, courses=2)
    everything = made.courses
    runs = []
    for number, course in enumerate(everything):
        made.courses = [course]
        one = planning.campaign(made)
        with transaction():
            one.key = f"round-{number}"
        runs.append(planning.planned(one, now).id)
    ready = [prepare(get_run(run_id), now=now) for run_id in runs]
    found = [_agree(run_id, one, now) for run_id, one in zip(runs, ready, strict=True)]
    db.session.rollback()
    coming = select(TrainingSession).where(TrainingSession.state == "scheduled")
    held = list(db.session.scalars(coming))
    clashes = [
        (one.id, other.id)
        for one in held
        for other in held
        if one.id < other.id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]
    assert clashes == [], found
    covers = cover_of([made.queue.id], planning.MONDAY, planning.MONDAY + timedelta(days=11))
    short = [
        (on, at)
        for (_queue, on), day in covers.items()
        for at in (18, 19)
        if day.away[at] and day.headroom[at] < 0
    ]
    assert short == [], found


def test_a_seat_given_by_hand_while_a_plan_is_agreed_does_not_take_the_last_head_twice(
    app: Flask, now: datetime
) -> None:
    made = planning.centre(people=8, required=7, courses=2)
    everything = made.courses
    made.courses = everything[:1]
    run_id = planning.planned(planning.campaign(made), now).id
    ready = prepare(get_run(run_id), now=now)
    first = ready.planned[0]
    other = Make.person("tom", Role.TRAINER)
    with transaction():
        planning.add_trainer(other, made.site, everything)
        room = Room(site_id=made.site.id, name="Room 2", seats=5)
        db.session.add(room)
    with transaction():
        plan = ClassPlan(first.on, first.starts_min, 60, room.id, other.id, 5)
        session = classes.create_class(everything[1].id, plan, now=now, actor=planning.planner())
        sat = first.people[0].person_id
        someone = next(one for one in made.people if one.id != sat)
        booking.book(session.id, someone, now=now, by_id=None)
    found = _agree(run_id, ready, now)
    db.session.rollback()
    day = cover_of([made.queue.id], first.on, first.on)[made.queue.id, first.on]
    assert day.headroom[18] >= 0, (found, day.away[18])


def test_two_planners_who_put_people_of_two_queues_in_do_not_lock_each_other_out(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        return  # writers of SQLite come one after the other
    centre = seats.Centre(people=4, need=0)
    team = Make.team("Blue")
    with transaction():
        queue = Queue(key="chat", name="Chat", method="given", interval_min=30,
                      unplanned_shrinkage=0.0)  # fmt: skip
        db.session.add(queue)
        db.session.flush()
        for weekday in range(7):
            db.session.add(TypicalDay(queue_id=queue.id, weekday=weekday, interval_min=30,
                                      contacts=[], handling_s=[], minimum=[0] * 48))  # fmt: skip
        db.session.add(TeamPlace(team_id=team.id, site_id=centre.site.id, queue_id=queue.id))
    blues = [Make.person(name, team=team) for name in ("xi", "yu")]
    centre.rota(blues, "M" * 28)
    one = centre.add_class(seats.TUESDAY, now=now)
    other = centre.add_class(seats.WEDNESDAY, now=now, course=centre.add_course())
    barrier = Barrier(2)

    def give_seat(*about: Any, **given: Any) -> None:
        booking.seat(*about, **given)
        with suppress(BrokenBarrierError):  # whoever is held cannot come here
            barrier.wait(timeout=1)

    monkeypatch.setattr(putting_in, "seat", give_seat)
    planner_id = centre.planner.id

    def put(session_id: int, ids: list[int]) -> None:
        with transaction():
            people = [db.session.get_one(Person, person_id) for person_id in ids]
            putting_in.put_in(session_id, people, now=now, by_id=planner_id, language="en")

    red, blue = centre.people[0].id, blues[0].id
    red2, blue2 = centre.people[1].id, blues[1].id
    first, second = one.id, other.id
    found = all_at_once(app, [lambda: put(first, [red, blue]), lambda: put(second, [blue2, red2])])
    assert of_each_sort(found) == {"done": 2}
