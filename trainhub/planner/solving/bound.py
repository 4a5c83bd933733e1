"""A cost below which no plan can be, found without a solver.

Per course and site: everybody at their cheapest seat, and the fewest classes that so many seats
need when each slot is filled as far as cover, team share and seats allow. What one course takes
from another is left out, so the bound is low but certain.
"""

from __future__ import annotations

from trainhub.planner.solving.fill import Quota
from trainhub.planner.solving.ground import HOUR_MIN, Slot
from trainhub.planner.solving.masks import agents_in, mask_of
from trainhub.planner.solving.state import Held, State


def lower_bound(state: State) -> float:
    """The bound for a state that holds nothing but its pins."""
    ground, weights = state.ground, state.weights
    total = weights.moved * len(ground.problem.previous)
    for course in range(len(ground.courses)):
        pins = list(state.held[course].values())
        total += _pinned_cost(state, pins)
        pinned = [agent for held in pins for agent in held.members]
        open_need = ground.need[course] & ~mask_of(pinned, ground.count)
        for site, people in enumerate(ground.site_mask):
            if open_need & people:
                here = [held for held in pins if held.slot.site == site]
                total += _course_bound(state, course, site, open_need & people, here)
    return total


def _pinned_cost(state: State, pins: list[Held]) -> float:
    """Pinned classes and seats cost what they cost; dawn and cover may come on top."""
    cost = 0.0
    for held in pins:
        cost += state.class_cost[held.slot.course]
        for agent in held.members:
            cost += held.slot.late
            key = (agent, held.slot.course, held.slot.day, held.slot.start)
            cost -= state.weights.moved * state.ground.previous.get(key, 0)
    return cost


def _course_bound(state: State, course: int, site: int, people: int, pins: list[Held]) -> float:
    ground = state.ground
    slots = [slot for slot in ground.slots[course] if slot.site == site]
    slots += [held.slot for held in pins]
    price = state.unplaced_cost[course]
    cheapest = _cheapest(state, slots, people)
    least_split, splitting = _least_split(state, course, site, mask_of(cheapest, ground.count))
    # Leaving out somebody of a split team saves at most one of its classes.
    relief = state.weights.split_team
    seats = sorted(
        cost - (max(0.0, price - relief) if splitting >> agent & 1 else price)
        for agent, cost in cheapest.items()
    )
    gain, best_gain = [0.0], 0.0
    for worth in seats:
        if worth >= 0:
            break
        best_gain += worth
        gain.append(best_gain)
    most = ground.courses[course].max_sessions
    left = most - len(pins) if most is not None else len(seats)
    reached, spent = sum(held.free for held in pins), 0.0
    best = gain[min(reached, len(gain) - 1)]
    for capacity in _capacities(state, slots)[: max(0, left)]:
        if reached >= len(gain) - 1:
            break
        reached += capacity
        spent += state.class_cost[course]
        best = min(best, gain[min(reached, len(gain) - 1)] + spent)
    relieved = splitting.bit_count() * (price - max(0.0, price - relief))
    return price * people.bit_count() - relieved + best + least_split


def _least_split(state: State, course: int, site: int, people: int) -> tuple[float, int]:
    """What splitting costs the `together` teams that no class can hold, if all get seats, and
    the people of those teams."""
    ground, cost, splitting = state.ground, 0.0, 0
    for team in ground.site_teams[site]:
        group = people & ground.team_mask[team]
        if ground.together[team] and group and not state.team_classes[team, course]:
            most = max(1, min(ground.team_most[team], ground.courses[course].seats))
            if group.bit_count() > most:
                classes = -(-group.bit_count() // most)
                cost += state.weights.split_team * (classes - 1)
                splitting |= group
    return cost, splitting


def _cheapest(state: State, slots: list[Slot], people: int) -> dict[int, float]:
    """The least cost of a seat for each of the people who have a slot at all."""
    ground, weights = state.ground, state.weights
    offers: list[tuple[float, int]] = []
    for slot in slots:
        sitting = (slot.on | slot.off) & people
        extra = weights.out_of_shift * (slot.end - slot.begin) / HOUR_MIN
        offers.append((slot.late, sitting & ~slot.outside))
        offers.append((slot.late + extra, sitting & slot.outside))
    costs: dict[int, float] = {}
    for cost, mask in sorted(offers, key=lambda offer: offer[0]):
        for agent in agents_in(mask & people):
            costs[agent] = cost
        people &= ~mask
    if ground.previous and weights.moved:
        for slot in slots:
            for agent in agents_in((slot.on | slot.off) & mask_of(costs, ground.count)):
                kept = ground.previous.get((agent, slot.course, slot.day, slot.start), 0)
                if kept:
                    costs[agent] = min(costs[agent], slot.late - weights.moved * kept)
    return costs


def _capacities(state: State, slots: list[Slot]) -> list[int]:
    """The most seats of each class that could be held, the largest first."""
    ground, found = state.ground, []
    for slot in dict.fromkeys(slots):
        if not slot.rooms or not slot.trainers:
            continue
        course = ground.courses[slot.course]
        seats = min(course.seats, ground.problem.rooms[slot.rooms[-1]].seats)
        people = Quota(state, slot, short_ok=True).reach(slot.on | slot.off, ground.count)
        for _ in range(min(len(slot.rooms), len(slot.trainers))):
            if people <= 0:
                break
            found.append(min(seats, people))
            people -= seats
    return sorted(found, reverse=True)
