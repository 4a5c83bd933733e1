"""Heads of a rota's columns: which name a person, which a date, which a shift."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trainhub.rota.rules.shift_codes import folded

HEAD_WORDS: dict[str, tuple[str, ...]] = {
    "employee_no": (
        "工号", "员工号", "员工编号", "员工工号", "职工号", "人员编号", "编号", "坐席工号",
        "座席工号",
        "employee number", "employee no", "employee no.", "employee id", "emp no", "emp id",
        "staff id", "staff no", "staff number", "employee_no", "id",
    ),
    "username": ("账号", "帐号", "用户名", "登录名", "username", "user name", "login", "account"),
    "name": (
        "姓名", "员工姓名", "坐席姓名", "座席姓名", "名字", "人员", "员工", "坐席", "座席", "name",
        "full name", "employee", "employee name", "agent", "agent name", "person", "staff",
    ),
    "date": ("日期", "排班日期", "班次日期", "上班日期", "date", "shift date", "day", "work date"),
    "code": (
        "班次", "班别", "班种", "排班", "班次代码", "班次编码", "班次名称", "shift",
        "shift code", "code", "shift name",
    ),
}  # fmt: skip
_WORDS = {folded(word): kind for kind, words in HEAD_WORDS.items() for word in words}
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = re.compile(
    r"[(\[]?\s*(?:(?:星期|周|礼拜)[一二三四五六日天]|(?<![\w年月])[一二三四五六日天]|"
    r"(?<=\s)[一二三四五六日天]|(?<=[日号])[一二三四五六日天]|"
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b\.?)"
    r"\s*[)\]]?",
    re.IGNORECASE,
)
_WEEKDAY_SIGNS = frozenset("一二三四五六日天")
_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[ t]00:00(?::00)?)?")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_CHINESE = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_PAIR = re.compile(r"(\d{1,2})[-/.](\d{1,2})")
_DAY = re.compile(r"(\d{1,2})(?:日|号|st|nd|rd|th)?")
_DAY_MONTH = re.compile(r"(\d{1,2})[- ]?([a-z]{3,9})\.?(?:[- ,]+(\d{4}|\d{2}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?[- ]?(\d{1,2})(?:[- ,]+(\d{4}))?")
_MONTH = re.compile(r"(?:(\d{4})\s*年)?\s*(\d{1,2})\s*月(?:份)?")
_MONTH_ISO = re.compile(r"(20\d{2})[-/.](\d{1,2})")
_MONTH_WORD = re.compile(r"([a-z]{3,9})\.?\s*(20\d{2})?")


@dataclass(frozen=True)
class HeadDate:
    """What a head says of its date: the day, and month and year where it names them.

    `swapped` holds the other reading of two bare numbers (month, day), where there is one.
    """

    day: int
    month: int | None = None
    year: int | None = None
    swapped: tuple[int, int] | None = None


def kind_of_head(text: str) -> str | None:
    """`employee_no`, `username`, `name`, `date` or `code`; None for any other head."""
    return _WORDS.get(folded(text))


def read_head(text: str) -> HeadDate | None:
    """The date a head or a cell names, as far as it names one; None for no date.

    Read are 2026-12-01 (also with / . 年月日, with 00:00 behind), 20261201, 12/1, 12-1, 12月1日,
    1 Dec, Dec 1 2026, 1/12/2026 and bare 1 or 1日; a weekday beside it does not disturb.
    """
    bare = _bare(text)
    for read in (_whole, _month_and_day, _english, _bare_day):
        found = read(bare)
        if found is not None:
            return found if _is_sound(found) else None
    return None


def is_broken_date(text: str) -> bool:
    """Whether a head is written as a date with day and month that no calendar has: 12/32."""
    bare = _bare(text)
    shapes = (_ISO, _COMPACT, _YEAR_LAST, _CHINESE, _PAIR)
    return any(shape.fullmatch(bare) for shape in shapes) and read_head(text) is None


def _bare(text: str) -> str:
    """A head without weekday and needless blanks; empty for one too long to be a date."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(plain) > 40:
        return ""
    bare = _WEEKDAY.sub(" ", plain).strip(" ,-") if not plain.isdecimal() else plain
    return re.sub(r"\s*([-/.年月日号])\s*", r"\1", bare)


def read_month(text: str) -> tuple[int | None, int] | None:
    """(year or None, month) where a text is or holds a month: “2026年12月排班表”, “Dec 2026”."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain or len(plain) > 80:
        return None
    found = _MONTH.search(plain)
    if found and 1 <= int(found[2]) <= 12:
        return (int(found[1]) if found[1] else None), int(found[2])
    found = _MONTH_ISO.search(plain)
    if found and 1 <= int(found[2]) <= 12:
        return int(found[1]), int(found[2])
    for found in _MONTH_WORD.finditer(plain):
        if found[1] in _MONTHS:
            return (int(found[2]) if found[2] else None), _MONTHS[found[1]]
    return None


def is_weekday(text: str) -> bool:
    """Whether a cell says a weekday and nothing else: 二, 周二, Tue."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(plain) and (plain in _WEEKDAY_SIGNS or _WEEKDAY.fullmatch(plain) is not None)


def _whole(text: str) -> HeadDate | None:
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return HeadDate(int(found[3]), int(found[2]), int(found[1]))
    found = _YEAR_LAST.fullmatch(text)
    if found:
        return _pair(int(found[1]), int(found[2]), int(found[3]))
    return None


def _month_and_day(text: str) -> HeadDate | None:
    found = _CHINESE.fullmatch(text)
    if found:
        return HeadDate(int(found[2]), int(found[1]))
    found = _PAIR.fullmatch(text)
    return _pair(int(found[1]), int(found[2]), None) if found else None


def _pair(first: int, second: int, year: int | None) -> HeadDate:
    """Month and day as the Chinese write them; the other way where only that can be."""
    if first > 12:
        return HeadDate(first, second, year)
    swapped = (second, first) if second <= 12 and first != second else None
    return HeadDate(second, first, year, swapped)


def _english(text: str) -> HeadDate | None:
    found = _DAY_MONTH.fullmatch(text)
    if found and found[2] in _MONTHS:
        year = int(found[3]) if found[3] else None
        year = year + 2000 if year is not None and year < 100 else year
        return HeadDate(int(found[1]), _MONTHS[found[2]], year)
    found = _MONTH_DAY.fullmatch(text)
    if found and found[1] in _MONTHS:
        return HeadDate(int(found[2]), _MONTHS[found[1]], int(found[3]) if found[3] else None)
    return None


def _bare_day(text: str) -> HeadDate | None:
    found = _DAY.fullmatch(text)
    return HeadDate(int(found[1])) if found else None


def _is_sound(head: HeadDate) -> bool:
    if not 1 <= head.day <= 31 or not (head.month is None or 1 <= head.month <= 12):
        return False
    return head.year is None or 2000 <= head.year <= 2100


def dated(
    heads: Sequence[HeadDate], *, year: int, month: int, day_first: bool = False
) -> list[date | None]:
    """The dates of heads that follow each other; None where there is no such date.

    `year` and `month` are those of the first head, where heads do not say. Later ones run on:
    after December comes January of the next year, after 31 or so the 1st of the next month.
    """
    found: list[date | None] = []
    at_year, at_month, at_day = year, month, 0
    for head in heads:
        day, named = head.day, head.month
        if day_first and head.swapped:
            named, day = head.swapped
        if named is None:
            if day < at_day - 7:
                at_month, at_year = (at_month % 12) + 1, at_year + (at_month == 12)
        else:
            if head.year is not None:
                at_year = head.year
            elif found and named < at_month - 6:
                at_year += 1
            at_month = named
        at_day = day
        try:
            found.append(date(at_year, at_month, day))
        except ValueError:
            found.append(None)
    return found
