"""One day of a queue: who is required, rostered, in class, and what is left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trainhub.rota.rules.requirement import StaffingRules, headroom_of


@dataclass(frozen=True)
class DayCover:
    """Heads per interval from midnight (the centre's time).

    `required` and `headroom` are empty where no demand of the day is known: nobody can say
    then that somebody could be spared. `rostered` are people on the phones by the rota, those
    away in class still among them; `away` are the latter. Headroom has them taken off.
    """

    interval_min: int
    required: tuple[int, ...]
    rostered: tuple[int, ...]
    away: tuple[int, ...]
    headroom: tuple[int, ...]

    @property
    def is_known(self) -> bool:
        """Whether the day's demand is known."""
        return bool(self.required)

    @property
    def worst(self) -> int:
        """The least headroom of the day while it is open; 0 where nothing is known."""
        found = self.least(0, len(self.headroom))
        return 0 if found is None else found

    @property
    def shortest(self) -> int:
        """The interval with the least headroom while it is open, the first of equals."""
        worst = self.worst
        found = (at for at in range(len(self.headroom)) if self.is_open(at))
        return next((at for at in found if self.headroom[at] == worst), 0)

    def least(self, low: int, high: int) -> int | None:
        """The least headroom of the intervals from `low` to before `high`.

        None where nothing is known, or where nobody is required and nobody rostered: closed
        hours have nothing to spare and lack nothing.
        """
        if not self.is_known:
            return None
        at_work = (self.headroom[at] for at in range(low, high) if self.is_open(at))
        return min(at_work, default=None)

    def is_open(self, at: int) -> bool:
        """Whether somebody is required or rostered in an interval."""
        return bool(self.required[at] or self.rostered[at])


def cover_day(
    rules: StaffingRules,
    required: Sequence[int],
    rostered: Sequence[int],
    away: Sequence[int],
) -> DayCover:
    """Put a day together; the sequences have one number for each of the queue's intervals.

    Closed hours, where nobody is required and nobody rostered, keep no buffer: nothing is short.
    """
    headroom: tuple[int, ...] = ()
    if required:
        headroom = tuple(
            (headroom_of(have, need, rules) if have or need else 0) - gone
            for have, need, gone in zip(rostered, required, away, strict=True)
        )
    return DayCover(rules.interval_min, tuple(required), tuple(rostered), tuple(away), headroom)


@dataclass(frozen=True)
class Stretch:
    """Intervals in a row that are short: minutes from midnight, and by how much at worst."""

    starts_min: int
    ends_min: int
    short_by: int


def short_stretches(cover: DayCover) -> Iterator[Stretch]:
    """Where headroom is below nought, stretch by stretch."""
    start, worst = None, 0
    for at, left in enumerate((*cover.headroom, 0)):
        if left < 0:
            start = at if start is None else start
            worst = min(worst, left)
        elif start is not None:
            size = cover.interval_min
            yield Stretch(start * size, at * size, -worst)
            start, worst = None, 0
