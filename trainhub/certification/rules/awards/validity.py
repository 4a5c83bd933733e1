"""How long an award holds, when its renewal opens, and from where the next one is counted.

Definitions, section 9. A *last valid day* is a local date and counts in full.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from trainhub.certification.rules.programmes.content import Anchor, Validity


class Phase(StrEnum):
    """Where a day stands in the life of an award."""

    VALID = "valid"
    EXPIRING = "expiring"  # the renewal is open
    GRACE = "grace"  # the last valid day is over, the grace period is not
    EXPIRED = "expired"


@dataclass(frozen=True)
class Renewed:
    """What an award follows: the last valid day of the one before."""

    valid_until: date


def add_months(on: date, months: int) -> date:
    """The same day so many months later, or the last of the month where it has no such day."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def last_valid_day(validity: Validity, completed_on: date, renewed: Renewed | None) -> date | None:
    """The last day of an award completed on a day, None where it holds for ever.

    Renewed inside the window (and not after the old end), `Anchor.OLD_END` counts from the old
    end, so that being early costs nobody a day; later, and for a first award, from completion.
    `Anchor.CALENDAR` ends on the last fixed date that is not later than the period; one that
    would be nearer than the renewal window is left for the next.
    """
    if validity.months is None:
        return None
    start = completed_on
    is_in_time = (
        renewed is not None
        and opens_on(validity, renewed.valid_until) <= completed_on <= renewed.valid_until
    )
    if renewed is not None and is_in_time and validity.anchor != Anchor.COMPLETION:
        start = renewed.valid_until
    if validity.anchor == Anchor.CALENDAR:
        return _fixed_day(validity, start)
    return add_months(start, validity.months)


def _fixed_day(validity: Validity, start: date) -> date:
    assert validity.months is not None
    month, day = (int(part) for part in validity.calendar.split("-"))
    limit = add_months(start, validity.months)
    on = date(limit.year, month, day)
    if on > limit:
        on = date(limit.year - 1, month, day)
    while on <= start + timedelta(days=validity.window_days):
        on = date(on.year + 1, month, day)
    return on


def opens_on(validity: Validity, valid_until: date) -> date:
    """The first day on which a renewal inside the window may be completed."""
    return valid_until - timedelta(days=validity.window_days)


def ends_on(validity: Validity, valid_until: date) -> date:
    """The last day of the grace period; without one, the last valid day."""
    return valid_until + timedelta(days=validity.grace_days)


def phase_of(validity: Validity, valid_until: date | None, today: date) -> Phase:
    """Where `today` stands in the life of an award."""
    if valid_until is None or today < opens_on(validity, valid_until):
        return Phase.VALID
    if today <= valid_until:
        return Phase.EXPIRING
    return Phase.GRACE if today <= ends_on(validity, valid_until) else Phase.EXPIRED


def days_to_remind(
    target: date, today: date, before: tuple[int, ...], after: tuple[int, ...]
) -> int | None:
    """Which reminder about a day is due: days to go, negative afterwards; None for none.

    After a pause of the worker only the latest one that is due is sent, never all at once.
    """
    left = (target - today).days
    if left >= 0:
        return min((days for days in before if days >= left), default=None)
    passed = [days for days in after if days <= -left]
    return -max(passed) if passed else None
