"""When requirements are due: working days of the person's own rota, counted from the start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from trainhub.certification.rules.programmes.content import ProgrammeContent

LONGEST = 5 * 366  # days looked ahead; a rota that never works again gives the last of them


def nth_working_days(
    starts_on: date, numbers: Iterable[int], works: Callable[[date], bool]
) -> dict[int, date]:
    """The date of each of the `numbers`-th working days, the first one from `starts_on` on is 1.

    `works` says whether a date is one. Where fewer are found in five years, the last day looked
    at stands for the rest.
    """
    wanted = sorted(set(numbers))
    found: dict[int, date] = {}
    on, count = starts_on, 0
    for _ in range(LONGEST):
        if len(found) == len(wanted):
            break
        if works(on):
            count += 1
            if count in wanted:
                found[count] = on
        on += timedelta(days=1)
    return {number: found.get(number, on) for number in wanted}


def due_dates(
    content: ProgrammeContent, path: str, starts_on: date, works: Callable[[date], bool]
) -> dict[str, date]:
    """When each requirement of a path is due, by key; without `due_days` it is due with the last.

    A programme in which nothing has a due day has none.
    """
    keys = [key for stage in content.stages_of(path) for key in stage.needs.requirement_keys()]
    days = {key: content.requirement(key).due_days for key in keys}
    numbers = {number for number in days.values() if number is not None}
    if not numbers:
        return {}
    dates = nth_working_days(starts_on, numbers, works)
    last = max(numbers)
    return {key: dates[number if number is not None else last] for key, number in days.items()}
