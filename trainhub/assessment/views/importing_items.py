"""Importing questions: looked at first, then stored as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.forms.exchange import FORMAT_WORDS, ItemImportForm
from trainhub.assessment.models import PendingItemImport
from trainhub.assessment.queries.bank import bank_words
from trainhub.assessment.queries.exchange import completed, find_pending_item_import
from trainhub.assessment.rules.exchange import MAX_BYTES, Reading, guess_format
from trainhub.assessment.rules.exchange.options import (
    ImportOptions,
    first_shown,
    options_from,
    placed,
    read_with,
)
from trainhub.assessment.services.bank import ImportOutcome, import_questions, rehearse_import
from trainhub.assessment.services.exchange import drop_item_upload, keep_item_upload
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.exchange_shown import show_imported
from trainhub.db import transaction
from trainhub.errors import N_, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language

SHOWN = 10
_EMPTY = N_("The file is empty.")
_UNKNOWN = N_("The format of this file cannot be told. Choose it in the form.")


@dataclass(frozen=True)
class Plan:
    """What storing a file would do, or everything that is in the way."""

    file: str
    options: ImportOptions
    reading: Reading = field(default_factory=lambda: Reading(()))
    outcome: ImportOutcome = field(default_factory=ImportOutcome)
    errors: tuple[InputError, ...] = ()


@bp.route("/question-bank/import", methods=["GET", "POST"])
@requires("assessment.write_items")
def import_items() -> ResponseReturnValue:
    """Take a file; show what it would do, and every error, before anything is stored."""
    form = ItemImportForm()
    if form.validate_on_submit():
        upload = form.file.data
        data = upload.stream.read(max(MAX_BYTES.values()) + 1)
        file = (upload.filename or "")[-120:]
        options = _options(form, file, data)
        plan = _plan(data, file, options)
        if not plan.errors:
            with transaction():
                keep_item_upload(current_person(), file, data, options, now=clock.now())
        return _page(form, plan)
    if not form.is_submitted():
        form.language.data = current_language()
    return _page(form, None)


def _options(form: ItemImportForm, file: str, data: bytes) -> ImportOptions:
    return ImportOptions(
        form.format.data or guess_format(file, data) or "",
        form.language.data,
        form.topic.data or "",
        form.status.data or "",
        form.encoding.data or "",
    )


def _plan(data: bytes, file: str, options: ImportOptions) -> Plan:
    """Rehearse the import: what it would do, or everything that is in the way."""
    if not data.strip():
        return Plan(file, options, errors=(InputError("file_empty", _EMPTY, file=file),))
    if not options.format:
        return Plan(file, options, errors=(InputError("format_unknown", _UNKNOWN, file=file),))
    try:
        reading = completed(read_with(data, options, file=file))
        outcome = rehearse_import(reading.questions)
    except InputErrors as refused:
        return Plan(file, options, errors=placed(refused.errors, options, file=file))
    return Plan(file, options, reading, outcome)


def _page(form: ItemImportForm, plan: Plan | None) -> ResponseReturnValue:
    questions = first_shown(plan.reading.questions, SHOWN) if plan else ()
    page = render_template(
        "assessment/import_items.html",
        form=form,
        plan=plan,
        notes=placed(plan.reading.notes, plan.options, file=plan.file) if plan else (),
        shown=show_imported(questions, plan.outcome.states) if plan else (),
        formats=FORMAT_WORDS,
        topics=[topic for topic, _count in bank_words().topics],
    )
    return page, 422 if form.errors or (plan and plan.errors) else 200


@bp.post("/question-bank/import/confirm")
@requires("assessment.write_items")
def confirm_item_import() -> ResponseReturnValue:
    """Store the file that was looked at: everything, or nothing and the errors."""
    person = current_person()
    pending = find_pending_item_import(person.id, clock.now())
    if pending is None:
        flash(_("Your file is no longer here. Choose it again."), "warning")
        return redirect(url_for("assessment.import_items"))
    options = options_from(pending.options)
    try:
        outcome = _store(person, pending, options)
    except InputErrors as refused:
        errors = placed(refused.errors, options, file=pending.file_name)
        return _page(ItemImportForm(formdata=None), Plan(pending.file_name, options, errors=errors))
    counts = {"new": outcome.new, "changed": outcome.changed, "kept": outcome.unchanged}
    flash(
        _("%(new)s questions new, %(changed)s changed, %(kept)s as they were.", **counts), "success"
    )
    return redirect(url_for("assessment.list_bank", sort="new"))


def _store(person: Person, pending: PendingItemImport, options: ImportOptions) -> ImportOutcome:
    file, data = pending.file_name, pending.data
    reading = completed(read_with(data, options, file=file))
    with transaction():
        drop_item_upload(person)
        return import_questions(reading.questions, actor=person, now=clock.now())
