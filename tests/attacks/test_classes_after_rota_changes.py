"""Attacks upon classes by way of the rota: it changes after seats were given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.delivery import centre as seats
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.fit import list_misfits
from trainhub.people.models import Person
from trainhub.rota.models import Site
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.services.changing import change_shift, swap_shifts
from trainhub.rota.services.importing_rota import import_rota, mapping_for
from trainhub.rota.services.places import place_teams
from trainhub.rota.services.shift_codes import change_code, draft_of


def _change_to(centre: seats.Centre, person: Person, on: date, seen: str, code: str) -> None:
    with transaction():
        change_shift(
            person, on, centre.codes[code], "swapped by hand", seen=seen, accept=True,
            today=seats.MONDAY, actor=centre.planner, now=datetime(2026, 11, 30, tzinfo=UTC),
        )  # fmt: skip


def _counted_at_one(centre: seats.Centre) -> int:
    """Heads on the phones at 13:00 on Tuesday, those in class taken off."""
    db.session.rollback()
    day = cover_of([centre.queue.id], seats.TUESDAY, seats.TUESDAY)
    cover = day[centre.queue.id, seats.TUESDAY]
    return cover.rostered[26] - cover.away[26]


def test_nobody_is_called_to_a_class_on_what_has_become_a_rest_day(
    app: Flask, now: datetime, client: Callable[..., CheckingClient]
) -> None:
    """Agreed, then the rota changes, then published."""
    centre = seats.Centre(need=0)
    person = centre.people[0]
    session = centre.add_class(now=now, people=[person], published=False)
    _change_to(centre, person, seats.TUESDAY, "M", "R")
    client(centre.planner).post(f"/classes/{session.id}/publish", {}, status=422)
    db.session.rollback()
    published = db.session.get_one(TrainingSession, session.id).published_at
    assert published is None or seats.booking_of(session, person).state != "booked"


def test_a_class_that_the_changed_rota_puts_on_the_phones_counts_in_the_cover(
    app: Flask, now: datetime
) -> None:
    centre = seats.Centre(people=4, need=4)
    person = centre.people[0]
    centre.rota([person], "L" * 28)  # from 14:00: a class at 13:00 costs no head
    centre.add_class(seats.TUESDAY, 13 * 60, now=now, people=[person])
    _change_to(centre, person, seats.TUESDAY, "L", "M")  # from 9:00: now it does
    assert _counted_at_one(centre) == 3


def test_two_people_swapped_count_where_they_work_now(app: Flask, now: datetime) -> None:
    centre = seats.Centre(people=4, need=0)
    alice, bob, *_ = centre.people
    centre.rota([alice], "L" * 28)
    session = centre.add_class(seats.TUESDAY, 13 * 60, now=now, people=[alice, bob])
    with transaction():
        swap_shifts(
            alice, bob, [seats.TUESDAY], "they agreed", seen={}, accept=True, today=seats.MONDAY,
            actor=centre.planner, now=now,
        )  # fmt: skip
    db.session.rollback()
    found = {one.person.username: one.is_on_phones for one in session.bookings}
    assert found == {"alice": True, "bob": False}


@pytest.mark.parametrize("said", ["M", "R", ""])
def test_an_imported_rota_counts_in_the_cover(app: Flask, now: datetime, said: str) -> None:
    centre = seats.Centre(people=4, need=0)
    person = centre.people[0]
    centre.rota([person], "L" * 28)
    centre.add_class(seats.TUESDAY, 13 * 60, now=now, people=[person])
    assert _counted_at_one(centre) == 3
    lines = [["Name", *(f"2026-12-0{day}" for day in (1, 2, 3))], [person.name, said, "L", "L"]]
    with transaction():
        mapping, _ = mapping_for(lines, "rota.csv", seats.MONDAY)
        mapping = replace(mapping, empty="clear")
        import_rota(lines, mapping, file="rota.csv", file_hash="", actor=None, now=now)
    assert _counted_at_one(centre) == 3  # four with three others when it says M, one in class


def test_other_times_of_a_shift_code_count_in_the_cover(app: Flask, now: datetime) -> None:
    centre = seats.Centre(people=4, need=0)
    person = centre.people[0]
    centre.rota([person], "L" * 28)
    centre.add_class(seats.TUESDAY, 13 * 60, now=now, people=[person])
    with transaction():
        code = db.session.merge(centre.codes["L"])
        change_code(code, replace(draft_of(code), starts="12:00"), actor=None, now=now)
    assert _counted_at_one(centre) == 3


def test_a_team_sent_to_another_site_sits_in_the_wrong_class(app: Flask, now: datetime) -> None:
    centre = seats.Centre(people=4, need=0)
    centre.add_class(now=now, people=centre.people[:1])
    with transaction():
        other = Site(name="Branch", time_zone="Asia/Shanghai")
        db.session.add(other)
        db.session.flush()
        place_teams({centre.team.id: (other.id, centre.queue.id)}, actor=None, now=now)
    assert [one.conflict.code for one in list_misfits(now=now)] == ["SITE"]
