"""Writing passages: pasted, from a file, made of quick phrases; a new version of one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.tables.encodings import decode_text
from trainhub.typing_tests.forms.passages import (
    LANGUAGE_CHOICES,
    LARGEST_SEED,
    ComposeForm,
    NewPassageForm,
    PassageForm,
)
from trainhub.typing_tests.queries.passages import PassageRow, get_passage
from trainhub.typing_tests.queries.phrases import list_groups, list_phrases
from trainhub.typing_tests.rules.passages import (
    NormalText,
    PassageFacts,
    check_draft,
    facts_of,
    normal_text,
)
from trainhub.typing_tests.rules.phrases import compose
from trainhub.typing_tests.services.passages import add_passage as store_passage
from trainhub.typing_tests.services.passages import edit_passage as store_version
from trainhub.typing_tests.views.blueprint import bp
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language

LARGEST_FILE = 1024 * 1024
_LARGE = N_("The file is larger than %(most)s MB.")


@dataclass
class WritingPage:
    """The page on which a passage is written; `row` None for a new one.

    After a look at it or a refusal, `normal` is the text as it would be kept, `facts` of it.
    """

    form: PassageForm
    row: PassageRow | None = None
    normal: NormalText | None = None
    facts: PassageFacts | None = None

    @property
    def language(self) -> str:
        """The language of the text; the reader's, where the one sent is none of ours."""
        if self.row:
            return self.row.passage.language
        sent: str | None = self.form.language.data
        return sent if sent in LANGUAGES else current_language()

    def look(self) -> None:
        """Check the text as it stands; what is wrong goes to its field."""
        draft = self.form.draft(self.language)
        try:
            checked = check_draft(draft)
        except InputErrors as refused:
            self.form.take_error(refused)
        else:
            self.normal = NormalText(checked.text, normal_text(draft.text, self.language).notices)
            self.facts = facts_of(checked.text, self.language)

    def answer(self, status: int = 200) -> ResponseReturnValue:
        """The page."""
        return render_template("typing_tests/edit_passage.html", page=self), status


def uploaded_text(form: NewPassageForm) -> str | None:
    """The text of the file that was sent, if one was. Raises `InputErrors`."""
    upload = form.file.data
    if not upload or not upload.filename:
        return None
    data = upload.stream.read(LARGEST_FILE + 1)
    name = upload.filename[-120:]
    if len(data) > LARGEST_FILE:
        params = {"most": LARGEST_FILE // 1024 // 1024}
        raise InputErrors([InputError("file_too_large", _LARGE, params, file=name, field="file")])
    try:
        return decode_text(data, name)
    except InputErrors as refused:
        errors = [InputError(one.code, one.message, one.params, field="file") for one in
                  refused.errors]  # fmt: skip
        raise InputErrors(errors) from refused


@bp.route("/typing-passages/new", methods=["GET", "POST"])
@requires("typing_tests.write_passages")
def add_passage() -> ResponseReturnValue:
    """Write a passage, look at what it asks of a typist, save it."""
    form = NewPassageForm()
    if request.method == "GET":
        form.language.data = current_language()
        return WritingPage(form).answer()
    page = WritingPage(form)
    try:
        given = uploaded_text(form)
    except InputErrors as refused:
        form.take_error(refused)
        return page.answer(422)
    if given is not None:
        form.text.data = given
    if not form.validate():
        return page.answer(422)
    if request.form.get("do") == "look":
        page.look()
        return page.answer(422 if form.errors else 200)
    try:
        with transaction():
            passage = store_passage(form.draft(), actor=current_person(), now=clock.now())
    except DomainError as refused:
        form.take_error(refused)
        return page.answer(refused.status)
    flash(_("The passage is saved and in use."), "success")
    return redirect(url_for("typing_tests.show_passage", passage_id=passage.id))


@bp.route("/typing-passages/<int:passage_id>/edit", methods=["GET", "POST"])
@requires("typing_tests.write_passages")
def edit_passage(passage_id: int) -> ResponseReturnValue:
    """Change a passage: its next version when saved."""
    row = get_passage(passage_id)
    if request.method == "GET":
        return WritingPage(PassageForm.of_passage(row.passage, row.version), row).answer()
    form = PassageForm()
    form.language.data = row.passage.language
    page = WritingPage(form, row)
    if not form.validate():
        return page.answer(422)
    if request.form.get("do") == "look":
        page.look()
        return page.answer(422 if form.errors else 200)
    try:
        is_new = _store_version(passage_id, page)
    except DomainError as refused:
        form.take_error(refused)
        return page.answer(refused.status)
    if is_new:
        flash(_("Saved as a new version. Runs keep the version they were typed from."), "success")
    else:
        flash(_("Nothing was different, so nothing was saved."), "info")
    return redirect(url_for("typing_tests.show_passage", passage_id=passage_id))


def _store_version(passage_id: int, page: WritingPage) -> bool:
    seen = page.form.seen.data or ""
    with transaction():
        row = get_passage(passage_id)
        return store_version(
            row.passage,
            page.form.draft(row.passage.language),
            seen_version_id=row_id(seen) if seen.isdecimal() else 0,
            actor=current_person(),
            now=clock.now(),
        )


@bp.get("/typing-passages/compose")
@requires("typing_tests.write_passages")
def compose_passage() -> ResponseReturnValue:
    """Make a passage of quick phrases: a look at it first."""
    given = request.args if "group" in request.args else None
    form = ComposeForm(given, meta={"csrf": False})  # it changes nothing
    choices = _group_choices()
    form.group.choices = choices
    text = ""
    if "group" not in request.args:
        form.seed.data = secrets.randbelow(LARGEST_SEED + 1)
        form.group.data = next(
            (value for value, _label in choices if value.startswith(current_language())), ""
        )
    elif form.validate():
        text = _composed(form)
    language = (form.group.data or "")[:2]
    page = render_template(
        "typing_tests/compose_passage.html",
        form=form,
        text=text,
        language=language,
        facts=facts_of(text, language) if text else None,
        title=_title_of(form),
    )
    return page, 422 if form.errors else 200


def _group_choices() -> list[tuple[str, str]]:
    """Groups of both languages as “zh:退款”, and “zh” for all phrases of one."""
    choices: list[tuple[str, str]] = []
    everything, nameless = _("all groups"), _("without a group")
    for choice in LANGUAGE_CHOICES:
        language = str(choice.value)
        groups = list_groups(language)
        if groups:
            total = sum(count for _group, count in groups)
            choices.append((language, f"{choice.label} · {everything} ({total})"))
        choices += [
            (f"{language}:{group}", f"{choice.label} · {group or nameless} ({count})")
            for group, count in groups
        ]
    return choices


def _composed(form: ComposeForm) -> str:
    language, colon, group = form.group.data.partition(":")
    phrases = list_phrases(language, group if colon else None)
    texts = [phrase.text for phrase in phrases]
    return compose(texts, count=form.count.data, seed=form.seed.data)


def _title_of(form: ComposeForm) -> str:
    group = (form.group.data or "").partition(":")[2] or _("Quick phrases")
    return str(_("%(group)s, choice %(seed)s", group=group, seed=form.seed.data))
