"""A plan that seats everybody, whatever it costs: sought when the rounds leave some out.

Where seats are scarce and tied together, as in a timetable, dropping the costs and asking for all
seats at once leads to a plan that no exchange of a few classes finds.
"""

from __future__ import annotations

from collections import defaultdict

from trainhub.planner.solving.block import Block
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.draft import Variable, run_watched
from trainhub.planner.solving.exact import BlockModel
from trainhub.planner.solving.state import State


def seat_everybody(state: State, timer: Timer, *, workers: int, seed: int) -> State | None:
    """The state with a seat for every need, or None: there is no such plan, or no time for it.

    `state` holds nothing but the pins; it is the one returned.
    """
    ground = state.ground
    slots = [slot for row in ground.slots for slot in row]
    model = BlockModel(Block(state, dict(enumerate(ground.need)), slots))
    chances: dict[tuple[int, int], list[Variable]] = defaultdict(list)
    for slot, row in model.seats:
        for choice, variable in row:
            chances[choice.agent, slot.course].append(variable)
    if len(chances) < sum(mask.bit_count() for mask in state.todo):
        return None
    for variables in chances.values():
        model.model.add_exactly_one(variables)
    model.model.clear_objective()  # type: ignore[no-untyped-call]
    if not _is_found(model, timer, workers, seed):
        return None
    model.apply()
    return state


def _is_found(model: BlockModel, timer: Timer, workers: int, seed: int) -> bool:
    cp = model.draft.cp
    solver = model.solver = cp.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, timer.left)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % 2**31
    # Rooms are much alike: looking for all symmetries takes longer than finding one plan.
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_probing_level = 0
    status = run_watched(solver, model.model, timer.is_over)
    return bool(status in (cp.OPTIMAL, cp.FEASIBLE))
