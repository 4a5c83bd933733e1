"""Which days the parts of a series leave to each other, person by person (H8)."""

from __future__ import annotations

from trainhub.planner.solving.ground import Ground, Slot


class Series:
    """Per precedence and day: who may sit the later part then as the earlier one stands
    (`later_ok`), and who may sit the earlier part then as the later one stands (`earlier_ok`)."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        everybody = (1 << ground.count) - 1
        self.later_ok = [
            [everybody & ~ground.need[edge.before]] * ground.days for edge in ground.edges
        ]
        self.earlier_ok = [[everybody] * ground.days for _ in ground.edges]

    def give(self, slot: Slot, mask: int) -> None:
        """The people of the mask sit the slot's course then."""
        ground = self.ground
        for number in ground.edges_from[slot.course]:
            row = self.later_ok[number]
            for day in range(min(ground.days, slot.day + ground.edges[number].gap)):
                row[day] &= ~mask
            for day in range(slot.day + ground.edges[number].gap, ground.days):
                row[day] |= mask
        for number in ground.edges_into[slot.course]:
            row = self.earlier_ok[number]
            for day in range(max(0, slot.day - ground.edges[number].gap + 1), ground.days):
                row[day] &= ~mask

    def take(self, slot: Slot, mask: int) -> None:
        """They do so no longer."""
        ground = self.ground
        for number in ground.edges_from[slot.course]:
            row, needed = self.later_ok[number], mask & ground.need[slot.course]
            for day in range(ground.days):
                row[day] = row[day] & ~needed | mask & ~needed
        for number in ground.edges_into[slot.course]:
            row = self.earlier_ok[number]
            for day in range(max(0, slot.day - ground.edges[number].gap + 1), ground.days):
                row[day] |= mask
