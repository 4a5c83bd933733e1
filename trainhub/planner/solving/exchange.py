"""Helping people to a seat by asking others to sit another class of their course.

The classes stay as they are. Somebody without a seat, or away from the one they were told, takes
a place in a class where one other person has to go: because it is full, or because their queue or
team has nobody more to spare at that time. Parts of the series that had become impossible come
back to where they were.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.fill import Quota
from trainhub.planner.solving.improve import drop_orphans
from trainhub.planner.solving.masks import agents_in
from trainhub.planner.solving.state import Held, State, Step

# For one person so many exchanges are tried, and so many people are asked chain-wise.
MOST_TRIES = 200
DEPTH = 3


class Exchange:
    """Exchanges over one state; the better plan stays in it."""

    def __init__(self, state: State, rng: Random) -> None:
        self.state, self.rng = state, rng
        self._tries = 0
        self._on_day: dict[int, list[Held]] = {}
        self._of_course: dict[tuple[int, int], list[Held]] = {}

    def run(self, timer: Timer) -> int:
        """Try once for everybody who waits or was moved; how many attempts made a better plan."""
        self._look()
        waiting = self._waiting()
        self.rng.shuffle(waiting)
        better = 0
        for agent, course in waiting:
            if timer.is_over():
                break
            better += self._help(agent, course)
        return better

    def _look(self) -> None:
        on_day: dict[int, list[Held]] = defaultdict(list)
        of_course: dict[tuple[int, int], list[Held]] = defaultdict(list)
        for held in self.state.classes():
            on_day[held.slot.day].append(held)
            of_course[held.slot.course, held.slot.site].append(held)
        self._on_day, self._of_course = dict(on_day), dict(of_course)

    def _waiting(self) -> list[tuple[int, int]]:
        """Who lacks a course, and who sits it at another time than they were told."""
        state = self.state
        found = {(agent, c) for c, mask in enumerate(state.todo) for agent in agents_in(mask)}
        for agent, course, day, start in state.agreed.seats:
            held = state.seats[agent].get(course)
            if held is not None and (held.slot.day, held.slot.start) != (day, start):
                found.add((agent, course))
        return sorted(found)

    def _help(self, agent: int, course: int) -> bool:
        """The first exchange for this person that makes the plan better."""
        state = self.state
        before, weighed = state.cost, state.weighed
        self._tries = MOST_TRIES
        moved = state.seats[agent].get(course)
        if moved is not None and (agent in moved.fixed or self._is_last(moved)):
            return False
        journal: list[Step] = []
        state.journal = journal
        if moved is not None:
            state.leave(moved, [agent])
        start = len(journal)
        for held in self._classes(agent, course):
            if self._seat(agent, held, DEPTH):
                self._go_on(agent)
                # A plan of equal cost is kept too: it is another place to start from.
                if drop_orphans(state, journal) and state.weighed <= weighed + 1e-6:
                    state.journal = None
                    return state.weighed < weighed - 1e-6
                self._back(journal, start)
            if self._tries <= 0:
                break
        state.undo(journal)
        state.cost = before
        return False

    def _back(self, journal: list[Step], to: int) -> None:
        """Take back all steps but the first `to`; the journal goes on."""
        undone = journal[to:]
        del journal[to:]
        self.state.undo(undone)
        self.state.journal = journal

    def _classes(self, agent: int, course: int) -> list[Held]:
        """The classes the person could come to, those first that leave their later parts alone."""
        state, ground = self.state, self.state.ground
        site = ground.team_site[ground.team[agent]]
        found = [
            (not ground.ahead[course][held.slot.day] >> agent & 1,
             not state.agreed.keeps(agent, held.slot), self.rng.random(), held)
            for held in self._of_course.get((course, site), ())
            if state.candidates(held.slot) >> agent & 1 and not state.clashes(agent, held.slot)
        ]  # fmt: skip
        return [held for _, _, _, held in sorted(found, key=lambda row: row[:3])]

    def _is_last(self, held: Held) -> bool:
        """Whether the class needs everyone it has (H2)."""
        least = max(1, self.state.ground.courses[held.slot.course].min_seats)
        return held.pin is None and len(held.members) <= least

    def _fits(self, agent: int, held: Held) -> bool:
        return held.free > 0 and Quota(self.state, held.slot, short_ok=True).take(agent)

    def _seat(self, agent: int, held: Held, depth: int) -> bool:
        """A seat in the class, if need be with somebody else moved; False: as it was."""
        state = self.state
        if self._fits(agent, held):
            state.join(held, [agent])
            return True
        if not depth:
            return False
        for other, there in self._in_the_way(agent, held):
            if self._tries <= 0:
                break
            self._tries -= 1
            journal = state.journal
            assert journal is not None
            start = len(journal)
            state.leave(there, [other])
            if self._fits(agent, held):
                state.join(held, [agent])
                # Who sits there by chance may have to wait for another chance.
                if self._elsewhere(other, there, depth - 1) or not state.agreed.keeps(
                    other, there.slot
                ):
                    return True
            self._back(journal, start)
        return False

    def _in_the_way(self, agent: int, held: Held) -> list[tuple[int, Held]]:
        """People whose leaving may make room, those first whom it costs no agreed seat."""
        state, ground = self.state, self.state.ground
        queue, team, slot = ground.queue[agent], ground.team[agent], held.slot
        if held.free <= 0:
            places = [held]
        else:
            places = [
                other
                for other in self._on_day.get(slot.day, ())
                if other.slot.begin < slot.end and slot.begin < other.slot.end
            ]
        found = [
            (state.agreed.keeps(other, there.slot), self.rng.random(), other, there)
            for there in places
            if there is held or not self._is_last(there)
            for other in there.movable
            if there is held or ground.queue[other] == queue or ground.team[other] == team
        ]
        found.sort(key=lambda row: row[:2])
        return [(other, there) for _, _, other, there in found]

    def _elsewhere(self, agent: int, left: Held, depth: int) -> bool:
        """Another class of the course for somebody who had to go, the cheapest that has room."""
        state = self.state
        options = [
            (state.seat_cost(agent, held.slot), number, held)
            for number, held in enumerate(self._classes(agent, left.slot.course))
            if held is not left
        ]
        options.sort(key=lambda row: row[:2])
        for _, _, held in options:
            if self._fits(agent, held):
                state.join(held, [agent])
                return True
        return depth > 0 and any(self._seat(agent, held, depth) for _, _, held in options[:4])

    def _go_on(self, agent: int) -> None:
        """Courses that have become possible: where the person was told, or where they fit."""
        state = self.state
        for course in state.ground.order:
            if state.todo[course] >> agent & 1:
                any(
                    self._seat(agent, held, 1 if state.agreed.keeps(agent, held.slot) else 0)
                    for held in self._classes(agent, course)
                )
