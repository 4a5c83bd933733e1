"""When whoever teaches is off the phones for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from trainhub.rota.rules.clock_times import instant, local
from trainhub.rota.rules.shift_times import ShiftTimes, phone_stretches

Span = tuple[datetime, datetime]  # half-open, instants
_A_DAY = timedelta(days=1)


def while_teaching(
    shifts: Mapping[date, ShiftTimes],
    zone: ZoneInfo,
    classes: Iterable[Span],
    *,
    interval_min: int,
) -> list[Span]:
    """What of these classes lies in somebody's time on the phones, in order of time.

    `shifts` and `zone` are those by which the rota counts them. Pieces less than an interval
    apart are one: an interval that two of them touch loses one head, not two.
    """
    pieces = sorted(
        (max(low, starts_at), min(high, ends_at))
        for starts_at, ends_at in classes
        for low, high in _on_phones(shifts, zone, starts_at, ends_at)
        if max(low, starts_at) < min(high, ends_at)
    )
    found: list[Span] = []
    for starts_at, ends_at in pieces:
        if found and starts_at - found[-1][1] < timedelta(minutes=interval_min):
            found[-1] = found[-1][0], max(found[-1][1], ends_at)
        else:
            found.append((starts_at, ends_at))
    return found


def _on_phones(
    shifts: Mapping[date, ShiftTimes], zone: ZoneInfo, starts_at: datetime, ends_at: datetime
) -> Iterator[Span]:
    """Time on the phones of the shifts that may meet a class; one of the day before may."""
    on, last = local(zone, starts_at)[0] - _A_DAY, local(zone, ends_at)[0]
    while on <= last:
        times = shifts.get(on)
        for low, high in phone_stretches(times) if times else ():
            yield instant(zone, on, low), instant(zone, on, high)
        on += _A_DAY
