"""Dates and words in the heads of rotas."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.rota.rules.tables.heads import dated, kind_of_head, read_head, read_month

D = date


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01", "2026/12/1", "2026.12.1", "20261201", "2026年12月1日", "2026-12-01 00:00",
        "2026年12月1日 星期二", "12/1/2026", "Dec 1, 2026", "1-Dec-26", "1 December 2026",
        "12/1", "12-1", "12.1", "12月1日", "12月1号", "12月1日(二)", "12月1日 周二", "12/1 Tue",
        "Tue 12/1", "１２月１日", "1 Dec", "1", "01", "1日", "1号", "1(二)", "1 二",
        "1日星期二", "1st",
    ],
)  # fmt: skip
def test_the_first_of_december_is_read_in_many_ways(text: str) -> None:
    head = read_head(text)
    assert head is not None
    assert dated([head], year=2026, month=12) == [D(2026, 12, 1)]


@pytest.mark.parametrize(
    "text",
    ["", "姓名", "备注", "合计", "32", "0", "13月1日", "周二", "一班", "100", "E", "3F", "x" * 300,
     "1/2/3/4", "2026", "99/99", "M1"],
)  # fmt: skip
def test_what_names_no_date_is_no_date(text: str) -> None:
    assert read_head(text) is None


def test_days_run_over_the_end_of_a_month_and_of_a_year() -> None:
    heads = [read_head(str(day)) for day in (26, 27, 31, 1, 2, 25)]
    found = dated([head for head in heads if head], year=2026, month=12)
    assert found == [D(2026, 12, 26), D(2026, 12, 27), D(2026, 12, 31), D(2027, 1, 1),
                     D(2027, 1, 2), D(2027, 1, 25)]  # fmt: skip
    heads = [read_head(text) for text in ("12/31", "1/1")]
    assert dated([head for head in heads if head], year=2026, month=12)[1] == D(2027, 1, 1)


def test_there_is_no_thirtieth_of_february() -> None:
    head = read_head("2/30")
    assert head is not None
    assert dated([head], year=2026, month=2) == [None]


def test_day_before_month_is_read_where_it_is_said_or_cannot_be_otherwise() -> None:
    head, clear = read_head("3/12"), read_head("25/12")
    assert head is not None and clear is not None
    assert dated([head], year=2026, month=12, day_first=True) == [D(2026, 12, 3)]
    assert dated([clear], year=2026, month=12) == [D(2026, 12, 25)]


@given(st.dates(D(2001, 1, 1), D(2099, 12, 31)))
def test_every_date_written_out_is_read_back(on: date) -> None:
    for text in (on.isoformat(), f"{on.year}年{on.month}月{on.day}日", f"{on:%d %B %Y}"):
        head = read_head(text)
        assert head is not None
        assert dated([head], year=1999, month=1) == [on]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    head = read_head(text)
    assert head is None or 1 <= head.day <= 31
    read_month(text)
    kind_of_head(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("工号", "employee_no"), ("Employee No.", "employee_no"), ("用户名", "username"),
     ("姓 名", "name"), ("Agent", "name"), ("日期", "date"), ("班次", "code"), ("班组", None)],
)  # fmt: skip
def test_heads_of_both_languages_are_known(text: str, kind: str | None) -> None:
    assert kind_of_head(text) == kind


@pytest.mark.parametrize(
    ("text", "said"),
    [("2026年12月排班表", (2026, 12)), ("12月", (None, 12)), ("Roster Dec 2026", (2026, 12)),
     ("2026-12", (2026, 12)), ("排班表", None), ("", None)],
)  # fmt: skip
def test_titles_name_months(text: str, said: tuple[int | None, int] | None) -> None:
    assert read_month(text) == said
