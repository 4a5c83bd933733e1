"""The demand of one day of a queue, interval by interval: a typical day or a date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputErrors
from trainhub.rota.models import Queue
from trainhub.rota.queries.demand import (
    get_queue,
    list_own_demand,
    list_typical_days,
    rules_of,
)
from trainhub.rota.rules.requirement import Demand, intervals_of_day, regrid, required
from trainhub.rota.rules.tables.demand_cells import Day, read_length, read_number
from trainhub.rota.rules.tables.demand_reader import MOST_CONTACTS, MOST_HANDLING_S, MOST_HEADS
from trainhub.rota.services.demand_days import clear_demand, set_demand
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.demand.demand_words import day_words, weekday_words
from trainhub.web.access import current_person, requires
from trainhub.web.cover_charts import clock_label
from trainhub.web.filters import show_number
from trainhub.web.text import asked_text, translated, typed_text

LONGEST_CELL = 20
MOST = {"contacts": MOST_CONTACTS, "handling": MOST_HANDLING_S, "minimum": MOST_HEADS}
HOLIDAY = 7


@dataclass
class DemandPage:
    """The texts of the page's cells, and what is wrong with them by figure and interval."""

    queue: Queue
    day: Day
    cells: dict[str, list[str]]
    faults: dict[tuple[str, int], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """The starts of the intervals."""
        size = self.queue.interval_min
        return [clock_label(at * size) for at in range(intervals_of_day(size))]

    @property
    def required(self) -> tuple[int, ...]:
        """People required by what stands in the cells; () where they are not sound."""
        demand = self.read()
        return required(rules_of(self.queue), demand) if demand.is_known else ()

    def read(self) -> Demand:
        """The day as it stands in the cells; what is wrong is noted."""
        self.faults.clear()
        columns = {name: self._column(name) for name in self.cells}
        if self.faults:
            return Demand(self.queue.interval_min)
        minimum = tuple(int(value) for value in columns["minimum"])
        return Demand(self.queue.interval_min, columns["contacts"], columns["handling"], minimum)

    def _column(self, name: str) -> tuple[float, ...]:
        texts = self.cells[name]
        if not any(texts):
            return ()
        return tuple(self._value(name, at, text) for at, text in enumerate(texts))

    def _value(self, name: str, at: int, text: str) -> float:
        if not text:
            return 0.0
        value = read_length(text) if name == "handling" else read_number(text)
        if value is None or value > MOST[name] or (name == "minimum" and value != int(value)):
            message = N_("“%(text)s” is not a number from 0 to %(most)s.")
            self.faults[name, at] = translated(message) % {"text": text, "most": MOST[name]}
            return 0.0
        return value


@bp.route("/queues/<int:queue_id>/demand", methods=["GET", "POST"])
@requires("rota.write_demand")
def edit_demand(queue_id: int) -> ResponseReturnValue:
    """Write the demand of a typical day (`weekday`) or of a date (`on`)."""
    queue, day = get_queue(queue_id), _asked_day()
    if request.method == "GET":
        return _answer(DemandPage(queue, day, _cells(queue, _known(queue, _copied(day)))))
    if request.form.get("do") == "clear":
        with transaction():
            clear_demand(queue, day, actor=current_person(), now=clock.now())
        flash(_("This day has no demand of its own any more."), "success")
        return redirect(url_for("rota.show_queue", queue_id=queue_id))
    page = DemandPage(queue, day, _typed(queue))
    demand = page.read()
    if page.faults:
        return _answer(page, 422)
    try:
        with transaction():
            set_demand(queue, day, demand, actor=current_person(), now=clock.now())
    except InputErrors as refused:
        _place(page, refused)
        return _answer(page, 422)
    except DomainError as refused:
        page.problems.append(refused.text(translated))
        return _answer(page, refused.status)
    flash(_("The demand is saved."), "success")
    return redirect(url_for("rota.show_queue", queue_id=queue_id))


def _asked_day() -> Day:
    on, weekday = asked_text("on", 10), asked_text("weekday", 1)
    try:
        day: Day = date.fromisoformat(on) if on else int(weekday)
    except ValueError:
        abort(404)
    if isinstance(day, int) and not 0 <= day <= HOLIDAY:
        abort(404)
    return day


def _copied(day: Day) -> Day:
    """The day whose figures the page begins with: another typical one where asked (`from`)."""
    text = asked_text("from", 1)
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= HOLIDAY else day


def _known(queue: Queue, day: Day) -> Demand | None:
    if isinstance(day, date):
        return list_own_demand([queue.id], day, day).get((queue.id, day))
    return list_typical_days([queue.id]).get((queue.id, day))


def _cells(queue: Queue, demand: Demand | None) -> dict[str, list[str]]:
    size = intervals_of_day(queue.interval_min)
    seen = regrid(demand, queue.interval_min) if demand else Demand(queue.interval_min)
    rows: dict[str, Any] = {
        "contacts": seen.contacts,
        "handling": seen.handling_s,
        "minimum": seen.minimum,
    }
    return {name: [_digits(value) for value in row] or [""] * size for name, row in rows.items()}


def _digits(value: float) -> str:
    """A figure as it may be typed; nothing for none."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if value else ""


def _typed(queue: Queue) -> dict[str, list[str]]:
    """What was typed; one handling time for all fills the empty ones."""
    size = intervals_of_day(queue.interval_min)
    cells = {
        name: [typed_text(f"{name}-{at}", LONGEST_CELL).strip() for at in range(size)]
        for name in MOST
    }
    if everywhere := typed_text("handling-all", LONGEST_CELL).strip():
        cells["handling"] = [text or everywhere for text in cells["handling"]]
    return cells


def _place(page: DemandPage, refused: InputErrors) -> None:
    for one in refused.errors:
        if one.row is None:
            page.problems.append(one.text(translated))
        else:
            page.faults["handling", one.row] = one.text(translated)


def _answer(page: DemandPage, status: int = 200) -> ResponseReturnValue:
    faults = dict(page.faults)
    needs = page.required
    page.faults = faults
    typical = [day for _, day in list_typical_days([page.queue.id])]
    shown = render_template(
        "rota/edit_demand.html",
        page=page,
        needs=needs,
        title=day_words(page.day),
        copies=[(day, weekday_words(day)) for day in sorted(typical) if day != page.day],
        here=url_for("rota.edit_demand", queue_id=page.queue.id, **_named(page.day)),
        show=show_number,
    )
    return shown, status


def _named(day: Day) -> dict[str, Any]:
    return {"on": day.isoformat()} if isinstance(day, date) else {"weekday": day}
