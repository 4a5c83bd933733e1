"""Seats that people were told and that their rota still allows: few of them may move.

The weights price a move low against a seat gained, so that planning again for a few would turn
the weeks of many. Hence a budget: up to a small share of these seats moves at the price of the
weights; beyond it each counts as much as a seat not given.
"""

from __future__ import annotations

from trainhub.planner.solving.ground import Ground, Slot

# Some of these people had a change nearby, so that of those without any a little more may move.
BUDGET_SHARE = 0.018


class Agreed:
    """Counts the agreed seats that a plan does not keep."""

    def __init__(self, ground: Ground) -> None:
        self.seats = _that_can_stay(ground)
        weights = ground.problem.weights
        self.lost = len(self.seats)
        self.budget = int(BUDGET_SHARE * len(self.seats))
        self.price = weights.unplaced if weights.moved else 0.0

    def keeps(self, agent: int, slot: Slot) -> bool:
        """Whether the seat is the one the agent was told."""
        return (agent, slot.course, slot.day, slot.start) in self.seats

    def count(self, slot: Slot, agents: list[int], sign: int) -> None:
        """Note that the agents have got (1) or lost (-1) a seat in the slot."""
        if self.seats:
            self.lost -= sign * sum(self.keeps(agent, slot) for agent in agents)

    @property
    def penalty(self) -> float:
        """What the moves beyond the budget add when plans are compared."""
        return self.price * max(0, self.lost - self.budget)


def _that_can_stay(ground: Ground) -> set[tuple[int, int, int, int]]:
    found = set()
    for agent, course, day, start in ground.previous:
        site = ground.team_site[ground.team[agent]]
        slot = ground.slot_at.get((course, site, day, start))
        if slot is not None and (slot.on | slot.off) >> agent & 1:
            found.add((agent, course, day, start))
    return found
