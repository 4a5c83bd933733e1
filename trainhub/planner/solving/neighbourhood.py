"""Large neighbourhoods: a block of a plan set free and solved exactly, kept if it is better."""

from __future__ import annotations

from random import Random

from trainhub.planner.solving.block import Block
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.exact import BlockModel
from trainhub.planner.solving.fill import settle
from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.improve import drop_orphans
from trainhub.planner.solving.masks import agents_in, mask_of
from trainhub.planner.solving.state import Held, State, Step

# Deterministic time of the solver per block, about as many seconds.
EFFORT = 0.4
MOST_CHOICES = 6_000


class Neighbourhoods:
    """Blocks of one state, taken in turn: a period of a few courses at a site, classes and all,
    or the people of a few teams with the classes as they stand."""

    def __init__(self, state: State, rng: Random, workers: int) -> None:
        self.state, self.rng, self.workers = state, rng, workers
        # Days and people per block: more when blocks are solved to the end, else fewer.
        self.days = 6.0
        self.people = 20.0
        self.is_easy = True
        self.slots_of: dict[tuple[int, int], list[Slot]] = {}
        for slots in state.ground.slots:
            for slot in slots:
                self.slots_of.setdefault((slot.course, slot.site), []).append(slot)

    def improve(self, timer: Timer) -> bool:
        """Solve one block; whether the plan became better."""
        if not self.slots_of:
            return False
        state, before, weighed = self.state, self.state.cost, self.state.weighed
        journal: list[Step] = []
        state.journal = journal
        is_period = self.rng.random() < 0.65
        block, classes, taken = self._free_period() if is_period else self._free_people()
        self.is_easy = block.size <= MOST_CHOICES
        better = 0 < block.size <= MOST_CHOICES and self._solve(
            block, taken, classes, timer, weighed, journal
        )
        factor = 1.08 if self.is_easy else 0.85
        if is_period:
            self.days = min(max(1.0, self.days * factor), float(state.ground.days))
        else:
            self.people = min(max(4.0, self.people * factor), float(state.ground.count))
        state.journal = None
        if not better:
            state.undo(journal)
            state.cost = before
        return better

    def _solve(
        self,
        block: Block,
        taken: list[tuple[int, Slot]],
        classes: list[Held],
        timer: Timer,
        before: float,
        journal: list[Step],
    ) -> bool:
        model = BlockModel(block)
        model.hint(taken, classes)
        seconds = min(timer.left, 4 * EFFORT)
        seed = self.rng.randrange(2**31)
        found = model.solve(
            seconds, effort=EFFORT, workers=self.workers, seed=seed, is_over=timer.is_over
        )
        self.is_easy = model.is_optimal
        if not found:
            return False
        model.apply()
        settle(self.state, self.rng)
        return drop_orphans(self.state, journal) and self.state.weighed < before - 1e-6

    def _free_period(self) -> tuple[Block, list[Held], list[tuple[int, Slot]]]:
        """One to four courses of a site for some days: their classes dissolved."""
        state, rng = self.state, self.rng
        course, site, day = self._target()
        # Of many small courses more belong into a block than of a few large ones.
        crowd = 1 + len(state.ground.courses) // 10
        courses = self._others(course, site, rng.choice((0, 0, 1, 1, 2, 3)) * crowd)
        reach = max(1, round(self.days * crowd / len(courses)))
        first = day - rng.randrange(reach + 1)
        period = range(first, first + reach + 1)
        classes = [
            held
            for each in courses
            for held in state.held[each].values()
            if held.slot.site == site and held.slot.day in period
        ]
        slots = [
            slot
            for each in courses
            for slot in self.slots_of.get((each, site), ())
            if slot.day in period
        ]
        taken = [(agent, held.slot) for held in classes for agent in held.movable]
        for held in classes:
            state.dissolve(held)
        people = state.ground.site_mask[site]
        return Block(state, dict.fromkeys(courses, people), slots), classes, taken

    def _target(self) -> tuple[int, int, int]:
        """A course, a site and a day; half of the time where somebody without a seat could sit."""
        state, rng = self.state, self.rng
        missing = [course for course, mask in enumerate(state.todo) if mask]
        if missing and rng.random() < 0.6:
            course = rng.choice(missing)
            agent = rng.choice(agents_in(state.todo[course]))
            site = state.ground.team_site[state.ground.team[agent]]
            days = [
                slot.day
                for slot in self.slots_of.get((course, site), ())
                if (slot.on | slot.off) >> agent & 1
            ]
            if days:
                return course, site, rng.choice(days)
        course, site = rng.choice(sorted(self.slots_of))
        return course, site, rng.choice(self.slots_of[course, site]).day

    def _others(self, course: int, site: int, more: int) -> list[int]:
        """The course and some others of the site, parts of its series first."""
        ground, rng = self.state.ground, self.rng
        linked = [ground.edges[e].before for e in ground.edges_into[course]]
        linked += [ground.edges[e].after for e in ground.edges_from[course]]
        rest = [c for c, there in self.slots_of if there == site and c != course]
        rng.shuffle(rest)
        rest.sort(key=lambda each: each not in linked or rng.random() < 0.3)
        return [course, *rest[:more]]

    def _free_people(self) -> tuple[Block, list[Held], list[tuple[int, Slot]]]:
        """Some people of a site: their seats given up, the classes left standing."""
        state = self.state
        _, site, _ = self._target()
        people = mask_of(self._some_people(site), state.ground.count)
        courses = [course for course, there in self.slots_of if there == site]
        taken: list[tuple[int, Slot]] = []
        for course in courses:
            for held in list(state.held[course].values()):
                leaving = [agent for agent in held.movable if people >> agent & 1]
                if leaving:
                    taken += [(agent, held.slot) for agent in leaving]
                    state.leave(held, leaving)
        return Block(state, dict.fromkeys(courses, people), ()), [], taken

    def _some_people(self, site: int) -> list[int]:
        """People of one or more teams, or those without a seat and others."""
        state, rng = self.state, self.rng
        most, ground = round(self.people), state.ground
        if rng.random() < 0.5:
            waiting = 0
            for mask in state.todo:
                waiting |= mask & ground.site_mask[site]
            first, rest = agents_in(waiting), agents_in(ground.site_mask[site] & ~waiting)
            rng.shuffle(first)
            rng.shuffle(rest)
            return [*first[: most // 2], *rest][:most]
        teams = list(ground.site_teams[site])
        rng.shuffle(teams)
        found: list[int] = []
        for team in teams:
            group = agents_in(ground.team_mask[team])
            rng.shuffle(group)
            found += group
            if len(found) >= most:
                break
        return found[:most]


def solve_whole(
    state: State,
    best: State,
    bound: float,
    timer: Timer,
    *,
    workers: int,
    seed: int,
) -> tuple[State | None, float]:
    """The part as one model, told the best plan: a better state or None, and the lower bound.

    `state` holds nothing but the pins; it is the one returned.
    """
    ground = state.ground
    slots = [slot for row in ground.slots for slot in row]
    base = state.cost
    model = BlockModel(Block(state, dict(enumerate(ground.need)), slots), least=bound - base)
    model.hint(
        [(agent, held.slot) for held in best.classes() for agent in held.movable],
        [held for held in best.classes() if held.pin is None],
    )
    if not model.solve(timer.left, effort=1e9, workers=workers, seed=seed, is_over=timer.is_over):
        return None, bound
    model.apply()
    settle(state, Random(seed))
    better = state if state.weighed < best.weighed - 1e-6 else None
    # Where moves beyond the budget are priced, the bound is one of that price too.
    return better, bound if state.agreed.seats else max(bound, base + model.bound)
