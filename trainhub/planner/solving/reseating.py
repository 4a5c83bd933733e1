"""Everybody of a site seated anew at once, in the classes that stand.

A linear program deals with all seats together: the parts of series, full classes, cover and
shares. The few seats that it leaves undecided are decided exactly.
"""

from __future__ import annotations

from random import Random

from trainhub.planner.solving.block import Block
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.draft import Variable
from trainhub.planner.solving.exact import BlockModel
from trainhub.planner.solving.fill import settle
from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.improve import drop_orphans
from trainhub.planner.solving.relaxed import relaxed_values
from trainhub.planner.solving.state import State, Step

# So many choices of agent and class are dealt with at once; of larger sites some teams.
MOST_CHOICES = 30_000
# Seconds of the solver for what the program leaves undecided.
EFFORT = 1.0
WHOLE = 1e-5


class Reseating:
    """Reseats the people of one state; the better plan stays in it."""

    def __init__(self, state: State, rng: Random, workers: int) -> None:
        self.state, self.rng, self.workers = state, rng, workers

    def improve(self, timer: Timer, seconds: float) -> bool:
        """Seat the people of one site anew within about so long; whether the plan is better."""
        state, before, weighed = self.state, self.state.cost, self.state.weighed
        people = self._people()
        if not people:
            return False
        journal: list[Step] = []
        state.journal = journal
        taken: list[tuple[int, Slot]] = []
        for held in list(state.classes()):
            leaving = [agent for agent in held.movable if people >> agent & 1]
            if leaving:
                taken += [(agent, held.slot) for agent in leaving]
                state.leave(held, leaving)
        block = Block(state, dict.fromkeys(range(len(state.ground.courses)), people), ())
        better = self._seat(block, taken, timer, seconds) and (
            drop_orphans(state, journal) and state.weighed < weighed - 1e-6
        )
        state.journal = None
        if not better:
            state.undo(journal)
            state.cost = before
        return better

    def _seat(
        self, block: Block, taken: list[tuple[int, Slot]], timer: Timer, seconds: float
    ) -> bool:
        model = BlockModel(block)
        values = relaxed_values(model.model, min(seconds, timer.left))
        if values is None or timer.is_over():
            return False
        model.hint(taken, [])
        model.decide(_decided(model, values))
        seed = self.rng.randrange(2**31)
        found = model.solve(
            min(timer.left, 4 * EFFORT), effort=EFFORT, workers=self.workers, seed=seed,
            is_over=timer.is_over,
        )  # fmt: skip
        if found:
            model.apply()
            settle(self.state, self.rng)
        return found

    def _people(self) -> int:
        """A mask of teams of one site, as many as can be dealt with at once."""
        ground, rng = self.state.ground, self.rng
        sites = [site for site, mask in enumerate(ground.site_mask) if mask]
        if not sites:
            return 0
        teams = list(ground.site_teams[rng.choice(sites)])
        rng.shuffle(teams)
        standing = {id(held.slot): held.slot for held in self.state.classes()}.values()
        people = size = 0
        for team in teams:
            mask = ground.team_mask[team]
            size += sum(((slot.on | slot.off) & mask).bit_count() for slot in standing)
            if people and size > MOST_CHOICES:
                break
            people |= mask
        return people


def _decided(model: BlockModel, values: list[float]) -> list[Variable]:
    """The seats given and not given to the people about whom nothing is left open."""

    def is_open(variable: Variable) -> bool:
        return bool(WHOLE < values[variable.index] < 1 - WHOLE)

    undecided = set()
    for slot, row in model.seats:
        # Half a class more: who would sit in it is not settled either.
        is_half = any(is_open(room) for _, room in model.rooms[id(slot)])
        for choice, variable in row:
            if is_open(variable) or (is_half and values[variable.index] > WHOLE):
                undecided.add(choice.agent)
    return [
        variable if values[variable.index] > WHOLE else ~variable
        for _, row in model.seats
        for choice, variable in row
        if choice.agent not in undecided
    ]
