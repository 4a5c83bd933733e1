"""How many people a queue needs in each interval, and what a rota leaves over.

*Required* is the number the rota has to have on the phones: what the promise needs, grossed up
by planned shrinkage (N / (1 - s): meetings and breaks that stand in no shift code). *Unplanned*
shrinkage (sick calls) thins out the people rostered instead, so it is never counted twice:
headroom = floor(rostered x (1 - unplanned)) - required - buffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import ceil, floor

from trainhub.rota.rules.erlang import Target, agents_needed

MINUTES_OF_DAY = 1440
INTERVALS = (15, 30, 60)
_ROUNDING = 1e-9  # 9 / 0.9 is 10 people, not 11


class Method(StrEnum):
    """How a queue's requirement is reckoned; `given`: the minimum stands in the demand."""

    ERLANG_C = "erlang_c"
    ERLANG_A = "erlang_a"
    GIVEN = "given"


@dataclass(frozen=True)
class StaffingRules:
    """What a queue promises; shares from 0 to 1, see the model `Queue`."""

    method: Method = Method.ERLANG_C
    interval_min: int = 30
    service_level: float = 0.8
    answer_within_s: int = 20
    max_occupancy: float = 0.85
    patience_s: int | None = None
    planned_shrinkage: float = 0.0
    unplanned_shrinkage: float = 0.05
    concurrency: float = 1.0
    buffer: int = 0

    @property
    def target(self) -> Target:
        """The promise in the terms of `erlang`."""
        patience = self.patience_s if self.method is Method.ERLANG_A else None
        return Target(self.service_level, self.answer_within_s, self.max_occupancy, patience)


@dataclass(frozen=True)
class Demand:
    """One day of a queue by interval from midnight; an empty tuple where nothing is known.

    `handling_s` is the mean time for one contact in seconds, before any concurrency.
    """

    interval_min: int
    contacts: tuple[float, ...] = ()
    handling_s: tuple[float, ...] = ()
    minimum: tuple[int, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether a requirement can be reckoned from it."""
        return bool(self.minimum) or bool(self.contacts and self.handling_s)


def intervals_of_day(interval_min: int) -> int:
    """How many intervals a day has."""
    return MINUTES_OF_DAY // interval_min


def gross_up(heads: float, shrinkage: float) -> int:
    """The people to have for so many at work: N / (1 - s), never N x (1 + s)."""
    return ceil(heads / (1 - shrinkage) - _ROUNDING)


def present_of(rostered: int, unplanned: float) -> int:
    """The people to reckon with of those rostered."""
    return floor(rostered * (1 - unplanned) + _ROUNDING)


def headroom_of(rostered: int, required: int, rules: StaffingRules) -> int:
    """How many could leave the phones; negative where the rota itself is short."""
    return present_of(rostered, rules.unplanned_shrinkage) - required - rules.buffer


def to_roster(required: int, rules: StaffingRules) -> int:
    """The fewest people rostered that leave no interval short."""
    return gross_up(required + rules.buffer, rules.unplanned_shrinkage)


def required_of_interval(
    contacts: float, handling_s: float, interval_min: int, rules: StaffingRules
) -> int:
    """People required for one interval's contacts; 0 without contacts."""
    if contacts <= 0 or handling_s <= 0:
        return 0
    needed = agents_needed(
        contacts, handling_s / rules.concurrency, interval_min * 60, rules.target
    )
    return gross_up(needed, rules.planned_shrinkage)


@lru_cache(maxsize=4096)
def required(rules: StaffingRules, demand: Demand) -> tuple[int, ...]:
    """People required per interval of the queue; () where the demand is not known.

    Remembered by what stands in the arguments, so a change of either needs no forgetting. A
    minimum in the demand is a floor also where the queue reckons by Erlang; a queue whose
    method is `given` knows nothing else.
    """
    seen = regrid(demand, rules.interval_min)
    floors = seen.minimum
    if rules.method is Method.GIVEN or not (seen.contacts and seen.handling_s):
        return floors
    found = tuple(
        required_of_interval(contacts, handling, rules.interval_min, rules)
        for contacts, handling in zip(seen.contacts, seen.handling_s, strict=True)
    )
    return tuple(map(max, found, floors)) if floors else found


def regrid(demand: Demand, interval_min: int) -> Demand:
    """The same day in other intervals.

    Contacts are shared out evenly or added up, handling time is the mean weighted by contacts,
    of minimums the highest holds.
    """
    if demand.interval_min == interval_min:
        return demand
    if demand.interval_min > interval_min:
        times = demand.interval_min // interval_min
        return Demand(
            interval_min,
            tuple(value / times for value in demand.contacts for _ in range(times)),
            tuple(value for value in demand.handling_s for _ in range(times)),
            tuple(value for value in demand.minimum for _ in range(times)),
        )
    times = interval_min // demand.interval_min
    starts = range(0, intervals_of_day(demand.interval_min), times)
    contacts = demand.contacts
    return Demand(
        interval_min,
        tuple(sum(contacts[at : at + times]) for at in starts) if contacts else (),
        tuple(_mean_handling(demand, at, times) for at in starts) if demand.handling_s else (),
        tuple(max(demand.minimum[at : at + times]) for at in starts) if demand.minimum else (),
    )


def _mean_handling(demand: Demand, at: int, times: int) -> float:
    handling = demand.handling_s[at : at + times]
    contacts = demand.contacts[at : at + times] or (0.0,) * times
    total = sum(contacts)
    if not total:
        return max(handling)
    return sum(c * h for c, h in zip(contacts, handling, strict=True)) / total
