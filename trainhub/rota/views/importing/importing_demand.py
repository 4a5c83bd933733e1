"""Importing demand: a file, how it is read, what it would do, and only then the yes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.rota.forms.demand import DemandFileForm, DemandMappingForm
from trainhub.rota.models import PendingTable
from trainhub.rota.queries.demand import list_queues as queues_in_use
from trainhub.rota.rules.tables.demand_tables import mapping_from
from trainhub.rota.services import importing_demand as services
from trainhub.rota.services.pending_tables import drop_table, keep_table
from trainhub.rota.services.table_imports import hash_of
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.demand.demand_words import centre_today
from trainhub.rota.views.importing.demand_plan import lost_rows, plan_rows
from trainhub.rota.views.importing.uploads import find_table, table_is_gone, take_file
from trainhub.tables.values import column_letters
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_ERRORS, SHOWN_LOST = 8, 14, 100, 40


@bp.route("/demand/import", methods=["GET", "POST"])
@requires("rota.write_demand")
def import_demand() -> ResponseReturnValue:
    """Take a file; how it is read comes next."""
    form = DemandFileForm()
    if form.validate_on_submit():
        try:
            _keep(form)
        except InputErrors as refused:
            form.take_error(refused)
        else:
            return redirect(url_for("rota.map_demand"))
    page = render_template("rota/import_demand.html", form=form, queues=queues_in_use())
    return page, 422 if form.errors else 200


def _keep(form: DemandFileForm) -> None:
    taken = take_file(form, services.DEMAND_LIMITS)
    lines = services.read_file(taken.data, taken.name, taken.encoding)
    mapping, is_known = services.mapping_for(lines, centre_today())
    said = {**mapping.as_json(), "encoding": taken.encoding, "is_known": is_known}
    with transaction():
        keep_table(current_person(), services.KIND, taken.name, taken.data, said, now=clock.now())


def _lines(pending: PendingTable) -> list[list[str]]:
    return services.read_file(pending.data, pending.file, pending.mapping.get("encoding"))


@bp.route("/demand/import/mapping", methods=["GET", "POST"])
@requires("rota.write_demand")
def map_demand() -> ResponseReturnValue:
    """Say how the table is read, and see what it would do or what is wrong, cell by cell."""
    pending = find_table(services.KIND)
    if pending is None:
        return table_is_gone("rota.import_demand")
    lines, queues = _lines(pending), queues_in_use()
    mapping = mapping_from(pending.mapping)
    form = DemandMappingForm(data=DemandMappingForm.shown(mapping))
    form.offer(_heads(lines, form.head.data), queues)
    if form.validate_on_submit():
        said = {**pending.mapping, **form.mapping().as_json(), "is_known": False}
        with transaction():
            pending.mapping = said
        return redirect(url_for("rota.map_demand"))
    plan = services.plan_import(lines, mapping, file=pending.file)
    names = {queue.id: queue.name for queue in queues}
    page = render_template(
        "rota/map_demand.html",
        form=form,
        pending=pending,
        lines=[line[:SHOWN_COLUMNS] for line in lines[:SHOWN_ROWS]],
        letters=[column_letters(at) for at in range(min(_width(lines), SHOWN_COLUMNS))],
        head=mapping.head_row - 1,
        plan=plan,
        shown_errors=SHOWN_ERRORS,
        rows=plan_rows(plan, names),
        lost=lost_rows(plan, names, limit=SHOWN_LOST),
    )
    return page, 422 if form.errors else 200


def _heads(lines: list[list[str]], number: Any) -> list[str]:
    """The texts of the row of heads, as many as the widest row has cells."""
    at = number - 1 if isinstance(number, int) and 0 < number <= len(lines) else 0
    heads = lines[at]
    return [*heads, *[""] * (_width(lines) - len(heads))]


def _width(lines: list[list[str]]) -> int:
    return max(len(line) for line in lines)


@bp.post("/demand/import/confirm")
@requires("rota.write_demand")
def confirm_demand() -> ResponseReturnValue:
    """Store the table that was looked at: everything, or nothing and the errors."""
    pending = find_table(services.KIND)
    if pending is None:
        return table_is_gone("rota.import_demand")
    lines, file, mapping = _lines(pending), pending.file, mapping_from(pending.mapping)
    file_hash = hash_of(pending.data)
    person = current_person()
    try:
        with transaction():
            drop_table(person, services.KIND)
            plan = services.import_demand(
                lines, mapping, file=file, file_hash=file_hash, actor=person, now=clock.now()
            )
    except InputErrors:
        return redirect(url_for("rota.map_demand"))
    except DomainError as refused:
        flash(refused.text(translated), "error")
        return redirect(url_for("rota.map_demand"))
    words = _("Days added: %(added)s, changed: %(changed)s, as they were: %(kept)s.", **plan.counts)
    flash(words, "success")
    return redirect(url_for("rota.list_queues"))


@bp.post("/demand/import/cancel")
@requires("rota.write_demand")
def cancel_demand() -> ResponseReturnValue:
    """Forget the table that was looked at."""
    with transaction():
        drop_table(current_person(), services.KIND)
    flash(_("The table is discarded; nothing was stored."), "info")
    return redirect(url_for("rota.import_demand"))
