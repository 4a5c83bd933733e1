"""Who goes into a class: how many could, and which of them, within cover and team share."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from trainhub.planner.solving.ground import Slot
from trainhub.planner.solving.masks import agents_in
from trainhub.planner.solving.state import Held, State


class Quota:
    """H10 and H11 in one slot: heads that each queue and team may still send.

    With `short_ok` a queue may fall below its requirement as far as `max_short` allows; without,
    only people whose absence costs nothing are counted.
    """

    def __init__(self, state: State, slot: Slot, short_ok: bool) -> None:
        self.state, self.slot = state, slot
        self._heads = state.out_left if short_ok else state.free_left
        self._queues: dict[int, int] = {}
        self._teams: dict[int, int] = {}

    def of_queue(self, queue: int) -> int:
        if queue not in self._queues:
            row = self._heads[queue]
            self._queues[queue] = min((row[i] for i in self.slot.intervals), default=0)
        return self._queues[queue]

    def of_team(self, team: int) -> int:
        if team not in self._teams:
            row = self.state.share_left[team]
            self._teams[team] = min((row[i] for i in self.slot.intervals), default=0)
        return self._teams[team]

    def take(self, agent: int) -> bool:
        """Use up one head if there is one; whether the agent may go."""
        ground = self.state.ground
        team, queue = ground.team[agent], ground.queue[agent]
        on_phones = self.slot.on >> agent & 1
        if self.of_team(team) <= 0 or (on_phones and self.of_queue(queue) <= 0):
            return False
        self._teams[team] -= 1
        if on_phones:
            self._queues[queue] -= 1
        return True

    def reach(self, mask: int, enough: int) -> int:
        """How many of the mask could go; counting stops at `enough`."""
        ground, slot, total = self.state.ground, self.slot, 0
        left: dict[int, int] = {}
        for team in ground.site_teams[slot.site]:
            group = mask & ground.team_mask[team]
            if not group or self.of_team(team) <= 0:
                continue
            off = min(self.of_team(team), (group & slot.off).bit_count())
            on = min(self.of_team(team) - off, (group & slot.on).bit_count())
            if on:
                queue = ground.team_queue[team]
                spare = left.get(queue)
                if spare is None:
                    spare = max(0, self.of_queue(queue))
                on = min(on, spare)
                left[queue] = spare - on
            total += off + on
            if total >= enough:
                return enough
        return total


def choose(
    state: State, slot: Slot, mask: int, limit: int, rng: Random, short_ok: bool
) -> list[int]:
    """Up to `limit` agents of the mask who may sit the slot together, the cheapest first.

    Among equals those with few other days go first; teams that want to sit together are kept
    together as far as the limit allows.
    """
    if limit <= 0 or not mask:
        return []
    quota = Quota(state, slot, short_ok)
    chances = state.ground.chances[slot.course]
    penalty = _split_penalties(state, slot, mask)
    ranked = sorted(
        (
            state.seat_cost(agent, slot)
            + penalty.get(state.ground.team[agent], 0.0)
            - 4.0 / (1 + chances[agent])
            + rng.random(),
            agent,
        )
        for agent in agents_in(mask)
    )
    chosen: list[int] = []
    for _, agent in ranked:
        if not state.clashes(agent, slot) and quota.take(agent):
            chosen.append(agent)
            if len(chosen) == limit:
                break
    return chosen


def _split_penalties(state: State, slot: Slot, mask: int) -> dict[int, float]:
    """Per `together` team what a seat here adds to splitting it, shared by those who could come."""
    ground = state.ground
    found: dict[int, float] = {}
    if not state.weights.split_team:
        return found
    for team in ground.site_teams[slot.site]:
        if ground.together[team]:
            coming = (mask & ground.team_mask[team]).bit_count()
            if coming:
                waiting = (state.todo[slot.course] & ground.team_mask[team]).bit_count()
                splits = (waiting > coming) + bool(state.team_classes[team, slot.course])
                # The small part keeps the people of a team next to each other in the ranking.
                found[team] = state.weights.split_team * splits / coming + team * 1e-6
    return found


def top_up(
    state: State,
    classes: Iterable[Held],
    rng: Random,
    short_ok: bool,
    *,
    only: int = -1,
    ahead: bool = False,
) -> int:
    """Seats in classes that are there anyway for people without one; how many were given.

    `only` is a mask of the people meant; `ahead` leaves out whom a later part would lose.
    """
    given = 0
    for held in classes:
        if held.free > 0:
            mask = state.candidates(held.slot) & only
            if ahead:
                mask &= state.ground.ahead[held.slot.course][held.slot.day]
            agents = choose(state, held.slot, mask, held.free, rng, short_ok)
            if agents:
                state.join(held, agents)
                given += len(agents)
    return given


def settle(state: State, rng: Random) -> int:
    """Nobody stays unplaced who fits into a class of the plan; how many seats were given."""
    given = 0
    while True:
        now = 0
        for course in state.ground.order:
            if state.todo[course]:
                now += top_up(state, list(state.held[course].values()), rng, short_ok=True)
        if not now:
            return given
        given += now
