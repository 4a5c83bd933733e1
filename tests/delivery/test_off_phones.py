"""A trainer who teaches in their own shift is off the phones, wherever heads are counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.delivery import planning
from tests.delivery.centre import NINE, TEN, TUESDAY, WEDNESDAY, Centre
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerCourse
from trainhub.delivery.queries.classes.class_cover import cover_effect
from trainhub.delivery.queries.classes.lines import lines_during
from trainhub.delivery.queries.classes.moving import effect_of_move
from trainhub.delivery.queries.planning.plan_review import cover_with_plan
from trainhub.delivery.queries.planning.plan_runs import result_of
from trainhub.delivery.rules.classes.conflicts import ClassConflicts, SeatRefused
from trainhub.delivery.rules.classes.off_phones import while_teaching
from trainhub.delivery.services.classes import classes, publishing
from trainhub.delivery.services.planning.agreeing import agree
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Person, Role
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.rules.shift_times import ShiftTimes

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = ShiftTimes("N", "night", 22 * 60, 30 * 60)
DAY = ShiftTimes("M", "mid", 9 * 60, 18 * 60, breaks=((730, 740), (12 * 60, 12 * 60)))


def at(hour: float, on: date = TUESDAY) -> datetime:
    """An hour of Shanghai's clock as an instant."""
    return datetime(on.year, on.month, on.day, tzinfo=SHANGHAI).astimezone(UTC) + timedelta(
        hours=hour
    )


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((8, 10), [(9, 10)]),  # the shift begins at nine
        ((7, 9), []),
        ((17.5, 19), [(17.5, 18)]),
        ((0, 3), [(0, 3)]),  # the night shift of the day before
        ((5.5, 7), [(5.5, 6)]),
        ((12, 13), [(12, 13)]),  # a break shorter than an interval costs no second head
    ],
)
def test_only_time_on_the_phones_counts(
    span: tuple[float, float], expected: list[tuple[float, float]]
) -> None:
    shifts = {TUESDAY - timedelta(days=1): NIGHT, TUESDAY: DAY}
    classes = [(at(span[0]), at(span[1]))]
    off = while_teaching(shifts, SHANGHAI, classes, interval_min=30)
    assert off == [(at(low), at(high)) for low, high in expected]


def test_a_break_of_a_whole_interval_is_not_counted_off() -> None:
    times = ShiftTimes("E", "early", 8 * 60, 17 * 60, breaks=((12 * 60, 13 * 60),))
    off = while_teaching({TUESDAY: times}, SHANGHAI, [(at(11.5), at(13.5))], interval_min=30)
    assert off == [(at(11.5), at(12)), (at(13), at(13.5))]


def test_one_class_after_the_other_is_one_time_away() -> None:
    pair = [(at(9), at(9.75)), (at(9.75), at(10.5))]
    off = while_teaching({TUESDAY: DAY}, SHANGHAI, pair, interval_min=30)
    assert off == [(at(9), at(10.5))]


@pytest.fixture
def centre(app: Flask) -> Centre:
    """Six agents and a trainer of their team on the phones; four are required."""
    return Centre()


@pytest.fixture
def tom(centre: Centre) -> Person:
    """Somebody of the team who is a trainer as well."""
    person = Make.person("tom", Role.TRAINER, team=centre.team)
    with transaction():
        db.session.add(
            TrainerCourse(person_id=person.id, course_id=centre.course.id, certified_on=TUESDAY)
        )
    centre.rota([person], "M" * 28)
    return person


def headroom(centre: Centre, on: date = TUESDAY) -> list[int]:
    """What the queue has left from nine to eleven, by half hour."""
    day = cover_of([centre.queue.id], on, on)[centre.queue.id, on]
    return list(day.headroom[18:22])


def refused(centre: Centre, now: datetime, **changes: int) -> list[str]:
    """What stands against a new class on Tuesday at nine."""
    with pytest.raises(ClassConflicts) as caught, transaction():
        classes.create_class(centre.course.id, centre.plan(**changes), now=now,
                             actor=centre.planner)  # fmt: skip
    return [one.code for one in caught.value.conflicts]


def call_in_sick(centre: Centre, *people: Person) -> None:
    """Let people have Tuesday off."""
    centre.rota(people, "R", TUESDAY)


def test_a_class_in_the_trainers_shift_costs_one_head(
    centre: Centre, tom: Person, now: datetime
) -> None:
    assert headroom(centre) == [3, 3, 3, 3]
    centre.add_class(now=now, trainer_id=tom.id, people=centre.people[:1])
    assert headroom(centre) == [1, 1, 3, 3]


def test_outside_the_shift_it_costs_nothing(centre: Centre, tom: Person, now: datetime) -> None:
    centre.rota([tom], "L" * 28)
    before = headroom(centre)
    centre.add_class(now=now, trainer_id=tom.id)
    assert headroom(centre) == before


def test_the_cover_follows_the_trainers_rota(centre: Centre, tom: Person, now: datetime) -> None:
    centre.add_class(now=now, trainer_id=tom.id)
    call_in_sick(centre, tom)
    assert headroom(centre) == [2, 2, 2, 2]  # off that day: neither rostered nor away


def test_no_class_where_the_trainers_head_is_needed(
    centre: Centre, tom: Person, now: datetime
) -> None:
    call_in_sick(centre, *centre.people[:3])  # four are left, and four are required
    assert refused(centre, now, trainer_id=tom.id) == ["TRAINER_ON_PHONES"]
    centre.add_class(now=now)  # another trainer, who is on no phones
    assert headroom(centre) == [0, 0, 0, 0]


def test_one_class_right_after_another_takes_no_second_head(
    centre: Centre, tom: Person, now: datetime
) -> None:
    call_in_sick(centre, *centre.people[:2])  # one to spare
    centre.add_class(now=now, trainer_id=tom.id, duration_min=45)
    centre.add_class(TUESDAY, NINE + 45, now=now, trainer_id=tom.id, duration_min=45)
    assert headroom(centre) == [0, 0, 0, 1]


def test_seats_ask_for_the_trainers_head_too(centre: Centre, tom: Person, now: datetime) -> None:
    call_in_sick(centre, *centre.people[:2])  # one to spare, and the trainer takes it
    session = centre.add_class(now=now, trainer_id=tom.id)
    found = effect_of_move(session, centre.plan(TUESDAY, TEN, trainer_id=tom.id), now=now,
                           language="en")  # fmt: skip
    assert not found.conflicts
    with pytest.raises(SeatRefused, match="short"), transaction():
        booking.book(session.id, centre.people[-1], now=now, by_id=centre.planner.id)


def test_moving_to_where_the_trainer_is_needed_is_refused(
    centre: Centre, tom: Person, now: datetime
) -> None:
    session = centre.add_class(WEDNESDAY, now=now, trainer_id=tom.id, people=centre.people[4:5])
    call_in_sick(centre, *centre.people[:2])  # one to spare on Tuesday, two would go
    found = effect_of_move(session, centre.plan(trainer_id=tom.id), now=now, language="en")
    assert [one.code for one in found.conflicts] == ["COVERAGE"]
    assert [one.after for one in found.effects if one.on == TUESDAY] == [-1, -1]
    assert [one.after for one in found.effects if one.on == WEDNESDAY] == [3, 3]
    alone = effect_of_move(session, centre.plan(), now=now, language="en")
    assert not alone.conflicts


def test_giving_a_class_to_somebody_on_the_phones_is_asked_for_a_head(
    centre: Centre, tom: Person, now: datetime
) -> None:
    session = centre.add_class(now=now)
    call_in_sick(centre, *centre.people[:3])
    found = effect_of_move(session, centre.plan(trainer_id=tom.id), now=now, language="en")
    assert [one.code for one in found.conflicts] == ["TRAINER_ON_PHONES"]
    assert "Tom" in found.conflicts[0].text()
    assert "Calls would be short by 1 from 09:00 to 10:00" in found.conflicts[0].text()


def test_nobody_is_called_to_a_class_whose_trainer_is_needed(
    centre: Centre, tom: Person, now: datetime
) -> None:
    session = centre.add_class(now=now, trainer_id=tom.id, published=False)
    call_in_sick(centre, *centre.people[:3])
    with pytest.raises(publishing.SeatsUnfit) as caught, transaction():
        publishing.publish_class(session.id, now=now, actor=centre.planner)
    assert [one.code for one in caught.value.conflicts] == ["TRAINER_ON_PHONES"]


def test_the_record_tells_of_the_trainers_head(centre: Centre, tom: Person, now: datetime) -> None:
    session = centre.add_class(now=now, trainer_id=tom.id, people=centre.people[:1])
    assert cover_effect(session) == [{"queue": "Calls", "heads": 2, "with_class": 1, "without": 3}]


def test_the_record_counts_whom_the_cover_counts(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    with transaction():
        centre.people[0].disabled_at = now
    assert cover_effect(session) == [{"queue": "Calls", "heads": 1, "with_class": 0, "without": 1}]


def test_the_class_page_tells_of_the_trainers_head(
    centre: Centre, tom: Person, now: datetime
) -> None:
    session = centre.add_class(now=now, trainer_id=tom.id, people=centre.people[:1])
    [queue] = lines_during([session], centre.planner)[session.id].queues
    assert (queue.name, queue.heads) == ("Calls", 2)
    assert [(one.without, one.with_class) for one in queue.intervals] == [(3, 1), (3, 1)]


def test_an_agreed_plan_is_what_the_cover_page_shows(app: Flask, now: datetime) -> None:
    made = planning.centre()
    with transaction():
        made.trainer.team_id = made.team.id
        start = planning.MONDAY - timedelta(days=7)
        planning.add_rota([made.trainer], made.codes, "MMMMMRR", start, 28)
    one = planning.campaign(made)
    run = planning.planned(one, now)
    result = result_of(run)
    assert result is not None
    dates = {date.fromisoformat(result.problem.calendar.start_date) + timedelta(days=klass.day)
             for klass in result.plan.sessions}  # fmt: skip
    promised = {on: cover_with_plan(one.id, result, made.queue.id, on) for on in dates}
    with transaction():
        agree(run, actor=planning.planner(), now=now)
    for on, pair in promised.items():
        assert pair is not None
        assert cover_of([made.queue.id], on, on)[made.queue.id, on] == pair.after
        assert min(pair.after.headroom[18:20]) >= 0
    away = sum(max(pair.after.away) for pair in promised.values() if pair)
    assert away == len(made.people) + len(dates)  # the trainer, once for each class
