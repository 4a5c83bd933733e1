"""The writers' desk: every text, what state it is in, and beginning a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.catalogue import queries, services
from trainhub.catalogue.forms import NewCourseForm, NewQuizForm
from trainhub.catalogue.models import CourseEdition, QuizEdition
from trainhub.catalogue.queries.linting import Linted, Shelf, lint_quiz_source
from trainhub.catalogue.queries.writing import list_quiz_editions, list_series, names_of_people
from trainhub.catalogue.views.blueprint import bp
from trainhub.catalogue.views.quizzes import text_questions
from trainhub.catalogue.views.texts import WrittenText
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone
from trainhub.web.navigation import NavigationEntry, register

PAGES = (
    "edit_text",
    "save_text",
    "merge_text",
    "list_text_versions",
    "compare_versions",
    "publish_text",
    "add_course",
    "add_quiz",
    "list_questions",
    "add_question",
    "edit_question",
    "try_quiz",
)
REVIEW_NEAR = timedelta(days=30)
register(
    NavigationEntry(
        "catalogue.show_desk",
        _l("Writing desk"),
        "pencil-square",
        "teach",
        permission="catalogue.write",
        order=10,
        covers=tuple(f"catalogue.{page}" for page in PAGES),
    )
)


@dataclass(frozen=True)
class DeskLine:
    """A text on the desk, with what asks for its writer."""

    text: WrittenText
    linted: Linted
    place: str
    owner: str
    saved_by: str
    review_by: date | None
    is_translated: bool
    is_mine: bool
    review_is_near: bool = False


@bp.get("/writing-desk")
@requires("catalogue.write")
def show_desk() -> ResponseReturnValue:
    """The courses one answers for or is writing; all of them, or the quizzes, when asked."""
    shelf = request.args.get("shelf", "mine")
    today = clock.today(current_zone())
    if shelf == "quizzes":
        lines = _quiz_lines(list_quiz_editions())
    else:
        lines = _course_lines(Shelf(today))
    shown = [line for line in lines if line.is_mine] if shelf == "mine" else lines
    return render_template(
        "catalogue/show_desk.html", shelf=shelf, lines=shown, all_count=len(lines), today=today
    )


def _languages(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for number, language in pairs:
        found[number].add(language)
    return found


def _is_mine(edition: CourseEdition | QuizEdition, owner: str) -> bool:
    person = current_person()
    drafted = edition.draft is not None and edition.draft.updated_by_id == person.id
    return drafted or (owner != "" and owner == person.username)


def _is_near(edition: CourseEdition, today: date) -> bool:
    day = edition.published.review_by if edition.published else None
    return day is not None and day <= today + REVIEW_NEAR


def _course_lines(shelf: Shelf) -> list[DeskLine]:
    languages = _languages((one.course_id, one.language) for one in shelf.editions.values())
    drafts = [one.draft.updated_by_id for one in shelf.editions.values() if one.draft]
    names, chinese = names_of_people(drafts), current_language() == "zh"
    lines = []
    for one in shelf.editions.values():
        series = one.course.series
        lines.append(
            DeskLine(
                WrittenText("courses", one.course.key, one.language, one),
                shelf.lint(one),
                series.title_zh if chinese else series.title_en,
                one.owner,
                names.get(one.draft.updated_by_id or 0, "") if one.draft else "",
                one.published.review_by if one.published else None,
                len(languages[one.course_id]) > 1,
                _is_mine(one, one.owner),
                _is_near(one, shelf.today),
            )
        )
    return lines


def _quiz_lines(editions: list[QuizEdition]) -> list[DeskLine]:
    languages = _languages((one.quiz_id, one.language) for one in editions)
    names = names_of_people(one.draft.updated_by_id for one in editions if one.draft)
    return [
        DeskLine(
            text := WrittenText("quizzes", one.quiz.key, one.language, one),
            lint_quiz_source(text.source),
            one.quiz.key,
            "",
            names.get(one.draft.updated_by_id or 0, "") if one.draft else "",
            None,
            len(languages[one.quiz_id]) > 1,
            _is_mine(one, ""),
        )
        for one in editions
    ]


@bp.route("/writing-desk/courses/new", methods=["GET", "POST"])
@requires("catalogue.write")
def add_course() -> ResponseReturnValue:
    """Begin a course."""
    form, chinese = NewCourseForm(), current_language() == "zh"
    form.series.choices = [
        (one.key, one.title_zh if chinese else one.title_en) for one in list_series()
    ]
    if form.validate_on_submit():
        try:
            with transaction():
                series = queries.find_series(form.series.data)
                assert series is not None  # the form offers only those there are
                edition = services.start_course(
                    series,
                    form.slug.data or "",
                    form.language.data,
                    form.title.data or "",
                    actor=current_person(),
                    now=clock.now(),
                )
                text = WrittenText("courses", form.slug.data or "", edition.language, edition)
            return redirect(text.url("edit_text"))
        except InputErrors as refused:
            form.take_error(refused)
    page = render_template("catalogue/add_course.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/writing-desk/quizzes/new", methods=["GET", "POST"])
@requires("catalogue.write")
def add_quiz() -> ResponseReturnValue:
    """Begin a quiz."""
    form = NewQuizForm()
    if form.validate_on_submit():
        key, language, title = form.key.data or "", form.language.data, form.title.data or ""
        try:
            with transaction():
                edition = services.start_quiz(
                    key, language, title, actor=current_person(), now=clock.now()
                )
            return redirect(text_questions(WrittenText("quizzes", key, language, edition)))
        except InputErrors as refused:
            form.take_error(refused)
    page = render_template("catalogue/add_quiz.html", form=form)
    return page, 422 if form.errors else 200
