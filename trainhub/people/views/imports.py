"""Importing people from a table, with a preview; taking the table of people away."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.people import queries, services
from trainhub.people.exports import FORMATS, table_of_people
from trainhub.people.forms import ROLE_LABELS, ImportForm
from trainhub.people.models import PendingImport, Person
from trainhub.people.services import KEPT_FOR, ImportPlan
from trainhub.people.views.blueprint import bp
from trainhub.people.views.people import asked_criteria
from trainhub.people.views.signed_in import with_fresh_password
from trainhub.tables import read_table
from trainhub.tables.values import STANDARD_LIMITS
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language

PREVIEW_ROWS = 20


@bp.route("/people/import", methods=["GET", "POST"])
@requires("people.manage")
@with_fresh_password
def import_people() -> ResponseReturnValue:
    """Take a table; show what it would do, and every error, before anything is stored."""
    form = ImportForm()
    if form.validate_on_submit():
        upload = form.file.data
        data = upload.stream.read(STANDARD_LIMITS.packed_bytes + 1)
        file, encoding = (upload.filename or "")[-120:], form.encoding.data or None
        person = current_person()
        try:
            plan = _plan(data, file, encoding)
        except InputErrors as error:
            plan = ImportPlan(file, (), (), error.errors)
        if not plan.errors:
            with transaction():
                services.keep_upload(person, file, data, encoding, now=clock.now())
        return _preview(form, plan)
    page = render_template("people/import_people.html", form=form, plan=None)
    return page, 422 if form.errors else 200


def _plan(data: bytes, file: str, encoding: str | None) -> ImportPlan:
    return services.plan_import(read_table(data, file, encoding=encoding))


def _preview(form: ImportForm, plan: ImportPlan) -> ResponseReturnValue:
    page = render_template(
        "people/import_people.html",
        form=form,
        plan=plan,
        rows=plan.rows[:PREVIEW_ROWS],
        role_labels=ROLE_LABELS,
    )
    return page, 422 if plan.errors else 200


@bp.post("/people/import/confirm")
@requires("people.manage")
@with_fresh_password
def confirm_import() -> ResponseReturnValue:
    """Store the table that was previewed: everything, or nothing and the errors."""
    person = current_person()
    pending = queries.find_pending_import(person, clock.now(), KEPT_FOR)
    if pending is None:
        flash(_("Your table is no longer here. Choose the file again."), "warning")
        return redirect(url_for("people.import_people"))
    try:
        counts = _store(person, pending)
    except InputErrors as error:
        return _preview(ImportForm(formdata=None), ImportPlan("", (), (), error.errors))
    words = _("%(added)s people added, %(changed)s changed, %(kept)s as they were.", **counts)
    flash(words, "success")
    return redirect(url_for("people.list_people", state="all"))


def _store(person: Person, pending: PendingImport) -> dict[str, int]:
    table = read_table(pending.data, pending.file, encoding=pending.encoding)
    with transaction():
        services.drop_upload(person)
        return services.import_people(table, actor=person, now=clock.now()).counts


@bp.route("/people/export", methods=["GET", "POST"])
@requires("people.manage")
@with_fresh_password
def export_people() -> ResponseReturnValue:
    """Take the listed people away as a table; that is put on record."""
    criteria, actor = asked_criteria(), current_person()
    people = queries.list_people(actor, criteria)
    if request.method == "GET":
        return render_template("people/export_people.html", count=len(people), formats=FORMATS)
    form = request.form.get("form", "csv")
    if form not in FORMATS:
        abort(400)
    body = table_of_people(people, form=form, chinese=current_language() == "zh")
    with transaction():
        services.note_export(len(people), form, actor=actor, now=clock.now())
    disposition = {"Content-Disposition": f'attachment; filename="people.{form}"'}
    return Response(body, headers=disposition, content_type=FORMATS[form])
