"""The times of a shift code as plain values, for rules that ask nothing else of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.errors import InLanguages

Stretch = tuple[int, int]  # half-open, minutes from midnight of the shift's date

WORKING_KINDS = ("early", "mid", "late", "night", "other")
KINDS = ("early", "mid", "late", "night", "training", "rest", "leave", "other")


@dataclass(frozen=True)
class ShiftTimes:
    """What a shift code says of a day.

    Without times (rest, leave) nobody is there. `breaks` lie inside the shift. The early class is
    a piece of it meant for training; `early_class_on_phones`: the rota counts those people on
    the phones meanwhile.
    """

    code: str
    kind: str
    starts_min: int | None = None
    ends_min: int | None = None
    breaks: tuple[Stretch, ...] = ()
    early_class: Stretch | None = None
    early_class_on_phones: bool = True
    name: InLanguages | None = None

    @property
    def said(self) -> InLanguages | str:
        """What people call the shift; its code where no name is known."""
        return self.name or self.code

    @property
    def span(self) -> Stretch | None:
        """From when to when somebody is there; None on a day off."""
        if self.starts_min is None or self.ends_min is None:
            return None
        return self.starts_min, self.ends_min


def without(stretches: Sequence[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """What of the stretches is left when `taken` goes, in order of time."""
    left = sorted(stretches)
    for start, end in sorted(taken):
        left = [
            piece
            for low, high in left
            for piece in ((low, min(high, start)), (max(low, end), high))
            if piece[0] < piece[1]
        ]
    return sorted(set(left))


def phone_stretches(times: ShiftTimes) -> list[Stretch]:
    """When somebody on this shift is on the phones.

    The shift without its breaks and without an early class that the rota has taken off the
    phones; nothing of a training shift or a day off.
    """
    if times.span is None or times.kind not in WORKING_KINDS:
        return []
    taken = list(times.breaks)
    if times.early_class and not times.early_class_on_phones:
        taken.append(times.early_class)
    return without([times.span], taken)
