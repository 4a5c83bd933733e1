"""Who books while a plan is agreed to: nobody ends up in two classes at one hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Event, Thread

from flask import Flask
from sqlalchemy import func, select

from tests.delivery.planning import (
    MONDAY,
    add_demand,
    add_rota,
    add_trainer,
    campaign,
    centre,
    planned,
    planner,
    publish,
)
from tests.delivery.planning import Centre as Made
from tests.factories import CREATED, Make
from trainhub.catalogue.models import Course
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking, Room, TrainingSession
from trainhub.delivery.queries.planning.plan_runs import get_run, result_of
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.planning import agreement
from trainhub.delivery.services.classes.classes import create_class
from trainhub.delivery.services.planning.agreeing import Overtaken, agree, facts_again, prepare
from trainhub.delivery.services.seats.booking import book
from trainhub.people.models import Person, Role
from trainhub.rota.models import Queue, TeamPlace


def another_line(made: Made) -> tuple[Person, int]:
    """Somebody of another team and queue, and the class they may sit in."""
    team, trainer = Make.team("Blue"), Make.person("tom", Role.TRAINER)
    person = Make.person("bea", team=team)
    with transaction():
        queue = Queue(
            key="chat", name="Chat", method="given", unplanned_shrinkage=0.0, interval_min=30
        )
        db.session.add(queue)
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=made.site.id, queue_id=queue.id))
        add_demand(queue, 0)
        add_rota([person], made.codes, "M", MONDAY - timedelta(days=7), 28)
    return person, add_class(made, trainer, MONDAY, 14 * 60)


def add_class(made: Made, trainer: Person, on: date, starts_min: int) -> int:
    """A class by hand of a course and in a room that no plan touches."""
    pia = planner()
    with transaction():
        number = 90 + (db.session.scalar(select(func.count(Room.id))) or 0)
        course = Course(
            key=f"other-{number}", series_id=made.courses[0].series_id, position=number,
            minutes=60, created_at=CREATED,
        )  # fmt: skip
        room = Room(site_id=made.site.id, name=f"Room {number}", seats=20)
        db.session.add_all([course, room])
        db.session.flush()
        publish(course, course.key)
        add_trainer(trainer, made.site, [course])
        plan = ClassPlan(on, starts_min, 60, room.id, trainer.id, 5)
        return create_class(course.id, plan, now=CREATED, actor=pia).id


class SlowBooking:
    """A booking that is written, and ends only when it is told to."""

    def __init__(self, app: Flask, session_id: int, person_id: int, now: datetime) -> None:
        self.written, self.end, self.error = Event(), Event(), ""
        self._about = app, session_id, person_id, now
        self._thread = Thread(target=self._book)
        self._thread.start()
        assert self.written.wait(20)

    def _book(self) -> None:
        app, session_id, person_id, now = self._about
        with app.app_context():
            try:
                with transaction():
                    book(session_id, db.session.get_one(Person, person_id), now=now, by_id=None)
                    db.session.flush()
                    self.written.set()
                    self.end.wait(20)
            except Exception as error:
                self.error = repr(error)
            finally:
                self.written.set()
                db.session.remove()

    def finish(self) -> None:
        self.end.set()
        self._thread.join()
        assert not self.error


def test_a_booking_under_way_is_seen_by_whoever_agrees(app: Flask, now: datetime) -> None:
    made = centre(people=4, required=0)
    bea, free = another_line(made)
    run = planned(campaign(made), now)
    result = result_of(run)
    assert result is not None
    one = agreement.own_sessions(result.plan)[0]
    on = facts_again(run).period.date(one.day)
    teacher = Make.person("tim", Role.TRAINER)
    run_id, bea_id, who, pia_id = run.id, bea.id, result.people[one.agents[0]], planner().id
    mine = add_class(made, teacher, on, one.start)
    db.session.rollback()
    if db.engine.dialect.name != "postgresql":
        return  # writers of SQLite come one after the other

    slow = SlowBooking(app, mine, who, now)
    with transaction():  # begins later and ends before
        book(free, db.session.get_one(Person, bea_id), now=now, by_id=pia_id)
    prepared = prepare(get_run(run_id), now=now)
    assert not prepared.changes
    db.session.rollback()
    slow.finish()
    try:
        with transaction():
            pia = db.session.get_one(Person, pia_id)
            agree(get_run(run_id), actor=pia, now=now, prepared=prepared, checks_held=False)
    except Overtaken:
        assert prepare(get_run(run_id), now=now).changes
    hours = db.session.execute(
        select(Booking.person_id, TrainingSession.starts_at)
        .join(TrainingSession)
        .where(Booking.state == "booked")
    ).all()
    assert len(hours) == len(set(map(tuple, hours)))
