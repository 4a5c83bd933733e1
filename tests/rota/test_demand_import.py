"""Tables of demand in three layouts and two languages, whole and broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.rota.rules.requirement import Demand
from trainhub.rota.rules.tables.demand_cells import (
    read_day,
    read_length,
    read_moment,
    read_number,
    read_time,
)
from trainhub.rota.rules.tables.demand_import import ReadTable, read_demand
from trainhub.rota.rules.tables.demand_merging import Lost, count_kept, lost_by, merged
from trainhub.rota.rules.tables.demand_tables import (
    DemandMapping,
    Shape,
    mapping_from,
    recognise,
    signature_of,
)

QUEUES = {"热线": 1, "hotline": 1, "chats": 2}
FIRST = date(2026, 12, 1)


def table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(",")] for line in text.strip().splitlines()]


def read(text: str, **said: object) -> ReadTable:
    lines = table(text)
    mapping = recognise(lines, year=2026)
    assert mapping is not None
    return read_demand(lines, replace(mapping, **({"queue_id": 1} | said)), QUEUES, "a.csv")


def faults(found: ReadTable) -> list[tuple[str, str]]:
    return [(f"{one.column}{one.row}", one.text()) for one in found.errors]


def test_a_long_table_in_chinese() -> None:
    found = read("日期,时段,技能组,来电量,平均处理时长\n"
                 "2026-12-01,09:00-09:30,热线,42,180\n"
                 "2026年12月1日,09:30-10:00,热线,55.5,3:05\n"
                 "12月2日 周三,09点半,热线,7,3分钟\n")  # fmt: skip
    assert found.errors == []
    first, second = found.days
    assert (first.queue_id, first.day, first.demand.interval_min) == (1, FIRST, 30)
    assert first.demand.contacts[18:20] == (42, 55.5)
    assert first.demand.handling_s[18:20] == (180, 185)
    assert second.demand.contacts[19] == 7
    assert second.demand.handling_s[19] == 180
    assert sum(first.demand.contacts) == 97.5


def test_a_long_table_in_english_with_one_column_for_date_and_time() -> None:
    found = read("Timestamp,Calls,AHT,Min staff\n2026-12-01 09:15,42,180,3\n2026-12-01,5,60,1\n")
    assert found.errors == []
    (day,) = found.days
    assert day.demand.interval_min == 15
    assert day.demand.contacts[37] == 42
    assert (day.demand.contacts[0], day.demand.minimum[0], day.demand.minimum[37]) == (5, 1, 3)


def test_days_down_under_a_title_with_sums() -> None:
    found = read("十二月话务预测,,,\n日期,09:00,10:00,合计\n12/1,10,20,30\n12/2,11,-,11\n"
                 "合计,21,20,41\n", constant_handling_s=200.0)  # fmt: skip
    assert found.errors == []
    assert [one.day for one in found.days] == [FIRST, date(2026, 12, 2)]
    assert found.days[0].demand.interval_min == 60
    assert found.days[0].demand.handling_s == (200.0,) * 24
    assert found.days[1].demand.contacts[9:11] == (11, 0)


def test_days_across_may_be_typical_days() -> None:
    found = read("时间,周一,星期二,节假日\n09:00,42,40,18\n09:30,55,51,22\n")
    assert found.errors == []
    assert [one.day for one in found.days] == [0, 1, 7]
    assert found.days[2].demand.contacts[18:20] == (18, 22)
    assert found.days[2].demand.handling_s == ()


def test_a_wide_table_of_minimum_staff_names_itself() -> None:
    found = read("最低人数,2026-12-01,2026-12-02\n09:00,4,5\n10:00,6,7\n")
    assert found.errors == []
    assert found.days[0].demand == Demand(60, minimum=(0,) * 9 + (4, 6) + (0,) * 13)


def test_every_fault_stands_at_its_cell() -> None:
    found = read("日期,时段,技能组,来电量,平均处理时长\n"
                 "2026-12-01,09:00,热线,x,180\n"
                 "2026-13-01,09:00,热线,1,180\n"
                 "2026-12-01,09:10,热线,1,180\n"
                 "2026-12-01,25:00,热线,1,180\n"
                 "2026-12-01,10:00,其他,1,180\n"
                 "2026-12-01,10:30,热线,-4,99999\n")  # fmt: skip
    assert [place for place, _ in faults(found)] == ["D2", "A3", "B4", "B5", "C6", "D7", "E7"]
    assert found.days == []


def test_an_interval_said_twice_is_refused_at_the_second() -> None:
    found = read("日期,时段,来电量\n2026-12-01,09:00,4\n2026-12-01,09:00,5\n")
    assert faults(found) == [("C3", "This interval is already in row 2.")]


def test_contacts_that_take_no_time_are_refused_at_their_cell() -> None:
    found = read("date,time,calls,aht\n2026-12-01,09:00,4,\n")
    assert faults(found) == [("C2", "There are contacts here but no handling time.")]


def test_a_load_no_centre_has_is_refused() -> None:
    found = read("date,time,calls,aht\n2026-12-01,09:00,20000,14400\n")
    assert [place for place, _ in faults(found)] == ["C2"]


def test_a_range_says_how_long_its_interval_is() -> None:
    found = read("日期,时段,来电量\n2026-12-01,09:00-09:15,4\n2026-12-01,23:00~24:00,5\n")
    assert found.days[0].demand.interval_min == 15
    assert read("日期,时段,来电量\n2026-12-01,09:00,4\n").days[0].demand.interval_min == 60


def test_half_a_person_is_refused() -> None:
    found = read("日期,时间,最低人数\n2026-12-01,09:00,1.5\n")
    assert [place for place, _ in faults(found)] == ["C2"]


def test_without_a_queue_every_row_says_so() -> None:
    found = read("日期,时间,队列,来电量\n2026-12-01,09:00,,4\n", queue_id=None)
    assert faults(found)[0][0] == "C2"
    found = read("日期,时间,来电量\n2026-12-01,09:00,4\n", queue_id=None)
    assert [one.code for one in found.errors] == ["mapping_incomplete"]


def test_what_is_missing_is_said_before_anything_is_read() -> None:
    found = read_demand(table("a,b\n1,2\n"), DemandMapping(Shape.LONG), QUEUES)
    assert "date" in found.errors[0].text()
    nothing = read_demand(
        table("日期,来电量\n"), DemandMapping(Shape.LONG, date=0, contacts=1, queue_id=1), QUEUES
    )
    assert nothing.errors[0].code == "demand_empty"


def test_no_layout_is_seen_where_there_is_none() -> None:
    assert recognise(table("name,team\nLi,Red\n"), year=2026) is None


def test_a_mapping_comes_back_as_it_was_kept() -> None:
    mapping = DemandMapping(
        Shape.DAYS_DOWN, head_row=2, date=0, constant_handling_s=180.0, year=2026
    )
    assert mapping_from(mapping.as_json() | {"encoding": None}) == mapping


def test_tables_of_the_same_making_have_the_same_signature() -> None:
    november = ["日期", "09:00", "09:30", "合计"]
    assert signature_of(november) == signature_of(["日期", "10:00", "合计"])
    across = ["时间", "2026-11-01", "2026-11-02"]
    assert signature_of(across) == signature_of(["时间", "12月1日"])
    assert signature_of(across) != signature_of(november)


WHOLE = {"contacts": frozenset(range(0, 1440, 30))}


def test_what_a_table_does_not_hold_stays() -> None:
    known = Demand(60, (4.0,) * 24, (100.0,) * 24, (2,) * 24)
    seen = merged(known, Demand(30, contacts=(3.0,) * 48), WHOLE)
    assert seen == Demand(30, (3.0,) * 48, (100.0,) * 48, (2,) * 48)


def test_intervals_a_table_does_not_name_stay() -> None:
    known = Demand(30, (4.0,) * 48, (100.0,) * 48)
    (day,) = read("date,time,calls,aht\n2026-12-01,09:00,10,60\n").days
    after = merged(known, day.demand, day.named)
    assert day.demand.interval_min == 60
    assert after.interval_min == 30
    assert after.contacts == (4.0,) * 18 + (5.0, 5.0) + (4.0,) * 28
    assert after.handling_s[17:21] == (100, 60, 60, 100)
    assert count_kept(after, day.demand, day.named) == 46
    assert lost_by(known, after) == ()
    assert merged(after, day.demand, day.named) == after


def test_a_whole_day_in_longer_intervals_takes_their_length() -> None:
    known = Demand(30, (0.0,) * 18 + (4.0, 6.0) + (0.0,) * 28)
    (day,) = read("date,time,calls\n2026-12-01,09:00,10\n").days
    assert merged(known, day.demand, day.named) == day.demand


@pytest.mark.parametrize(
    ("read", "named"),
    [
        (Demand(60, (), (300.0,) * 24), {"handling": frozenset(range(0, 1440, 60))}),
        (Demand(60, (), (), (2,) * 24), {"minimum": frozenset({540})}),
    ],
)
def test_a_table_in_longer_intervals_does_not_smooth_what_it_does_not_name(
    read: Demand, named: dict[str, frozenset[int]]
) -> None:
    contacts = (40.0, 0.0, 0.0, 0.0) * 24  # all at the full hour
    after = merged(Demand(15, contacts, (200.0,) * 96), read, named)
    assert (after.interval_min, after.contacts) == (15, contacts)


def test_hours_that_would_ask_for_nobody_are_named() -> None:
    known = Demand(60, (4.0,) * 24, (100.0,) * 24, (2,) * 24)
    (day,) = read("date,time,calls,aht,min staff\n2026-12-01,09:00,0,0,0\n"
                  "2026-12-01,10:00,0,0,2\n2026-12-01,14:00,-,0,2\n").days  # fmt: skip
    after = merged(known, day.demand, day.named)
    assert lost_by(known, after) == (Lost(540, 660, 8.0, 2), Lost(840, 900, 4.0, 0))


@pytest.mark.parametrize(
    ("text", "minute"),
    [("9:00", 540), ("09:30:00", 570), ("９：３０", 570), ("9点", 540), ("9点半", 570),
     ("09:30–10:00", 570), ("9:30至10:00", 570), ("24:00", None), ("9", None), ("", None)],
)  # fmt: skip
def test_times_of_day(text: str, minute: int | None) -> None:
    assert read_time(text) == minute


@pytest.mark.parametrize(
    ("text", "day"),
    [("Mon", 0), ("Sunday", 6), ("周日", 6), ("礼拜天", 6), ("假日", 7), ("Holiday", 7),
     ("20261201", FIRST), ("2026/12/1", FIRST), ("1 Dec 2026", FIRST), ("12-1", FIRST),
     ("2026-02-30", None), ("1", None), ("", None), ("十二月", None)],
)  # fmt: skip
def test_days(text: str, day: object) -> None:
    assert read_day(text, 2026) == day


def test_numbers_and_lengths() -> None:
    texts = ("1,234", "１２", "12通", ".5", "-1", "1e5", "nan", "")
    assert [read_number(text) for text in texts] == [
        1234, 12, 12, 0.5, None, None, None, None,
    ]  # fmt: skip
    assert [read_length(text) for text in ("180", "3:00", "0:03:00", "3分", "90秒", "3:75")] == [
        180, 180, 180, 180, 90, None,
    ]  # fmt: skip
    assert read_length("3", in_minutes=True) == 180
    assert read_length("90秒", in_minutes=True) == 90


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), min_size=1, max_size=6))
def test_no_table_whatever_breaks_the_reading(lines: list[list[str]]) -> None:
    for shape in Shape:
        mapping = DemandMapping(shape, date=0, time=1, queue=2, contacts=3, queue_id=1, year=2026)
        found = read_demand(lines, mapping, QUEUES)
        assert not (found.days and found.errors)
    recognise(lines, year=2026)


@given(st.text(max_size=20))
def test_no_cell_whatever_breaks_the_reading(text: str) -> None:
    read_time(text), read_day(text, 2026), read_moment(text, 2026)
    read_number(text), read_length(text)


@pytest.mark.parametrize(
    ("times", "interval_min"),
    [
        (["09:00"], 30),  # alone: what the queue has
        (["09:00", "14:00"], 30),  # apart: likewise
        (["09:00", "10:00"], 60),  # one after the other: the table shows it
        (["09:00", "09:30"], 30),
        (["09:00-10:00"], 60),  # the table says it
    ],
)
def test_a_table_that_does_not_show_its_interval_has_the_queues(
    times: list[str], interval_min: int
) -> None:
    rows = "".join(f"2026-12-08,{time},60,240\n" for time in times)
    lines = table("date,time,contacts,aht\n" + rows)
    mapping = recognise(lines, year=2026)
    assert mapping is not None
    found = read_demand(lines, replace(mapping, queue_id=1), QUEUES, "a.csv", {1: 30, 2: 15})
    assert found.errors == []
    assert found.days[0].demand.interval_min == interval_min
