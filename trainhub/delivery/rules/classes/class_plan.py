"""Where and when a class is to be held, as somebody types it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from trainhub.errors import N_, InputError, InputErrors
from trainhub.rota.rules.clock_times import read_clock_time

SHORTEST, LONGEST = 5, 480  # minutes
MOST_SEATS = 1000


@dataclass(frozen=True)
class ClassPlan:
    """Where, when and by whom a class is to be held; `starts_min` from midnight of `on`."""

    on: date
    starts_min: int
    duration_min: int
    room_id: int
    trainer_id: int
    seats: int
    min_seats: int = 1


def read_plan(typed: Mapping[str, str]) -> ClassPlan:
    """The plan in what was typed: on, starts, duration_min, room_id, trainer_id, seats.

    Raises `InputErrors` naming every field that is wrong.
    """
    errors: list[InputError] = []

    def read(field: str, turn: Callable[[str], int | None], message: str) -> int:
        found = turn(typed.get(field, "").strip())
        if found is None:
            errors.append(InputError(f"{field}_wrong", message, field=field))
            return 0
        return found

    try:
        on = date.fromisoformat(typed.get("on", "").strip())
    except ValueError:
        on = date.min
    if not date(2000, 1, 1) <= on <= date(2100, 12, 31):
        errors.append(InputError("on_wrong", N_("Give a date."), field="on"))
    starts_min = read("starts", read_clock_time, N_("Give a time, such as 09:00."))
    duration_min = read(
        "duration_min", _between(SHORTEST, LONGEST), N_("A class takes 5 to 480 minutes.")
    )
    room_id = read("room_id", _between(1, 2**31 - 1), N_("Choose a room."))
    trainer_id = read("trainer_id", _between(1, 2**31 - 1), N_("Choose a trainer."))
    seats = read("seats", _between(1, MOST_SEATS), N_("A class has 1 to 1000 seats."))
    min_seats = read("min_seats", _between(1, MOST_SEATS), N_("A class needs at least one person."))
    if not errors and min_seats > seats:
        errors.append(
            InputError("min_seats_wrong", N_("That is more than there are seats."),
                       field="min_seats")
        )  # fmt: skip
    if errors:
        raise InputErrors(errors)
    return ClassPlan(on, starts_min, duration_min, room_id, trainer_id, seats, min_seats)


def _between(low: int, high: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        if not (text.isascii() and text.isdecimal() and len(text) <= 10):
            return None
        return int(text) if low <= int(text) <= high else None

    return read
