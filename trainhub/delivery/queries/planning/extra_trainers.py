"""Who could teach a class more, if asked to come at an hour they do not teach at otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainhub.delivery.queries.planning.plan_runs import RunResult
from trainhub.delivery.queries.planning.supply import trainers_for
from trainhub.delivery.queries.planning.supply_facts import times_of
from trainhub.delivery.queries.seats.seat_facts import shifts_of
from trainhub.delivery.rules.planning.giving_way import taken_class, teaching_then, time_of
from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.rules.planning.teaching_times import can_teach
from trainhub.people.models import Person


def who_could_teach(detail: Mapping[str, Any], result: RunResult) -> list[Person]:
    """Trainers for the class more of an offer that lacks nothing but a trainer, by name.

    Certified and at the site, not in another class of the plan, neither away nor on leave then.
    """
    if detail.get("room") or not detail.get("trainer"):
        return []
    able = trainers_for(row_of(detail["course"]) or 0, row_of(detail["site"]) or 0)
    busy = teaching_then(detail, result.problem, result.plan)
    return [
        person
        for person in able
        if person.id not in busy and _could_come(person.id, detail, result)
    ]


def _could_come(person_id: int, detail: Mapping[str, Any], result: RunResult) -> bool:
    extra = time_of(taken_class(detail, result.problem, result.plan, person_id))
    on = extra.on
    assert on is not None  # the time of a class is of one date
    named = times_of([person_id]).get(person_id, ())
    shift = shifts_of([person_id], on, on).get(person_id, {}).get(on)
    is_on_leave = shift is not None and shift.kind == "leave"
    return can_teach([*named, extra], on, extra.starts_min, extra.ends_min, is_on_leave=is_on_leave)
