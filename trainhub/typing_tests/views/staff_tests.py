"""Typing tests for staff: the list, writing one, its page, retiring it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.typing_tests.forms.staff_tests import TestForm
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.queries.overview import OverviewCriteria, find_overview
from trainhub.typing_tests.queries.staff_tests import (
    list_assignments,
    list_passage_choices,
    list_tests,
    offered_passages,
    passage_titles,
)
from trainhub.typing_tests.queries.tests import get_test, settings_of
from trainhub.typing_tests.rules.settings import TestSettings
from trainhub.typing_tests.rules.settings_checks import TestPlan, read_test
from trainhub.typing_tests.services import authoring
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.shown import text_kind, text_language
from trainhub.typing_tests.views.staff_words import settings_in_words
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_zone
from trainhub.web.text import translated

TEST_PATH = "/typing-tests/<int:test_id>"
SHOWN_PEOPLE = 10


def test_address(test_id: int) -> str:
    """The page of a typing test for staff."""
    return url_for("typing_tests.show_typing_test", test_id=test_id)


@bp.get("/typing-tests")
@requires("typing_tests.assign")
def list_typing_tests() -> ResponseReturnValue:
    """The tests in use, or the retired ones."""
    retired = request.args.get("shelf") == "retired"
    return render_template(
        "typing_tests/list_tests.html",
        rows=list_tests(current_person(), retired=retired),
        retired=retired,
    )


def _offered_form(form: TestForm) -> TestForm:
    choices = list_passage_choices()
    form.passage_ids.choices = [
        SelectChoice(
            one.id,
            f"{text_language(one.language)} · {text_kind(one.kind)} · {one.title} "
            f"({one.characters})",
        )
        for one in choices
    ]
    return form


def _plan(form: TestForm) -> TestPlan:
    return read_test(form.typed(), offered_passages(list_passage_choices()))


@bp.route("/typing-tests/new", methods=["GET", "POST"])
@requires("typing_tests.write_tests")
def add_typing_test() -> ResponseReturnValue:
    """Write a typing test."""
    form = TestForm()
    if request.method == "GET":
        form = TestForm(data=TestForm.stored(TypingTest(titles={}, settings=_begun(), revision=0)))
    if _offered_form(form).validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                test = authoring.create_test(plan, actor=current_person(), now=clock.now())
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The test is there. Now say who is to take it."), "success")
            return redirect(test_address(test.id))
    page = render_template("typing_tests/edit_test.html", form=form, test=None)
    return page, 422 if form.errors else 200


def _begun() -> dict[str, object]:
    """What a new test begins with: in Chinese 80 characters a minute, in English 40 words."""
    language = "en" if request.args.get("language") == "en" else "zh"
    return TestSettings(language=language, min_speed=40 if language == "en" else 80).as_dict()


@bp.get(TEST_PATH)
@requires("typing_tests.assign")
def show_typing_test(test_id: int) -> ResponseReturnValue:
    """A test: its settings in words, who is to take it, where people stand."""
    test, viewer, today = get_test(test_id), current_person(), clock.today(current_zone())
    settings = settings_of(test)
    return render_template(
        "typing_tests/show_typing_test.html",
        test=test,
        settings=settings,
        words=settings_in_words(settings, passage_titles(settings.passage_ids)),
        assignments=list_assignments(test_id, viewer),
        found=find_overview(viewer, OverviewCriteria(test_id=test_id), today=today),
        shown_people=SHOWN_PEOPLE,
        today=today,
    )


@bp.route(f"{TEST_PATH}/edit", methods=["GET", "POST"])
@requires("typing_tests.write_tests")
def edit_typing_test(test_id: int) -> ResponseReturnValue:
    """Change a test; runs that have begun keep what they began with."""
    test, form = get_test(test_id), TestForm()
    if request.method == "GET":
        form = TestForm(data=TestForm.stored(test))
    if _offered_form(form).validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                is_new = authoring.change_test(
                    get_test(test_id), plan, revision=form.seen_revision(),
                    actor=current_person(), now=clock.now(),
                )  # fmt: skip
        except DomainError as refused:
            form.take_error(refused)
        else:
            if is_new:
                flash(_("Saved. Runs that have begun keep the rules they began with."), "success")
            else:
                flash(_("Nothing was different, so nothing was saved."), "info")
            return redirect(test_address(test_id))
    page = render_template("typing_tests/edit_test.html", form=form, test=test)
    return page, 422 if form.errors else 200


@bp.post(f"{TEST_PATH}/retire")
@requires("typing_tests.write_tests")
def retire_typing_test(test_id: int) -> ResponseReturnValue:
    """Let nobody begin the test any more."""
    with transaction():
        authoring.retire_test(get_test(test_id), actor=current_person(), now=clock.now())
    flash(_("The test is retired. What was typed stays."), "success")
    return redirect(test_address(test_id))


@bp.post(f"{TEST_PATH}/restore")
@requires("typing_tests.write_tests")
def restore_typing_test(test_id: int) -> ResponseReturnValue:
    """Take a retired test back into use."""
    with transaction():
        authoring.restore_test(get_test(test_id), actor=current_person(), now=clock.now())
    flash(_("The test is back in use."), "success")
    return redirect(test_address(test_id))


def refused_words(error: DomainError) -> str:
    """A refusal in the reader's language, for a page without a form."""
    return error.text(translated)
