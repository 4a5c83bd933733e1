"""Attacks upon classes by way of the rota: it changes after seats were given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.delivery import centre as seats
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.seats.fit import list_misfits
from trainhub.delivery.services.classes import publishing
from trainhub.delivery.services.classes.publishing import SeatsUnfit
from trainhub.people.models import Person, Role
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


def test_what_no_longer_fits_is_named_everywhere(
    app: Flask, now: datetime, client: Callable[..., CheckingClient]
) -> None:
    centre = seats.Centre(need=0)
    person = centre.people[0]
    chief = Make.person("chief", Role.SUPERVISOR, supervises=centre.team)
    session = centre.add_class(now=now, people=centre.people[:3])
    week = f"/week?on={seats.TUESDAY}"
    for address in ("/", week, f"/classes/{session.id}"):
        assert "no longer fit" not in client(centre.planner).page(address).text
    _change_to(centre, person, seats.TUESDAY, "M", "R")
    for reader in (centre.planner, chief):
        browser = client(reader)
        for address in ("/", week, f"/classes/{session.id}"):
            text = browser.page(address).text
            assert "1 seat no longer fits the rota" in text, (reader.username, address)
            assert f"{person.name} has a day off on Tue, Dec 1 (R)." in text
    own = client(person).page("/agenda").text
    assert "It no longer fits your rota. You have a day off on Tue, Dec 1." in own
    assert "no longer fits" not in client(centre.people[1]).page("/agenda").text


def test_a_supervisor_is_not_told_of_other_teams(
    app: Flask, now: datetime, client: Callable[..., CheckingClient]
) -> None:
    centre = seats.Centre(need=0)
    other = Make.team("Blue")
    chief = Make.person("chief", Role.SUPERVISOR, supervises=other)
    with transaction():
        centre.place(other)
    theirs = Make.person("zoe", team=other)
    centre.rota([theirs], "M" * 28)
    session = centre.add_class(now=now, people=[centre.people[0], theirs])
    _change_to(centre, centre.people[0], seats.TUESDAY, "M", "R")
    for address in ("/", f"/week?on={seats.TUESDAY}", f"/classes/{session.id}"):
        assert "no longer fit" not in client(chief).page(address).text


def test_publishing_names_who_does_not_fit_and_may_leave_them_out(
    app: Flask, now: datetime, client: Callable[..., CheckingClient]
) -> None:
    centre = seats.Centre(need=0)
    alice, bob, *_ = centre.people
    campaign = centre.add_campaign()
    session = centre.add_class(now=now, people=[alice, bob], published=False, campaign=campaign)
    _change_to(centre, alice, seats.TUESDAY, "M", "R")
    browser = client(centre.planner)
    address = f"/campaigns/{campaign.id}/publish"
    refused = browser.post(address, {}, status=422).text
    assert f"{alice.name} has a day off on Tue, Dec 1 (R)." in refused
    assert "Publish without 1 seat" in refused
    browser.post(address, {"leave_out": "yes"}, status=302)
    assert seats.states(session) == {"alice": "cancelled", "bob": "booked"}
    assert db.session.get_one(TrainingSession, session.id).published_at is not None


def test_a_class_for_which_the_queue_has_become_short_is_not_published(
    app: Flask, now: datetime
) -> None:
    centre = seats.Centre(people=6, need=4)
    alice, bob, carol, *_ = centre.people
    session = centre.add_class(now=now, people=[alice, bob], published=False)
    _change_to(centre, carol, seats.TUESDAY, "M", "R")  # three are left at nine
    with pytest.raises(SeatsUnfit) as refused, transaction():
        publishing.publish_class(session.id, now=now, actor=centre.planner)
    (conflict,) = refused.value.conflicts
    assert (conflict.code, conflict.params["short"]) == ("COVERAGE", 1)
    with transaction():
        told = publishing.publish_class(
            session.id, now=now, actor=centre.planner, leave_out=True
        )  # fmt: skip
    assert (told.classes, len(told.held_back), told.left_out) == (0, 1, 0)


def test_a_class_that_clashes_by_now_is_not_published(app: Flask, now: datetime) -> None:
    centre = seats.Centre(need=0)
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice], published=False)
    other = centre.add_class(
        starts_min=11 * 60, now=now, people=[alice], course=centre.add_course()
    )  # fmt: skip
    with transaction():
        row = db.session.get_one(TrainingSession, other.id)
        row.starts_at, row.ends_at = session.starts_at, session.ends_at
    with pytest.raises(SeatsUnfit) as refused, transaction():
        publishing.publish_class(session.id, now=now, actor=centre.planner)
    assert [one.code for one in refused.value.conflicts] == ["CLASH"]
