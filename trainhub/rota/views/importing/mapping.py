"""The screen on which a planner says how the rota's table is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import N_, InputError, InputErrors
from trainhub.rota.forms.importing import RotaMappingForm
from trainhub.rota.queries.shift_codes import list_codes, words_of_codes
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.heads import dated
from trainhub.rota.rules.tables.mapping import (
    NOTHING,
    RotaMapping,
    date_columns,
    heads_of,
    month_of,
    unread_heads,
)
from trainhub.rota.rules.tables.rota_import import words_of
from trainhub.rota.services.importing_rota import KIND, in_use
from trainhub.rota.services.pending_tables import keep_table
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.importing.importing_rota import Upload, find_upload, stored_mapping
from trainhub.rota.views.importing.uploads import table_is_gone
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id

SHOWN_LINES = 6
SHOWN_COLUMNS = 12
MOST_WORDS = 500  # different words for shifts that one table may need a meaning for
_FIELDS = ("shape", "head_row", "person", "person_by", "date", "code", "month", "day_first",
           "empty", "skip_unknown")  # fmt: skip


@bp.route("/rota/import/columns", methods=["GET", "POST"])
@requires("rota.write")
def map_rota() -> ResponseReturnValue:
    """Show how the table seems to be meant; take the planner's word for it."""
    upload = find_upload()
    if upload is None:
        return table_is_gone("rota.import_rota")
    if request.method == "GET":
        data = {name: getattr(upload.mapping, name) for name in _FIELDS}
        return _page(upload, RotaMappingForm(data=data))
    form = RotaMappingForm()
    is_sound = form.validate()
    if form.head_row.data is None or "head_row" in form.errors:
        return _page(upload, form, 422)
    said = _said(form, upload.mapping)
    upload = Upload(upload.pending, upload.lines, said)
    if not is_sound or request.form.get("do") == "look":
        return _page(upload, form, 200 if is_sound else 422)
    try:
        _check_columns(upload)
    except InputErrors as refused:
        form.take_error(refused)
        return _page(upload, form, 422)
    _keep(upload)
    if upload.unknown:
        flash(_("Some words of the table have no meaning yet: say what they stand for."), "warning")
        return redirect(url_for("rota.map_rota"))
    return redirect(url_for("rota.check_rota"))


def _said(form: RotaMappingForm, before: RotaMapping) -> RotaMapping:
    values: dict[str, Any] = {name: form[name].data for name in _FIELDS}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    values |= {name: text.replace("\0", "")[:200] for name, text in texts.items()}
    words = dict(before.codes)
    for at in range(MOST_WORDS):
        word, meaning = request.form.get(f"word-{at}"), request.form.get(f"meaning-{at}", "")
        if word is None:
            break
        key = folded(word.replace("\0", ""))
        if meaning == "":
            words.pop(key, None)
        else:
            words[key] = request.form.get(f"meaning-{at}", NOTHING, type=row_id)
    return replace(before, **values, codes=in_use(words))


def _check_columns(upload: Upload) -> None:
    """Raise `InputErrors` for columns that cannot be what they are said to be."""
    mapping = upload.mapping
    heads = heads_of(upload.lines, mapping.head_row)
    wanted = ("person",) if mapping.shape == "grid" else ("person", "date", "code")
    message = N_("Choose the column.")
    errors = [
        InputError("column_unknown", message, field=name)
        for name in wanted
        if getattr(mapping, name) not in heads
    ]
    if mapping.shape == "grid" and not date_columns(upload.lines, mapping.head_row):
        message = N_("No head of this row names a date.")
        errors.append(InputError("dates_missing", message, field="head_row"))
    if errors:
        raise InputErrors(errors)


def _keep(upload: Upload) -> None:
    pending = upload.pending
    encoding = pending.mapping.get("encoding")
    file, data = pending.file, pending.data
    with transaction():
        kept = stored_mapping(upload.mapping, encoding)
        keep_table(current_person(), KIND, file, data, kept, now=clock.now())


def _page(upload: Upload, form: RotaMappingForm, status: int = 200) -> ResponseReturnValue:
    mapping, lines = upload.mapping, upload.lines
    heads = heads_of(lines, mapping.head_row)
    for field in (form.person, form.date, form.code):
        field.choices = [("", _("Choose …")), *((head, head) for head in heads)]
    columns = date_columns(lines, mapping.head_row)
    month = month_of(mapping.month)
    days = []
    if month and mapping.shape == "grid":
        heads_said = [head for _at, head in columns]
        days = dated(heads_said, year=month[0], month=month[1], day_first=mapping.day_first)
    page = render_template(
        "rota/map_rota.html",
        form=form,
        file=upload.pending.file,
        lines=[line[:SHOWN_COLUMNS] for line in lines[: mapping.head_row + SHOWN_LINES]],
        mapping=mapping,
        head_row=mapping.head_row,
        days=days,
        unread=unread_heads(lines, mapping) if mapping.shape == "grid" else [],
        words=_words(upload),
        codes=list_codes(),
    )
    return page, status


def _words(upload: Upload) -> list[tuple[str, int, int | None]]:
    """Words that are no code by themselves: as written, how often, what they are said to mean."""
    index, said = words_of_codes(), upload.mapping.codes
    found: dict[str, tuple[str, int, int | None]] = {}
    for word, count in words_of(upload.lines, upload.mapping).most_common():
        key = folded(word)
        if key in said or key not in index:
            before = found.get(key)
            meaning = said.get(key)
            found[key] = (before[0], before[1] + count, meaning) if before else (
                word, count, meaning)  # fmt: skip
    return list(found.values())[:MOST_WORDS]
