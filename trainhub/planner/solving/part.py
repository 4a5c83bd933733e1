"""One part of a problem being solved: first plan, clean-up, improvement, best plan so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from trainhub.planner.solving.bound import lower_bound
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.construct import construct, style_of
from trainhub.planner.solving.crowds import crowd_bound
from trainhub.planner.solving.everybody import seat_everybody
from trainhub.planner.solving.exchange import Exchange
from trainhub.planner.solving.fill import settle
from trainhub.planner.solving.ground import Ground
from trainhub.planner.solving.improve import Improver, clean_up
from trainhub.planner.solving.neighbourhood import Neighbourhoods, solve_whole
from trainhub.planner.solving.split import Part
from trainhub.planner.solving.state import State
from trainhub.planner.solving.timetable import seat_in_one_class_each

Phase = Literal["construct", "clean_up", "improve", "prove", "done"]
# Starts of the first plan: that many, unless they would take more than this share of the time.
STARTS = 24
STARTS_SHARE = 0.08
# Rounds at a time; after so many without a better plan nothing more is tried.
ROUNDS = 100
STALLED_ROUNDS = 12_000
# A batch of rounds that gains less than this share of the cost is followed by exact blocks.
SMALL_GAIN = 0.002
BLOCKS = 2
# Up to so many choices of agent and slot a part is given to the solver as a whole, for at most
# this share of the time left: tiny parts early, others when blocks have ceased to help.
TINY_CHOICES = 1_500
WHOLE_CHOICES = 12_000
WHOLE_SHARE = 0.5
# A timetable of one class per course takes far more, since all its people are one choice.
TIMETABLE_CHOICES = 60_000
# Before that, where people are left out, this share of the time goes to seating everybody.
EVERYBODY_SHARE = 0.6
# Where people are counted in crowds, this share of the time goes to a better bound.
BOUND_SHARE = 0.5
WARM_ROUNDS = 300
CEASED_ROUNDS = 1_500


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
    """How far one part has come; `weighed` is what plans of it are compared by."""

    part: int
    phase: Phase
    rows: tuple[Row, ...]
    placed: int
    needed: int
    cost: float
    lower_bound: float
    weighed: float
    is_final: bool = False


def report_before(number: int, part: Part) -> Report:
    """What is known of a part of which nothing has been solved: nobody has a seat."""
    problem, needed, cost = part.problem, 0, 0.0
    done = set(problem.agents.done)
    for course in problem.courses:
        teams = None if course.teams is None else set(course.teams)
        people = sum(
            (teams is None or team in teams) and (agent, course.id) not in done
            for agent, team in enumerate(problem.agents.team)
        )
        needed += people
        cost += people * course.priority * problem.weights.unplaced
    cost += problem.weights.moved * len(problem.previous)
    return Report(number, "construct", (), 0, needed, cost, 0.0, float("inf"))


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
        self.choices = sum(
            (slot.on | slot.off).bit_count() for row in self.ground.slots for slot in row
        )
        self._rounds = self._stalled = 0
        self._tried_whole = self._tried_everybody = self._tried_bound = False
        self._improver: Improver | None = None
        self._first_s = 0.0

    @property
    def is_optimal(self) -> bool:
        return self.state.weighed <= self.lower_bound + 1e-6

    def construct(self, timer: Timer) -> None:
        """The first start; one is always made."""
        started = timer.seconds
        construct(self.state, style_of(0, self.rng), self.rng, timer)
        self._first_s = timer.seconds - started

    def start_again(self, timer: Timer) -> None:
        """Several more starts, the best of them kept."""
        started, each = timer.seconds - self._first_s, self._first_s
        for start in range(1, STARTS):
            if timer.is_over() or (start + 1) * each > STARTS_SHARE * timer.limit_s:
                break
            state = State(self.ground)
            construct(state, style_of(start, self.rng), self.rng, timer)
            if state.weighed < self.state.weighed - 1e-6:
                self.state = state
            each = (timer.seconds - started) / (start + 1)
        self.phase = "clean_up"

    def improve(self, timer: Timer) -> None:
        """One step: some rounds, and exact blocks when rounds alone no longer bring much."""
        if self._improver is None:
            clean_up(self.state, self.rng, timer)
            self._begin_on(self.state)
            self.phase = "improve"
        assert self._improver is not None
        before = self.state.weighed
        self._improver.run(timer, ROUNDS)
        if self.state.agreed.seats:
            # Of a plan made from nothing the rounds alone make as much in the same time.
            self._exchange.run(timer)
        self._rounds += ROUNDS
        gain = before - self.state.weighed
        if self.use_solver and gain <= SMALL_GAIN * before and not self.is_optimal:
            self._solve_exactly(timer)
        self._stalled = 0 if self.state.weighed < before - 1e-6 else self._stalled + ROUNDS
        self.is_done = self.is_optimal or self._stalled >= STALLED_ROUNDS

    def _begin_on(self, state: State) -> None:
        self.state = state
        self._improver = Improver(state, self.rng)
        self._exchange = Exchange(state, self.rng)
        self._blocks = Neighbourhoods(state, self.rng, self.workers)

    def _solve_exactly(self, timer: Timer) -> None:
        self._seat_everybody(timer)
        self._raise_bound(timer)
        if self._is_time_for_whole():
            self._tried_whole = True
            self._solve_whole(timer.part(WHOLE_SHARE * timer.left))
        for _ in range(BLOCKS):
            if not timer.is_over():
                self._blocks.improve(timer)

    def _is_time_for_whole(self) -> bool:
        if self._tried_whole or self.choices > WHOLE_CHOICES or self._rounds < WARM_ROUNDS:
            return False
        return self.choices <= TINY_CHOICES or self._stalled >= CEASED_ROUNDS

    def _seat_everybody(self, timer: Timer) -> None:
        """Once, where people are left out of a part that the solver can take as a whole."""
        is_small = self.choices <= TIMETABLE_CHOICES and self._rounds >= WARM_ROUNDS
        if self._tried_everybody or not is_small or not any(self.state.todo):
            return
        self._tried_everybody = True
        ways = [seat_in_one_class_each, seat_everybody]
        for seat in ways if self.choices <= WHOLE_CHOICES else ways[:1]:
            share = timer.part(EVERYBODY_SHARE * timer.left)
            found = seat(State(self.ground), share, workers=self.workers, seed=self.seed)
            if found is not None and found.weighed < self.state.weighed:
                self._begin_on(found)
                return

    def _raise_bound(self, timer: Timer) -> None:
        """Once, in parts that are small but not proved at a stroke."""
        is_small = TINY_CHOICES < self.choices <= WHOLE_CHOICES
        if self._tried_bound or not is_small or not self._stalled:
            return
        self._tried_bound = True
        share = timer.part(BOUND_SHARE * timer.left)
        self.lower_bound = crowd_bound(
            State(self.ground), self.lower_bound, share, workers=self.workers, seed=self.seed
        )

    def _solve_whole(self, timer: Timer) -> None:
        self.phase = "prove"
        better, bound = solve_whole(
            State(self.ground), self.state, self.lower_bound, timer,
            workers=self.workers, seed=self.seed,
        )  # fmt: skip
        self.lower_bound = bound
        if better is not None:
            self._begin_on(better)
        self.phase = "improve"

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
            self.state.weighed,
            is_final,
        )


def run_parts(
    solvers: list[PartSolver], timer: Timer, tell: Callable[[Report], None], every_s: float
) -> None:
    """First a plan for every part, then better ones, improved in turn until the time is up."""
    for solver in solvers:
        solver.construct(timer)
        tell(solver.report())
    for solver in solvers:
        solver.start_again(timer)
        tell(solver.report())
    _improve_in_turn(solvers, timer, tell, every_s)
    for solver in solvers:
        tell(solver.report(is_final=True))


def _improve_in_turn(
    solvers: list[PartSolver], timer: Timer, tell: Callable[[Report], None], every_s: float
) -> None:
    told = timer.seconds
    better: set[int] = set()
    while not timer.is_over():
        busy = [solver for solver in solvers if not solver.is_done]
        if not busy:
            break
        for solver in busy:
            before = solver.state.weighed
            solver.improve(timer)
            if solver.state.weighed < before - 1e-6:
                better.add(solver.number)
        if timer.seconds - told >= every_s:
            told = timer.seconds
            for solver in solvers:
                if solver.number in better:
                    tell(solver.report())
            better.clear()
