"""A block of a plan set free: which seats may move, into which slots, and what already stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.masks import agents_in
from trainhub.planner.solving.state import Held, State


@dataclass(slots=True)
class Choice:
    """One seat that may be given: an agent in a slot, and what it would cost without cover,
    class, team and dawn."""

    agent: int
    slot: Slot
    cost: float
    on_phones: bool


class Block:
    """The free seats of a state as choices. The state already holds nothing of what is free.

    `free` has a mask of agents per course; only those without a seat count. Choices respect all
    that stands outside the block; what the free seats do to each other is left to the model.
    """

    def __init__(self, state: State, free: dict[int, int], slots: Iterable[Slot]) -> None:
        self.state = state
        self.free = {course: mask & state.todo[course] for course, mask in free.items()}
        self.standing: dict[int, list[Held]] = defaultdict(list)
        wanted = {id(slot): slot for slot in slots}
        for course in self.free:
            for held in state.held[course].values():
                if held.free > 0:
                    self.standing[id(held.slot)].append(held)
                    wanted.setdefault(id(held.slot), held.slot)
        self.masks = [(slot, self._mask(slot)) for slot in wanted.values()]
        self.masks = [(slot, mask) for slot, mask in self.masks if mask]
        self.size = sum(mask.bit_count() for _, mask in self.masks)

    def _mask(self, slot: Slot) -> int:
        state, ground = self.state, self.state.ground
        mask = (slot.on | slot.off) & self.free.get(slot.course, 0)
        if mask:
            mask &= ~state.day_full[slot.day]
            mask &= ~state.week_full[slot.end - slot.begin][slot.week]
            for edge in ground.edges_into[slot.course]:
                before = self.free.get(ground.edges[edge].before, 0)
                mask &= state.series.later_ok[edge][slot.day] | before
            for edge in ground.edges_from[slot.course]:
                mask &= state.series.earlier_ok[edge][slot.day]
        return mask

    def choices(self) -> list[tuple[Slot, list[Choice]]]:
        """The seats that may be given, slot by slot."""
        state = self.state
        found = []
        for slot, mask in self.masks:
            row = [
                Choice(agent, slot, state.static_cost(agent, slot), bool(slot.on >> agent & 1))
                for agent in agents_in(mask)
                if not state.clashes(agent, slot)
            ]
            if row:
                found.append((slot, row))
        return found

    def must_have_seat(self, agent: int, course: int) -> bool:
        """H8: a later part that stands keeps the earlier one from being dropped."""
        ground = self.state.ground
        return any(
            ground.edges[edge].after in self.state.seats[agent]
            for edge in ground.edges_from[course]
        )


def lacking(state: State, held: Held) -> int:
    """How many people a class still lacks to be held (H2); pinned classes are held anyhow."""
    if held.pin is not None:
        return 0
    least = max(1, state.ground.courses[held.slot.course].min_seats)
    return max(0, least - len(held.members))


def deal(
    state: State, slot: Slot, agents: list[int], opened: list[Held], standing: list[Held]
) -> None:
    """Give these agents seats in the classes of one slot: at least `min_seats` in each new one,
    people of a team next to each other. The caller has made sure that they fit."""
    classes = opened + standing
    counts = [lacking(state, held) for held in classes]
    left = len(agents) - sum(counts)
    for number, held in enumerate(classes):
        more = min(left, held.free - counts[number])
        counts[number] += more
        left -= more
    queue = sorted(agents, key=lambda agent: (state.ground.team[agent], agent))
    for held, count in zip(classes, counts, strict=True):
        if count:
            state.join(held, queue[:count])
            queue = queue[count:]
