"""Cells of a demand table: times of day, dates and typical days, numbers, lengths of time."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from trainhub.rota.rules.clock_times import split_range
from trainhub.rota.rules.holidays_calendar import HOLIDAY_WEEKDAY
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.heads import read_head
from trainhub.rota.rules.weekdays import read_weekday

_remembered = lru_cache(maxsize=4096)  # a table says the same few things again and again

Day = date | int  # a date, or a typical day: 0 = Monday … 6, 7 = holidays

_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_HOUR = re.compile(r"(\d{1,2})[点时](?:(\d{1,2})分?|半)?")
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
_NUMBER = re.compile(r"[+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+]?\d+(?:\.\d*)?|\.\d+")
_UNIT = re.compile(r"(?:秒|seconds?|secs?|s|分钟|分|minutes?|mins?|通|个|人)\Z")
_MINUTES = ("分钟", "分", "minute", "minutes", "min", "mins")
_HOLIDAYS = {
    "holiday", "holidays", "publicholiday", "节假日", "假日", "节日", "法定节假日", "假期",
}  # fmt: skip


def plain(text: str) -> str:
    """A cell with full-width signs made narrow, and no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


@_remembered
def read_time(text: str) -> int | None:
    """Minutes from midnight at which an interval begins; None for no time of day.

    Read are 9:00, 09:00:00, 9点, 9点半 and ranges such as 09:00-09:30, of which the start counts.
    """
    first = split_range(text)[0]
    found = _TIME.fullmatch(first)
    if found:
        hour, minute = int(found[1]), int(found[2])
    else:
        found = _HOUR.fullmatch(first)
        if not found:
            return None
        hour = int(found[1])
        minute = int(found[2] or 0) if not first.endswith("半") else 30
    return hour * 60 + minute if hour < 24 and minute < 60 else None


@_remembered
def read_range(text: str) -> int | None:
    """How many minutes a cell such as 09:00-09:30 says its interval lasts; None where it says
    only when that begins."""
    parts = split_range(text)
    if len(parts) != 2:
        return None
    starts, ends = read_time(parts[0]), 1440 if parts[1] == "24:00" else read_time(parts[1])
    if starts is None or ends is None:
        return None
    return (ends - starts) % 1440 or None


@_remembered
def read_day(text: str, year: int) -> Day | None:
    """The date or typical day a cell names; `year` is that of dates without one."""
    if folded(text) in _HOLIDAYS:
        return HOLIDAY_WEEKDAY
    weekday = read_weekday(text)
    if weekday is not None:
        return weekday
    head = read_head(text)
    if head is None or head.month is None:
        return None
    try:
        return date(head.year or year, head.month, head.day)
    except ValueError:
        return None


def read_moment(text: str, year: int) -> tuple[Day, int] | None:
    """The date and the time of a cell that holds both; a date alone is its midnight."""
    cell = plain(text)
    day_text, _, time_text = cell.partition("T" if "T" in cell else " ") if cell else ("", "", "")
    day = read_day(day_text, year)
    if day is None:
        return None
    minute = read_time(time_text) if time_text else 0
    return None if minute is None else (day, minute)


@_remembered
def read_number(text: str) -> float | None:
    """A number of at least 0: digits, thousands with commas, a unit behind; None for others."""
    cell = _UNIT.sub("", plain(text).casefold()).strip()
    if not _NUMBER.fullmatch(cell):
        return None
    return float(cell.replace(",", ""))


@_remembered
def read_length(text: str, *, in_minutes: bool = False) -> float | None:
    """A length of time in seconds: 180, 3:00 (min:s), 0:03:00, 3分钟; None for none.

    `in_minutes`: numbers without a unit are minutes.
    """
    cell = plain(text).casefold()
    found = _CLOCK.fullmatch(cell)
    if found:
        hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
        return float(hours * 3600 + minutes * 60 + seconds) if seconds < 60 else None
    number = read_number(cell)
    if number is None:
        return None
    bare = _NUMBER.fullmatch(cell) is not None
    return number * 60 if (in_minutes and bare) or cell.endswith(_MINUTES) else number
