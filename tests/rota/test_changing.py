"""Changing a day and swapping shifts: the rules, and the history they leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import NOON
from tests.rota.rotas import TODAY, give, said, standard, take, two_in_red
from trainhub.db import db, transaction
from trainhub.errors import Conflict, DomainError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import RotaChange, ShiftCode
from trainhub.rota.queries.changes import list_changes_of
from trainhub.rota.queries.first_fills import find_first_fill
from trainhub.rota.rules.changing import LEAST_REST_MIN, rest_between, short_rests
from trainhub.rota.rules.shift_times import ShiftTimes
from trainhub.rota.services.changing import (
    RestTooShort,
    ShiftsOverlap,
    change_shift,
    swap_shifts,
)

E = ShiftTimes("E", "early", 420, 900)
M = ShiftTimes("M", "mid", 540, 1080, (), (540, 600))
L = ShiftTimes("L", "late", 840, 1320)
N = ShiftTimes("N", "night", 1320, 1860)
R = ShiftTimes("R", "rest")


@pytest.mark.parametrize(
    ("earlier", "later", "rest"),
    [(E, E, 960), (L, E, 540), (L, M, 660), (N, M, 120), (N, E, 0), (N, N, 900), (R, E, None),
     (N, R, None), (None, E, None)],
)  # fmt: skip
def test_rest_is_counted_from_end_to_next_duty(
    earlier: ShiftTimes | None, later: ShiftTimes | None, rest: int | None
) -> None:
    assert rest_between(earlier, later) == rest


def test_eleven_hours_are_enough_and_a_minute_less_is_not() -> None:
    days = {TODAY: L, TODAY + timedelta(days=1): M}
    assert short_rests(1, days, {TODAY}) == []
    late = ShiftTimes("X", "late", 840, 1321)
    assert short_rests(1, days | {TODAY: late}, {TODAY})[0].rest_min == LEAST_REST_MIN - 1


@given(st.lists(st.sampled_from([E, M, L, N, R, None]), min_size=2, max_size=8), st.integers(0, 6))
def test_a_short_rest_is_found_from_either_of_its_days(
    codes: list[ShiftTimes | None], at: int
) -> None:
    days = {TODAY + timedelta(days=at): code for at, code in enumerate(codes) if code}
    at %= len(codes) - 1
    first, second = TODAY + timedelta(days=at), TODAY + timedelta(days=at + 1)
    rest = rest_between(days.get(first), days.get(second))
    is_short = rest is not None and rest < LEAST_REST_MIN
    for changed in (first, second):
        found = {one.after for one in short_rests(1, days, {changed})}
        assert (first in found) == is_short


def change(person: Person, on: date, code: ShiftCode | None, **changes: Any) -> Any:
    said_now: dict[str, Any] = {
        "reason": "Sick child", "seen": "E", "accept": False, "today": TODAY, "actor": None,
        "now": NOON,
    }  # fmt: skip
    values = said_now | changes
    with transaction():
        return change_shift(person, on, code, values.pop("reason"), **values)


def test_a_change_leaves_a_row_of_history(app: Flask) -> None:
    _team, lili, wang = two_in_red()
    codes = standard()
    give(lili, TODAY, "EEM")
    change(lili, TODAY, codes["R"], actor=wang, reason="  Sick child ")
    change(lili, TODAY, None, seen="R")
    assert said(lili, TODAY, 3) == ".EM"
    change(lili, TODAY, codes["L"], seen="", accept=True)
    rows = list(db.session.scalars(select(RotaChange).order_by(RotaChange.id)))
    assert [(r.old_code, r.new_code, r.kind, r.reason) for r in rows] == [
        ("E", "R", "edit", "Sick child"),
        ("R", "", "edit", "Sick child"),
        ("", "L", "edit", "Sick child"),
    ]
    assert rows[0].changed_by_id == wang.id and rows[0].changed_at == NOON


@pytest.mark.parametrize(
    ("days", "code", "options", "refused"),
    [
        (-1, "R", {}, InputErrors),
        (0, "R", {"reason": " "}, InputErrors),
        (0, "R", {"reason": "x" * 301}, InputErrors),
        (0, "E", {}, InputErrors),
        (0, "R", {"seen": "M"}, Conflict),
        (0, "R", {"seen": ""}, Conflict),
        (1, "N", {}, RestTooShort),
    ],
)
def test_what_may_not_be_changed(
    app: Flask, days: int, code: str, options: dict[str, Any], refused: type[DomainError]
) -> None:
    _team, lili, _wang = two_in_red()
    codes = standard()
    give(lili, TODAY - timedelta(days=1), "EEEM")
    with pytest.raises(refused):
        change(lili, TODAY + timedelta(days=days), codes[code], **options)
    assert said(lili, TODAY - timedelta(days=1), 4) == "EEEM"


def test_a_short_rest_is_accepted_when_that_is_said_and_an_overlap_never(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    codes = standard()
    give(lili, TODAY, "EM")
    assert len(change(lili, TODAY, codes["N"], accept=True)) == 1
    assert said(lili, TODAY, 2) == "NM"
    with transaction():
        codes["E"].starts_min = 300
    with pytest.raises(ShiftsOverlap):
        change(lili, TODAY + timedelta(days=1), codes["E"], seen="M", accept=True)


def test_a_short_rest_that_was_there_before_stops_nobody(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    codes = standard()
    give(lili, TODAY, "NEE")  # a short rest already, on the first two days
    change(lili, TODAY + timedelta(days=1), codes["R"], accept=False)
    assert said(lili, TODAY, 3) == "NRE"


def test_a_code_out_of_use_is_not_given_to_new_days(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    codes = standard()
    give(lili, TODAY, "E")
    with transaction():
        codes["L"].retired_at = NOON
    with pytest.raises(InputErrors):
        change(lili, TODAY, codes["L"], accept=True)


def swap(one: Person, other: Person, dates: list[date], **changes: Any) -> Any:
    values: dict[str, Any] = {
        "seen": {}, "accept": False, "today": TODAY, "actor": None, "now": NOON,
    } | changes  # fmt: skip
    with transaction():
        return swap_shifts(one, other, dates, "They asked", **values)


def test_two_people_swap_a_day_and_another(app: Flask) -> None:
    _team, lili, wang = two_in_red()
    standard()
    give(lili, TODAY, "EERM")
    give(wang, TODAY, "MRER")
    swap(lili, wang, [TODAY + timedelta(days=1), TODAY + timedelta(days=2)])
    assert said(lili, TODAY, 4) == "EREM" and said(wang, TODAY, 4) == "MERR"
    assert len(list(db.session.scalars(select(RotaChange)))) == 4
    swap(lili, wang, [TODAY + timedelta(days=1), TODAY + timedelta(days=2)])
    assert said(lili, TODAY, 4) == "EERM" and said(wang, TODAY, 4) == "MRER"


def test_swaps_that_are_refused(app: Flask) -> None:
    _team, lili, wang = two_in_red()
    standard()
    give(lili, TODAY, "EE.NM")
    give(wang, TODAY, "EMERE")
    day = [TODAY + timedelta(days=at) for at in range(-1, 5)]
    for dates, other, options, refused in (
        ([day[0]], wang, {}, InputErrors),  # past
        ([day[1]], wang, {}, InputErrors),  # the same shift
        ([day[3]], wang, {}, InputErrors),  # one day is open
        ([day[2]], lili, {}, InputErrors),  # with themself
        ([day[4]], wang, {}, RestTooShort),  # the night before wang's early shift
        ([day[2]], wang, {"seen": {(wang.id, day[2]): "R"}}, Conflict),
    ):
        with pytest.raises(refused):
            swap(lili, other, dates, **options)
    assert said(lili, TODAY, 5) == "EE.NM" and said(wang, TODAY, 5) == "EMERE"


def test_the_history_tells_which_table_filled_a_day_first(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    codes = standard()
    take([["工号", "11/24", "11/25"], ["20023", "E", "M"]])
    tomorrow = TODAY + timedelta(days=1)
    found = find_first_fill(lili, tomorrow)
    assert found is not None and (found.code, found.source.file) == ("E", "rota.csv")
    for seen, code in (("E", "M"), ("M", "L")):
        with transaction():
            change_shift(
                lili, tomorrow, codes[code], "needs it", seen=seen, accept=True, today=TODAY,
                actor=None, now=NOON,
            )  # fmt: skip
    assert find_first_fill(lili, tomorrow) is None
    rows = list_changes_of(lili, tomorrow, tomorrow)
    told = [(one.old_code, one.new_code, one.kind) for one in rows]
    assert told == [("M", "L", "edit"), ("E", "M", "edit"), ("", "E", "import")]
    assert rows[-1].table_import is not None and rows[-1].table_import.file == "rota.csv"
    assert find_first_fill(lili, tomorrow + timedelta(days=1)) is not None
