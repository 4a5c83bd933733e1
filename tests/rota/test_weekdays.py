"""Weekdays and stretches of time as people write them, read in one way everywhere."""

from __future__ import annotations

import pytest

from trainhub.rota.rules.clock_times import read_stretch
from trainhub.rota.rules.weekdays import SHORT_NAMES, read_weekday


@pytest.mark.parametrize("names", SHORT_NAMES.values())
def test_weekdays_are_read_as_they_are_shown(names: tuple[str, ...]) -> None:
    assert [read_weekday(name) for name in names] == list(range(7))


@pytest.mark.parametrize(
    ("text", "number"),
    [("Tue.", 1), ("thurs", 3), ("星期天：", 6), ("礼拜一", 0), ("ＳＵＮＤＡＹ", 6),
     ("holiday", None), ("", None), ("一", None)],
)  # fmt: skip
def test_further_words_for_them(text: str, number: int | None) -> None:
    assert read_weekday(text) == number


@pytest.mark.parametrize(
    ("text", "stretch"),
    [("9:00-12:30", (540, 750)), ("09:00–24:00", (540, 1440)), ("9：00 至 10：30", (540, 630)),
     ("09:00～10:00", (540, 600)), ("09:00 to 10:00", (540, 600)), ("9:00到10:00", (540, 600)),
     ("22:00-次日06:00", (1320, 1800)), ("22:00-06:00", (1320, 360)), ("9:00", None),
     ("9:00-10:00-11:00", None), ("9-10", None), ("", None)],
)  # fmt: skip
def test_stretches(text: str, stretch: tuple[int, int] | None) -> None:
    assert read_stretch(text) == stretch
