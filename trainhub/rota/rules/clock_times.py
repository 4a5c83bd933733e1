"""Times of day of a place and the instants they are.

A time of day is whole minutes from midnight of the local date a shift belongs to, as a clock on
the wall shows them; it passes 1440 for what lies after the next midnight.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MIN = 1440
_DASH = re.compile(r"\s*(?:-|–|—|~|至|到|to)\s*")


def instant(zone: ZoneInfo, on: date, minutes: int) -> datetime:
    """The instant (UTC) at which the wall clock in `zone` shows `minutes` of the date `on`.

    An hour that clocks leave out moves forward by what they leave out; of an hour they show
    twice it is the first.
    """
    days, rest = divmod(minutes, DAY_MIN)
    wall = datetime.combine(on + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)
    return wall.astimezone(UTC)


def local(zone: ZoneInfo, at: datetime) -> tuple[date, int]:
    """The date and the minutes from its midnight that the wall clock in `zone` shows at `at`."""
    wall = at.astimezone(zone)
    return wall.date(), wall.hour * 60 + wall.minute


def touched(
    zone: ZoneInfo, starts_at: datetime, ends_at: datetime, interval_min: int
) -> Iterator[tuple[date, int]]:
    """The intervals (date and number from midnight) the wall clock shows from one instant on.

    Those an instant before `ends_at` lies in, and in the night the clocks change every one that
    the wall shows between the two: none too few.
    """
    on, minute = local(zone, starts_at)
    last, shown = local(zone, ends_at)
    passing = int((ends_at - starts_at).total_seconds()) // 60
    end = max(minute + passing, (last - on).days * DAY_MIN + shown)
    for at in range(minute // interval_min, -(-end // interval_min)):
        days, index = divmod(at, DAY_MIN // interval_min)
        yield on + timedelta(days=days), index


def monday_of(on: date) -> date:
    """The Monday of the week a date lies in."""
    return on - timedelta(days=on.weekday())


def clock_time(minutes: int) -> str:
    """`minutes` as people write a time: 09:00; 06:00+1 for one on the next day."""
    days, rest = divmod(minutes, DAY_MIN)
    text = f"{rest // 60:02}:{rest % 60:02}"
    return f"{text}+{days}" if days else text


def read_clock_time(text: str) -> int | None:
    """The minutes of a time people write: 9:00, 09:00, 9：00, 24:00, 06:00+1; None for none.

    A full-width colon counts; "+1" or "次日" says the next day. At most 48:00.
    """
    plain = text.strip().replace("：", ":").replace("＋", "+")
    days = 0
    if plain.startswith("次日"):
        plain, days = plain[2:].strip(), 1
    if plain.endswith("+1"):
        plain, days = plain[:-2].strip(), 1
    hour, colon, minute = plain.partition(":")
    if not (colon and _is_number(hour) and _is_number(minute) and len(minute) == 2):
        return None
    total = int(hour) * 60 + int(minute) + days * DAY_MIN
    return total if int(minute) < 60 and total <= 2 * DAY_MIN else None


def split_range(text: str) -> list[str]:
    """The texts around the dashes (or 至, 到, to) of a stretch people write; one without any."""
    return _DASH.split(unicodedata.normalize("NFKC", text).strip().casefold())


def read_stretch(text: str) -> tuple[int, int] | None:
    """From when to when as people write it: 9:00-12:30, 09:00–24:00, 22:00至次日06:00.

    None where that is no stretch; the end may lie before the start, which callers judge.
    """
    times = [read_clock_time(part) for part in split_range(text)]
    if len(times) != 2 or times[0] is None or times[1] is None:
        return None
    return times[0], times[1]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 2
