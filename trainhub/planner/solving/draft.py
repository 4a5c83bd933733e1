"""A CP-SAT model being written: variables, limits and the price of each choice.

The solver's package is loaded here and only when a model is made. Costs are whole numbers inside
the model, thousandths of the problem's unit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from trainhub.planner.solving.block import Choice
from trainhub.planner.solving.ground import Slot

SCALE = 1000
Variable = Any  # the solver's own type, known once its package is loaded
Seat = tuple[Choice, Variable]
WATCH_EVERY_S = 0.1


def scaled(cost: float) -> int:
    return round(cost * SCALE)


class Draft:
    """The model, and the sum of prices that is to be small."""

    def __init__(self) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model
        self.model = cp_model.CpModel()
        self._terms: list[Variable] = []
        self._prices: list[int] = []

    def pay(self, variable: Variable, price: int) -> None:
        if price:
            self._terms.append(variable)
            self._prices.append(price)

    def cost(self) -> Variable:
        return self.cp.LinearExpr.weighted_sum(self._terms, self._prices)

    def yes_no(self) -> Variable:
        return self.model.new_bool_var("")

    def total(self, variables: Iterable[Variable]) -> Variable:
        return self.cp.LinearExpr.sum(list(variables))

    def at_most(self, variables: list[Variable], limit: int) -> None:
        if len(variables) > limit:
            if limit == 1:
                self.model.add_at_most_one(variables)
            else:
                self.model.add(self.total(variables) <= limit)

    def pay_beyond(self, variables: list[Variable], free: int, price: int) -> None:
        """Each of the variables beyond `free` that are chosen costs the price."""
        if not price or len(variables) <= free:
            return
        if free <= 0:
            for variable in variables:
                self.pay(variable, price)
            return
        beyond = self.model.new_int_var(0, len(variables) - free, "")
        self.model.add(beyond >= self.total(variables) - free)
        self.pay(beyond, price)


def overlapping(entries: list[tuple[Slot, Variable]]) -> list[list[Variable]]:
    """The groups of entries that all meet at one moment; each overlap is in one of them."""
    found: dict[tuple[int, ...], list[Variable]] = {}
    for begin in {slot.begin for slot, _ in entries}:
        meeting = [
            number for number, (slot, _) in enumerate(entries) if slot.begin <= begin < slot.end
        ]
        if len(meeting) > 1:
            found[tuple(meeting)] = [entries[number][1] for number in meeting]
    return list(found.values())


def run_watched(solver: Any, model: Any, is_over: Callable[[], bool] | None) -> Any:
    """Solve while a thread looks whether it is to stop; the solver itself cannot ask."""
    if is_over is None:
        return solver.solve(model)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH_EVERY_S):
            if is_over():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return solver.solve(model)
    finally:
        ended.set()
        watcher.join()
