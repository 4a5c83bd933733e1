"""The rota read as duties: who works, where a class may lie, who is on the phones."""

from __future__ import annotations

import copy
from typing import Any

from tests.planner.test_problem import SMALL
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.duties import Duties, touched

NIGHT = {
    "start": 1320,
    "end": 1860,
    "windows": [{"kind": "after", "start": 1860, "end": 1920, "on_phones": False}],
}
EARLY = {
    "start": 480,
    "end": 1020,
    "windows": [
        {"kind": "early", "start": 480, "end": 540, "on_phones": False},
        {"kind": "in_shift", "start": 840, "end": 960, "on_phones": True},
    ],
}


def rota(pattern: str, **more: Any) -> Problem:
    raw = copy.deepcopy(SMALL)
    raw["shifts"] |= {"N": NIGHT, "E": EARLY}
    raw["patterns"] = [pattern]
    raw["agents"] = {"team": ["T0"], "pattern": [0], **more}
    raw["courses"][0]["kinds"] = ["early", "after", "in_shift"]
    return read_problem(raw)


def test_a_swap_changes_the_pattern_and_leave_wins_over_both() -> None:
    duties = Duties(rota("MM.", swap=[[0, 1, "N"], [0, 2, "M"]], leave=[[0, 2, 9]]))
    assert [duties.code(0, day) for day in range(-1, 4)] == [".", "M", "N", ".", "."]


def test_a_class_lies_wholly_in_an_allowed_window() -> None:
    problem = rota("E..")
    duties, course = Duties(problem), problem.courses[0]
    found = {start: duties.window(0, course, 0, start) for start in (450, 480, 510, 840, 900, 930)}
    assert [start for start, window in found.items() if window] == [480, 840, 900]


def test_a_day_off_has_no_window() -> None:
    problem = rota("E..")
    assert Duties(problem).window(0, problem.courses[0], 1, 480) is None


def test_an_early_class_needs_rest_since_yesterdays_shift() -> None:
    problem = rota("NE.")
    # The night ends at 07:00 of the second day and the class would start at 08:00.
    assert Duties(problem).window(0, problem.courses[0], 1, 480) is None
    assert Duties(problem).window(0, problem.courses[0], 1, 840) is not None


def test_a_class_after_the_shift_needs_rest_until_tomorrow() -> None:
    problem = rota("NM.")
    assert Duties(problem).window(0, problem.courses[0], 0, 1860) is None
    problem = rota("NN.")
    assert Duties(problem).window(0, problem.courses[0], 0, 1860) is not None


def test_heads_follow_the_shift_across_midnight_without_early_windows_off_the_phones() -> None:
    heads = Duties(rota("NE.")).heads()["Q0"]
    assert [number for number, count in enumerate(heads) if count] == [
        *range(44, 62),
        *range(48 + 18, 48 + 34),
    ]


def test_a_class_touches_every_interval_it_lies_in() -> None:
    assert list(touched(30, 1, 45, 30)) == [49, 50]
