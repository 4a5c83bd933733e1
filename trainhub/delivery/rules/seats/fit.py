"""Whether a seat given earlier still fits the rota as it is now."""

from __future__ import annotations

from datetime import timedelta

from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.seats.booking import (
    Limits,
    PersonFacts,
    Slot,
    by_own_clock,
    refusals,
    window_of,
)

BY_ROTA = frozenset(("NO_SHIFT", "REST_DAY", "NO_WINDOW", "SITE", "REST"))
# Nobody is called to a class against these, whatever was agreed when the seat was given.
AGAINST_CALLING = BY_ROTA | {"CLASH", "TEACHES", "DISABLED"}


def misfit(facts: PersonFacts, slot: Slot, limits: Limits) -> Conflict | None:
    """What the rota has against this person in this class, or None."""
    return next((one for one in refusals(facts, slot, limits) if one.code in BY_ROTA), None)


def window_by_rota(facts: PersonFacts, slot: Slot, limits: Limits, kind: str) -> tuple[str, bool]:
    """What a booking says of its time: the kind of window, and whether it takes a head."""
    window = window_of(facts, slot, limits)
    if window is not None:
        return window.kind, window.on_phones
    return without_window(kind, works=any(_works(facts, slot, back) for back in (0, 1)))


def without_window(kind: str, *, works: bool) -> tuple[str, bool]:
    """What a seat says that no window of the person's shift holds any more.

    The kind it had stays, and whoever works then is missed on the phones.
    """
    return kind, works


def _works(facts: PersonFacts, slot: Slot, back: int) -> bool:
    slot = by_own_clock(facts, slot)
    times = facts.shifts.get(slot.on - timedelta(days=back))
    if times is None or times.span is None:
        return False
    starts, ends = (edge - back * 1440 for edge in times.span)
    return starts < slot.ends_min and slot.starts_min < ends
