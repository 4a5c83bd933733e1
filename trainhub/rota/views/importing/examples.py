"""Example tables to download: the centre's own people and queues, with dates from next week on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.people.exports import FORMATS
from trainhub.rota.queries.examples import list_example_people, list_example_queues
from trainhub.rota.rules.clock_times import monday_of
from trainhub.rota.rules.tables.example_tables import demand_table, rota_table
from trainhub.rota.views.blueprint import bp
from trainhub.tables import write_csv, write_xlsx
from trainhub.tables.writing import Cell
from trainhub.web.access import requires
from trainhub.web.locale import current_language, current_zone

EXAMPLE_DAYS = 14 * 7


@bp.get("/rota/example/<any(csv, xlsx):kind>")
@requires("rota.write")
def download_rota_example(kind: str) -> ResponseReturnValue:
    """A rota of the centre's own people for the coming fourteen weeks."""
    people = list_example_people()
    if not people:
        flash(_("Add people and put them into teams first: the example is made of them."), "info")
        return redirect(url_for("rota.import_rota"))
    today = clock.today(current_zone())
    first = monday_of(today) + timedelta(days=7)
    heads, rows = rota_table(people, first, EXAMPLE_DAYS, current_language())
    return _sent(heads, rows, kind, "rota-example")


@bp.get("/demand/example/<any(csv, xlsx):kind>")
@requires("rota.write_demand")
def download_demand_example(kind: str) -> ResponseReturnValue:
    """Typical days of the centre's own queues by half hour."""
    queues = list_example_queues()
    if not queues:
        flash(_("Add a queue first: the example is made of your queues."), "info")
        return redirect(url_for("rota.list_queues"))
    heads, rows = demand_table(queues, current_language())
    return _sent(heads, rows, kind, "demand-example")


def _sent(heads: Sequence[str], rows: Sequence[Sequence[Cell]], kind: str, name: str) -> Response:
    data = write_xlsx(heads, rows) if kind == "xlsx" else write_csv(heads, rows)
    answer = Response(data, mimetype=FORMATS[kind].split(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
