"""From a plan to classes: which existing class each planned one is, and what has changed since."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from trainhub.delivery.rules.planning.plan_ids import is_beside, row_of
from trainhub.delivery.rules.planning.planning_facts import ClassFacts
from trainhub.planner.judging.check import Violation, check
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan, PlannedSession

AgreedSeat = tuple[int, int, date, int]  # person, course, date, start


@dataclass(frozen=True)
class Change:
    """Something that is no longer as the plan took it; `code` names the sentence."""

    code: str
    params: Mapping[str, Any]


def date_of(problem: Problem, day: int) -> date:
    """The date of a day of a problem's calendar."""
    return date.fromisoformat(problem.calendar.start_date) + timedelta(days=day)


def span_of(problem: Problem) -> tuple[date, date]:
    """The first and the last date of a problem's calendar."""
    return date_of(problem, 0), date_of(problem, problem.days - 1)


def own_sessions(plan: Plan) -> list[PlannedSession]:
    """The plan's classes without those that it only worked around."""
    return [one for one in plan.sessions if not is_beside(one.course)]


def match_sessions(
    planned: Sequence[PlannedSession],
    free: Iterable[ClassFacts],
    people: Sequence[int],
    problem: Problem,
    known: Mapping[str, int],
) -> dict[str, int]:
    """Which existing class (id) each planned one continues, by the planned one's name.

    `known` are those that are clear already.

    Pinned ones are named after theirs. Of the others the same place and time comes first, then
    the most people in common: few notices, and calendars that follow instead of starting anew.
    """
    found = {one.id: row for one in planned if one.id.startswith("X") and (row := row_of(one.id))}
    found |= known
    taken = set(known.values())
    scores = []
    for existing in (one for one in free if one.id not in taken):
        seated = {seat.person_id for seat in existing.seats}
        for one in planned:
            if one.id not in found and row_of(one.course) == existing.course_id:
                score = _likeness(one, existing, seated, people, problem)
                if score:
                    scores.append((score, existing.id, one.id))
    for _score, existing_id, name in sorted(scores, key=lambda row: (-row[0], row[1], row[2])):
        if name not in found and existing_id not in taken:
            found[name] = existing_id
            taken.add(existing_id)
    return found


def _likeness(
    one: PlannedSession,
    existing: ClassFacts,
    seated: Collection[int],
    people: Sequence[int],
    problem: Problem,
) -> float:
    same_time = existing.on == date_of(problem, one.day) and existing.starts_min == one.start
    same_room = row_of(one.room) == existing.room_id
    same_trainer = row_of(one.trainer) == existing.trainer_id
    common = sum(people[agent] in seated for agent in one.agents)
    if not common and not (same_time and same_room):
        return 0.0
    return 1000.0 * same_time + 200.0 * (same_room + same_trainer) * same_time + common


def agreed_seats(problem: Problem, people: Sequence[int]) -> set[AgreedSeat]:
    """The seats of the campaign as the problem found them, kept and movable ones."""
    pins = {pin.id: pin for pin in problem.pinned_sessions if not is_beside(pin.course)}
    seats = {
        (people[seat.agent], row_of(seat.course) or 0, date_of(problem, seat.day), seat.start)
        for seat in problem.previous
    }
    for agent, name in problem.pinned_seats:
        pin = pins.get(name)
        if pin is not None:
            on = date_of(problem, pin.day)
            seats.add((people[agent], row_of(pin.course) or 0, on, pin.start))
    return seats


def changed_bookings(
    before: set[AgreedSeat], after: set[AgreedSeat], told: int = 5
) -> list[Change]:
    """What became of the campaign's bookings since the plan was made."""
    gone, come = sorted(before - after), sorted(after - before)
    found = [_seat("SEAT_GONE", seat) for seat in gone[:told]]
    return found + [_seat("SEAT_NEW", seat) for seat in come[:told]]


def _seat(code: str, seat: AgreedSeat) -> Change:
    return Change(code, {"person": seat[0], "course": seat[1], "on": seat[2], "start": seat[3]})


def renumbered(plan: Plan, people: Sequence[int], now_people: Sequence[int]) -> Plan:
    """The plan in the numbers of another problem; people who are not in it are left out."""
    numbers = {person_id: number for number, person_id in enumerate(now_people)}
    sessions = tuple(
        replace(
            one,
            agents=tuple(
                sorted(numbers[people[agent]] for agent in one.agents if people[agent] in numbers)
            ),
        )
        for one in plan.sessions
    )
    return replace(plan, sessions=sessions, unplaced=())


def beside_as_now(plan: Plan, problem: Problem) -> Plan:
    """The plan with the classes outside the campaign as the problem made anew has them.

    One that has come or gone meanwhile matters only if it collides with the plan.
    """
    seated: dict[str, list[int]] = {}
    for agent, name in problem.pinned_seats:
        seated.setdefault(name, []).append(agent)
    beside = [
        PlannedSession(
            pin.id, pin.course, pin.day, pin.start, pin.room, pin.trainer,
            tuple(sorted(seated.get(pin.id, ()))),
        )
        for pin in problem.pinned_sessions
        if is_beside(pin.course)
    ]  # fmt: skip
    return replace(plan, sessions=(*own_sessions(plan), *beside))


def broken_rules(problem: Problem, plan: Plan, people: Sequence[int]) -> list[Change]:
    """The hard rules that the plan would break on a problem made anew, as changes."""
    found: dict[tuple[Any, ...], Change] = {}
    sessions = {one.id: one for one in plan.sessions}
    for pin in problem.pinned_sessions:  # kept ones that the plan does not know can be named too
        missing = PlannedSession(
            pin.id, pin.course, pin.day, pin.start, pin.room, pin.trainer, ()
        )  # fmt: skip
        sessions.setdefault(pin.id, missing)
    for violation in check(problem, plan):
        if violation.rule in ("UNPLACED", "OBJECTIVE"):
            continue
        change = _change(violation, problem, sessions, people)
        found.setdefault((change.code, *map(str, change.params.values())), change)
    return list(found.values())


_AGENT = re.compile(r"agent (\d+), class (\S+)")
_PERSON = re.compile(r"agent (\d+)")
_CLASS = re.compile(r"class (\S+)")
_SUPPLY = re.compile(r"(room|trainer) (\S+)")
_LINE = re.compile(r"(queue|team) (\S+), day (\d+), minute (\d+)")


def _change(
    violation: Violation,
    problem: Problem,
    sessions: Mapping[str, PlannedSession],
    people: Sequence[int],
) -> Change:
    if found := _AGENT.match(violation.place):
        one = sessions[found.group(2)]
        person = people[int(found.group(1))]
        code = {"H4": "ROTA", "H5": "REST", "H3": "NO_NEED"}.get(violation.rule, "PERSON")
        return Change(code, {"person": person, "on": date_of(problem, one.day)} | _of(one))
    if found := _LINE.match(violation.place):
        what, name, day, minute = found.groups()
        code = "COVER" if what == "queue" else "TEAM"
        on = date_of(problem, int(day))
        return Change(code, {what: row_of(name), "on": on, "start": int(minute)})
    if found := _PERSON.fullmatch(violation.place):
        return Change("TWO_PLACES", {"person": people[int(found.group(1))]})
    if (found := _CLASS.match(violation.place)) and found.group(1) in sessions:
        one = sessions[found.group(1)]
        return Change("CLASS", {"on": date_of(problem, one.day)} | _of(one))
    if found := _SUPPLY.match(violation.place):
        what, name = found.groups()
        return Change(what.upper(), {what: row_of(name)})
    return Change("OTHER", {})


def _of(one: PlannedSession) -> dict[str, Any]:
    return {"course": row_of(one.course), "start": one.start}
