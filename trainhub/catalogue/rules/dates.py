"""Calendar dates as people type them: 2026-11-23, 2026年11月23日, 23 Nov 2026, 十一月二十三日."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from trainhub.catalogue.rules.folding import half_digits

_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        """january february march april may june july august september october november
        december""".split(),
        start=1,
    )
    for length in (3, len(name))
} | {"sept": 9}
_MONTH = f"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?:(?P=mark)(?P<day>\d{{1,2}}))?",
        rf"(?:{_YEAR}年)?(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})[日号]?)?",
        rf"{_DAY}(?: of)?[ -]?{_MONTH}\.?(?:,?[ -]?{_YEAR})?",
        rf"{_MONTH}\.? ?{_DAY}(?:,? ?{_YEAR})?",
        rf"{_MONTH}\.?,? {_YEAR}",
    )
)
# Day and month in an order that only their size can tell.
_EITHER = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?:(?P=mark)(?P<year>\d{4}))?"
)
_AROUND = re.compile(r"\s*([年月日号])\s*")


@dataclass(frozen=True)
class Day:
    """A calendar date as far as it was given; `writing` is set where it can be read two ways."""

    year: int | None
    month: int | None
    day: int | None
    writing: str = ""

    @property
    def is_ambiguous(self) -> bool:
        """Whether it could be two dates: 03/04/2026."""
        return bool(self.writing)


def read_date(text: str) -> Day | None:
    """The date a person typed, None for anything else and for days that do not exist.

    A date that can be read two ways equals only the same writing of itself.
    """
    plain = _AROUND.sub(r"\1", half_digits(text)).removeprefix("the ")
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            return _checked(found.groupdict())
    either = _EITHER.fullmatch(plain)
    return _sorted_out(either.groupdict(), plain) if either else None


def _checked(parts: dict[str, str | None]) -> Day | None:
    month = parts.get("month") or _MONTHS[parts.get("name") or ""]
    year, day = parts.get("year"), parts.get("day")
    return _existing(int(year) if year else None, int(month), int(day) if day else None)


def _existing(year: int | None, month: int, day: int | None) -> Day | None:
    """The date if the calendar has it; without a year, if some year has it."""
    if year is None and day is None:
        return None
    try:
        date(2000 if year is None else year, month, day or 1)
    except ValueError:
        return None
    return Day(year, month, day)


def _sorted_out(parts: dict[str, str | None], plain: str) -> Day | None:
    """Day and month told apart by their size, where that is possible."""
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    year = int(parts["year"]) if parts["year"] else None
    orders = [_existing(year, month, day) for month, day in {(one, two), (two, one)}]
    found = [each for each in orders if each is not None]
    return Day(year, None, None, plain) if len(found) > 1 else next(iter(found), None)
