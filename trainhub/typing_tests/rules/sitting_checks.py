"""Reading what somebody has typed about a supervised room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainhub.errors import N_, InputError, InputErrors

LONGEST_NAME, SHORTEST_CODE, LONGEST_CODE = 120, 4, 40
LONGEST_WINDOW = timedelta(days=7)

# No letters and digits that are taken for one another when read aloud or from a board.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6

_MESSAGES = {
    "name_missing": N_("Give the room a name that people know it by."),
    "name_long": N_("At most %(limit)s characters."),
    "window_missing": N_("Say when the room opens and when it closes."),
    "window_order": N_("The room must close after it opens."),
    "window_past": N_("This is over already."),
    "window_long": N_("A room may be open for at most 7 days."),
    "code_form": N_("A room code has between 4 and 40 letters and digits."),
}


@dataclass(frozen=True)
class SittingPlan:
    """A supervised room as it is to be: its name, its code, the instants of its window."""

    name: str
    room_code: str
    opens_at: datetime
    closes_at: datetime


def read_sitting(
    *,
    name: str,
    room_code: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
) -> SittingPlan:
    """The plan of a room. Raises `InputErrors` by field."""
    name = " ".join(name.replace("\0", "").split())
    code = " ".join(room_code.replace("\0", "").split())
    errors: list[InputError] = []

    def refuse(key: str, field: str, **params: object) -> None:
        errors.append(InputError(key, _MESSAGES[key], params, field=field))

    if not name:
        refuse("name_missing", "name")
    if len(name) > LONGEST_NAME:
        refuse("name_long", "name", limit=LONGEST_NAME)
    if not SHORTEST_CODE <= len(code) <= LONGEST_CODE or not any(map(str.isalnum, code)):
        refuse("code_form", "room_code")
    if opens_at is None or closes_at is None:
        refuse("window_missing", "opens_at" if opens_at is None else "closes_at")
    elif closes_at <= opens_at:
        refuse("window_order", "closes_at")
    elif closes_at <= now:
        refuse("window_past", "closes_at")
    elif closes_at - opens_at > LONGEST_WINDOW:
        refuse("window_long", "closes_at")
    if errors or opens_at is None or closes_at is None:
        raise InputErrors(errors)
    return SittingPlan(name, code, opens_at, closes_at)


def code_of(numbers: Sequence[int]) -> str:
    """A room code from random numbers below `len(CODE_SIGNS)`, in two halves: “K7M-2QX”."""
    signs = "".join(CODE_SIGNS[number] for number in numbers)
    half = len(signs) // 2
    return f"{signs[:half]}-{signs[half:]}"
