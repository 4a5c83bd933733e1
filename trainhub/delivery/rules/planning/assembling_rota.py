"""Shift codes as the letters and windows of a planning problem."""

from __future__ import annotations

from collections.abc import Mapping

from trainhub.delivery.rules.planning.planning_facts import ClassFacts, Facts
from trainhub.planner.problem import Course, Shift, Window
from trainhub.rota.rules.windows import windows_of

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_FURTHER_LETTERS = 0x4E00


def letters_of(facts: Facts) -> dict[int, str]:
    """A letter for every shift code that has times."""
    working = [number for number, times in sorted(facts.codes.items()) if times.span is not None]
    signs = [*_LETTERS, *(chr(_FURTHER_LETTERS + extra) for extra in range(len(working)))]
    return dict(zip(working, signs, strict=False))


def shifts_of(facts: Facts, letters: Mapping[int, str]) -> dict[str, Shift]:
    """The shifts by letter, with the windows that the campaign allows."""
    settings, found = facts.settings, {}
    for code_id, letter in letters.items():
        times = facts.codes[code_id]
        assert times.span is not None  # only codes with times have a letter
        windows = windows_of(
            times,
            before_min=settings.before_min if "before" in settings.kinds else 0,
            after_min=settings.after_min if "after" in settings.kinds else 0,
            in_shift=settings.in_shift if "in_shift" in settings.kinds else (),
        )
        planned = tuple(
            Window(one.kind, one.starts_min, one.ends_min, one.on_phones)  # type: ignore[arg-type]  # the rota's kinds are the planner's
            for one in windows
        )
        found[letter] = Shift(letter, *times.span, planned)
    return found


def window_of(shift: Shift, course: Course, one: ClassFacts) -> Window | None:
    """The window of a shift that holds an existing class, were it put there now."""
    for window in shift.windows:
        holds = window.start <= one.starts_min and one.ends_min <= window.end
        if holds and window.kind in course.kinds:
            return window
    return None
