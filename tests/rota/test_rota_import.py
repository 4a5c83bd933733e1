"""Reading rota tables: in the shapes planners keep them, and deliberately broken ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rota.rotas import TODAY
from trainhub.rota.rules.shift_codes import CodeWords, index_of
from trainhub.rota.rules.shift_times import ShiftTimes
from trainhub.rota.rules.tables.mapping import (
    NOTHING,
    RotaMapping,
    find_mapping,
    mapping_from,
    signature,
    unread_heads,
)
from trainhub.rota.rules.tables.rota_diff import compare, list_short_rests
from trainhub.rota.rules.tables.rota_import import (
    MOST_FAULTS,
    KnownPerson,
    PeopleIndex,
    ReadRota,
    read_rota,
    unknown_words,
    words_of,
)

PEOPLE = PeopleIndex(
    [
        KnownPerson(1, "lili", "10023", "李丽"),
        KnownPerson(2, "wangqiang", "10024", "王强"),
        KnownPerson(3, "wangqiang2", "10025", "王强"),
        KnownPerson(4, "gone", "10026", "张敏", is_disabled=True),
        KnownPerson(5, "here", "10027", "张敏"),
        KnownPerson(6, "left", "10028", "赵磊", is_disabled=True),
    ]
)
CODES = index_of(
    [
        CodeWords(11, "E", ("早班", "Early"), ("早",)),
        CodeWords(12, "M", ("中班", "Mid"), ("中",)),
        CodeWords(13, "R", ("休息", "Rest"), ("休", "off")),
    ]
)
D1, D2, D3 = (date(2026, 12, day) for day in (1, 2, 3))


def read(lines: list[list[str]], **changes: object) -> ReadRota:
    mapping = find_mapping(lines, "rota.csv", TODAY)
    mapping = replace(mapping, **changes)  # type: ignore[arg-type]
    return read_rota(lines, mapping, file="rota.csv", people=PEOPLE, index=CODES)


def faults(found: ReadRota) -> list[tuple[str, int | None, str | None]]:
    return [(one.code, one.row, one.column) for one in found.faults.told]


@pytest.mark.parametrize(
    "lines",
    [
        [["工号", "姓名", "12/1", "12/2"], ["10023", "李丽", "早", "休"]],
        [["2026年12月"], [], ["姓名", "1", "2"], ["李丽", "E", "off"]],
        [["Employee no", "2026-12-01", "2026-12-02"], ["10023", "early", "REST"]],
        [["", "2026年12月", ""], ["姓名", "1日", "2日"], ["", "二", "三"], ["李丽", "Ｅ", "休"]],
        [["姓名", "1日", "2日"], ["星期", "周二", "周三"], ["李丽", "Ｅ", "休"]],
        [["姓名", "组", "12月1日(二)", "12月2日(三)", "计"], ["李 丽", "红", "早班", "休", "1"]],
        [["日期", "工号", "班次"], ["2026-12-01", "10023", "早"], ["12月2日", "10023", "休"]],
        [["username", "date", "shift"], ["LILI", "Dec 1", "E"], ["lili", "2 Dec 2026", "off"]],
    ],
)  # fmt: skip
def test_rotas_as_planners_keep_them(lines: list[list[str]]) -> None:
    found = read(lines)
    assert faults(found) == []
    assert found.cells == {1: {D1: 11, D2: 13}}


def test_a_payroll_month_runs_over_the_month_s_end() -> None:
    found = read([["工号", "26", "31", "1", "25"], ["10023", "E", "M", "R", "E"]], month="2026-12")
    assert list(found.cells[1]) == [date(2026, 12, 26), date(2026, 12, 31), date(2027, 1, 1),
                                    date(2027, 1, 25)]  # fmt: skip


def test_heads_that_are_no_dates_are_told_and_not_passed_over() -> None:
    lines = [["姓名", "组", "12/1", "12/32", "2026-13-45", "12月31日(四)"], ["李丽", "红", *"EEEE"]]
    found = read(lines)
    assert faults(found) == [
        ("date_impossible", 1, "D (12/32)"), ("date_impossible", 1, "E (2026-13-45)"),
    ]  # fmt: skip
    assert list(found.cells[1]) == [D1, date(2026, 12, 31)]
    mapping = find_mapping(lines, "rota.csv", TODAY)
    assert unread_heads(lines, mapping) == ["组"]


def test_heads_without_people_are_no_rota() -> None:
    assert [one[0] for one in faults(read([["姓名", "12/1", "12/2"]]))] == ["rota_empty"]


def test_people_who_cannot_be_told_apart_are_named() -> None:
    found = read([["姓名", "12/1", "12/2"], ["王强", "E", ""], ["谁", "E", ""], ["赵磊", "E", ""],
                  ["张敏", "M", ""], ["", "E", "M"]])  # fmt: skip
    assert faults(found) == [
        ("person_ambiguous", 2, "姓名"),
        ("person_unknown", 3, "姓名"),
        ("person_disabled", 4, "姓名"),
        ("person_missing", 6, "姓名"),
    ]
    assert "10024, 10025" in found.faults.told[0].text()
    assert found.cells == {5: {D1: 12, D2: NOTHING}}


def test_totals_and_strangers_can_be_passed_over() -> None:
    lines = [["姓名", "12/1", "12/2"], ["李丽", "E", "M"], ["合计", "1", "1"], ["", "", ""]]
    assert faults(read(lines))[0][0] == "person_unknown"
    found = read(lines, skip_unknown=True)
    assert faults(found) == [] and found.skipped == 1


def test_the_same_person_twice_names_both_rows() -> None:
    found = read([["工号", "12/1", "12/2"], ["10023", "E", "M"], ["10023", "M", "M"]])
    assert faults(found) == [("person_twice", 3, "工号")]
    assert "row 2" in found.faults.told[0].text()


def test_the_same_date_twice_names_both_columns() -> None:
    found = read([["工号", "12/1", "12/2", "12月1日"], ["10023", "E", "M", "R"]])
    assert faults(found) == [("date_twice", 1, "D (12月1日)")]
    assert "B (12/1)" in found.faults.told[0].text()


def test_an_impossible_date_is_told_by_its_column() -> None:
    found = read([["工号", "2/28", "2/29", "2/30"], ["10023", "E", "M", "R"]], month="2026-02")
    assert faults(found) == [("date_impossible", 1, "C (2/29)"), ("date_impossible", 1, "D (2/30)")]


def test_every_unknown_code_is_told_by_row_column_and_value() -> None:
    lines = [["工号", "12/1", "12/2"], ["10023", "E", "??"], ["10024", "小夜", "M"]]
    found = read(lines)
    assert faults(found) == [("code_unknown", 2, "C (12/2)"), ("code_unknown", 3, "B (12/1)")]
    assert "“??”" in found.faults.told[0].text()
    assert unknown_words(words_of(lines, RotaMapping(person="工号")), RotaMapping(), CODES) == [
        "??", "小夜",
    ]  # fmt: skip
    assert faults(read(lines, codes={"??": NOTHING, "小夜": 12})) == []


def test_a_long_table_says_each_day_once() -> None:
    found = read([["工号", "日期", "班次"], ["10023", "2026-12-01", "E"], ["10023", "12/1", "M"],
                  ["10023", "soon", "M"], ["10024", "5", "M"]])  # fmt: skip
    assert faults(found) == [
        ("day_twice", 3, "日期"),
        ("date_unreadable", 4, "日期"),
        ("date_unreadable", 5, "日期"),
    ]


@pytest.mark.parametrize(
    "lines",
    [[["a"]], [["工号", "姓名"], ["10023", "李丽"]], [[""], ["x", "y"]], [["12/1", "12/2"]]],
)
def test_tables_without_heads_are_refused_in_words(lines: list[list[str]]) -> None:
    found = read(lines)
    assert found.cells == {}
    assert {one.code for one in found.faults.told} <= {"heads_unclear", "rota_empty"}


def test_thousands_of_faults_are_counted_but_not_all_told() -> None:
    rows = [["工号", *(f"12/{day}" for day in range(1, 29))]]
    rows += [["10023" if at == 0 else f"x{at}", *(["?"] * 28)] for at in range(900)]
    found = read(rows)
    assert len(found.faults.told) == MOST_FAULTS
    assert found.faults.count == 28 + 899


def test_two_tables_with_other_months_are_of_one_kind() -> None:
    december = [["工号", "姓名", "12/1", "12/2"], ["10023", "李丽", "E", "M"]]
    january = [["标题"], ["工号", "姓名", "1/1", "1/2", "1/3"], ["10023", "李丽", "E", "M", "R"]]
    other = [["姓名", "12/1", "12/2"], ["李丽", "E", "M"]]
    assert signature(december) == signature(january) != signature(other)


def test_a_stored_mapping_of_nonsense_is_an_ordinary_one() -> None:
    assert mapping_from({"shape": "round", "head_row": "x", "codes": 3}) == RotaMapping()
    said = RotaMapping(head_row=3, person="工号", codes={"小夜": 4}, month="2026-12")
    assert mapping_from(said.as_json()) == said


def test_day_before_month_shows_by_the_days_running_on() -> None:
    lines = [["name", "1/12", "2/12", "3/12"], ["lili", "E", "E", "E"]]
    assert find_mapping(lines, "rota.csv", TODAY).day_first


def test_what_a_table_would_change() -> None:
    stored = {(1, D1): 11, (1, D2): 12, (1, D3): 12}
    cells = {1: {D1: 11, D2: 13, D3: NOTHING, date(2026, 12, 4): 11}}
    clear, keep = (compare(cells, stored, empty=empty) for empty in ("clear", "keep"))
    assert clear.counts == {"new": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert keep.counts == {"new": 1, "changed": 1, "removed": 0, "unchanged": 2}


CELL = st.sampled_from(
    ["", "工号", "姓名", "日期", "班次", "12/1", "12/2", "1", "2", "E", "早", "??", "10023", "王强",
     "2026年12月", "2026-12-01", "#B", "-", "合计"]
)  # fmt: skip


@given(st.lists(st.lists(CELL, max_size=6), min_size=1, max_size=8))
def test_no_table_breaks_the_reader(lines: list[list[str]]) -> None:
    """Whatever stands where: cells that are read are of people and codes there are."""
    signature(lines)
    found = read(lines)
    assert found.faults.count >= len(found.faults.told)
    for person_id, row in found.cells.items():
        assert person_id in {1, 2, 3, 5}
        assert set(row.values()) <= {11, 12, 13, NOTHING}


@given(
    st.dictionaries(
        st.integers(1, 3),
        st.dictionaries(st.dates(D1, date(2026, 12, 9)), st.sampled_from([0, 11, 12]), min_size=1),
    ),
    st.dictionaries(
        st.tuples(st.integers(1, 3), st.dates(D1, date(2026, 12, 9))), st.sampled_from([11, 12])
    ),
)
def test_applying_a_difference_makes_what_the_table_says(
    cells: dict[int, dict[date, int]], stored: dict[tuple[int, date], int]
) -> None:
    diff = compare(cells, stored, empty="clear")
    after = dict(stored)
    for person_id, on, old, new in (*diff.new, *diff.changed, *diff.removed):
        assert after.get((person_id, on), NOTHING) == old != new
        after[person_id, on] = new
    for person_id, row in cells.items():
        for on, code in row.items():
            assert after.get((person_id, on), NOTHING) == code
    left = {key: code for key, code in after.items() if code}
    again = compare(cells, left, empty="clear")
    assert not (again.new or again.changed or again.removed)


def test_rests_too_short_are_found_across_the_table_s_edge() -> None:
    times = {
        11: ShiftTimes("E", "early", 420, 900),
        12: ShiftTimes("N", "night", 1320, 1860),
        13: ShiftTimes("R", "rest"),
    }
    stored = {(1, date(2026, 11, 30)): 12, (1, date(2026, 12, 4)): 11}
    cells = {1: {D1: 11, D2: 13, D3: 12}, 2: {D1: 12, D2: 11}, 3: {}}
    found = list_short_rests(cells, stored, times)
    assert [(rest.person_id, rest.after) for rest in found] == [
        (1, date(2026, 11, 30)),
        (1, D3),
        (2, D1),
    ]


def test_faults_of_heads_and_of_rows_are_told_together() -> None:
    lines = [
        ["工号", "12/1", "32/13", "12/2"],
        ["10023", "E", "M", "XX"],
        ["99999", "M", "M", "M"],
        ["10023", "R", "R", "R"],
    ]
    found = read(lines)
    assert faults(found) == [
        ("date_impossible", 1, "C (32/13)"),
        ("code_unknown", 2, "D (12/2)"),
        ("person_unknown", 3, "工号"),
        ("person_twice", 4, "工号"),
    ]
    assert unread_heads(lines, find_mapping(lines, "rota.csv", TODAY)) == []
