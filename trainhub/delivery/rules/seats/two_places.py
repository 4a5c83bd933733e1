"""Nobody sits in a class while they teach one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trainhub.delivery.rules.planning.agreement import Change, date_of, own_sessions
from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.rules.planning.planning_facts import Facts
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan
from trainhub.rota.rules.clock_times import instant


@dataclass(frozen=True)
class _Class:
    """A class with those in it; `new` are those the plan would put there."""

    course_id: int
    on: date
    starts_min: int
    starts_at: datetime
    ends_at: datetime
    trainer_id: int
    people: frozenset[int]
    new: frozenset[int]


def in_two_places(
    plan: Plan, problem: Problem, people: Sequence[int], facts: Facts
) -> list[Change]:
    """People whom the plan has teach one class while they sit in another, in the plan or in
    what others hold; what was so before the plan is not the plan's fault."""
    classes = [*_planned(plan, problem, people, facts), *_others(facts)]
    taught: dict[int, list[_Class]] = {}
    for one in classes:
        taught.setdefault(one.trainer_id, []).append(one)
    found = []
    for one in classes:
        for person_id in sorted(one.people & taught.keys()):
            for other in taught[person_id]:
                is_new = person_id in one.new or person_id in other.new
                if is_new and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                    found.append(_change(person_id, one))
                    break
    return found


def _change(person_id: int, one: _Class) -> Change:
    what = {"person": person_id, "course": one.course_id, "on": one.on, "start": one.starts_min}
    return Change("TEACHES", what)


def _planned(plan: Plan, problem: Problem, people: Sequence[int], facts: Facts) -> Iterator[_Class]:
    minutes = {course.id: course.duration_min for course in problem.courses}
    sites = {room.id: room.site for room in problem.rooms}
    pins = {pin.id: pin.trainer for pin in problem.pinned_sessions}
    kept = set(problem.pinned_seats)
    for one in own_sessions(plan):
        zone = facts.site_zones.get(row_of(sites[one.room]) or 0)
        if zone is None:
            continue
        on, trainer_id = date_of(problem, one.day), row_of(one.trainer) or 0
        new = {people[agent] for agent in one.agents if (agent, one.id) not in kept}
        if pins.get(one.id) != one.trainer:
            new.add(trainer_id)
        yield _Class(
            row_of(one.course) or 0, on, one.start,
            instant(zone, on, one.start), instant(zone, on, one.start + minutes[one.course]),
            trainer_id, frozenset(people[agent] for agent in one.agents), frozenset(new),
        )  # fmt: skip


def _others(facts: Facts) -> Iterator[_Class]:
    """Classes outside the campaign as they stand."""
    for one in facts.classes:
        zone = facts.site_zones.get(one.site_id)
        if one.campaign_id == facts.campaign_id or zone is None:
            continue
        yield _Class(
            one.course_id, one.on, one.starts_min,
            instant(zone, one.on, one.starts_min), instant(zone, one.on, one.ends_min),
            one.trainer_id, frozenset(seat.person_id for seat in one.seats), frozenset(),
        )  # fmt: skip
