"""Seats: who may have one, who gives it back, who gets it next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.delivery.centre import MONDAY, TUESDAY, WEDNESDAY, Centre, booking_of, states
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    BookingEvent,
    DebtEntry,
    MakeUp,
    TrainerCourse,
    TrainerTime,
    TrainingSession,
)
from trainhub.delivery.queries.seats.agenda import list_choices
from trainhub.delivery.queries.teaching.make_ups import find_next_safe
from trainhub.delivery.rules.classes.conflicts import SeatRefused
from trainhub.delivery.services.seats import booking
from trainhub.delivery.services.teaching import debts
from trainhub.errors import DomainError, NotFound
from trainhub.people.models import Person
from trainhub.rota.models import TypicalDay


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def refusal(centre: Centre, session: TrainingSession, person: Person, now: datetime) -> str:
    """The code of what stands against it; nothing may have changed."""
    before = states(session)
    with pytest.raises(DomainError) as caught, transaction():
        booking.book(session.id, person, now=now, by_id=centre.planner.id)
    assert states(session) == before
    return caught.value.code


def take(centre: Centre, session: TrainingSession, person: Person, now: datetime) -> None:
    with transaction():
        booking.book(session.id, person, now=now, by_id=centre.planner.id)


def test_a_seat_is_taken_once(centre: Centre, now: datetime) -> None:
    session, alice = centre.add_class(now=now), centre.people[0]
    take(centre, session, alice, now)
    take(centre, session, alice, now)
    assert session.taken == 1
    assert booking_of(session, alice).window_kind == "early"
    assert booking_of(session, alice).is_on_phones


def test_the_phones_keep_the_people_they_need(centre: Centre, now: datetime) -> None:
    """Six are there, four are needed: the third in class is one too many."""
    alice, bob, carol, *_ = centre.people
    session = centre.add_class(now=now, people=[alice, bob])
    assert refusal(centre, session, carol, now) == "coverage"


def test_a_class_off_the_phones_costs_no_cover(centre: Centre, now: datetime) -> None:
    centre.rota(centre.people, "O" * 28)
    session = centre.add_class(now=now, people=centre.people[:3])
    assert session.taken == 3
    assert not booking_of(session, centre.people[0]).is_on_phones


def test_half_of_a_team_at_most_sits_in_class(centre: Centre, now: datetime) -> None:
    centre.rota(centre.people, "O" * 28)
    session = centre.add_class(now=now, people=centre.people[:3])
    assert refusal(centre, session, centre.people[3], now) == "team_share"


def test_nobody_can_tell_without_demand(centre: Centre, now: datetime) -> None:
    with transaction():
        for day in db.session.scalars(select(TypicalDay)):
            db.session.delete(day)
    session = centre.add_class(now=now)
    assert refusal(centre, session, centre.people[0], now) == "no_demand"


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ("MMMMMMMMR", "rest_day"),
        ("MMMMMMMM.", "no_shift"),
        ("MMMMMMMMN", "no_window"),
        ("MMMMMMMLM", "rest"),  # the late shift ends at 23:00: ten hours
    ],
)
def test_the_rota_has_the_last_word(centre: Centre, now: datetime, codes: str, code: str) -> None:
    alice = centre.people[0]
    centre.rota([alice], codes)
    session = centre.add_class(now=now)
    assert refusal(centre, session, alice, now) == code


def test_somebody_sits_a_course_once(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    centre.add_class(now=now, people=[alice])
    later = centre.add_class(WEDNESDAY, now=now)
    assert refusal(centre, later, alice, now) == "again"


def test_nobody_sits_in_two_classes_at_once(centre: Centre, now: datetime) -> None:
    alice, other = centre.people[0], centre.add_course()
    centre.add_class(now=now, people=[alice])
    with transaction():
        db.session.add(
            TrainerCourse(person_id=centre.planner.id, course_id=other.id, certified_on=MONDAY)
        )
    session = centre.add_class(
        now=now, course=other, room_id=centre.other_room.id, seats=4, trainer_id=centre.planner.id
    )
    assert refusal(centre, session, alice, now) == "clash"


def test_the_parts_of_a_series_keep_their_order(centre: Centre, now: datetime) -> None:
    alice, second = centre.people[0], centre.add_course()
    campaign = centre.add_campaign(centre.course, second, gap=2)
    centre.add_class(TUESDAY, now=now, campaign=campaign, people=[alice])
    wrong = centre.add_class(WEDNESDAY, now=now, campaign=campaign, course=second)
    assert refusal(centre, wrong, alice, now) == "series_order"


def test_a_week_has_its_limit(centre: Centre, now: datetime) -> None:
    alice, second = centre.people[0], centre.add_course()
    campaign = centre.add_campaign(centre.course, second, gap=None, max_min_per_week=90)
    centre.add_class(TUESDAY, now=now, campaign=campaign, people=[alice])
    more = centre.add_class(WEDNESDAY, now=now, campaign=campaign, course=second)
    assert refusal(centre, more, alice, now) == "week_limit"


def test_declining_needs_a_reason_and_a_day(centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice, bob])
    row = booking_of(session, alice)
    with pytest.raises(booking.ReasonNeeded), transaction():
        booking.decline(row, reason=" ", now=now)
    late = session.starts_at - timedelta(hours=23)
    with pytest.raises(booking.TooLate), transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=late)
    with transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=now)
    assert states(session) == {"alice": "declined", "bob": "booked"}
    assert session.taken == 1
    kinds = db.session.scalars(select(DebtEntry.kind).order_by(DebtEntry.kind)).all()
    assert "cancelled" in kinds


def test_a_freed_seat_goes_to_the_first_whose_rules_hold(centre: Centre, now: datetime) -> None:
    alice, bob, carol, dave, *_ = centre.people
    session = centre.add_class(now=now, people=[alice], seats=1)
    for person in (bob, carol, dave):
        with transaction():
            booking.join_waiting_list(session.id, person, now=now)
    centre.rota([bob], "MMMMMMMMR")  # bob has a day off by now
    with transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=now)
    assert states(session) == {
        "alice": "declined", "bob": "waiting", "carol": "booked", "dave": "waiting",
    }  # fmt: skip
    last = db.session.scalars(select(BookingEvent).order_by(BookingEvent.id.desc())).first()
    assert last is not None
    assert (last.kind, last.booking_id) == ("seat_given", booking_of(session, carol).id)
    assert session.taken == 1


def test_nobody_stands_in_line_for_a_free_seat(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now)
    with pytest.raises(booking.SeatsLeft), transaction():
        booking.join_waiting_list(session.id, centre.people[0], now=now)


def test_who_could_never_sit_there_does_not_wait(centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    centre.rota([bob], "MMMMMMMMR")
    session = centre.add_class(now=now, people=[alice], seats=1)
    with pytest.raises(SeatRefused) as caught, transaction():
        booking.join_waiting_list(session.id, bob, now=now)
    assert "You have a day off" in str(caught.value)


def test_who_has_a_seat_waits_for_no_other_class_of_the_course(
    centre: Centre, now: datetime
) -> None:
    alice, bob, carol, *_ = centre.people
    first = centre.add_class(now=now, people=[alice], seats=1)
    second = centre.add_class(WEDNESDAY, now=now, people=[carol], seats=1)
    with transaction():
        booking.join_waiting_list(first.id, bob, now=now)
        booking.join_waiting_list(second.id, bob, now=now)
        booking.decline(booking_of(first, alice), reason="Dentist", now=now)
    assert states(first) == {"alice": "declined", "bob": "booked"}
    assert states(second) == {"carol": "booked", "bob": "cancelled"}


def test_leaving_the_line_is_possible(centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice], seats=1)
    with transaction():
        row = booking.join_waiting_list(session.id, bob, now=now)
        booking.leave_waiting_list(row, now=now, by_id=bob.id)
    with transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=now)
    assert states(session) == {"alice": "declined", "bob": "cancelled"}


def test_a_class_is_changed_for_another_with_a_free_seat(centre: Centre, now: datetime) -> None:
    alice, bob, carol, *_ = centre.people
    first = centre.add_class(now=now, people=[alice, bob], seats=2)
    then = centre.add_class(WEDNESDAY, now=now, people=[carol], seats=2)
    with transaction():
        booking.change_class(booking_of(first, alice), then.id, reason="", now=now)
    assert states(first) == {"alice": "moved", "bob": "booked"}
    assert states(then) == {"carol": "booked", "alice": "booked"}
    assert (first.taken, then.taken) == (1, 2)
    with pytest.raises(DomainError) as caught, transaction():
        booking.change_class(booking_of(first, bob), then.id, reason="", now=now)
    assert caught.value.code in {"session_full", "coverage"}
    assert states(first)["bob"] == "booked"


def test_coming_back_is_the_same_entry_in_the_calendar(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    first, then = centre.add_class(now=now, people=[alice]), centre.add_class(WEDNESDAY, now=now)
    uid = booking_of(first, alice).uid
    with transaction():
        booking.change_class(booking_of(first, alice), then.id, reason="", now=now)
    with transaction():
        booking.change_class(booking_of(then, alice), first.id, reason="", now=now)
    row = booking_of(first, alice)
    assert (row.uid, row.sequence, row.state) == (uid, 2, "booked")


def test_a_fixed_seat_is_not_given_away(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1], pinned=True)
    with pytest.raises(booking.SeatFixed), transaction():
        booking.decline(booking_of(session, centre.people[0]), reason="Dentist", now=now)


def test_nobody_takes_a_seat_of_what_is_not_published(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now, published=False)
    with pytest.raises(DomainError) as caught, transaction():
        booking.take_free_seat(session.id, centre.people[0], now=now)
    assert caught.value.code == "not_found"


def test_a_night_shift_has_its_class_after_midnight(centre: Centre, now: datetime) -> None:
    """02:00 lies in the shift that began at 22:00 the day before."""
    with transaction():
        code = centre.codes["N"]
        code.early_class_starts_min, code.early_class_ends_min = 26 * 60, 27 * 60
        code.early_class_on_phones = False
        db.session.add(
            TrainerTime(person_id=centre.trainer.id, on=TUESDAY, starts_min=0, ends_min=1440)
        )
    alice = centre.people[0]
    centre.rota([alice], "MMMMMMMNR")
    session = centre.add_class(TUESDAY, 2 * 60, now=now, people=[alice])
    assert booking_of(session, alice).window_kind == "early"


def account(person: Person) -> dict[str, int]:
    db.session.rollback()
    sums: dict[str, int] = {}
    for entry in db.session.scalars(select(DebtEntry).where(DebtEntry.person_id == person.id)):
        sums[entry.kind] = sums.get(entry.kind, 0) + entry.minutes
    return {kind: minutes for kind, minutes in sums.items() if minutes}


def owed_to(person: Person) -> list[MakeUp]:
    return list(db.session.scalars(select(MakeUp).where(MakeUp.person_id == person.id)))


def test_who_takes_the_seat_they_gave_back_again_has_lost_nothing(
    centre: Centre, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    for _twice in range(2):
        with transaction():
            booking.decline(booking_of(session, alice), reason="School", now=now)
        assert account(alice) == {"planned": 60, "cancelled": 60, "owed": 60}
        with transaction():
            booking.take_free_seat(session.id, alice, now=now)
        assert account(alice) == {} and owed_to(alice) == []


def test_what_was_waived_for_a_seat_is_not_waived_once_it_is_taken_again(
    centre: Centre, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    with transaction():
        booking.decline(booking_of(session, alice), reason="School", now=now)
        debts.waive(owed_to(alice)[0], reason="knows it", now=now, actor=centre.planner)
    take(centre, session, alice, now)
    assert account(alice) == {} and owed_to(alice) == []


def test_a_class_given_back_is_not_offered_for_itself(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    with transaction():
        booking.decline(booking_of(session, alice), reason="School", now=now)
    assert find_next_safe(owed_to(alice)[0], now) is None
    other = centre.add_class(WEDNESDAY, now=now)
    found = find_next_safe(owed_to(alice)[0], now)
    assert found is not None and found.id == other.id


def test_nobody_changes_into_a_class_that_is_meant_for_others(
    centre: Centre, now: datetime, make
) -> None:
    alice = centre.people[0]
    first = centre.add_class(now=now, people=[alice])
    campaign = centre.add_campaign(centre.course)
    then = centre.add_class(WEDNESDAY, now=now, campaign=campaign)
    assert len(list_choices(booking_of(first, alice), now=now, language="en")) == 1
    blue = make.team("Blue")
    with transaction():
        campaign.targets[0].team_id = blue.id
    assert list_choices(booking_of(first, alice), now=now, language="en") == []
    with pytest.raises(NotFound), transaction():
        booking.change_class(booking_of(first, alice), then.id, reason="", now=now)
    assert states(first) == {"alice": "booked"}
