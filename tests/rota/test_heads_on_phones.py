"""Heads on the phones per interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask import Flask

from tests.conftest import NOON
from tests.factories import Make
from tests.rota.rotas import TODAY, give, place, standard, two_in_red
from trainhub.db import transaction
from trainhub.rota.queries.heads import heads_on_phones
from trainhub.rota.services.shift_codes import change_code, draft_of

TOMORROW = TODAY + timedelta(days=1)


def rostered(
    queue_ids: list[int], first: date, last: date, interval_min: int
) -> dict[tuple[int, date], list[int]]:
    """Heads of each queue and date, nobody where nothing is found."""
    found = heads_on_phones(dict.fromkeys(queue_ids, interval_min), first, last)
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    nobody = [0] * (1440 // interval_min)
    return {(one, on): found.get((one, on), nobody) for one in queue_ids for on in days}


def at(heads: list[int], hour: float, interval_min: int = 30) -> int:
    return heads[int(hour * 60) // interval_min]


def test_breaks_count_nobody_and_the_mid_shift_s_class_counts_by_its_code(app: Flask) -> None:
    team, lili, wang = two_in_red()
    codes = standard()
    queue = place(team)
    give(lili, TODAY, "M")
    give(wang, TODAY, "M")
    heads = rostered([queue.id], TODAY, TODAY, 30)[queue.id, TODAY]
    assert len(heads) == 48
    assert [at(heads, hour) for hour in (8.5, 9, 12, 12.5, 13, 13.5, 17.5, 18)] == [
        0, 2, 2, 0, 0, 2, 2, 0,
    ]  # fmt: skip
    with transaction():
        draft = replace(draft_of(codes["M"]), early_class_on_phones=False)
        change_code(codes["M"], draft, actor=None, now=NOON)
    heads = rostered([queue.id], TODAY, TODAY, 30)[queue.id, TODAY]
    assert at(heads, 9) == 0 and at(heads, 10) == 2


def test_a_night_shift_spills_into_the_next_date(app: Flask) -> None:
    team, lili, _wang = two_in_red()
    standard()
    queue = place(team)
    give(lili, TODAY - timedelta(days=1), "N")
    found = rostered([queue.id], TODAY, TOMORROW, 60)
    heads = found[queue.id, TODAY]
    assert [at(heads, hour, 60) for hour in (0, 1, 2, 3, 6, 7, 22)] == [1, 1, 0, 1, 1, 0, 0]
    assert set(found[queue.id, TOMORROW]) == {0}


def test_rest_leave_training_and_closed_accounts_count_nobody(app: Flask) -> None:
    team, lili, wang = two_in_red()
    standard()
    queue = place(team)
    give(lili, TODAY, "TRV")
    give(wang, TODAY, "EEE")
    with transaction():
        wang.disabled_at = NOON
    found = rostered([queue.id], TODAY, TODAY + timedelta(days=2), 30)
    assert {sum(heads) for heads in found.values()} == {0}


def test_half_an_hour_of_a_break_is_half_of_an_hour_s_heads(app: Flask) -> None:
    team, lili, wang = two_in_red()
    standard()
    queue = place(team)
    give(lili, TODAY, "E")  # break 11:00–11:30
    give(wang, TODAY, "E")
    heads = rostered([queue.id], TODAY, TODAY, 60)[queue.id, TODAY]
    assert at(heads, 11, 60) == 1


def test_teams_of_other_queues_and_without_a_place_are_left_out(app: Flask) -> None:
    team, lili, wang = two_in_red()
    standard()
    queue = place(team)
    blue = Make.team("Blue")
    other = place(blue)
    eve = Make.person("eve", team=blue)
    nowhere = Make.person("noa", team=Make.team("Nowhere"))
    for person in (lili, wang, eve, nowhere):
        give(person, TODAY, "E")
    found = rostered([queue.id, other.id], TODAY, TODAY, 30)
    assert at(found[queue.id, TODAY], 9) == 2 and at(found[other.id, TODAY], 9) == 1
    assert rostered([], TODAY, TODAY, 30) == {}


def test_a_team_on_another_clock_is_counted_when_it_is_there(app: Flask) -> None:
    team, lili, _wang = two_in_red()
    standard()
    queue = place(team)
    berlin = Make.team("Berlin")
    place(berlin, queue, zone="Europe/Berlin")
    anna = Make.person("anna", team=berlin)
    give(lili, TODAY, "E")
    give(anna, TODAY, "L")  # 14:00–22:00 in Berlin is 21:00–05:00 in Shanghai
    found = rostered([queue.id], TODAY, TOMORROW, 60)
    today, tomorrow = found[queue.id, TODAY], found[queue.id, TOMORROW]
    assert [at(today, hour, 60) for hour in (7, 14, 20, 21, 23)] == [1, 1, 0, 1, 1]
    assert [at(tomorrow, hour, 60) for hour in (0, 4, 5)] == [0, 1, 0]  # a break 00:30–01:00


def test_a_night_of_changing_clocks_has_its_own_length_elsewhere(app: Flask) -> None:
    """Berlin's clocks go forward in the night of 28 March: 22:00–07:00 lasts eight hours."""
    team, _lili, _wang = two_in_red()
    standard()
    queue = place(team)
    berlin = Make.team("Berlin")
    place(berlin, queue, zone="Europe/Berlin")
    anna = Make.person("anna", team=berlin)
    give(anna, date(2026, 3, 28), "N")
    found = rostered([queue.id], date(2026, 3, 28), date(2026, 3, 30), 15)
    assert sum(sum(heads) for heads in found.values()) * 15 == 8 * 60  # the break fell out
