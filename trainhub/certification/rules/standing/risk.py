"""Who will miss their date at this pace, and why: a forecast, never a verdict.

Looked at for what is missing and not late yet. The first reason that holds is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from trainhub.certification.rules.standing.findings import State, Words
from trainhub.certification.rules.standing.standing import Line, Standing
from trainhub.errors import N_

LEAST_ELAPSED = 5  # working days after which a pace can be spoken of
SOON = 5  # working days before a due date in which nothing begun is a risk
LONGEST_WAIT = 5  # working days that somebody else may take


@dataclass(frozen=True)
class Risk:
    """A requirement that will probably be late, and the reason in words."""

    requirement_key: str
    due_on: date
    reason: Words


def forecast(
    standing: Standing,
    *,
    starts_on: date,
    today: date,
    works: Callable[[date], bool],
    earliest_on: Mapping[str, date | None],
) -> Risk | None:
    """The most pressing risk, or None.

    `earliest_on` names, for requirements that need something to take place first (a class, a
    sitting), the date of what is arranged, None where nothing is; others are not in it.
    """
    open_lines = [
        line for line in standing.missing if line.due_on is not None and line.due_on >= today
    ]
    found = [
        risk
        for line in sorted(open_lines, key=lambda line: (line.due_on, line.requirement.key))
        if (risk := _of_line(line, today, works, earliest_on)) is not None
    ]
    return found[0] if found else _of_pace(standing, open_lines, starts_on, today, works)


def _of_line(
    line: Line,
    today: date,
    works: Callable[[date], bool],
    earliest_on: Mapping[str, date | None],
) -> Risk | None:
    assert line.due_on is not None
    key, left = line.requirement.key, working_days_between(today, line.due_on, works)
    if key in earliest_on:
        arranged = earliest_on[key]
        if arranged is not None and arranged > line.due_on:
            return Risk(key, line.due_on, Words(
                N_("It takes place on %(on)s, after it is due"), {"on": arranged.isoformat()}
            ))  # fmt: skip
        if arranged is None and left <= SOON:
            return Risk(key, line.due_on, Words(
                N_("Nothing is arranged yet, and %(days)s working days are left"), {"days": left}
            ))  # fmt: skip
        return None
    if left == 0:
        return Risk(key, line.due_on, Words(N_("No working day is left before it is due")))
    if line.state == State.FAILED and left <= SOON:
        return Risk(key, line.due_on, Words(
            N_("Not reached yet, and %(days)s working days are left"), {"days": left}
        ))  # fmt: skip
    return None


def _of_pace(
    standing: Standing,
    open_lines: list[Line],
    starts_on: date,
    today: date,
    works: Callable[[date], bool],
) -> Risk | None:
    """More is left than the days so far would settle in the days that are left."""
    if not open_lines or standing.final_due_on is None or standing.final_due_on < today:
        return None
    elapsed = working_days_between(starts_on, today, works)
    if elapsed < LEAST_ELAPSED:
        return None
    left = working_days_between(today, standing.final_due_on, works)
    lacking = len(standing.missing)
    if standing.done * left >= lacking * elapsed:
        return None
    last = max(open_lines, key=lambda line: (line.due_on, line.requirement.key))
    assert last.due_on is not None
    params = {"done": standing.done, "elapsed": elapsed, "lacking": lacking, "left": left}
    return Risk(last.requirement.key, last.due_on, Words(
        N_("%(done)s done in %(elapsed)s working days, %(lacking)s left for %(left)s"), params
    ))  # fmt: skip


def working_days_between(first: date, last: date, works: Callable[[date], bool]) -> int:
    """Working days from `first` on, before `last` is over."""
    days = (last - first).days
    return sum(works(first + timedelta(days=day)) for day in range(days + 1))
