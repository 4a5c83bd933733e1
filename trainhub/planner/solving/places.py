"""Rooms and trainers while a plan is made: when they are taken, how long trainers teach (H1)."""

from __future__ import annotations

from collections import defaultdict

from trainhub.planner.problem import DAY_MIN
from trainhub.planner.solving.ground import Ground, Slot

Busy = dict[tuple[int, int], list[tuple[int, int]]]


class Places:
    """The rooms and trainers of a ground, each free or taken by a class."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._rooms: Busy = defaultdict(list)
        self._trainers: Busy = defaultdict(list)
        self.trainer_min: dict[tuple[int, int], int] = defaultdict(int)

    def take(self, slot: Slot, room: int, trainer: int) -> None:
        day = slot.begin // DAY_MIN
        self._rooms[room, day].append((slot.begin, slot.end))
        self._trainers[trainer, day].append((slot.begin, slot.end))
        self.trainer_min[trainer, slot.week] += slot.end - slot.begin

    def release(self, slot: Slot, room: int, trainer: int) -> None:
        day = slot.begin // DAY_MIN
        self._rooms[room, day].remove((slot.begin, slot.end))
        self._trainers[trainer, day].remove((slot.begin, slot.end))
        self.trainer_min[trainer, slot.week] -= slot.end - slot.begin

    def learn(self, slot: Slot, agents: list[int], sign: int) -> None:
        """H6b: trainers who sit in a class (or, `sign` -1, no longer do) are busy then."""
        for agent in agents if self.ground.trainer_of else ():
            if agent in self.ground.trainer_of:
                busy = self._trainers[self.ground.trainer_of[agent], slot.begin // DAY_MIN]
                (busy.append if sign > 0 else busy.remove)((slot.begin, slot.end))

    def is_teaching(self, agent: int, slot: Slot) -> bool:
        """H6b: whether the agent is a trainer who teaches then (or sits in a class)."""
        trainer = self.ground.trainer_of.get(agent)
        return trainer is not None and not _is_free(self._trainers, trainer, slot)

    def room_free(self, slot: Slot, room: int) -> bool:
        return _is_free(self._rooms, room, slot)

    def trainer_free(self, slot: Slot, trainer: int) -> bool:
        """Whether the trainer teaches nobody then and has minutes left that week."""
        most = self.ground.problem.trainers[trainer].max_min_per_week
        taught = self.trainer_min[trainer, slot.week] + slot.end - slot.begin
        return taught <= most and _is_free(self._trainers, trainer, slot)

    def free_room(self, slot: Slot, people: int) -> int | None:
        """The smallest free room that holds them, else the largest free one."""
        best = None
        for room in slot.rooms:
            if self.room_free(slot, room):
                best = room
                if self.ground.problem.rooms[room].seats >= people:
                    break
        return best

    def free_trainer(self, slot: Slot, waiting: int = 0) -> int | None:
        """The free trainer with the fewest other courses, who is not waiting if there is one."""
        best = None
        for trainer in slot.trainers:
            if self.trainer_free(slot, trainer):
                if not self.ground.self_mask[trainer] & waiting:
                    return trainer
                best = trainer if best is None else best
        return best


def _is_free(busy: Busy, place: int, slot: Slot) -> bool:
    for day in range(slot.begin // DAY_MIN - 1, (slot.end - 1) // DAY_MIN + 1):
        for begin, end in busy.get((place, day), ()):
            if begin < slot.end and slot.begin < end:
                return False
    return True
