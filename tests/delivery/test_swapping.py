"""Two people change places, or they do not, and nothing in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.delivery.centre import TUESDAY, WEDNESDAY, Centre, booking_of, states
from trainhub.db import db, transaction
from trainhub.delivery.models import SwapRequest, TrainingSession
from trainhub.delivery.queries.seats.agenda import list_choices
from trainhub.delivery.queries.seats.swaps import check_pair
from trainhub.delivery.services.seats import booking, swapping
from trainhub.errors import DomainError

Pair = tuple[TrainingSession, TrainingSession]


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


@pytest.fixture
def pair(centre: Centre, now: datetime) -> Pair:
    """Two full classes: alice and bob on Tuesday, carol and dave on Wednesday."""
    alice, bob, carol, dave, *_ = centre.people
    first = centre.add_class(now=now, people=[alice, bob], seats=2)
    return first, centre.add_class(WEDNESDAY, now=now, people=[carol, dave], seats=2)


def ask(centre: Centre, pair: Pair, now: datetime) -> SwapRequest:
    with transaction():
        return swapping.ask(
            booking_of(pair[0], centre.people[0]), booking_of(pair[1], centre.people[2]),
            reason="School", now=now,
        )  # fmt: skip


def refused(act: object, *args: object, **options: object) -> str:
    with pytest.raises(DomainError) as caught, transaction():
        act(*args, **options)  # type: ignore[operator]
    return caught.value.code


def test_two_people_change_places(centre: Centre, pair: Pair, now: datetime) -> None:
    request = ask(centre, pair, now)
    with transaction():
        swapping.agree(request, now=now)
    assert states(pair[0]) == {"alice": "moved", "bob": "booked", "carol": "booked"}
    assert states(pair[1]) == {"carol": "moved", "dave": "booked", "alice": "booked"}
    assert [one.taken for one in pair] == [2, 2]
    assert db.session.get(SwapRequest, request.id).state == "done"
    assert refused(swapping.agree, request, now=now) == "swap_over"


def test_asking_twice_is_one_request(centre: Centre, pair: Pair, now: datetime) -> None:
    assert ask(centre, pair, now).id == ask(centre, pair, now).id


def test_the_rota_is_asked_again_at_the_yes(centre: Centre, pair: Pair, now: datetime) -> None:
    request = ask(centre, pair, now)
    centre.rota([centre.people[0]], "MMMMMMMMMR")  # alice has Wednesday off by now
    assert refused(swapping.agree, request, now=now) == "colleague_cannot"
    assert states(pair[0]) == {"alice": "booked", "bob": "booked"}
    assert [one.taken for one in pair] == [2, 2]


def test_the_time_is_up_for_the_earlier_class(centre: Centre, pair: Pair, now: datetime) -> None:
    request = ask(centre, pair, now)
    late = pair[0].starts_at - timedelta(hours=20)
    assert refused(swapping.agree, request, now=late) == "too_late"
    with transaction():
        assert swapping.expire_swaps(late) == 1
    assert db.session.get(SwapRequest, request.id).state == "expired"


def test_nobody_is_asked_outside_the_team(centre: Centre, now: datetime, make) -> None:
    blue = make.team("Blue")
    with transaction():
        centre.place(blue)
    eve = make.person("eve", team=blue)
    centre.rota([eve], "M" * 28)
    first = centre.add_class(now=now, people=centre.people[:1])
    then = centre.add_class(WEDNESDAY, now=now, people=[eve])
    one, other = booking_of(first, centre.people[0]), booking_of(then, eve)
    assert refused(swapping.ask, one, other, reason="", now=now) == "swap_impossible"


def test_no_and_taking_back_end_it(centre: Centre, pair: Pair, now: datetime) -> None:
    request = ask(centre, pair, now)
    with transaction():
        swapping.refuse_swap(request, now=now)
    assert refused(swapping.take_back, request, now=now) == "swap_over"
    again = ask(centre, pair, now)
    with transaction():
        swapping.take_back(again, now=now)
    assert refused(swapping.agree, again, now=now) == "swap_over"


def test_a_seat_given_back_meanwhile_ends_it(centre: Centre, pair: Pair, now: datetime) -> None:
    request = ask(centre, pair, now)
    with transaction():
        booking.decline(booking_of(pair[1], centre.people[2]), reason="Ill", now=now)
    assert refused(swapping.agree, request, now=now) == "seat_gone"


def offered(centre: Centre, pair: Pair, now: datetime) -> list[str]:
    mine = booking_of(pair[0], centre.people[0])
    (choice,) = list_choices(mine, now=now, language="en")
    return [one.person.username for one in choice.colleagues]


def test_only_those_are_offered_with_whom_it_would_pass(
    centre: Centre, pair: Pair, now: datetime
) -> None:
    assert offered(centre, pair, now) == ["carol", "dave"]
    carol = centre.people[2]
    centre.rota([carol], "MMMMMMMMR" + "M" * 19)  # off on Tuesday, when alice sits in class
    assert offered(centre, pair, now) == ["dave"]
    centre.rota([centre.people[0]], "MMMMMMMMMR")  # and alice on Wednesday
    assert offered(centre, pair, now) == []


def test_the_cover_is_asked_for_each_way_of_leaving_the_phones(
    centre: Centre, pair: Pair, now: datetime
) -> None:
    centre.rota(centre.people[:1], "OOOOOOOOM" + "O" * 19)  # alice is off the phones anyway
    centre.rota(centre.people[2:3], "OOOOOOOOOM")  # carol too, on the Tuesday
    names = offered(centre, pair, now)
    for name in ("carol", "dave"):
        other = booking_of(pair[1], next(one for one in centre.people if one.username == name))
        mine = booking_of(pair[0], centre.people[0])
        assert (name in names) == (not check_pair(mine, other).conflicts)


def test_of_a_colleague_one_learns_only_that_they_cannot(
    centre: Centre, pair: Pair, now: datetime
) -> None:
    centre.rota([centre.people[2]], "MMMMMMMMR" + "M" * 19)
    mine, theirs = booking_of(pair[0], centre.people[0]), booking_of(pair[1], centre.people[2])
    assert refused(swapping.ask, mine, theirs, reason="", now=now) == "colleague_cannot"
    centre.rota([centre.people[0]], "MMMMMMMMMR")
    assert refused(swapping.ask, mine, theirs, reason="", now=now) == "rest_day"


def test_who_asks_for_a_swap_learns_nothing_of_a_colleagues_days(
    centre: Centre, now: datetime, client: Callable[..., CheckingClient]
) -> None:
    asker, colleague = centre.people[:2]
    mine = centre.add_class(TUESDAY, now=now, people=[asker])
    theirs = centre.add_class(WEDNESDAY, now=now, people=[colleague])
    centre.rota([colleague], "MMMMMMMMR" + "M" * 19)  # rests on the Tuesday
    browser = client(asker)
    browser.post(
        f"/classes/{mine.id}/swap", {"with": str(booking_of(theirs, colleague).id)}
    )  # fmt: skip
    said = browser.client.get("/agenda").get_data(as_text=True)
    assert "day off" not in said  # it is not the asker's, and not theirs to know
