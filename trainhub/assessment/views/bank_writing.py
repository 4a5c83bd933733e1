"""Writing the bank's own questions, with the catalogue's forms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.models import BankItem, BankItemEdition
from trainhub.assessment.queries.bank import bank_words, find_item, get_item, past_answers
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.bank import GENERAL_TOPIC, BankQuestion, ItemStatus, Level
from trainhub.assessment.rules.bank_facts import ItemFacts, check_facts
from trainhub.assessment.rules.wordings import COMPARABLE, Comparison, compare_keys
from trainhub.assessment.services.bank import save_item
from trainhub.assessment.views.bank_shown import pictures_of
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.forms.item_form import ItemForm
from trainhub.catalogue.forms.items import FIRST_ROWS, FORMS
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.views.item_words import KINDS
from trainhub.catalogue.views.questions import Pictures, ShownQuestion, show_question
from trainhub.catalogue.views.quizzes import tried
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.filters import LANGUAGE_TAGS
from trainhub.web.locale import current_language
from trainhub.web.text import translated, typed_text

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
TRY_NAME = "try"
_UNTRANSLATED = N_("This is still the %(language)s text: write the question in this language.")


@dataclass(frozen=True)
class TextHead:
    """What the catalogue's question form asks of its text."""

    language: str

    @property
    def language_tag(self) -> str:
        """The `lang` attribute of the text."""
        return LANGUAGE_TAGS[self.language]

    @property
    def language_name(self) -> str:
        """The language in its own words."""
        return LANGUAGE_NAMES[self.language]


@dataclass
class WritingPage:
    """The page of one text of an own question; `item` None for a new question, `edition` None
    where the question has no text in this language yet."""

    text: TextHead
    form: ItemForm
    item: BankItem | None = None
    edition: BankItemEdition | None = None
    shown: ShownQuestion | None = None
    comparison: Comparison | None = None
    topic_errors: list[str] = field(default_factory=list)

    @property
    def original(self) -> ShownQuestion | None:
        """The question in the other language, where this page is to translate it."""
        other = self.item.editions[0].version if self.item and not self.edition else None
        if other is None or self.item is None:
            return None
        item = as_quiz_item(self.item, other)
        return show_question(
            item, other.language, name="original", with_key=True, pictures=pictures_of(other)
        )

    @property
    def pictures(self) -> Pictures:
        """The pictures the text has had so far."""
        return pictures_of(self.edition.version) if self.edition else Pictures()

    def answer(self, status: int = 200) -> ResponseReturnValue:
        """The page, or only its preview for a script that asks for that."""
        name = "assessment/edit_item.html"
        if request.headers.get("X-Part") == "preview":
            name = "assessment/_preview_item.html"
        page = render_template(
            name,
            page=self,
            text=self.text,
            form=self.form,
            kinds=KINDS,
            words=bank_words(),
        )
        return page, status

    def made(self) -> QuizItem:
        """The question as typed. Raises `InputErrors`."""
        if self.item is not None:
            self.form.key.data = self.item.key
        return self.form.make()

    def preview(self) -> None:
        """Show the question as typed, and what its key would make of past answers."""
        try:
            made = self.made()
        except InputErrors:
            return
        language = self.text.language
        if request.form.get("do") == "try":
            self.shown = tried(made, language, TRY_NAME)[0]
        else:
            self.shown = show_question(made, language, name=TRY_NAME, pictures=self.pictures)
        if self.item is not None and self.edition is not None and made.kind in COMPARABLE:
            old = as_quiz_item(self.item, self.edition.version)
            self.comparison = compare_keys(old, made, past_answers(self.item.id, language))


@bp.route(f"/question-bank/new/<any({', '.join(Kind)}):kind>", methods=["GET", "POST"])
@requires("assessment.write_items")
def add_item(kind: str) -> ResponseReturnValue:
    """Write a question of the bank's own."""
    asked = request.args.get("language", "")
    text = TextHead(asked if asked in LANGUAGE_NAMES else current_language())
    form = FORMS[Kind(kind)]()
    if request.method == "GET":
        form = _empty(Kind(kind), {"key": _free_key(), "points": "1"})
    return _edit(WritingPage(text, form))


def _empty(kind: Kind, data: dict[str, Any]) -> ItemForm:
    form = FORMS[kind](data=data)
    for _row in range(FIRST_ROWS.get(kind, 0)):
        form.add_row()
    return form


def _free_key() -> str:
    number = 1
    while find_item(f"own-{number}") is not None:
        number += 1
    return f"own-{number}"


@bp.route(
    "/question-bank/items/<slug:item_key>/<any(zh, en):language>/edit", methods=["GET", "POST"]
)
@requires("assessment.write_items")
def edit_item(item_key: str, language: str) -> ResponseReturnValue:
    """Write a text of an own question: a new version when saved."""
    item = get_item(item_key)
    if item.quiz_key is not None:
        raise NotFound()
    edition = next((one for one in item.editions if one.language == language), None)
    kind = Kind((edition or item.editions[0]).version.kind)
    form = FORMS[kind]()
    if request.method == "GET":
        form = _filled(item, edition, kind)
    page = WritingPage(TextHead(language), form, item, edition)
    if request.method == "GET" and edition is not None:
        page.preview()
    return _edit(page)


def _filled(item: BankItem, edition: BankItemEdition | None, kind: Kind) -> ItemForm:
    if edition is None:  # the other language's text is what there is to translate
        other = item.editions[0].version
        return FORMS[kind](data=FORMS[kind].from_item(as_quiz_item(item, other)))
    stored = FORMS[kind].from_item(as_quiz_item(item, edition.version))
    return FORMS[kind](data=stored | {"seen_item": str(edition.version_id)})


def _edit(page: WritingPage) -> ResponseReturnValue:
    """Show, preview, add a row, or save: whatever the pressed button asks."""
    if request.method == "GET":
        return page.answer()
    act = request.form.get("do", "save")
    if act == "row":
        page.form.add_row()
    if act != "save":
        page.preview()
        return page.answer()
    try:
        item = _store(page)
    except DomainError as refused:
        return _refused(page, refused)
    flash(_("The question is saved."), "success")
    return redirect(url_for("assessment.show_item", item_key=item.key))


def _refused(page: WritingPage, error: DomainError) -> ResponseReturnValue:
    if isinstance(error, InputErrors):
        page.topic_errors = [one.text(translated) for one in error.errors if one.field == "topic"]
        others = [one for one in error.errors if one.field != "topic"]
        page.form.take_error(InputErrors(others))
    else:
        page.form.form_errors.append(error.text(translated))
    page.preview()
    return page.answer(error.status)


def _checked(page: WritingPage) -> QuizItem:
    """The question as typed. Raises `InputErrors` with all that is wrong, the topic included."""
    errors: list[InputError] = []
    try:
        check_facts(ItemFacts(topic=_topic()))
    except InputErrors as refused:
        errors += refused.errors
    try:
        made = page.made()
    except InputErrors as refused:
        raise InputErrors([*refused.errors, *errors]) from refused
    if page.item is not None and page.edition is None:
        other = page.item.editions[0].version
        if made.stem.strip() == other.stem.strip():
            params = {"language": LANGUAGE_NAMES[other.language]}
            errors.append(InputError("untranslated", _UNTRANSLATED, params, field="stem"))
    if errors:
        raise InputErrors(errors)
    return made


def _topic() -> str:
    return request.form.get("topic", "").strip() or GENERAL_TOPIC


def _store(page: WritingPage) -> BankItem:
    made, seen = _checked(page), page.form.seen_item.data or ""
    question = BankQuestion(
        item=replace(made, key=page.item.key if page.item else made.key),
        language=page.text.language,
        topic=_topic(),
        level=Level(made.level),
        status=ItemStatus.LIVE if request.form.get("live") else ItemStatus.DRAFT,
        enemies=made.enemies,
    )
    with transaction():
        return save_item(
            page.item,
            question,
            seen_version_id=row_id(seen) if seen.isdigit() else None,
            note=typed_text("note", 500),
            actor=current_person(),
            now=clock.now(),
        )
