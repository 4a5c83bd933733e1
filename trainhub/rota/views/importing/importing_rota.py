"""Importing a rota: the file, how it is read, what it would do, storing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import InputError, InputErrors
from trainhub.rota.forms.importing import RotaFileForm
from trainhub.rota.models import PendingTable
from trainhub.rota.queries.shift_codes import words_of_codes
from trainhub.rota.rules.tables.mapping import Lines, RotaMapping, mapping_from
from trainhub.rota.rules.tables.rota_import import unknown_words, words_of
from trainhub.rota.services import importing_rota as services
from trainhub.rota.services.pending_tables import drop_table, keep_table
from trainhub.rota.services.shift_codes import add_standard_codes
from trainhub.rota.services.table_imports import hash_of
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.importing.plan_shown import grouped_errors, shown_changes, shown_rests
from trainhub.rota.views.importing.uploads import find_table, table_is_gone, take_file
from trainhub.rota.views.shifts.classes_hit import warn_of_classes
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_zone


@dataclass(frozen=True)
class Upload:
    """The table its owner is looking at: the stored row, its lines, how they are read."""

    pending: PendingTable
    lines: Lines
    mapping: RotaMapping

    @property
    def unknown(self) -> list[str]:
        """Words of the table that no code goes by."""
        words = words_of(self.lines, self.mapping)
        return unknown_words(words, self.mapping, words_of_codes())


def find_upload() -> Upload | None:
    """The signed-in person's table; None when it is no longer kept."""
    pending = find_table(services.KIND)
    if pending is None:
        return None
    lines = services.read_file(pending.data, pending.file, pending.mapping.get("encoding"))
    mapping = mapping_from(pending.mapping.get("rota", {}))
    return Upload(pending, lines, mapping)


@bp.route("/rota/import", methods=["GET", "POST"])
@requires("rota.write")
def import_rota() -> ResponseReturnValue:
    """Take a rota; look at its heads; go on to what is still to be said, or to the dry run."""
    form = RotaFileForm()
    if not form.validate_on_submit():
        return _choose(form, 422 if form.errors else 200)
    taken = take_file(form, services.ROTA_LIMITS)
    try:
        lines = services.read_file(taken.data, taken.name, taken.encoding)
    except InputErrors as refused:
        return _choose(form, 422, refused.errors)
    person, now = current_person(), clock.now()
    with transaction():
        add_standard_codes(actor=person, now=now)
        mapping, is_known = services.mapping_for(lines, taken.name, clock.today(current_zone()))
        kept = stored_mapping(mapping, taken.encoding)
        keep_table(person, services.KIND, taken.name, taken.data, kept, now=now)
    words = words_of(lines, mapping)
    if is_known and words and not unknown_words(words, mapping, words_of_codes()):
        return redirect(url_for("rota.check_rota"))
    return redirect(url_for("rota.map_rota"))


def stored_mapping(mapping: RotaMapping, encoding: str | None) -> dict[str, Any]:
    """What is kept beside the table."""
    return {"encoding": encoding, "rota": mapping.as_json()}


def _choose(
    form: RotaFileForm, status: int, errors: Sequence[InputError] = ()
) -> ResponseReturnValue:
    return render_template("rota/import_rota.html", form=form, errors=errors), status


@bp.get("/rota/import/check")
@requires("rota.write")
def check_rota() -> ResponseReturnValue:
    """What the table would do: counts, every error by its cell, the first changes."""
    upload = find_upload()
    if upload is None:
        return table_is_gone("rota.import_rota")
    if upload.unknown:
        return redirect(url_for("rota.map_rota"))
    return _checked(upload, _plan(upload))


def _plan(upload: Upload) -> services.RotaPlan:
    pending = upload.pending
    return services.plan_import(
        upload.lines, upload.mapping, file=pending.file, file_hash=hash_of(pending.data)
    )


def _checked(upload: Upload, plan: services.RotaPlan) -> ResponseReturnValue:
    today = clock.today(current_zone())
    page = render_template(
        "rota/check_rota.html",
        plan=plan,
        mapping=upload.mapping,
        groups=grouped_errors(plan.errors),
        changes=shown_changes(plan.diff),
        rests=shown_rests(plan.short_rests),
        past=sum(
            1
            for part in (plan.diff.new, plan.diff.changed, plan.diff.removed)
            for _person, on, _old, _new in part
            if on < today
        ),
    )
    return page, 422 if plan.error_count else 200


@bp.post("/rota/import/confirm")
@requires("rota.write")
def confirm_rota() -> ResponseReturnValue:
    """Store the table that was looked at: everything, or nothing and the errors."""
    upload = find_upload()
    if upload is None:
        return table_is_gone("rota.import_rota")
    person, now, pending = current_person(), clock.now(), upload.pending
    try:
        with transaction():
            plan, record = services.import_rota(
                upload.lines,
                upload.mapping,
                file=pending.file,
                file_hash=hash_of(pending.data),
                actor=person,
                now=now,
            )
            drop_table(person, services.KIND)
            record_id = record.id
    except InputErrors:  # something it relied on has changed since the look at it
        return _checked(upload, _plan(upload))
    words = _("The rota is stored: %(new)s days new, %(changed)s changed, %(removed)s emptied.",
              **plan.diff.counts)  # fmt: skip
    flash(words, "success")
    changed = [*plan.diff.changed, *plan.diff.removed]
    if changed:
        dates = [on for _person, on, _old, _new in changed]
        warn_of_classes({row[0] for row in changed}, min(dates), max(dates))
    if plan.diff.changed or plan.diff.removed:
        return redirect(url_for("rota.show_changes", table=record_id))
    return redirect(url_for("rota.show_rota", on=plan.read.first))


@bp.post("/rota/import/drop")
@requires("rota.write")
def drop_rota() -> ResponseReturnValue:
    """Forget the uploaded table."""
    with transaction():
        drop_table(current_person(), services.KIND)
    return redirect(url_for("rota.import_rota"))
