"""Classes that exist already, as a planning problem sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trainhub.delivery.rules.planning.plan_ids import (
    beside_name,
    class_name,
    course_name,
    room_name,
    trainer_name,
)
from trainhub.delivery.rules.planning.planning_facts import ClassFacts, Facts, SeatFacts
from trainhub.delivery.rules.states import TO_COME
from trainhub.planner.problem import Course, PinnedSession, PreviousSeat


@dataclass
class Existing:
    """What the problem has to do about classes that exist.

    `kept` stay as they are, `free` may move; both are of the campaign and of a course of it.
    `beside` are all others of the period: rooms, trainers and people are busy in them.
    """

    kept: list[ClassFacts] = field(default_factory=list)
    free: list[ClassFacts] = field(default_factory=list)
    beside: list[ClassFacts] = field(default_factory=list)


def sort_classes(facts: Facts) -> Existing:
    """Which classes stay, which may move, which are to be worked around.

    A class stays if it is pinned, holds a pinned seat, is under way, or lies before the first
    date that may have new ones. Coming classes of the campaign whose course it no longer has
    are in none of the three: no plan will name them.
    """
    found = Existing()
    durations = {course.id: course.duration_min for course in facts.courses}
    for one in facts.classes:
        is_coming = one.campaign_id == facts.campaign_id and one.state in TO_COME
        if not is_coming:
            found.beside.append(one)
        elif one.course_id not in durations:
            if is_kept(one, facts):
                found.beside.append(one)
        elif is_kept(one, facts):
            same = one.ends_min - one.starts_min == durations[one.course_id]
            (found.kept if same else found.beside).append(one)
        else:
            found.free.append(one)
    return found


def is_kept(one: ClassFacts, facts: Facts) -> bool:
    """Whether a coming class of the campaign stays where it is."""
    return (
        one.is_pinned
        or one.state != "scheduled"
        or one.on < facts.period.first
        or any(seat.is_pinned for seat in one.seats)
    )


def seated_elsewhere(found: Existing, facts: Facts) -> set[tuple[int, int]]:
    """(person, course) with a seat in a class to be worked around: they need no other.

    A held class counts for those who were there only: whoever missed it needs another.
    """
    return {
        (seat.person_id, one.course_id)
        for one in found.beside
        for seat in one.seats
        if one.state in TO_COME or seat.is_attended
    }


def pinned_of(
    found: Existing, facts: Facts, agents: dict[int, int]
) -> tuple[list[PinnedSession], list[tuple[int, str]]]:
    """Pinned classes and seats; `agents` gives each person's number."""
    sessions, seats = [], []
    for one, course in _named(found):
        name = class_name(one.id)
        sessions.append(_pinned(one, course, facts.period.day(one.on)))
        seats += [(agents[who.person_id], name) for who in one.seats if who.person_id in agents]
    return sessions, seats


def _named(found: Existing) -> Iterator[tuple[ClassFacts, str]]:
    for one in found.kept:
        yield one, course_name(one.course_id)
    for one in found.beside:
        yield one, beside_name(one.course_id, one.ends_min - one.starts_min)


def _pinned(one: ClassFacts, course: str, day: int) -> PinnedSession:
    return PinnedSession(
        class_name(one.id),
        course,
        day,
        one.starts_min,
        room_name(one.room_id),
        trainer_name(one.trainer_id),
    )


def previous_of(found: Existing, facts: Facts, agents: dict[int, int]) -> list[PreviousSeat]:
    """Agreed seats that may move."""
    return [
        PreviousSeat(
            agents[seat.person_id],
            course_name(one.course_id),
            facts.period.day(one.on),
            one.starts_min,
        )
        for one in found.free
        for seat in one.seats
        if seat.person_id in agents
    ]


def beside_courses(found: Existing) -> list[Course]:
    """Courses nobody needs, for the classes that are worked around.

    They allow no kind of window, so that the heads they take off the phones are not counted by
    the windows of this campaign: `assembling_cover` takes them off beforehand.
    """
    kinds = {(one.course_id, one.ends_min - one.starts_min) for one in found.beside}
    return [
        Course(
            id=beside_name(course_id, minutes),
            duration_min=minutes,
            seats=100_000,
            min_seats=0,
            release=0,
            due=0,
            deadline=0,
            priority=1,
            kinds=(),
            grid_min=5,
            teams=(),
            max_sessions=None,
            family=beside_name(course_id, minutes),
        )
        for course_id, minutes in sorted(kinds)
    ]


def outsiders(found: Existing, members: Iterable[int]) -> dict[int, set[int]]:
    """People with a seat in the campaign whom it is not meant for, and their courses."""
    known = set(members)
    others: dict[int, set[int]] = {}
    for one in (*found.kept, *found.free):
        for seat in one.seats:
            if seat.person_id not in known:
                others.setdefault(seat.person_id, set()).add(one.course_id)
    return others


def team_of(seats: Iterable[SeatFacts]) -> dict[int, int]:
    """The team of everybody seated, where known."""
    return {seat.person_id: seat.team_id for seat in seats if seat.team_id is not None}
