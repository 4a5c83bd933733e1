"""Classes made, moved, called off; campaigns placed and published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.delivery.centre import MONDAY, NINE, TEN, TUESDAY, WEDNESDAY, Centre, booking_of, states
from trainhub.db import db, transaction
from trainhub.delivery.models import Campaign, RoomBlock, TrainerProfile, TrainingSession
from trainhub.delivery.queries.classes.moving import effect_of_move
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.classes.conflicts import ClassConflicts
from trainhub.delivery.services.classes import classes, publishing
from trainhub.delivery.services.planning.placing import (
    PlannedClass,
    PlannedSeat,
    PlanOutdated,
    place,
)
from trainhub.delivery.services.seats import booking
from trainhub.errors import Conflict
from trainhub.people.models import Person


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def move(centre: Centre, session: TrainingSession, plan: ClassPlan, now: datetime, **options):
    with transaction():
        return classes.move_class(
            session.id, plan, revision=session.revision, now=now, actor=centre.planner, **options
        )


def codes(centre: Centre, session: TrainingSession, plan: ClassPlan, now: datetime) -> set[str]:
    """What is said against a move, both when it is only asked and when it is done."""
    asked = effect_of_move(session, plan, now=now, language="en")
    with pytest.raises(ClassConflicts) as caught:
        move(centre, session, plan, now)
    assert caught.value.conflicts == asked.conflicts
    return {one.code for one in asked.conflicts}


def test_a_class_lies_where_the_clock_of_its_site_says(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now)
    assert session.starts_at == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert session.ends_at - session.starts_at == timedelta(hours=1)


def test_moving_takes_everybody_along(centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice, bob])
    uid = booking_of(session, alice).uid
    found = move(centre, session, centre.plan(WEDNESDAY), now)
    assert [one.after for one in found.effects if one.on == WEDNESDAY] == [0, 0]
    assert [one.after for one in found.effects if one.on == TUESDAY] == [2, 2]
    row = booking_of(session, alice)
    assert (row.uid, row.sequence, row.state) == (uid, 1, "booked")
    assert (session.on, session.sequence, session.taken) == (WEDNESDAY, 1, 2)


def test_a_room_and_a_trainer_are_in_one_place_at_a_time(centre: Centre, now: datetime) -> None:
    second = centre.add_course()
    centre.add_class(WEDNESDAY, now=now, course=second)
    session = centre.add_class(now=now)
    assert codes(centre, session, centre.plan(WEDNESDAY), now) == {"ROOM_BUSY", "TRAINER_BUSY"}


def test_conflicts_are_named(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    with transaction():
        db.session.add(TrainerProfile(
            person_id=centre.trainer.id, site_id=centre.site.id, max_min_per_week=30))  # fmt: skip
        db.session.add(RoomBlock(
            room_id=centre.room.id, starts_at=datetime(2026, 12, 2, 0, tzinfo=UTC),
            ends_at=datetime(2026, 12, 2, 2, tzinfo=UTC), reason="Painters"))  # fmt: skip
    assert codes(centre, session, centre.plan(WEDNESDAY), now) == {"TRAINER_HOURS", "ROOM_BLOCKED"}
    assert "TRAINER_AWAY" in codes(centre, session, centre.plan(WEDNESDAY, 21 * 60), now)
    assert "PAST" in codes(centre, session, centre.plan(MONDAY - timedelta(days=8)), now)
    small = centre.plan(WEDNESDAY, room_id=centre.other_room.id)
    assert "NO_ROOM" in codes(centre, session, small, now)


def test_who_cannot_come_along_is_named_and_may_be_left_out(centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice, bob])
    centre.rota([bob], "MMMMMMMMMR")
    assert codes(centre, session, centre.plan(WEDNESDAY), now) == {"REST_DAY"}
    move(centre, session, centre.plan(WEDNESDAY), now, leaves_out=True)
    assert states(session) == {"alice": "booked", "bob": "cancelled"}
    assert session.taken == 1


def test_a_move_never_breaks_the_cover(centre: Centre, now: datetime) -> None:
    alice, bob, *others = centre.people
    session = centre.add_class(now=now, people=[alice, bob])
    centre.rota(others[:1], "MMMMMMMMMR")  # five are there on Wednesday: one to spare
    assert codes(centre, session, centre.plan(WEDNESDAY), now) == {"COVERAGE"}


def test_what_a_planner_did_not_see_is_not_overwritten(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now)
    seen = session.revision
    move(centre, session, centre.plan(WEDNESDAY), now)
    with pytest.raises(Conflict), transaction():
        classes.move_class(session.id, centre.plan(TUESDAY), revision=seen, now=now,
                           actor=centre.planner)  # fmt: skip


def test_calling_off_frees_everybody(centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice], seats=1)
    with transaction():
        booking.join_waiting_list(session.id, bob, now=now)
    with transaction():
        classes.cancel_class(session.id, cause="trainer", reason="Ill", now=now,
                             actor=centre.planner)  # fmt: skip
    assert states(session) == {"alice": "cancelled", "bob": "cancelled"}
    assert (session.state, session.taken, session.sequence) == ("cancelled", 0, 1)
    again = centre.add_class(now=now, people=[alice])
    assert again.taken == 1


def planned(centre: Centre, on=TUESDAY, people: list[Person] = (), **changes) -> PlannedClass:
    values = {
        "session_id": None, "course_id": centre.course.id, "room_id": centre.room.id,
        "trainer_id": centre.trainer.id, "on": on, "starts_min": NINE, "duration_min": 60,
        "seats": 20, "min_seats": 1,
        "people": [PlannedSeat(one.id, "early", True) for one in people],
    }  # fmt: skip
    return PlannedClass(**(values | changes))


def put(campaign: Campaign, plan: list[PlannedClass], now: datetime):
    with transaction():
        return place(db.session.get(Campaign, campaign.id), plan, now=now, by_id=None)


def test_a_plan_becomes_classes(centre: Centre, now: datetime) -> None:
    alice, bob, carol, dave, *_ = centre.people
    campaign = centre.add_campaign()
    plan = [planned(centre, people=[alice, bob]), planned(centre, WEDNESDAY, [carol, dave])]
    done = put(campaign, plan, now)
    assert (len(done.created), done.booked) == (2, 4)
    with transaction():
        told = publishing.publish_campaign(campaign, now=now, actor=centre.planner)
    assert (told.classes, told.seats, campaign.state) == (2, 4, "published")


def test_a_new_plan_changes_what_it_must(centre: Centre, now: datetime) -> None:
    """Alice and carol change places, bob stays, dave leaves, the class moves by an hour."""
    alice, bob, carol, dave, *_ = centre.people
    campaign = centre.add_campaign()
    plan = [
        planned(centre, people=[alice, bob], seats=2),
        planned(centre, WEDNESDAY, [carol, dave], seats=2),
    ]
    first, then = put(campaign, plan, now).created
    done = put(
        campaign,
        [
            planned(centre, people=[carol, bob], seats=2, session_id=first),
            planned(centre, WEDNESDAY, [alice], session_id=then, starts_min=TEN),
        ],
        now,
    )
    one, other = (db.session.get(TrainingSession, key) for key in (first, then))
    assert states(one) == {"alice": "moved", "bob": "booked", "carol": "booked"}
    assert states(other) == {"carol": "moved", "dave": "cancelled", "alice": "booked"}
    assert (one.taken, other.taken, other.starts_min) == (2, 1, TEN)
    assert (done.kept, done.moved) == ((first,), (then,))
    assert (done.booked, done.rebooked, done.released) == (0, 2, 1)
    assert booking_of(one, bob).sequence == 0


def test_a_class_the_plan_leaves_out_is_called_off(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    campaign = centre.add_campaign()
    (first,) = put(campaign, [planned(centre, people=[alice])], now).created
    done = put(campaign, [planned(centre, WEDNESDAY, [alice])], now)
    assert done.cancelled == (first,)
    assert states(db.session.get(TrainingSession, first)) == {"alice": "moved"}
    assert done.rebooked == 1


def test_a_plan_that_is_overtaken_changes_nothing(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    campaign = centre.add_campaign()
    centre.add_class(WEDNESDAY, now=now, people=[alice])
    with pytest.raises(PlanOutdated):
        put(campaign, [planned(centre, people=[alice])], now)
    assert db.session.scalars(
        select(TrainingSession).where(TrainingSession.campaign_id == campaign.id)
    ).all() == []  # fmt: skip
