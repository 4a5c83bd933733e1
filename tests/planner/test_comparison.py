"""Two plans side by side: who keeps, moves, loses or gets a seat, and what becomes of classes."""

from __future__ import annotations

from tests.planner.problems import held, plan_of, problem
from trainhub.planner.judging.comparison import compare

ASKED = problem()


def test_seats_are_kept_moved_lost_or_new() -> None:
    before = plan_of(ASKED, held("a", [0, 1]))
    after = plan_of(ASKED, held("a", [0]), held("b", [2], start=540))
    found = compare(before, after)
    assert {seat.agent: seat.change for seat in found.seats} == {0: "kept", 1: "lost", 2: "new"}
    later = compare(before, plan_of(ASKED, held("a", [0]), held("c", [1], day=2)))
    [moved] = later.of_agent(1)
    assert (moved.change, moved.before.day, moved.after.day) == ("moved", 0, 2)
    assert later.seat_counts == {"kept": 1, "moved": 1, "lost": 0, "new": 0}
    assert later.moved_share == 0.5


def test_another_room_or_trainer_moves_nobody() -> None:
    found = compare(plan_of(ASKED, held("a", [0])), plan_of(ASKED, held("a", [0], room="R2")))
    assert [seat.change for seat in found.seats] == ["kept"]
    [session] = found.sessions
    assert (session.change, session.changed) == ("changed", ("room",))


def test_a_class_is_followed_by_its_people_whatever_its_name() -> None:
    before = plan_of(ASKED, held("a", [0, 1]), held("b", [2], start=540))
    after = plan_of(ASKED, held("z", [0, 1], day=1), held("y", [2], start=540))
    found = {one.id: one for one in compare(before, after).sessions}
    assert (found["y"].change, found["z"].change) == ("kept", "changed")
    assert (found["z"].changed, found["z"].before.id) == (("day",), "a")


def test_classes_begin_and_end_and_people_come_and_go() -> None:
    before = plan_of(ASKED, held("a", [0, 1]))
    after = plan_of(ASKED, held("a", [0]), held("b", [2], start=540))
    found = {one.id: one for one in compare(before, after).sessions}
    assert (found["a"].change, found["a"].left, found["a"].joined) == ("changed", (1,), ())
    assert (found["b"].change, found["b"].joined) == ("new", (2,))
    back = compare(after, before)
    assert back.session_counts == {"kept": 0, "changed": 1, "cancelled": 1, "new": 0}


def test_the_change_of_cost_is_told() -> None:
    before, after = plan_of(ASKED), plan_of(ASKED, held("a", [0, 1]))
    assert compare(before, after).cost_change == 50 - 2000


def test_nothing_against_nothing() -> None:
    found = compare(plan_of(ASKED), plan_of(ASKED))
    assert (found.seats, found.sessions, found.moved_share) == ((), (), 0.0)
