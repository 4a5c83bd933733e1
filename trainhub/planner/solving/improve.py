"""Improving a plan by taking a few classes apart and seating their people anew.

One round dissolves some classes of a course at a site (and sometimes the next part of the
series), fills the classes that stand, opens others where they are worth most, and keeps the
outcome if the plan became no dearer; otherwise everything is undone.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.construct import Style, open_classes
from trainhub.planner.solving.fill import settle, top_up
from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.masks import agents_in
from trainhub.planner.solving.state import Held, State, Step

NEAR_DAYS = 10


class Improver:
    """Rounds of taking apart and seating anew over one state; better plans stay in it."""

    def __init__(self, state: State, rng: Random) -> None:
        self.state, self.rng = state, rng
        self.rounds = 0
        self.slots_of: dict[tuple[int, int], list[Slot]] = {}
        for slots in state.ground.slots:
            for slot in slots:
                self.slots_of.setdefault((slot.course, slot.site), []).append(slot)

    def run(
        self,
        timer: Timer,
        most_rounds: int,
        on_better: Callable[[], None] | None = None,
    ) -> bool:
        """Rounds until the time or the number is up; whether anything became better."""
        started = self.state.weighed
        for _ in range(most_rounds):
            if timer.is_over():
                break
            before = self.state.weighed
            self.round(timer)
            if on_better and self.state.weighed < before - 1e-6:
                on_better()
        return self.state.weighed < started - 1e-6

    def round(self, timer: Timer) -> bool:
        """One attempt; whether it was kept."""
        self.rounds += 1
        state = self.state
        before, weighed = state.cost, state.weighed
        journal: list[Step] = []
        state.journal = journal
        pick = self._pick()
        if pick is None:
            state.journal = None
            return False
        courses, site, day, classes = pick
        for held in classes:
            state.dissolve(held)
        for course in courses:
            self._seat_anew(course, site, day, timer)
        self._settle_those(courses)
        whole = drop_orphans(state, journal)
        state.journal = None
        # A plan of equal cost is kept too: it is another place to start from.
        if whole and state.weighed <= weighed + 1e-6:
            return True
        state.undo(journal)
        # Adding and taking away in turn leaves rounding dust: it must not pile up.
        state.cost = before
        return False

    def _settle_those(self, courses: list[int]) -> None:
        for course in courses:
            if self.state.todo[course]:
                top_up(self.state, list(self.state.held[course].values()), self.rng, short_ok=True)

    def _pick(self) -> tuple[list[int], int, int, list[Held]] | None:
        """Courses, a site, a day and the classes about it to be dissolved."""
        rng, state = self.rng, self.state
        target = self._unplaced_target() if rng.random() < 0.5 else None
        if target is None:
            target = self._random_target()
        if target is None:
            return None
        course, site, day = target
        courses = [course]
        if rng.random() < 0.3:
            courses = self._with_neighbours(course)
        most = rng.choice((1, 2, 2, 3, 4, 6))
        found: list[Held] = []
        for each in courses:
            near = [
                (abs(held.slot.day - day) + rng.random() * 6, held.serial, held)
                for held in state.held[each].values()
                if held.slot.site == site
            ]
            found += [held for _, _, held in sorted(near, key=lambda row: row[:2])[:most]]
        return courses, site, day, found

    def _with_neighbours(self, course: int) -> list[int]:
        """The course with another part of its series or any other course, in order."""
        ground = self.state.ground
        linked = [ground.edges[e].before for e in ground.edges_into[course]]
        linked += [ground.edges[e].after for e in ground.edges_from[course]]
        if not linked or self.rng.random() < 0.4:
            linked = list(range(len(ground.courses)))
        more = 1 + len(ground.courses) // 10
        chosen = {course, *(self.rng.choice(linked) for _ in range(more))}
        return [each for each in ground.order if each in chosen]

    def _unplaced_target(self) -> tuple[int, int, int] | None:
        """A slot in which somebody without a seat could sit by the rota."""
        state, rng = self.state, self.rng
        courses = [course for course, mask in enumerate(state.todo) if mask]
        if not courses:
            return None
        course = rng.choice(courses)
        agent = rng.choice(agents_in(state.todo[course]))
        site = state.ground.team_site[state.ground.team[agent]]
        slots = [
            slot
            for slot in self.slots_of.get((course, site), ())
            if (slot.on | slot.off) >> agent & 1
        ]
        if not slots:
            return None
        return course, site, rng.choice(slots).day

    def _random_target(self) -> tuple[int, int, int] | None:
        """A class, the emptier ones more often."""
        state, rng = self.state, self.rng
        courses = [course for course, group in enumerate(state.held) if group]
        if not courses:
            return None
        sizes = [len(state.held[course]) for course in courses]
        course = rng.choices(courses, sizes)[0]
        group = list(state.held[course].values())
        held = min((rng.choice(group) for _ in range(2)), key=lambda each: len(each.members))
        return course, held.slot.site, held.slot.day

    def _seat_anew(self, course: int, site: int, day: int, timer: Timer) -> None:
        state, rng = self.state, self.rng
        style = Style(rng.uniform(0, 0.4), rng.uniform(0, 0.8), rng.uniform(0.02, 0.4))
        if rng.random() < 0.7:
            standing = [held for held in state.held[course].values() if held.slot.site == site]
            rng.shuffle(standing)
            top_up(state, standing, rng, short_ok=rng.random() < 0.3)
        near = self.slots_of.get((course, site), [])
        if rng.random() < 0.7:
            near = [slot for slot in near if abs(slot.day - day) <= NEAR_DAYS]
        short_ok = rng.random() < 0.3
        open_classes(state, near, style, rng, timer, short_ok=short_ok, ahead=rng.random() < 0.7)
        if not short_ok and state.todo[course]:
            standing = [held for held in state.held[course].values() if held.slot.site == site]
            top_up(state, standing, rng, short_ok=True)
            open_classes(state, near, style, rng, timer, short_ok=True, ahead=False)


def drop_orphans(state: State, journal: list[Step]) -> bool:
    """Take back later parts from people who lost the part before (H8); False if a class would
    be left with too few or a pinned seat would go."""
    ground = state.ground
    lost = [
        (agent, held.slot.course)
        for what, held, agents in journal
        if what == "leave" and ground.edges_from[held.slot.course]
        for agent in agents
    ]
    while lost:
        agent, course = lost.pop()
        if not state.todo[course] >> agent & 1:
            continue
        for edge in ground.edges_from[course]:
            after = ground.edges[edge].after
            held = state.seats[agent].get(after)
            if held is None:
                continue
            few = len(held.members) <= max(1, ground.courses[after].min_seats)
            if agent in held.fixed or (few and held.pin is None):
                return False
            state.leave(held, [agent])
            lost.append((agent, after))
    return True


def clean_up(state: State, rng: Random, timer: Timer) -> None:
    """Try each class in turn, the emptiest first: its people into the others, or a better slot."""
    for held in sorted(state.classes(), key=lambda each: (len(each.members), each.serial)):
        if timer.is_over():
            return
        if held.pin is None and held.serial in state.held[held.slot.course]:
            _redistribute(state, held, rng)
    settle(state, rng)


def _redistribute(state: State, held: Held, rng: Random) -> bool:
    before, weighed, course = state.cost, state.weighed, held.slot.course
    journal: list[Step] = []
    state.journal = journal
    state.dissolve(held)
    others = [each for each in state.held[course].values() if each.slot.site == held.slot.site]
    top_up(state, others, rng, short_ok=False)
    top_up(state, others, rng, short_ok=True)
    whole = drop_orphans(state, journal)
    state.journal = None
    if whole and state.weighed < weighed - 1e-6:
        return True
    state.undo(journal)
    state.cost = before
    return False
