"""The training-debt account: what was planned, held, lost, owed, made good.

Minutes are those of the class. For everything that is over, planned = delivered + cancelled:
a booking enters the account when its class ends or when it is lost, not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trainhub.errors import N_

KINDS = ("planned", "delivered", "cancelled", "owed", "repaid", "waived")
Line = tuple[str, str]  # kind and cause


class Cause(StrEnum):
    """Why minutes of training were lost."""

    OPERATIONS = "operations"  # the queue was up
    TRAINER = "trainer"  # no trainer, or nobody began the class
    ROOM = "room"
    PLANNER = "planner"  # taken out of the plan
    PERSONAL = "personal"  # excused for a reason of their own
    ABSENT = "absent"  # did not come


CAUSE_WORDS = {
    Cause.OPERATIONS: N_("Operations (the queue was up)"),
    Cause.TRAINER: N_("Trainer"),
    Cause.ROOM: N_("Classroom"),
    Cause.PLANNER: N_("Planning"),
    Cause.PERSONAL: N_("Personal reasons"),
    Cause.ABSENT: N_("Did not come"),
}


@dataclass(frozen=True)
class Fate:
    """What became of one booking: minutes planned, held for this person, and why the rest was
    lost. `is_attended`: the class counts as attended, whatever is missing of its minutes.
    """

    planned: int
    delivered: int
    is_attended: bool
    cause: Cause | None = None

    @property
    def lost(self) -> int:
        """Minutes planned and not held."""
        return max(0, self.planned - self.delivered)


def is_owed(fate: Fate, *, was_asked_for: bool) -> bool:
    """Whether the centre owes this person the lost minutes.

    `was_asked_for`: the centre wanted the person there (a campaign, a request, a planner's
    booking). Somebody who took a seat of their own accord and gave it back for a reason of
    their own is owed nothing; whatever the centre itself called off is owed in any case.
    """
    if fate.is_attended or fate.lost == 0:
        return False
    return was_asked_for or fate.cause not in (Cause.PERSONAL, Cause.ABSENT)


def lines_of(fate: Fate, *, owed_min: int) -> dict[Line, int]:
    """What the account should say about one booking, minutes by kind and cause; no noughts."""
    cause = fate.cause.value if fate.cause else ""
    lines = {
        ("planned", ""): fate.planned,
        ("delivered", ""): min(fate.planned, fate.delivered),
        ("cancelled", cause): fate.lost,
        ("owed", cause): owed_min,
    }
    return {line: minutes for line, minutes in lines.items() if minutes}


def corrections(wanted: Mapping[Line, int], booked: Mapping[Line, int]) -> dict[Line, int]:
    """The entries (they may be negative) that make what is booked what is wanted."""
    lines = sorted({*wanted, *booked})
    changes = {line: wanted.get(line, 0) - booked.get(line, 0) for line in lines}
    return {line: minutes for line, minutes in changes.items() if minutes}


@dataclass(frozen=True)
class Account:
    """Minutes of one person or team: sums of the account, with the lost ones by cause."""

    planned: int = 0
    delivered: int = 0
    cancelled: int = 0
    owed: int = 0
    repaid: int = 0
    waived: int = 0
    by_cause: tuple[tuple[str, int], ...] = ()

    @property
    def open(self) -> int:
        """Minutes still owed."""
        return self.owed - self.repaid - self.waived

    @property
    def share_delivered(self) -> float | None:
        """Of the minutes planned, the share that was held; None where none were planned."""
        return self.delivered / self.planned if self.planned else None


def add_up(entries: Iterable[tuple[str, str, int]]) -> Account:
    """The account of entries given as kind, cause, minutes."""
    sums = dict.fromkeys(KINDS, 0)
    causes = dict.fromkeys((cause.value for cause in Cause), 0)
    for kind, cause, minutes in entries:
        sums[kind] += minutes
        if kind == "cancelled" and cause:
            causes[cause] += minutes
    return Account(**sums, by_cause=tuple((name, left) for name, left in causes.items() if left))
