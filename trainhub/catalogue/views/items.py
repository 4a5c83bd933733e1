"""One question: its form, its preview, trying it before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue import services
from trainhub.catalogue.forms.item_form import ItemForm
from trainhub.catalogue.forms.items import FIRST_ROWS, FORMS
from trainhub.catalogue.models import CourseEdition
from trainhub.catalogue.queries.linting import newest_source, read_course
from trainhub.catalogue.queries.writing import list_courses_asking
from trainhub.catalogue.rules.quiz_editing import with_changed_item, with_item
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, QuizText
from trainhub.catalogue.rules.quiz_writing import item_as_mapping
from trainhub.catalogue.services import QuestionMoved, item_token
from trainhub.catalogue.views.blueprint import bp
from trainhub.catalogue.views.item_words import KINDS
from trainhub.catalogue.views.questions import ShownQuestion, show_question
from trainhub.catalogue.views.quizzes import (
    QUIZ_PATH,
    edition_of,
    quiz_of,
    text_questions,
    tried,
)
from trainhub.catalogue.views.texts import WrittenText, get_text
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

TRY_NAME = "try"


@dataclass
class ItemPage:
    """The page of one question, new (`item` None) or there already."""

    text: WrittenText
    form: ItemForm
    item: QuizItem | None
    theirs: QuizItem | None = None
    shown: ShownQuestion | None = None

    def answer(self, status: int = 200) -> ResponseReturnValue:
        """The page, or only its preview for a script that asks for that."""
        name = "edit_question"
        if request.headers.get("X-Part") == "preview":
            name = "_preview_question"
        page = render_template(
            f"catalogue/{name}.html",
            page=self,
            text=self.text,
            form=self.form,
            kinds=KINDS,
            objectives=_objectives(self.text),
            theirs=item_as_mapping(self.theirs) if self.theirs else None,
        )
        return page, status

    def preview(self) -> None:
        """Show the question as it is typed, with the answer that was tried."""
        try:
            item = self.form.make()
        except InputErrors:
            return
        if request.form.get("do") == "try":
            self.shown = tried(item, self.text.language, TRY_NAME)[0]
        else:
            self.shown = show_question(item, self.text.language, name=TRY_NAME)


def _objectives(text: WrittenText) -> list[tuple[str, str]]:
    """Keys and words of the objectives of the courses that ask this quiz, to choose from."""
    found: dict[str, str] = {}
    for course in list_courses_asking(text.key):
        for edition in course.editions:
            if isinstance(edition, CourseEdition) and edition.language == text.language:
                read = read_course(newest_source(edition))[0]
                found |= {one.key: one.text for one in read.meta.objectives} if read else {}
    return list(found.items())


@bp.route(f"{QUIZ_PATH}/questions/new/<any({', '.join(Kind)}):kind>", methods=["GET", "POST"])
@requires("catalogue.write")
def add_question(key: str, language: str, kind: str) -> ResponseReturnValue:
    """Write a new question of a kind."""
    text = get_text("quizzes", key, language)
    quiz = quiz_of(text)
    if quiz is None:
        return redirect(text.url("edit_text"))
    made = FORMS[Kind(kind)]
    form = made()
    if request.method == "GET":
        form = made(data={"key": _free_key(quiz), "points": "1"})
        for _row in range(FIRST_ROWS.get(Kind(kind), 0)):
            form.add_row()
    return _edit(ItemPage(text, form, None))


def _free_key(quiz: QuizText) -> str:
    keys = {item.key for item in quiz.items}
    number = len(keys) + 1
    while f"question-{number}" in keys:
        number += 1
    return f"question-{number}"


@bp.route(f"{QUIZ_PATH}/questions/<slug:item_key>/edit", methods=["GET", "POST"])
@requires("catalogue.write")
def edit_question(key: str, language: str, item_key: str) -> ResponseReturnValue:
    """Change a question."""
    text = get_text("quizzes", key, language)
    quiz = quiz_of(text)
    if quiz is None:
        return redirect(text.url("edit_text"))
    item = quiz.find_item(item_key)
    if item is None:
        raise NotFound()
    made = FORMS[item.kind]
    form = made()
    if request.method == "GET":
        form = made(data=made.from_item(item) | {"seen_item": item_token(item)})
    return _edit(ItemPage(text, form, item))


def _edit(page: ItemPage) -> ResponseReturnValue:
    """Show, preview, add a row, or save: whatever the pressed button asks."""
    act = request.form.get("do", "save")
    if request.method == "GET":
        if page.item is not None:
            page.shown = show_question(page.item, page.text.language, name=TRY_NAME)
        return page.answer()
    if act == "row":
        page.form.add_row()
    if act != "save":
        page.preview()
        return page.answer()
    try:
        item = page.form.make()
        _store(page, item)
    except QuestionMoved as moved:
        page.theirs = moved.saved
        page.form.seen_item.data = item_token(moved.saved)
        return _refused(page, moved)
    except DomainError as refused:
        return _refused(page, refused)
    flash(_("The question is saved in the draft."), "success")
    return redirect(text_questions(page.text, f"question-{item.key}"))


def _refused(page: ItemPage, error: DomainError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    if isinstance(error, InputErrors):
        page.form.take_error(error)
    else:
        page.form.form_errors.append(error.text(translated))
    page.preview()
    return page.answer(error.status)


def _store(page: ItemPage, item: QuizItem) -> None:
    change = partial(with_item, item=item)
    known: dict[str, str] = {}
    if page.item is not None:
        change = partial(with_changed_item, key=page.item.key, item=item)
        known = {"key": page.item.key, "seen_item": page.form.seen_item.data or ""}
    with transaction():
        services.change_quiz(
            edition_of(page.text), change, actor=current_person(), now=clock.now(), **known
        )
