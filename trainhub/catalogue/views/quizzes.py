"""The questions of a quiz: the list with its order, the head, and trying it all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue import services
from trainhub.catalogue.forms import QuizHeadForm
from trainhub.catalogue.forms.item_form import LEVEL_WORDS
from trainhub.catalogue.markdown import plain_text
from trainhub.catalogue.models import QuizEdition
from trainhub.catalogue.queries.linting import read_quiz
from trainhub.catalogue.queries.writing import list_courses_asking
from trainhub.catalogue.rules.marking import Mark, is_marked_by_hand, mark
from trainhub.catalogue.rules.quiz_editing import with_moved_item, without_item
from trainhub.catalogue.rules.quiz_text import QuizItem, QuizText
from trainhub.catalogue.views.blueprint import bp
from trainhub.catalogue.views.item_words import KINDS
from trainhub.catalogue.views.questions import (
    ShownQuestion,
    key_in_words,
    read_response,
    show_question,
)
from trainhub.catalogue.views.texts import WrittenText, flash_errors, get_text
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

QUIZ_PATH = "/quizzes/<slug:key>/<any(zh, en):language>"
STEPS = {"up": -1, "down": 1}


def quiz_of(text: WrittenText) -> QuizText | None:
    """The newest questions; None while their text has errors."""
    return read_quiz(text.source)[0]


def edition_of(text: WrittenText) -> QuizEdition:
    """The edition of a quiz's text."""
    assert isinstance(text.edition, QuizEdition)
    return text.edition


@bp.route(f"{QUIZ_PATH}/questions", methods=["GET", "POST"])
@requires("catalogue.write")
def list_questions(key: str, language: str) -> ResponseReturnValue:
    """The questions in order, and the quiz's title and pass mark."""
    text = get_text("quizzes", key, language)
    quiz = quiz_of(text)
    if quiz is None:
        flash(_("These questions cannot be read: correct the text first."), "error")
        return redirect(text.url("edit_text"))
    form = QuizHeadForm(obj=quiz)
    if form.validate_on_submit():
        head = {"title": form.title.data, "pass_mark": form.pass_mark.data}
        try:
            _change(text, lambda newest: replace(newest, **head))
            flash(_("The draft is saved."), "success")
            return redirect(text_questions(text))
        except InputErrors as refused:
            form.take_error(refused)
    page = render_template(
        "catalogue/list_questions.html",
        text=text,
        quiz=quiz,
        form=form,
        linted=text.lint(),
        translated=translated,
        courses=list_courses_asking(key),
        kinds=KINDS,
        levels=LEVEL_WORDS,
        key_in_words=key_in_words,
        plain_text=plain_text,
    )
    return page, 422 if form.errors else 200


def text_questions(text: WrittenText, anchor: str | None = None) -> str:
    """The address of the list of a quiz's questions."""
    return url_for("catalogue.list_questions", key=text.key, language=text.language, _anchor=anchor)


def _change(text: WrittenText, change: Callable[[QuizText], QuizText]) -> None:
    with transaction():
        services.change_quiz(edition_of(text), change, actor=current_person(), now=clock.now())


@bp.post(f"{QUIZ_PATH}/questions/<slug:item_key>/move")
@requires("catalogue.write")
def move_question(key: str, language: str, item_key: str) -> ResponseReturnValue:
    """Put a question one place up or down."""
    text = get_text("quizzes", key, language)
    steps = STEPS.get(request.form.get("to", ""), 0)
    try:
        _change(text, partial(with_moved_item, key=item_key, steps=steps))
    except InputErrors as refused:
        flash_errors(refused)
    return redirect(text_questions(text, f"question-{item_key}"))


@bp.post(f"{QUIZ_PATH}/questions/<slug:item_key>/delete")
@requires("catalogue.write")
def delete_question(key: str, language: str, item_key: str) -> ResponseReturnValue:
    """Take a question out of the draft; published versions keep it."""
    text = get_text("quizzes", key, language)
    try:
        _change(text, partial(without_item, key=item_key))
        flash(_("The question “%(key)s” was deleted from the draft.", key=item_key), "success")
    except InputErrors as refused:
        flash_errors(refused)
    return redirect(text_questions(text))


def tried(item: QuizItem, language: str, name: str) -> tuple[ShownQuestion, Mark | None]:
    """A question with the answer of the request's form, marked if a machine can."""
    given = read_response(item, request.form, name)
    if is_marked_by_hand(item.kind):
        return show_question(item, language, name=name, given=given, with_key=True), None
    try:
        outcome = mark(item, given)
    except InputErrors:  # an answer of a form that is older than the question
        given, outcome = None, mark(item, None)
    shown = show_question(item, language, name=name, given=given, mark=outcome)
    return shown, outcome


@bp.route(f"{QUIZ_PATH}/try", methods=["GET", "POST"])
@requires("catalogue.write")
def try_quiz(key: str, language: str) -> ResponseReturnValue:
    """Answer the draft's questions as a learner would; nothing is stored."""
    text = get_text("quizzes", key, language)
    quiz = quiz_of(text)
    if quiz is None:
        return redirect(text.url("edit_text"))
    if request.method == "GET":
        shown = [show_question(item, language, name=f"try-{item.key}") for item in quiz.items]
        return render_template("catalogue/try_quiz.html", text=text, questions=shown, share=None)
    answered = [tried(item, language, f"try-{item.key}") for item in quiz.items]
    marked = [(shown.item, one) for shown, one in answered if one is not None]
    earned = sum((one.points(item) for item, one in marked), Fraction(0))
    return render_template(
        "catalogue/try_quiz.html",
        text=text,
        questions=[shown for shown, _mark in answered],
        by_hand=len(answered) - len(marked),
        share=float(earned / sum(item.points for item, _one in marked)) if marked else None,
        pass_mark=quiz.pass_mark,
    )
