"""A block solved exactly with CP-SAT: classes, rooms, trainers and seats at once.

Classes of one slot are counted together: how many there are, in which rooms and with which
trainers; their people are dealt out afterwards.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from trainhub.planner.solving.block import Block, deal, lacking
from trainhub.planner.solving.draft import (
    SCALE,
    Draft,
    Seat,
    Variable,
    overlapping,
    run_watched,
    scaled,
)
from trainhub.planner.solving.fill import Quota
from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.masks import mask_of
from trainhub.planner.solving.model_agents import keep_agents
from trainhub.planner.solving.model_crowds import keep_crowds
from trainhub.planner.solving.model_teaching import keep_teachers
from trainhub.planner.solving.state import Held

Places = dict[int, list[tuple[int, Variable]]]


class BlockModel:
    """The model of one block; `solve` answers whether a plan came out, `apply` puts it in.

    `least` is a cost known to be out of reach below, told to the solver.
    """

    def __init__(self, block: Block, least: float | None = None) -> None:
        self.draft = Draft()
        self.model = self.draft.model
        self.block, self.state = block, block.state
        self.rooms: Places = {}
        self.trainers: Places = {}
        self.bound = 0.0
        self.is_optimal = False
        self.solver: Any = None
        self.seats = self._seats()
        for slot, row in self.seats:
            self._hold_classes(slot, row)
        self._keep_places_apart()
        self._keep_weeks()
        self._keep_limits()
        keep_agents(self.draft, block, self.seats)
        keep_crowds(self.draft, block, self.seats)
        teaching = [(slot, self.trainers[id(slot)]) for slot, _ in self.seats]
        keep_teachers(self.draft, self.state.ground, self.seats, teaching)
        self._keep_agreed()
        cost = self.draft.cost()
        if least is not None:
            self.model.add(cost >= math.floor(least * SCALE))
        self.model.minimize(cost)

    def _seats(self) -> list[tuple[Slot, list[Seat]]]:
        """Each choice with its variable, priced against leaving the person out."""
        found = []
        for slot, choices in self.block.choices():
            row = [(choice, self.draft.yes_no()) for choice in choices]
            price = self.state.unplaced_cost[slot.course]
            for choice, variable in row:
                self.draft.pay(variable, scaled(choice.cost - price))
            found.append((slot, row))
        return found

    def _hold_classes(self, slot: Slot, row: list[Seat]) -> None:
        """H1, H2: as many rooms as trainers, seats for all, enough people in each class."""
        state, draft = self.state, self.draft
        course, standing = state.ground.courses[slot.course], self.block.standing[id(slot)]
        least = max(1, course.min_seats)
        self.rooms[id(slot)], self.trainers[id(slot)] = [], []
        if len(row) >= least and state.may_open(slot.course):
            rooms = [room for room in slot.rooms if state.places.room_free(slot, room)]
            present = [who for who in slot.trainers if state.places.trainer_free(slot, who)]
            if rooms and present:
                self.rooms[id(slot)] = [(room, draft.yes_no()) for room in rooms]
                self.trainers[id(slot)] = [(who, draft.yes_no()) for who in present]
        places = state.ground.problem.rooms
        opened = [variable for _, variable in self.rooms[id(slot)]]
        sitting = mask_of((choice.agent for choice, _ in row), state.ground.count)
        most = Quota(state, slot, short_ok=True).reach(sitting, len(row))
        # More than cover and share allow cannot come, however many seats there are.
        seats = [
            min(course.seats, places[room].seats, most) * variable
            for room, variable in self.rooms[id(slot)]
        ]
        people, classes = draft.total(variable for _, variable in row), draft.total(opened)
        lack = sum(lacking(state, held) for held in standing)
        free = sum(held.free for held in standing)
        self.model.add(classes == draft.total(v for _, v in self.trainers[id(slot)]))
        self.model.add(people <= draft.total(seats) + free)
        self.model.add(people >= least * classes + lack)
        if len(opened) == 1 and not standing:
            # Says nothing new, but lets the solver see that every single seat needs the class.
            for _, variable in row:
                self.model.add_implication(variable, opened[0])
        for variable in opened:
            draft.pay(variable, scaled(state.class_cost[slot.course]))

    def _keep_places_apart(self) -> None:
        """H1: no room and no trainer in two classes at a time."""
        for places in (self.rooms, self.trainers):
            used: dict[int, list[tuple[Slot, Variable]]] = defaultdict(list)
            for slot, _ in self.seats:
                for place, variable in places[id(slot)]:
                    used[place].append((slot, variable))
            for entries in used.values():
                for meeting in overlapping(entries):
                    self.draft.at_most(meeting, 1)

    def _keep_weeks(self) -> None:
        """H1: the trainers' minutes per week."""
        weeks: dict[tuple[int, int], list[tuple[int, Variable]]] = defaultdict(list)
        for slot, _ in self.seats:
            for who, variable in self.trainers[id(slot)]:
                weeks[who, slot.week].append((slot.end - slot.begin, variable))
        for (who, week), entries in weeks.items():
            most = self.state.ground.problem.trainers[who].max_min_per_week
            left = most - self.state.places.trainer_min[who, week]
            if sum(minutes for minutes, _ in entries) > left:
                taught = self.draft.total(minutes * variable for minutes, variable in entries)
                self.model.add(taught <= left)

    def _keep_limits(self) -> None:
        """H1: not more classes of a course than its `max_sessions`."""
        for course in self.block.free:
            most = self.state.ground.courses[course].max_sessions
            if most is not None:
                opened = [
                    variable
                    for slot, _ in self.seats
                    if slot.course == course
                    for _, variable in self.rooms[id(slot)]
                ]
                self.draft.at_most(opened, max(0, most - len(self.state.held[course])))

    def _keep_agreed(self) -> None:
        """The price of agreed seats that move beyond the budget."""
        agreed = self.state.agreed
        kept = [
            variable
            for slot, row in self.seats
            for choice, variable in row
            if agreed.keeps(choice.agent, slot)
        ]
        over = agreed.lost - agreed.budget
        if agreed.price and over > 0:
            beyond = self.model.new_int_var(max(0, over - len(kept)), over, "")
            self.model.add(beyond + self.draft.total(kept) >= over)
            self.draft.pay(beyond, scaled(agreed.price))

    def hint(self, taken: Iterable[tuple[int, Slot]], classes: Iterable[Held]) -> None:
        """Tell the solver the plan that stood before."""
        seats = {(agent, id(slot)) for agent, slot in taken}
        for slot, row in self.seats:
            for choice, variable in row:
                self.model.add_hint(variable, int((choice.agent, id(slot)) in seats))
        held = [(id(each.slot), each.room, each.trainer) for each in classes]
        rooms = {(slot, room) for slot, room, _ in held}
        trainers = {(slot, who) for slot, _, who in held}
        for places, present in ((self.rooms, rooms), (self.trainers, trainers)):
            for key, entries in places.items():
                for place, variable in entries:
                    self.model.add_hint(variable, int((key, place) in present))

    def solve(
        self,
        seconds: float,
        *,
        effort: float,
        workers: int,
        seed: int,
        is_over: Callable[[], bool] | None = None,
    ) -> bool:
        """Search until the best is proved, the seconds or the effort (deterministic time) are
        spent, or `is_over`; whether there is a plan. `bound` is in the unit of the costs."""
        cp = self.draft.cp
        solver = cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, seconds)
        solver.parameters.max_deterministic_time = effort
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed % 2**31
        self.solver = solver
        status = run_watched(solver, self.model, is_over)
        self.is_optimal = status == cp.OPTIMAL
        if status in (cp.OPTIMAL, cp.FEASIBLE):
            self.bound = solver.best_objective_bound / SCALE
            return True
        return False

    def apply(self) -> None:
        """Open the classes and give the seats that the solver chose."""
        chosen = self.solver.boolean_value
        places = self.state.ground.problem.rooms
        for slot, row in self.seats:
            rooms = [room for room, variable in self.rooms[id(slot)] if chosen(variable)]
            trainers = [who for who, variable in self.trainers[id(slot)] if chosen(variable)]
            agents = [choice.agent for choice, variable in row if chosen(variable)]
            rooms.sort(key=lambda room: -places[room].seats)
            opened = [
                self.state.open(slot, room, who) for room, who in zip(rooms, trainers, strict=True)
            ]
            if agents:
                deal(self.state, slot, agents, opened, self.block.standing[id(slot)])
