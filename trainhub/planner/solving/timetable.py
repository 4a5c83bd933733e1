"""Everybody who needs a course in one class of it: a timetable, sought as a whole.

Where each course is held once, a class in a slot stands for all its seats, so that a problem of
thousands of seats and rooms becomes one of a few thousand choices. Rooms are counted by size and
handed out afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from trainhub.planner.solving.block import Block, Choice
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.draft import Draft, Seat, Variable, overlapping, run_watched
from trainhub.planner.solving.fill import Quota
from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.masks import mask_of
from trainhub.planner.solving.model_agents import keep_agents
from trainhub.planner.solving.model_crowds import keep_crowds
from trainhub.planner.solving.model_teaching import keep_teachers
from trainhub.planner.solving.state import State

# More slots than these are no longer searched in seconds.
MOST_SLOTS = 20_000


def seat_in_one_class_each(state: State, timer: Timer, *, workers: int, seed: int) -> State | None:
    """The state with one more class of every course that is needed, which all its people sit;
    None: no such plan, or no time for it.

    `state` holds nothing but the pins; it is the one returned.
    """
    ground = state.ground
    slots = [slot for row in ground.slots for slot in row]
    if len(slots) > MOST_SLOTS:
        return None
    block = Block(state, dict(enumerate(ground.need)), slots)
    options = [(slot, row) for slot, row in block.choices() if _holds_all(state, slot, row)]
    wanted = {course for course, mask in enumerate(state.todo) if mask}
    if wanted != {slot.course for slot, _ in options}:
        return None
    model = _Model(block, options)
    return state if model.solve(timer, workers, seed) and model.apply() else None


def _holds_all(state: State, slot: Slot, row: list[Choice]) -> bool:
    """Whether one class in the slot can take everybody who needs the course."""
    course, people = state.ground.courses[slot.course], len(row)
    sitting = mask_of((choice.agent for choice in row), state.ground.count)
    return (
        sitting == state.todo[slot.course]
        and course.min_seats <= people <= course.seats
        and state.may_open(slot.course)
        and bool(_rooms(state, slot, people))
        and any(state.places.trainer_free(slot, who) for who in slot.trainers)
        and Quota(state, slot, short_ok=True).reach(sitting, people) == people
    )


def _rooms(state: State, slot: Slot, people: int) -> list[int]:
    """The rooms free then that hold so many, the smallest first."""
    seats = state.ground.problem.rooms
    return [
        room
        for room in slot.rooms
        if seats[room].seats >= people and state.places.room_free(slot, room)
    ]


class _Model:
    """One variable per slot: whether the class of the course is held there."""

    def __init__(self, block: Block, options: list[tuple[Slot, list[Choice]]]) -> None:
        self.draft, self.state = Draft(), block.state
        self.held = [(slot, self.draft.yes_no(), row) for slot, row in options]
        seats: list[tuple[Slot, list[Seat]]] = [
            (slot, [(choice, held) for choice in row]) for slot, held, row in self.held
        ]
        self._teach()
        self._keep_rooms()
        keep_agents(self.draft, block, seats)
        keep_crowds(self.draft, block, seats)
        teaching = zip((slot for slot, _ in seats), self.trainers, strict=True)
        keep_teachers(self.draft, self.state.ground, seats, teaching)
        self._hold_each()

    def _hold_each(self) -> None:
        by_course: dict[int, list[Variable]] = defaultdict(list)
        for slot, held, _ in self.held:
            by_course[slot.course].append(held)
        for variables in by_course.values():
            self.draft.model.add_exactly_one(variables)

    def _teach(self) -> None:
        """H1: a trainer for every class, in one class at a time and not too long in a week."""
        places, problem = self.state.places, self.state.ground.problem
        self.trainers: list[list[tuple[int, Variable]]] = []
        busy: dict[int, list[tuple[Slot, Variable]]] = defaultdict(list)
        weeks: dict[tuple[int, int], list[Variable]] = defaultdict(list)
        for slot, held, _ in self.held:
            present = [who for who in slot.trainers if places.trainer_free(slot, who)]
            teaching = [(who, self.draft.yes_no()) for who in present]
            if len(present) == 1:
                teaching = [(present[0], held)]
            else:
                self.draft.model.add(self.draft.total(v for _, v in teaching) == held)
            self.trainers.append(teaching)
            for who, teaches in teaching:
                busy[who].append((slot, teaches))
                weeks[who, slot.week].append((slot.end - slot.begin) * teaches)
        for entries in busy.values():
            self._one_at_a_time(entries)
        for (who, week), minutes in weeks.items():
            left = problem.trainers[who].max_min_per_week - places.trainer_min[who, week]
            self.draft.model.add(self.draft.total(minutes) <= left)

    def _one_at_a_time(self, entries: Iterable[tuple[Slot, Variable]]) -> None:
        for meeting in overlapping(list(entries)):
            self.draft.at_most(meeting, 1)

    def _keep_rooms(self) -> None:
        """H1: at any moment not more classes than rooms for so many people."""
        rooms = [frozenset(_rooms(self.state, slot, len(row))) for slot, _, row in self.held]
        for these in set(rooms):
            entries = [
                (slot, held)
                for (slot, held, _), own in zip(self.held, rooms, strict=True)
                if own <= these
            ]
            for meeting in overlapping(entries):
                self.draft.at_most(meeting, len(these))

    def solve(self, timer: Timer, workers: int, seed: int) -> bool:
        cp = self.draft.cp
        solver = self.solver = cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, timer.left)
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed % 2**31
        status = run_watched(solver, self.draft.model, timer.is_over)
        return bool(status in (cp.OPTIMAL, cp.FEASIBLE))

    def apply(self) -> bool:
        """Open the classes, those with the fewest rooms first; False where a room is lacking."""
        state = self.state
        chosen: list[tuple[int, int, int, Slot, int, list[Choice]]] = []
        for (slot, held, row), teaching in zip(self.held, self.trainers, strict=True):
            if self.solver.boolean_value(held):
                trainer = next(who for who, v in teaching if self.solver.boolean_value(v))
                rooms = len(_rooms(state, slot, len(row)))
                chosen.append((slot.begin, rooms, len(chosen), slot, trainer, row))
        for _, _, _, slot, trainer, row in sorted(chosen, key=lambda entry: entry[:3]):
            free = _rooms(state, slot, len(row))
            if not free:
                return False
            state.join(state.open(slot, free[0], trainer), [choice.agent for choice in row])
        return True
