"""When a trainer can teach on a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trainhub.delivery.rules.planning.planning_facts import TimeFacts
from trainhub.rota.rules.shift_times import ShiftTimes, Stretch, without

OFF_WORK = ("rest", "leave")
USUAL: Stretch = (8 * 60, 20 * 60)  # of a trainer who has named no weekday


def teachable(
    named: Sequence[TimeFacts], on: date, *, is_at_work: bool = True, is_on_leave: bool = False
) -> list[Stretch]:
    """The stretches of the date (minutes from midnight) in which the trainer can teach.

    Weekdays named are the trainer's usual times, in place of 08:00–20:00; they count where
    `is_at_work`. What is named for the very date comes on top of them, on a day of rest too, and
    what the trainer is away for is taken out of it all. On leave nobody teaches.
    """
    if is_on_leave:
        return []
    there = [one for one in named if not one.is_away]
    found = _usual(there, on) if is_at_work else []
    found += [(one.starts_min, one.ends_min) for one in there if one.on == on]
    away = [
        (one.starts_min, one.ends_min)
        for one in named
        if one.is_away and (one.on == on or one.weekday == on.weekday())
    ]
    return _joined(without(_joined(found), away))


def _usual(there: Sequence[TimeFacts], on: date) -> list[Stretch]:
    weekly = [one for one in there if one.weekday is not None]
    if not weekly:
        return [USUAL]
    return [(one.starts_min, one.ends_min) for one in weekly if one.weekday == on.weekday()]


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that touch or overlap as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def works_on(
    named: Sequence[TimeFacts], shift: ShiftTimes | None, *, has_rota: bool, is_working_day: bool
) -> bool:
    """Whether a date is a day at work for a trainer whose rota says `shift` of it.

    By the rota where it says anything of them in that week, Monday to Sunday (`has_rota`); else
    by the calendar, and weekdays named count then whatever the calendar says. One rule for plans
    and for classes made by hand.
    """
    if has_rota:
        return shift is not None and shift.span is not None and shift.kind not in OFF_WORK
    return is_working_day or any(one.weekday is not None for one in named if not one.is_away)


def can_teach(
    named: Sequence[TimeFacts], on: date, starts_min: int, ends_min: int, *,
    is_at_work: bool = True, is_on_leave: bool = False,
) -> bool:  # fmt: skip
    """Whether a class lies wholly inside the trainer's time."""
    hours = teachable(named, on, is_at_work=is_at_work, is_on_leave=is_on_leave)
    return any(start <= starts_min and ends_min <= end for start, end in hours)
