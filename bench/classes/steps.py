"""Agreeing to a large plan, publishing it and planning again, each with its cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

from bench.classes.centre import NOW, SITES, TEAM_SIZE, Centre, class_day
from tests.delivery.planning import MONDAY
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking, Campaign, PlanRun, TrainingSession
from trainhub.delivery.services.classes import publishing
from trainhub.delivery.services.planning import agreeing
from trainhub.delivery.services.planning.placing import PlannedClass, PlannedSeat
from trainhub.notices import class_notices
from trainhub.people.models import Person

EARLY, HOUR = 9 * 60, 60
FEW_CLASSES, FEW_PEOPLE = 20, 100


@dataclass
class Cost:
    """What a step took while nobody else could write; `cpu_s` is of this process alone."""

    name: str
    held_s: float = 0.0
    cpu_s: float = 0.0
    statements: int = 0


def first_plan(centre: Centre) -> list[PlannedClass]:
    """Everybody once in each course, a team to a class: a course a week, rooms in turn."""
    found, teams = [], range(0, len(centre.agent_ids), TEAM_SIZE)
    for number, course_id in enumerate(centre.course_ids):
        for place, start in enumerate(teams):
            day, room = class_day(place, len(teams)), place % len(centre.room_ids)
            people = centre.agent_ids[start : start + TEAM_SIZE]
            found.append(
                PlannedClass(
                    None, course_id, centre.room_ids[room], centre.trainer_ids[room],
                    MONDAY + timedelta(days=7 * number + day), EARLY, HOUR, TEAM_SIZE, 3,
                    [PlannedSeat(one, "early", True) for one in people],
                )
            )  # fmt: skip
    return found


def stored_plan(centre: Centre) -> list[PlannedClass]:
    """The classes of the campaign as they are stored now."""
    people: dict[int, list[PlannedSeat]] = {}
    query = select(Booking).where(Booking.state == "booked").order_by(Booking.id)
    for row in db.session.scalars(query):
        seat = PlannedSeat(row.person_id, row.window_kind, row.is_on_phones)
        people.setdefault(row.training_session_id, []).append(seat)
    chosen = select(TrainingSession).where(TrainingSession.state == "scheduled")
    found = [
        PlannedClass(
            one.id, one.course_id, one.room_id, one.trainer_id, one.on, one.starts_min,
            one.ends_min - one.starts_min, one.seats, one.min_seats, people.get(one.id, ()),
        )
        for one in db.session.scalars(chosen.order_by(TrainingSession.id))
    ]  # fmt: skip
    db.session.rollback()
    return found


def few_changes(plan: Sequence[PlannedClass]) -> list[PlannedClass]:
    """Some classes an hour later, some pairs of people of the first course change places with
    somebody of their site who has it the same day.
    """
    found = [
        replace(one, starts_min=one.starts_min + HOUR) if number < FEW_CLASSES else one
        for number, one in enumerate(plan)
    ]
    pairs = [(number, number + SITES) for number in range(FEW_CLASSES, len(found) - SITES)]
    changed: set[int] = set()
    for pair in pairs:
        one, other = (found[number] for number in pair)
        alike = (one.course_id, one.on) == (other.course_id, other.on)
        if alike and changed.isdisjoint(pair) and len(changed) < FEW_PEOPLE:
            changed |= set(pair)
            found[pair[0]] = replace(one, people=[*one.people[1:], other.people[0]])
            found[pair[1]] = replace(other, people=[*other.people[1:], one.people[0]])
    return found


class Steps:
    """Runs the steps on one centre and notes their costs."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.costs = centre, list[Cost]()
        self.statements = 0
        event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, *_about: object) -> None:
        self.statements += 1

    @contextmanager
    def _noted(self, name: str) -> Iterator[None]:
        before, wall, cpu = self.statements, time.perf_counter(), time.process_time()
        yield
        self.costs.append(
            Cost(name, time.perf_counter() - wall, time.process_time() - cpu,
                 self.statements - before)
        )  # fmt: skip

    def agree(self, name: str, planned: Sequence[PlannedClass]) -> Any:
        """Agree to these classes, checked already, as the page does."""
        with transaction():
            run = PlanRun(
                campaign_id=self.centre.campaign_id, state="done", problem=b"", people=[],
                progress={}, time_limit_s=60, requested_at=NOW,
            )  # fmt: skip
            db.session.add(run)
        run_id = run.id
        prepared = agreeing.Prepared(planned, (), agreeing._seen())
        with self._noted(name), transaction():
            actor = db.session.get_one(Person, self.centre.trainer_ids[0])
            run = db.session.get_one(PlanRun, run_id)
            return agreeing.agree(run, actor=actor, now=NOW, prepared=prepared)

    def publish(self) -> Any:
        """Publish the campaign as the page does."""
        with self._noted("publish"), transaction():
            campaign = db.session.get_one(Campaign, self.centre.campaign_id)
            actor = db.session.get_one(Person, self.centre.trainer_ids[0])
            return publishing.publish_campaign(campaign, now=NOW, actor=actor)

    def tell(self, name: str) -> int:
        """Put down the messages to the people, as the worker does."""
        with self._noted(name):
            return class_notices.collect(NOW)

    def all(self, say: Callable[[str], None]) -> None:
        """Every step, one after the other, each told when it is done."""
        placed = self.agree("first agree", first_plan(self.centre))
        say(f"{len(placed.created)} classes, {placed.booked} seats")
        self.agree("again, same plan", stored_plan(self.centre))
        placed = self.agree("again, few changes", few_changes(stored_plan(self.centre)))
        say(f"{len(placed.moved)} classes moved, {placed.rebooked} people moved")
        told = self.publish()
        say(f"{told.classes} classes published, {told.seats} people told")
        say(f"{self.tell('messages (worker)')} messages")
        placed = self.agree("published, changes", few_changes(stored_plan(self.centre)))
        say(f"{len(placed.moved)} classes moved, {placed.rebooked} people moved")
        fewer = [one for number, one in enumerate(stored_plan(self.centre)) if number % 100]
        placed = self.agree("published, some off", fewer)
        say(f"{len(placed.cancelled)} classes called off, {placed.released} seats gone")
