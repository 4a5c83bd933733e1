"""The first plan: classes opened one after the other where their seats are worth most.

Course by course in the order of the series; within a course always the slot with the least cost
per seat filled, later days and people with few chances weighed in. A *style* holds the weights,
so that several starts differ.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.fill import Quota, choose, settle, top_up
from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.masks import mask_of
from trainhub.planner.solving.state import Held, State


@dataclass(frozen=True, slots=True)
class Style:
    """`hurry`: cost per seat and day for a course with parts to follow; `care`: worth of people
    with few chances; `noise`: random share of a slot's score."""

    hurry: float
    care: float
    noise: float


def style_of(start: int, rng: Random) -> Style:
    """The style of the start of that number; the first is the steady one."""
    if start == 0:
        return Style(0.3, 0.3, 0.0)
    return Style(2.0 ** rng.uniform(-5, 1), rng.uniform(0.0, 1.5), rng.uniform(0.0, 0.15))


def construct(state: State, style: Style, rng: Random, timer: Timer) -> None:
    """Fill an empty plan (or one with pins) as far as time allows."""
    if state.ground.problem.previous:
        resume(state, style, rng, timer)
    for course in state.ground.order:
        if timer.is_over():
            break
        _seat_course(state, course, style, rng, timer, ahead=True)
    if state.ground.problem.previous:
        for course in state.ground.order:
            _seat_course(state, course, style, rng, timer, ahead=False)
    settle(state, rng)


def _seat_course(
    state: State, course: int, style: Style, rng: Random, timer: Timer, *, ahead: bool
) -> None:
    """Into the classes that stand, then into new ones; if need be at the price of cover."""
    for short_ok in (False, True):
        if state.todo[course]:
            standing = list(state.held[course].values())
            top_up(state, standing, rng, short_ok, ahead=ahead)
            slots = state.ground.slots[course]
            open_classes(state, slots, style, rng, timer, short_ok=short_ok, ahead=ahead)


def open_classes(
    state: State,
    slots: Iterable[Slot],
    style: Style,
    rng: Random,
    timer: Timer,
    *,
    short_ok: bool,
    ahead: bool = True,
    only: int = -1,
) -> list[Held]:
    """Open classes for those without a seat while one is worth its cost; the classes opened.

    `ahead` keeps people out of a day after which their next part has no window left; `only` is a
    mask of the people for whom a class may be opened.
    """
    opened: list[Held] = []
    heap = [
        (score, number, slot)
        for number, slot in enumerate(slots)
        if (score := _score(state, slot, style, rng, short_ok, ahead, only)) is not None
    ]
    heapq.heapify(heap)
    while heap and not timer.is_over():
        _, number, slot = heap[0]
        score = _score(state, slot, style, rng, short_ok, ahead, only)
        if score is None:
            heapq.heappop(heap)
        elif len(heap) > 1 and score > min(entry[0] for entry in heap[1:3]) + 1e-9:
            heapq.heapreplace(heap, (score, number, slot))
        else:
            held = open_class(state, slot, rng, short_ok=short_ok, ahead=ahead, only=only)
            if held is None:
                heapq.heappop(heap)
            else:
                opened.append(held)
                score = _score(state, slot, style, rng, short_ok, ahead, only)
                if score is None:
                    heapq.heappop(heap)
                else:
                    heapq.heapreplace(heap, (score, number, slot))
    return opened


def _waiting(state: State, slot: Slot, ahead: bool, only: int = -1) -> int:
    mask = state.candidates(slot) & only
    return mask & state.ground.ahead[slot.course][slot.day] if ahead else mask


def _score(
    state: State,
    slot: Slot,
    style: Style,
    rng: Random,
    short_ok: bool,
    ahead: bool,
    only: int,
) -> float | None:
    """Cost per seat of the best class in this slot; None where no class can or should be held."""
    course = state.ground.courses[slot.course]
    mask = _waiting(state, slot, ahead, only)
    if mask.bit_count() < max(1, course.min_seats) or not state.may_open(slot.course):
        return None
    room = state.places.free_room(slot, course.seats)
    if room is None or state.places.free_trainer(slot) is None:
        return None
    seats = min(course.seats, state.ground.problem.rooms[room].seats)
    people = Quota(state, slot, short_ok).reach(mask, seats)
    if people < max(1, course.min_seats):
        return None
    if state.class_cost[slot.course] >= people * state.unplaced_cost[slot.course]:
        return None
    few = (mask & state.ground.few_chances[slot.course]).bit_count()
    cost = state.class_cost[slot.course] / (people + style.care * min(people, few)) + slot.late
    if state.ground.edges_from[slot.course]:
        cost += style.hurry * (slot.day - course.release)
    return cost * (1 + style.noise * rng.random()) if style.noise else cost


def open_class(
    state: State, slot: Slot, rng: Random, *, short_ok: bool, ahead: bool, only: int = -1
) -> Held | None:
    """Open a class with the people who should sit it; None if too few really can."""
    course = state.ground.courses[slot.course]
    mask = _waiting(state, slot, ahead, only)
    room = state.places.free_room(slot, course.seats)
    trainer = state.places.free_trainer(slot, mask)
    if room is None or trainer is None or not state.may_open(slot.course):
        return None
    mask &= ~state.ground.self_mask[trainer]
    most = min(course.seats, state.ground.problem.rooms[room].seats)
    agents = choose(state, slot, mask, most, rng, short_ok)
    if len(agents) < max(1, course.min_seats):
        return None
    smaller = state.places.free_room(slot, len(agents))
    assert smaller is not None
    held = state.open(slot, smaller, trainer)
    state.join(held, agents)
    return held


def resume(state: State, style: Style, rng: Random, timer: Timer) -> None:
    """Hold the classes of the previous plan again with those of their people who still can.

    Who lost one part of a series is helped to it before the others look for seats, so that the
    later parts can stay.
    """
    groups = _previous_groups(state)
    moved_only = Style(style.hurry, style.care, 0.0)
    for course in state.ground.order:
        _hold_again(state, groups, rng)
        if state.todo[course] and state.ground.edges_from[course] and not timer.is_over():
            standing = list(state.held[course].values())
            for short_ok in (False, True):
                top_up(state, standing, rng, short_ok, only=state.ground.resuming, ahead=True)
            slots = state.ground.slots[course]
            open_classes(
                state, slots, moved_only, rng, timer,
                short_ok=True, only=state.ground.resuming,
            )  # fmt: skip
    _hold_again(state, groups, rng)


def _hold_again(state: State, groups: list[tuple[Slot, int]], rng: Random) -> None:
    for slot, mask in groups:
        if not state.candidates(slot) & mask:
            continue
        here = [held for held in state.held[slot.course].values() if held.slot is slot]
        top_up(state, here, rng, short_ok=True, only=mask)
        others = state.ground.need[slot.course] & ~state.ground.seated_before[slot.course]
        # Where too few are left, people who had no seat of the course make up the number.
        for allowed in (mask, mask | others):
            while state.candidates(slot) & mask:
                if open_class(state, slot, rng, short_ok=True, ahead=False, only=allowed) is None:
                    break


def _previous_groups(state: State) -> list[tuple[Slot, int]]:
    """The slots of the previous seats with their people, in the order of the series."""
    ground = state.ground
    place = {course: number for number, course in enumerate(ground.order)}
    groups: dict[tuple[int, int, int, int], list[int]] = {}
    for agent, course, day, start in ground.previous:
        site = ground.team_site[ground.team[agent]]
        groups.setdefault((place[course], day, start, site), []).append(agent)
    found = []
    for rank, day, start, site in sorted(groups):
        slot = ground.slot_at.get((ground.order[rank], site, day, start))
        if slot is not None:
            agents = groups[rank, day, start, site]
            found.append((slot, mask_of(agents, ground.count)))
    return found
