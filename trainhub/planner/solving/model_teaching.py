"""Trainers who learn as well, as rules of a model: teaching and sitting exclude each other, H6b."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from trainhub.planner.solving.draft import Draft, Seat, Variable
from trainhub.planner.solving.ground import Ground, Slot


def keep_teachers(
    draft: Draft,
    ground: Ground,
    seats: Iterable[tuple[Slot, list[Seat]]],
    teaching: Iterable[tuple[Slot, list[tuple[int, Variable]]]],
) -> None:
    """Of a seat and a class taught that overlap, the class itself included, only one is chosen.

    What stands outside the model has been left out of its choices already.
    """
    if not ground.trainer_of:
        return
    taught: dict[int, list[tuple[Slot, Variable]]] = defaultdict(list)
    for slot, trainers in teaching:
        for who, variable in trainers:
            taught[who].append((slot, variable))
    for slot, row in seats:
        for choice, sits in row:
            for other, teaches in taught.get(ground.trainer_of.get(choice.agent, -1), ()):
                # In a timetable one variable may stand for both: such a class is never held.
                if slot.begin < other.end and other.begin < slot.end:
                    draft.model.add(sits + teaches <= 1)
