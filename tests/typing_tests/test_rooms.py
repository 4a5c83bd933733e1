"""Supervised rooms: opened with a code, watched while people type, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import add_sitting, begin, finish, ready, send, take, typed
from trainhub import clock
from trainhub.audit.queries import list_entries
from trainhub.db import db, transaction
from trainhub.errors import InputErrors
from trainhub.people.models import Role
from trainhub.typing_tests.models import TypingSitting
from trainhub.typing_tests.queries.sittings import find_sittings, look_at_room
from trainhub.typing_tests.rules.sitting_checks import CODE_SIGNS, code_of, read_sitting
from trainhub.typing_tests.rules.watching import progress_of

Browse = Callable[..., CheckingClient]
SENT = {
    "name": "Monday, room 3",
    "room_code": "K7M-2QX",
    "opens_at": "2026-11-23T11:00",
    "closes_at": "2026-11-23T13:00",
}
HOUR = timedelta(hours=1)


def test_a_room_is_opened_changed_and_closed(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready()
    browser.get(f"/typing-tests/{test.id}/rooms/new")
    address = browser.post(f"/typing-tests/{test.id}/rooms/new", SENT).headers["Location"]
    assert "K7M-2QX" in browser.get(address).text
    room = db.session.scalars(select(TypingSitting)).one()
    assert room.opens_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    started = begin(alice, test_id=test.id, sitting_code="k7m-2qx")
    assert started.run.sitting_id == room.id
    browser.get(f"{address}/edit")
    browser.post(f"{address}/edit", SENT | {"name": "Room 4"})
    assert "Room 4" in browser.get("/typing-sittings").text
    assert "K7M-2QX" in browser.get(f"{address}/code").text
    browser.post(f"{address}/close")
    page = browser.get(address).text
    assert "Over" in page
    assert "Alice" in page
    assert [entry.action for entry in reversed(list_entries())] == [
        "typing_sitting.opened",
        "typing_sitting.changed",
        "typing_sitting.closed",
    ]
    assert not any("K7M" in str(entry.changes) for entry in list_entries())


def test_a_room_that_was_never_open_can_be_closed(make: type[Make], client: Browse) -> None:
    test = ready()
    with transaction():
        room = add_sitting(test, opens_at=NOON + HOUR, closes_at=NOON + 2 * HOUR)
    client(make.person("tina", Role.TRAINER)).post(f"/typing-sittings/{room.id}/close")
    db.session.refresh(room)
    assert room.closes_at == NOON


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"room_code": "ab"}, "room_code"),
        ({"room_code": "----"}, "room_code"),
        ({"opens_at": None}, "opens_at"),
        ({"closes_at": NOON - HOUR}, "closes_at"),
        ({"opens_at": NOON - 3 * HOUR, "closes_at": NOON - HOUR}, "closes_at"),
        ({"closes_at": NOON + timedelta(days=8)}, "closes_at"),
    ],
)
def test_a_wrong_room_names_its_field(values: dict[str, object], field: str) -> None:
    right = {"name": "R", "room_code": "CODE", "opens_at": NOON, "closes_at": NOON + HOUR}
    with pytest.raises(InputErrors) as caught:
        read_sitting(**(right | values), now=NOON)  # type: ignore[arg-type]
    assert [one.field for one in caught.value.errors] == [field]


def test_a_wrong_room_is_said_on_the_form(make: type[Make], client: Browse) -> None:
    test, browser = ready(), client(make.person("tina", Role.TRAINER), language="zh")
    sent = SENT | {"room_code": "a"}
    page = browser.post(f"/typing-tests/{test.id}/rooms/new", sent, status=422).text
    assert "口令为 4 到 40 个字母或数字。" in page


def test_codes_are_easy_to_read_aloud() -> None:
    assert code_of([0, 1, 2, 3, 4, 5]) == "ABC-DEF"
    assert not {"0", "O", "1", "I", "L"} & set(CODE_SIGNS) - {"L"}


def test_the_page_shows_who_is_in_and_how_far(make: type[Make], client: Browse) -> None:
    alice, bob = make.person(), make.person("bob")
    test = ready(alice, bob)
    with transaction():
        room = add_sitting(test)
    browser = client(make.person("tina", Role.TRAINER))
    address = f"/typing-sittings/{room.id}"
    assert "Nobody has begun here yet" in browser.get(address).text
    started = begin(alice, test_id=test.id, sitting_code="ROOM 4")
    events = typed(started.run.text)[:150]
    events += [[events[-1][0] + 1, "x", ""], [events[-1][0] + 50, "f", ""],
               [events[-1][0] + 60, "d", "x"], [events[-1][0] + 70, "x", ""]]  # fmt: skip
    send(started, 1, events, NOON + timedelta(seconds=12))
    take(bob, test_id=test.id, sitting_code="ROOM 4", seed=4)
    with clock.frozen(NOON + timedelta(seconds=20)):
        page = browser.get(address).text
        seats = look_at_room(room.id)
    assert [seat.run.person.name for seat in seats] == ["Alice", "Bob"]
    assert seats[0].focus_losses == 2
    assert seats[1].focus_losses == 0
    assert seats[0].progress.characters == sum(event[1] == "i" for event in events)
    assert seats[0].progress.cpm is not None
    assert "2×" in page
    assert "Under way" in page
    wpm = f"{seats[0].progress.cpm / 5:.1f}"
    assert f"{wpm} WPM" in page
    assert "characters/min" not in page
    first_key = NOON + timedelta(milliseconds=events[0][0])
    ends_at = first_key + timedelta(seconds=started.run.rules["duration_s"])
    assert ends_at < started.run.closes_at
    assert f'data-closes-at="{int(ends_at.timestamp() * 1000)}"' in page
    assert "Reached" in page


def test_the_room_s_times_are_those_of_one_zone(make: type[Make], client: Browse) -> None:
    test, browser = ready(), client(make.person("tina", Role.TRAINER))
    with transaction():
        room = add_sitting(test)
    assert 'data-zone="Asia/Shanghai"' in browser.get(f"/typing-sittings/{room.id}").text


def test_open_rooms_stand_before_later_and_earlier_ones(make: type[Make], client: Browse) -> None:
    test, day = ready(), timedelta(days=1)
    with transaction():
        for name, opens_in in (("Past", -2 * day), ("Open", -day / 24), ("Next", day)):
            opens_at = NOON + opens_in
            add_sitting(test, name=name, opens_at=opens_at, closes_at=opens_at + day / 12)
    assert [row.sitting.name for row in find_sittings(NOON).rows] == ["Open", "Next", "Past"]
    browser = client(make.person("tina", Role.TRAINER), language="zh")
    page = browser.get("/typing-sittings").text
    assert "已开始人数" in page
    assert "已结束人数" in page
    shelves = browser.get("/typing-reviews").text
    assert "已决定" in shelves
    assert "决定时间" not in shelves


def test_the_curve_of_tests_is_called_so(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    for number in range(3):
        take(alice, NOON + number * 24 * HOUR, cpm=250 + 20 * number, seed=number, test_id=test.id)
    browser = client(make.person("tina", Role.TRAINER), language="zh")
    page = browser.get(f"/typing-overview/people/{alice.id}").text
    assert "每次有效测试的净速度" in page
    assert "每次有效练习的净速度" not in page


@pytest.mark.parametrize("given", ["k7m2qx", "K7M 2QX", "Ｋ７Ｍ－２ＱＸ", "k7m–2qx", "K7M − 2QX"])
def test_a_code_is_taken_however_it_is_divided(
    make: type[Make], client: Browse, given: str
) -> None:
    test = ready()
    with transaction():
        room = add_sitting(test, "K7M-2QX")
    sent = {"test_id": test.id, "room_code": given}
    client(make.person()).post("/typing/runs", sent, status=302)
    assert [seat.run.state for seat in look_at_room(room.id)] == ["open"]


def test_rows_are_sent_again_only_when_something_changed(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    with transaction():
        room = add_sitting(test)
    browser = client(make.person("tina", Role.TRAINER))
    rows = f"/typing-sittings/{room.id}/runs"
    first = browser.client.get(rows)
    tag = first.headers["ETag"]
    assert tag in browser.get(f"/typing-sittings/{room.id}").text.replace("&#34;", '"')
    again = browser.client.get(rows, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    started = begin(alice, test_id=test.id, sitting_code="ROOM 4")
    changed = browser.client.get(rows, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert b"Alice" in changed.data
    assert b"not begun" in changed.data
    finish(started, NOON + timedelta(seconds=5))
    assert b"Not begun" in browser.client.get(rows).data


def test_progress_is_counted_from_what_was_sent() -> None:
    sent = [[1000, "d", "x"], [1001, "i", "ab"], [4000, "ce", "中文字"], [7000, "b", 2]]
    found = progress_of(sent)
    assert (found.characters, found.since_first_ms) == (3, 5999)
    assert found.cpm == pytest.approx(3 * 60_000 / 5999)
    assert progress_of([]).cpm is None


def test_home_names_rooms_and_waiting_runs(make: type[Make], client: Browse) -> None:
    test, browser = ready(), client(make.person("tina", Role.TRAINER))
    assert "Room 4" not in browser.get("/").text
    with transaction():
        add_sitting(test)
    assert "Room 4" in browser.get("/").text
