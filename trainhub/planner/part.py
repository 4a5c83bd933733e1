"""One part of a problem being solved: first plan, clean-up, improvement; the best so far is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from trainhub.planner.bound import lower_bound
from trainhub.planner.clockwork import Timer
from trainhub.planner.construct import construct, style_of
from trainhub.planner.fill import settle
from trainhub.planner.ground import Ground
from trainhub.planner.improve import Improver, clean_up
from trainhub.planner.split import Part
from trainhub.planner.state import State

Phase = Literal["construct", "clean_up", "improve", "prove", "done"]
STARTS = 8
STARTS_SHARE = 0.1
ROUNDS = 400
STALLED_ROUNDS = 20_000


class Row(NamedTuple):
    """A class in plain words, agents numbered as in the whole problem."""

    pin: str | None
    course: str
    day: int
    start: int
    room: str
    trainer: str
    agents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How far one part has come."""

    part: int
    phase: Phase
    rows: tuple[Row, ...]
    placed: int
    needed: int
    cost: float
    lower_bound: float
    is_final: bool = False
    is_optimal: bool = False


class PartSolver:
    """The best plan of a part so far is always in `state`."""

    def __init__(
        self, number: int, part: Part, seed: int, *, use_solver: bool, workers: int
    ) -> None:
        self.number, self.part = number, part
        self.seed, self.use_solver, self.workers = seed, use_solver, workers
        self.ground = Ground(part.problem)
        self.state = State(self.ground)
        self.lower_bound = lower_bound(self.state)
        self.needed = sum(mask.bit_count() for mask in self.ground.need)
        self.phase: Phase = "construct"
        self.is_done = False
        self.rng = Random(seed * 1_000_003 + number)
        self._stalled = 0
        self._improver: Improver | None = None

    @property
    def is_optimal(self) -> bool:
        return self.state.cost <= self.lower_bound + 1e-6

    def construct(self, timer: Timer) -> None:
        """Several starts, the best of them kept; one start is always made."""
        started = timer.seconds
        for start in range(STARTS):
            state = State(self.ground)
            construct(state, style_of(start, self.rng), self.rng, timer)
            if start == 0 or state.cost < self.state.cost - 1e-6:
                self.state = state
            each = (timer.seconds - started) / (start + 1)
            if timer.is_over() or (start + 2) * each > STARTS_SHARE * timer.limit_s:
                break
        self.phase = "clean_up"

    def improve(self, timer: Timer) -> None:
        """Go on from where the last call stopped; `is_done` when nothing more is to be tried."""
        if self._improver is None:
            clean_up(self.state, self.rng, timer)
            self._improver = Improver(self.state, self.rng)
            self.phase = "improve"
        while not timer.is_over() and not self.is_done:
            if self.is_optimal or self._stalled >= STALLED_ROUNDS:
                self.is_done = True
            elif self._improver.run(timer, ROUNDS):
                self._stalled = 0
            else:
                self._stalled += ROUNDS

    def report(self, *, is_final: bool = False) -> Report:
        """The plan as it stands; nobody is left out who fits into one of its classes."""
        settle(self.state, self.rng)
        problem, agents = self.part.problem, self.part.agents
        rows = tuple(
            Row(
                held.pin,
                problem.courses[held.slot.course].id,
                held.slot.day,
                held.slot.start,
                problem.rooms[held.room].id,
                problem.trainers[held.trainer].id,
                tuple(agents[agent] for agent in sorted(held.members)),
            )
            for held in self.state.classes()
        )
        missing = sum(mask.bit_count() for mask in self.state.todo)
        return Report(
            self.number,
            "done" if is_final else self.phase,
            rows,
            self.needed - missing,
            self.needed,
            self.state.cost,
            self.lower_bound,
            is_final,
            self.is_optimal,
        )


def run_parts(
    solvers: list[PartSolver], timer: Timer, tell: Callable[[Report], None], every_s: float
) -> None:
    """First a plan for every part, then improve them in turn until the time is up."""
    for solver in solvers:
        solver.construct(timer)
        tell(solver.report())
    people = sum(1 + solver.needed for solver in solvers)
    while not timer.is_over():
        busy = [solver for solver in solvers if not solver.is_done]
        if not busy:
            break
        for solver in busy:
            share = max(0.05, every_s * (1 + solver.needed) / people)
            before = solver.state.cost
            solver.improve(timer.part(share))
            if solver.state.cost < before - 1e-6:
                tell(solver.report())
    for solver in solvers:
        tell(solver.report(is_final=True))
