"""When a trainer can teach on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trainhub.rota.rules.shift_times import Stretch, without

USUAL: Stretch = (8 * 60, 20 * 60)  # of a trainer who has named no times


@dataclass(frozen=True)
class NamedTime:
    """A time a trainer has named: of a weekday or of one date; `is_away` takes it out."""

    weekday: int | None
    on: date | None
    starts_min: int
    ends_min: int
    is_away: bool = False


def teachable(named: Sequence[NamedTime], on: date, *, has_day_off: bool = False) -> list[Stretch]:
    """The stretches of the date (minutes from midnight) in which the trainer can teach.

    Times named for the very date come on top of those of its weekday. `has_day_off`: the
    trainer's own rota says rest or leave.
    """
    if has_day_off:
        return []
    of_day = [one for one in named if one.on == on or one.weekday == on.weekday()]
    given = [(one.starts_min, one.ends_min) for one in of_day if not one.is_away]
    if all(one.is_away for one in named):
        given = [USUAL]
    return _joined(without(given, [(o.starts_min, o.ends_min) for o in of_day if o.is_away]))


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that touch or overlap as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def can_teach(
    named: Sequence[NamedTime], on: date, starts_min: int, ends_min: int, *,
    has_day_off: bool = False,
) -> bool:  # fmt: skip
    """Whether a class lies wholly inside the trainer's time."""
    return any(
        start <= starts_min and ends_min <= end
        for start, end in teachable(named, on, has_day_off=has_day_off)
    )
