"""The proof: heads before and after the classes of a plan, interval by interval."""

from __future__ import annotations

from tests.planner.problems import course, document, held, problem
from trainhub.planner.judging.cover import cover
from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem.duties import Duties

QUEUE = document()["queues"][0] | {"profiles": [[1] * 48], "max_short": 1}
ASKED = problem(queues=[QUEUE])


def test_a_class_takes_its_people_off_the_phones_for_its_time() -> None:
    [queue] = cover(ASKED, [held("a", [0, 1])])
    at_seven, at_eight, at_nine = (queue.day(0)[slot] for slot in (15, 16, 18))
    assert (at_seven.rostered, at_seven.required, at_seven.headroom_before) == (0, 1, -1)
    assert (at_eight.rostered, at_eight.away, at_eight.headroom_after) == (2, 2, -1)
    assert (at_nine.rostered, at_nine.away) == (3, 0)
    assert at_eight.start == 480


def test_harm_is_what_goes_beyond_what_may_be_short() -> None:
    [queue] = cover(ASKED, [held("a", [0, 1])])
    assert queue.harmed == ()
    assert queue.tightest is not None
    assert (queue.tightest.short_by_classes, queue.class_head_intervals) == (1, 4)
    [strict] = cover(problem(queues=[QUEUE | {"max_short": 0}]), [held("a", [0, 1])])
    assert [one.start for one in strict.harmed] == [480, 510]


def test_a_class_outside_the_shift_takes_nobody_off_the_phones() -> None:
    asked = problem(courses=[course(kinds=["after"]), course("C2")])
    [queue] = cover(asked, [held("a", [0, 1], start=1020)])
    assert queue.class_head_intervals == 0
    assert queue.tightest is None


def test_a_night_shift_gives_its_heads_to_the_next_day() -> None:
    shifts = document()["shifts"] | {"N": {"start": 1320, "end": 1860, "windows": []}}
    asked = problem(shifts=shifts, patterns=["N....", "....N", ".....", "....."])
    [queue] = cover(asked, [])
    assert [queue.day(0)[47].rostered, queue.day(1)[0].rostered] == [2, 2]
    assert [queue.day(1)[13].rostered, queue.day(1)[14].rostered] == [2, 0]
    assert queue.day(4)[47].rostered == 1  # beyond the calendar nothing is counted


def test_the_solver_counts_the_same_heads() -> None:
    """Two readings of one rota, with half an hour taken out and shifts off the grid."""
    shifts = document()["shifts"]
    shifts["E"] |= {"start": 470, "end": 1010}
    shifts["E"]["windows"][0] |= {"on_phones": False, "start": 485, "end": 545}
    agents = document()["agents"] | {"swap": [[0, 1, "L"], [1, 2, "."]], "leave": [[2, 0, 1]]}
    asked = problem(shifts=shifts, agents=agents)
    assert Reading(asked).rostered() == Duties(asked).heads()
