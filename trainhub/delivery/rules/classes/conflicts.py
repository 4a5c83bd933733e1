"""What stands against a class at a time, or against a person in it, by name.

The codes are those of plans (docs/planner.md) with a few of their own for what a planner's
problem never contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainhub.errors import N_, DomainError, InputError, fill

WORDS = {
    "PAST": N_("The class would begin in the past."),
    "DATES": N_("%(on)s lies outside the campaign (%(first)s to %(last)s)."),
    "OTHER_SITE": N_("%(room)s is at another site than the class."),
    "NO_ROOM": N_("%(room)s has %(seats)s seats; %(taken)s are needed."),
    "TOO_FEW_SEATS": N_("%(seats)s seats are too few: %(taken)s are taken."),
    "ROOM_RETIRED": N_("%(room)s is not in use any more."),
    "ROOM_BUSY": N_("%(room)s holds “%(course)s” from %(from)s to %(to)s."),
    "ROOM_BLOCKED": N_("%(room)s is not available from %(from)s to %(to)s: %(reason)s"),
    "NO_TRAINER": N_("%(trainer)s has no certificate for this course."),
    "TRAINER_AWAY": N_("%(trainer)s cannot teach from %(from)s to %(to)s that day."),
    "TRAINER_BUSY": N_("%(trainer)s teaches “%(course)s” from %(from)s to %(to)s."),
    "TRAINER_IN_CLASS": N_("%(trainer)s is in “%(course)s” from %(from)s to %(to)s."),
    "TRAINER_ON_PHONES": N_(
        "%(trainer)s is on the phones then: %(queue)s would be short by %(short)s from %(from)s"
        " to %(to)s."
    ),
    "TRAINER_HOURS": N_(
        "%(trainer)s would teach %(minutes)s minutes that week; %(limit)s are agreed."
    ),
    "NO_SHIFT": N_("%(name)s is not on the rota on %(on)s."),
    "REST_DAY": N_("%(name)s has a day off on %(on)s (%(shift)s)."),
    "NO_WINDOW": N_("%(name)s: shift %(shift)s leaves no time for a class at %(from)s–%(to)s."),
    "SITE": N_("%(name)s works at another site."),
    "REST": N_("%(name)s would have %(rest)s hours of rest; %(wanted)s are required."),
    "CLASH": N_("%(name)s is in “%(course)s” from %(from)s to %(to)s."),
    "AGAIN": N_("%(name)s is in “%(course)s” already, on %(on)s."),
    "TEACHES": N_("%(name)s teaches “%(course)s” from %(from)s to %(to)s."),
    "DAY_LIMIT": N_("%(name)s would have %(classes)s classes that day; %(limit)s at most."),
    "WEEK_LIMIT": N_(
        "%(name)s would have %(minutes)s minutes of classes that week; %(limit)s at most."
    ),
    "SERIES_ORDER": N_("%(name)s: the order of the series would break (“%(course)s” on %(on)s)."),
    "TEAM_SHARE": N_("%(away)s of %(team)s would be in class at once; %(limit)s at most."),
    "COVERAGE": N_("%(queue)s would be short by %(short)s from %(from)s to %(to)s."),
    "NO_DEMAND": N_(
        "The demand for %(queue)s on %(on)s is not known, so its cover cannot be judged."
    ),
    "SESSION_FULL": N_("All %(seats)s seats are taken."),
    "DISABLED": N_("%(name)s has no active account."),
}  # fmt: skip
OF_PEOPLE = frozenset(
    (
        "NO_SHIFT", "REST_DAY", "NO_WINDOW", "SITE", "REST", "CLASH", "AGAIN", "TEACHES",
        "DAY_LIMIT", "WEEK_LIMIT", "SERIES_ORDER", "DISABLED",
    )
)  # fmt: skip
# To somebody about themselves: no name, no other people's figures.
OWN_WORDS = {
    "PAST": N_("The class has begun."),
    "NO_SHIFT": N_("You are not on the rota on %(on)s."),
    "REST_DAY": N_("You have a day off on %(on)s."),
    "NO_WINDOW": N_("Your shift %(shift)s leaves no time for a class at %(from)s–%(to)s."),
    "SITE": N_("It is at another site."),
    "REST": N_("You would have %(rest)s hours of rest; %(wanted)s are required."),
    "CLASH": N_("You are in “%(course)s” from %(from)s to %(to)s."),
    "AGAIN": N_("You are in “%(course)s” already, on %(on)s."),
    "TEACHES": N_("You teach “%(course)s” from %(from)s to %(to)s."),
    "DAY_LIMIT": N_("You would have %(classes)s classes that day; %(limit)s at most."),
    "WEEK_LIMIT": N_("You would have %(minutes)s minutes of classes that week; %(limit)s at most."),
    "SERIES_ORDER": N_("The order of the series would break (“%(course)s” on %(on)s)."),
    "TEAM_SHARE": N_("Too many of your team would be in class at once."),
    "COVERAGE": N_("The phones would be short of people from %(from)s to %(to)s."),
    "NO_DEMAND": N_("Nobody can say yet whether the phones stay covered on %(on)s."),
    "SESSION_FULL": N_("All seats are taken."),
    "DISABLED": N_("The account is not active."),
}


@dataclass(frozen=True)
class Conflict:
    """One thing that stands against a class or against a person in it.

    Times in `params` are written out (09:00), dates are dates, so that the edges say them as
    their readers do; `person_id` says whom it is about.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    person_id: int | None = None

    @property
    def is_of_person(self) -> bool:
        """Whether it goes away when this person is left out."""
        return self.person_id is not None and self.code in OF_PEOPLE

    def text(self, translate: Any = str, *, own: bool = False) -> str:
        """In words; `own` speaks to the person themselves."""
        words = OWN_WORDS.get(self.code) if own else None
        return fill(translate(words or WORDS[self.code]), self.params)


class ClassConflicts(DomainError):
    """Rules stand against a class at this time or against people in it."""

    code = "class_conflicts"
    status = 422
    message = N_("Nothing was changed: the rules do not allow it.")

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__()
        self.conflicts = conflicts

    @property
    def errors(self) -> tuple[InputError, ...]:
        """Each conflict as an error of its own."""
        return tuple(InputError(one.code, WORDS[one.code], one.params) for one in self.conflicts)


class SeatRefused(DomainError):
    """A rule stands between somebody and a seat; `own` says it to the person themselves."""

    code = "seat_refused"
    status = 422

    def __init__(self, conflict: Conflict, *, own: bool = True) -> None:
        words = OWN_WORDS.get(conflict.code) if own else None
        super().__init__(
            words or WORDS[conflict.code], code=conflict.code.lower(), **dict(conflict.params)
        )
        self.conflict = conflict
