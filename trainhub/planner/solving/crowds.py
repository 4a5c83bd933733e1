"""A better bound: people who are alike counted together, all courses at once.

How many of each crowd sit in each slot, and how many classes it takes; who exactly sits, in which
room and with which trainer is left out, so that what the solver proves here holds for every plan.
It sees what the cheap bound does not: courses that compete for cover, trainers, rooms and days.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator

from trainhub.planner.solving.block import Block, Choice
from trainhub.planner.solving.clockwork import Timer
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
from trainhub.planner.solving.ground import Ground, Slot
from trainhub.planner.solving.masks import mask_of
from trainhub.planner.solving.model_agents import ended_at, moment_of
from trainhub.planner.solving.model_crowds import meetings
from trainhub.planner.solving.state import State

MOST_COUNTS = 30_000
# Deterministic time of the solver, about as many seconds.
EFFORT = 3.0
Counted = list[tuple[Slot, list[Seat]]]


def crowd_bound(state: State, least: float, timer: Timer, *, workers: int, seed: int) -> float:
    """A cost below which no plan can be, at least `least`, which is known to be such a one.

    `state` holds nothing but its pins. Where seats were agreed before, or the model would be too
    large, nothing more is found out.
    """
    ground = state.ground
    if ground.previous:
        return least
    slots = [slot for row in ground.slots for slot in row]
    model = _Model(Block(state, dict(enumerate(ground.need)), slots))
    if sum(len(row) for _, row in model.seats) > MOST_COUNTS:
        return least
    return max(least, state.cost + model.bound(least - state.cost, timer, workers, seed))


def _crowds(ground: Ground, state: State) -> list[int]:
    """Per agent the first agent who is just alike: team, rota, needs, dawn; no pins, no wishes."""
    own = {seat.agent for seat in ground.problem.dislike}
    own |= {agent for agent, seats in enumerate(state.seats) if seats}
    first: dict[Hashable, int] = {}
    found = []
    for agent, codes in enumerate(ground.duties.codes):
        needs = tuple(mask >> agent & 1 for mask in ground.need)
        key = (ground.team[agent], codes, needs, ground.dawn_history[agent])
        found.append(agent if agent in own else first.setdefault(key, agent))
    return found


class _Model:
    """Counts of seats per crowd and slot, and of classes per slot."""

    def __init__(self, block: Block) -> None:
        self.draft, self.block, self.state = Draft(), block, block.state
        self.model = self.draft.model
        crowds = _crowds(self.state.ground, self.state)
        self.size = Counter(crowds)
        choices = block.choices()
        self.people = {id(slot): [choice.agent for choice in row] for slot, row in choices}
        self.seats: Counted = [
            (slot, list(self._counts(slot, row, crowds))) for slot, row in choices
        ]
        self.classes = [(slot, self._hold(slot, row)) for slot, row in self.seats]
        self._keep_places()
        self._keep_people()
        self._keep_cover()
        self._keep_teams()

    def _counts(self, slot: Slot, row: list[Choice], crowds: list[int]) -> Iterator[Seat]:
        people = Counter(crowds[choice.agent] for choice in row)
        for choice in row:
            if crowds[choice.agent] == choice.agent:
                count = self.model.new_int_var(0, people[choice.agent], "")
                self.draft.pay(count, scaled(choice.cost - self.state.unplaced_cost[slot.course]))
                yield choice, count

    def _hold(self, slot: Slot, row: list[Seat]) -> Variable:
        """H1, H2: seats for all, enough people in each class."""
        state, places = self.state, self.state.places
        course, standing = state.ground.courses[slot.course], self.block.standing[id(slot)]
        rooms = [room for room in slot.rooms if places.room_free(slot, room)]
        trainers = [who for who in slot.trainers if places.trainer_free(slot, who)]
        most = max((state.ground.problem.rooms[room].seats for room in rooms), default=0)
        held = self.model.new_int_var(0, min(len(rooms), len(trainers)), "")
        people = self.draft.total(count for _, count in row)
        free = sum(each.free for each in standing)
        sitting = mask_of(self.people[id(slot)], state.ground.count)
        reach = Quota(state, slot, short_ok=True).reach(sitting, state.ground.count)
        self.model.add(people <= min(most, course.seats, reach) * held + free)
        self.model.add(people >= max(1, course.min_seats) * held)
        self.draft.pay(held, scaled(state.class_cost[slot.course]))
        return held

    def _keep_places(self) -> None:
        """H1: rooms and trainers at a time, trainers' minutes in a week, classes of a course."""
        state, problem = self.state, self.state.ground.problem
        sites: dict[int, list[tuple[Slot, Variable]]] = defaultdict(list)
        minutes: dict[tuple[int, int, int], list[Variable]] = defaultdict(list)
        trainers: dict[tuple[int, int, int], set[int]] = defaultdict(set)
        courses: dict[int, list[Variable]] = defaultdict(list)
        for slot, held in self.classes:
            sites[slot.site].append((slot, held))
            courses[slot.course].append(held)
            for course in (slot.course, -1):
                minutes[slot.site, course, slot.week].append((slot.end - slot.begin) * held)
                trainers[slot.site, course, slot.week].update(slot.trainers)
        for entries in sites.values():
            rooms = {room for slot, _ in entries for room in slot.rooms}
            present = {who for slot, _ in entries for who in slot.trainers}
            for meeting in overlapping(entries):
                most = min(len(rooms), len(present))
                self.model.add(self.draft.total(meeting) <= most)
        for key, taught in minutes.items():
            left = sum(
                problem.trainers[who].max_min_per_week - state.places.trainer_min[who, key[2]]
                for who in trainers[key]
            )
            self.model.add(self.draft.total(taught) <= max(0, left))
        for course, variables in courses.items():
            limit = state.ground.courses[course].max_sessions
            if limit is not None:
                left = max(0, limit - len(state.held[course]))
                self.model.add(self.draft.total(variables) <= left)

    def _keep_people(self) -> None:
        """H3, H6, H8 and dawn, each crowd as one."""
        of_crowd: dict[int, list[Seat]] = defaultdict(list)
        for _, row in self.seats:
            for seat in row:
                of_crowd[seat[0].agent].append(seat)
        for crowd, seats in of_crowd.items():
            self._keep_time(crowd, seats)
            self._keep_series(crowd, seats)
            free = self.state.rules.dawn_free - self.state.dawns[crowd]
            dawns = [count for choice, count in seats if choice.slot.is_dawn]
            price = scaled(self.state.weights.dawn)
            self._pay_beyond(dawns, max(0, free) * self.size[crowd], price)

    def _keep_time(self, crowd: int, seats: list[Seat]) -> None:
        rules, sums = self.state.rules, defaultdict[tuple[str, int], list[Variable]](list)
        for choice, count in seats:
            slot = choice.slot
            sums["course", slot.course].append(count)
            sums["day", slot.day].append(count)
            sums["week", slot.week].append((slot.end - slot.begin) * count)
        most = {
            "course": 1,
            "day": rules.max_classes_per_day,
            "week": rules.max_training_min_per_week,
        }
        for (kind, _), counts in sums.items():
            self.model.add(self.draft.total(counts) <= most[kind] * self.size[crowd])

    def _keep_series(self, crowd: int, seats: list[Seat]) -> None:
        """H8: by any day not more have sat the later part than the earlier one, the gap before."""
        for edge in self.state.ground.edges:
            if not self.block.free.get(edge.before, 0) >> crowd & 1:
                continue
            after = [seat for seat in seats if seat[0].slot.course == edge.after]
            before = [seat for seat in seats if seat[0].slot.course == edge.before]
            for at in sorted({moment_of(choice.slot, edge.gap) for choice, _ in after}):
                late = [n for choice, n in after if moment_of(choice.slot, edge.gap) <= at]
                soon = [n for choice, n in before if ended_at(choice.slot, edge.gap) <= at]
                self.model.add(self.draft.total(late) <= self.draft.total(soon))

    def _keep_cover(self) -> None:
        """H10, H11 and the price of falling short."""
        state, ground = self.state, self.state.ground

        def queue_of(choice: Choice) -> int | None:
            return ground.queue[choice.agent] if choice.on_phones else None

        for queue, counts, intervals in meetings(self.seats, queue_of):
            most = min(state.out_left[queue][interval] for interval in intervals)
            self.model.add(self.draft.total(counts) <= max(0, most))
            for interval in intervals:
                free = max(0, state.free_left[queue][interval])
                if free < most:
                    self._pay_beyond(counts, free, scaled(state.weights.shortfall))
        for team, counts, intervals in meetings(self.seats, lambda c: ground.team[c.agent]):
            most = min(state.share_left[team][interval] for interval in intervals)
            self.model.add(self.draft.total(counts) <= max(0, most))

    def _keep_teams(self) -> None:
        """The price of a team that sits in several slots."""
        ground, price = self.state.ground, scaled(self.state.weights.split_team)
        used: dict[tuple[int, int], list[Variable]] = defaultdict(list)
        for slot, row in self.seats if price else ():
            teams: dict[int, list[Seat]] = defaultdict(list)
            for choice, count in row:
                if ground.together[ground.team[choice.agent]]:
                    teams[ground.team[choice.agent]].append((choice, count))
            for team, seats in teams.items():
                if not self.state.team_classes[team, slot.course]:
                    comes = self.draft.yes_no()
                    for choice, count in seats:
                        self.model.add(count <= self.size[choice.agent] * comes)
                    used[team, slot.course].append(comes)
        for variables in used.values():
            self._pay_beyond(variables, 1, price)

    def _pay_beyond(self, counts: list[Variable], free: int, price: int) -> None:
        if price and counts:
            beyond = self.model.new_int_var(0, self.state.ground.count, "")
            self.model.add(beyond >= self.draft.total(counts) - free)
            self.draft.pay(beyond, price)

    def bound(self, least: float, timer: Timer, workers: int, seed: int) -> float:
        """The cost beyond that of the pins below which the solver proved nothing can be."""
        cp = self.draft.cp
        self.model.add(self.draft.cost() >= math.floor(least * SCALE))
        self.model.minimize(self.draft.cost())
        solver = cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, timer.left)
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.max_deterministic_time = EFFORT
        solver.parameters.linearization_level = 2
        # To seat nobody is a plan, too: with one at hand whatever is proved can be told.
        for _, row in self.seats:
            for _, count in row:
                self.model.add_hint(count, 0)
        status = run_watched(solver, self.model, timer.is_over)
        if status in (cp.OPTIMAL, cp.FEASIBLE):
            return float(solver.best_objective_bound) / SCALE
        return float("-inf")
