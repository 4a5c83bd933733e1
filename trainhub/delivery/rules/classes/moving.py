"""What a class at another time, in another room or with other people does to the cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.rota.rules.clock_times import clock_time
from trainhub.rota.rules.cover import DayCover

Cell = tuple[int, date, int]  # queue, date of its clock, interval from midnight


@dataclass(frozen=True)
class QueueEffect:
    """Headroom of a queue in one interval before and after a change; None where unknown."""

    queue_id: int
    on: date
    starts_min: int
    ends_min: int
    required: int | None
    staffed_before: int
    staffed_after: int
    before: int | None
    after: int | None

    @property
    def interval(self) -> int:
        """Which interval of the day it is, from 0."""
        return self.starts_min // (self.ends_min - self.starts_min)

    @property
    def is_short(self) -> bool:
        """Whether the interval is short after the change."""
        return self.after is not None and self.after < 0

    @property
    def is_worse(self) -> bool:
        """Whether the change takes people off the phones here."""
        return self.staffed_after < self.staffed_before


def effects(
    cover: Mapping[tuple[int, date], DayCover], changes: Mapping[Cell, int]
) -> list[QueueEffect]:
    """What `changes` (heads more away, negative: back on the phones) do, in order of time."""
    found = []
    for (queue_id, on, interval), heads in sorted(changes.items()):
        day = cover.get((queue_id, on))
        if day is None or interval >= len(day.rostered):
            continue
        before = day.headroom[interval] if day.is_known else None
        staffed = day.rostered[interval] - day.away[interval]
        size = day.interval_min
        found.append(
            QueueEffect(
                queue_id, on, interval * size, (interval + 1) * size,
                day.required[interval] if day.is_known else None,
                staffed, staffed - heads,
                before, None if before is None else before - heads,
            )
        )  # fmt: skip
    return found


def cover_conflicts(
    found: Iterable[QueueEffect], names: Mapping[int, str], *, least: int = 0
) -> Iterator[Conflict]:
    """Where the change takes heads that are not to spare: stretch by stretch for each queue.

    `least` is the headroom that must stay. A queue that is short without the change is no fault
    of it as long as nobody more goes.
    """
    bad = [
        one
        for one in found
        if one.is_worse and (one.after is None or one.after < least)
    ]  # fmt: skip
    at = 0
    while at < len(bad):
        first = last = bad[at]
        worst = first.after
        at += 1
        while at < len(bad) and _follows(last, bad[at]):
            last = bad[at]
            if worst is not None and last.after is not None:
                worst = min(worst, last.after)
            at += 1
        name = names.get(first.queue_id, "")
        if worst is None:
            yield Conflict("NO_DEMAND", {"queue": name, "on": first.on})
            continue
        times = {"from": clock_time(first.starts_min), "to": clock_time(last.ends_min)}
        yield Conflict("COVERAGE", {"queue": name, "on": first.on,
                                    "short": least - worst, **times})  # fmt: skip


def against_cover(
    found: Iterable[QueueEffect],
    seated: Mapping[Cell, int],
    names: Mapping[int, str],
    *,
    trainer: str,
    least: int = 0,
) -> Iterator[Conflict]:
    """What the cover has against a class, its trainer's head among those that go.

    Where people go too (`seated`, heads by cell) a queue is short by all of them; elsewhere it is
    the trainer's doing. A day of unknown demand is no fault of theirs: people are asked for it.
    """
    with_people: list[QueueEffect] = []
    alone: list[QueueEffect] = []
    for one in found:
        goes = seated.get((one.queue_id, one.on, one.interval), 0) > 0
        (with_people if goes else alone).append(one)
    yield from cover_conflicts(with_people, names, least=least)
    for conflict in cover_conflicts(alone, names, least=least):
        if conflict.code == "COVERAGE":
            yield Conflict("TRAINER_ON_PHONES", {"trainer": trainer, **conflict.params})


def _follows(one: QueueEffect, other: QueueEffect) -> bool:
    same = (one.queue_id, one.on) == (other.queue_id, other.on)
    return (
        same and one.ends_min == other.starts_min and (one.after is None) == (other.after is None)
    )


def team_limit(size: int, max_share: float) -> int:
    """How many of a team may be in class at once (H11)."""
    # A share such as 0.3 of 10 is 3, though the product is a little less in floating point.
    return max(1, int(max_share * size + 1e-9))
