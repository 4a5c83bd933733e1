"""How long things are kept. Change a number here, and the night deletes accordingly.

Chosen by the house within what the law leaves open (docs/privacy.md); shorten them with care,
and never `SECURITY` below 180 days, which security logs have to be kept in China.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trainhub.errors import N_


class Period(StrEnum):
    """How long rows of a kind are kept."""

    ACCOUNT = "account"
    EVIDENCE = "evidence"
    WORK = "work"
    SECURITY = "security"
    KEYSTROKES = "keystrokes"
    UPLOADS = "uploads"
    AUDIT = "audit"


@dataclass(frozen=True)
class Length:
    """A period: in days, None where an erasure ends it; and the same in words."""

    days: int | None
    words: str


LENGTHS = {
    Period.ACCOUNT: Length(None, N_("as long as the account is there; gone when it is erased")),
    Period.EVIDENCE: Length(
        3 * 365,
        N_("3 years after the account is disabled, then under a pseudonym without a name"),
    ),
    Period.WORK: Length(2 * 365, N_("2 years")),
    Period.SECURITY: Length(180, N_("180 days")),
    Period.KEYSTROKES: Length(90, N_("90 days, or what the centre has set (keystroke_days)")),
    Period.UPLOADS: Length(7, N_("7 days")),
    Period.AUDIT: Length(
        None, N_("at least 3 years; as long as the chain of which it is a part is kept")
    ),
}


def passed_by(period: Period, now: datetime) -> datetime | None:
    """The instant before which things of this period are past their time; None for never."""
    days = LENGTHS[period].days
    return now - timedelta(days=days) if days is not None else None
