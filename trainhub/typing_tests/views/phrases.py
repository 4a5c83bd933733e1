"""The list of quick phrases, and taking more into it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors
from trainhub.tables import TableLimits, read_table
from trainhub.tables.encodings import decode_text
from trainhub.typing_tests.forms.passages import PhrasesForm
from trainhub.typing_tests.queries.phrases import (
    PhraseCriteria,
    find_phrase_page,
    get_phrase,
    list_groups,
)
from trainhub.typing_tests.rules.phrases import (
    LONGEST_PHRASE,
    MOST_PHRASES,
    Phrase,
    PhraseList,
    check_list,
    phrases_of_lines,
    phrases_of_table,
)
from trainhub.typing_tests.services.passages import ImportCounts
from trainhub.typing_tests.services.phrases import (
    add_phrases,
    count_what_is_new,
    restore_phrase,
    retire_phrase,
)
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.passages import STATES
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.text import asked_text, translated

LARGEST_FILE = 1024 * 1024
LIMITS = TableLimits(
    packed_bytes=LARGEST_FILE, rows=MOST_PHRASES, cell_characters=2 * LONGEST_PHRASE
)
SHOWN = 100


@dataclass(frozen=True)
class Plan:
    """What taking a list would do, or everything that is in the way."""

    language: str
    phrases: tuple[Phrase, ...] = ()
    errors: tuple[InputError, ...] = ()
    counts: ImportCounts = field(default_factory=ImportCounts)

    @property
    def packed(self) -> str:
        """The phrases for the form that confirms."""
        return json.dumps([[one.group, one.text] for one in self.phrases], ensure_ascii=False)


@bp.get("/typing-phrases")
@requires("typing_tests.write_passages")
def list_typing_phrases() -> ResponseReturnValue:
    """The phrases, narrowed as asked."""
    given: dict[str, Any] = {
        one.name: text for one in fields(PhraseCriteria) if (text := asked_text(one.name))
    }
    if given.get("language") not in LANGUAGES:
        given["language"] = current_language()
    criteria = PhraseCriteria(**given)
    page = request.args.get("page", default=1, type=row_id)
    return render_template(
        "typing_tests/list_phrases.html",
        criteria=criteria,
        found=find_phrase_page(criteria, page),
        groups=list_groups(criteria.language),
        states=STATES,
        page_url=lambda number: url_for(
            "typing_tests.list_typing_phrases", **(given | {"page": number})
        ),
    )


@bp.post("/typing-phrases/<int:phrase_id>/retire")
@requires("typing_tests.write_passages")
def put_phrase_away(phrase_id: int) -> ResponseReturnValue:
    """Make no more passages and lessons of the phrase."""
    with transaction():
        phrase = get_phrase(phrase_id)
        retire_phrase(phrase, actor=current_person(), now=clock.now())
    flash(_("The phrase is out of use."), "success")
    return redirect(url_for("typing_tests.list_typing_phrases", language=phrase.language))


@bp.post("/typing-phrases/<int:phrase_id>/restore")
@requires("typing_tests.write_passages")
def put_phrase_back(phrase_id: int) -> ResponseReturnValue:
    """Put a phrase back into the list."""
    with transaction():
        phrase = get_phrase(phrase_id)
        restore_phrase(phrase, actor=current_person(), now=clock.now())
    flash(_("The phrase is in use again."), "success")
    return redirect(url_for("typing_tests.list_typing_phrases", language=phrase.language))


@bp.route("/typing-phrases/import", methods=["GET", "POST"])
@requires("typing_tests.write_passages")
def import_phrases() -> ResponseReturnValue:
    """Take a list; show what it would do, and every error by its row, before it is stored."""
    form = PhrasesForm()
    if request.method == "GET":
        form.language.data = current_language()
        return _page(form, None)
    return _page(form, _plan(form)) if form.validate() else _page(form, None)


def _plan(form: PhrasesForm) -> Plan:
    language = form.language.data
    try:
        found = _read(form, language)
    except InputErrors as refused:
        return Plan(language, errors=refused.errors)
    if found.errors:
        return Plan(language, errors=found.errors)
    return Plan(language, found.phrases, counts=count_what_is_new(found.phrases, language))


def _read(form: PhrasesForm, language: str) -> PhraseList:
    group = form.group.data or ""
    upload = form.file.data
    if not upload or not upload.filename:
        return phrases_of_lines(form.lines.data or "", language, group=group)
    data = upload.stream.read(LARGEST_FILE + 1)
    name, encoding = upload.filename[-120:], form.encoding.data or None
    if name.lower().endswith((".txt", ".md")) and len(data) <= LARGEST_FILE:
        return phrases_of_lines(decode_text(data, name, encoding), language, group=group)
    table = read_table(data, name, limits=LIMITS, encoding=encoding)
    return phrases_of_table(table, language, group=group)


def _page(form: PhrasesForm, plan: Plan | None) -> ResponseReturnValue:
    page = render_template("typing_tests/import_phrases.html", form=form, plan=plan, shown=SHOWN)
    return page, 422 if form.errors or (plan and plan.errors) else 200


@bp.post("/typing-phrases/import/confirm")
@requires("typing_tests.write_passages")
def confirm_phrases() -> ResponseReturnValue:
    """Store the list that was looked at: all of it, or nothing and the errors."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        return redirect(url_for("typing_tests.import_phrases"))
    found = check_list(_unpacked(request.form.get("packed", "")), language)
    if found.errors:
        return _page(PhrasesForm(formdata=None), Plan(language, errors=found.errors))
    try:
        with transaction():
            counts = add_phrases(found.phrases, language, actor=current_person(), now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "error")
        return redirect(url_for("typing_tests.import_phrases"))
    words = {"new": counts.new, "changed": counts.changed, "kept": counts.unchanged}
    flash(_("%(new)s phrases new, %(changed)s changed, %(kept)s as they were.", **words), "success")
    return redirect(url_for("typing_tests.list_typing_phrases", language=language))


def _unpacked(packed: str) -> list[Phrase]:
    try:
        rows: Any = json.loads(packed)
    except (ValueError, RecursionError):
        return []
    if not isinstance(rows, list):
        return []
    return [
        Phrase(row[0], row[1], number)
        for number, row in enumerate(rows, start=1)
        if isinstance(row, list) and len(row) == 2 and all(isinstance(one, str) for one in row)
    ]
