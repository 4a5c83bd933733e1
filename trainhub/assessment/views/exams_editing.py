"""Writing an exam's parts: titles, rules, what is shown when, the pass mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.assessment.forms.exams import (
    HeadingForm,
    PartForm,
    PassMarkForm,
    ReleaseForm,
    RulesForm,
)
from trainhub.assessment.models import Exam
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.rules.exam_checks import (
    read_heading,
    read_pass_mark,
    read_release,
    read_rules,
)
from trainhub.assessment.rules.settings import ExamSettings, settings_from
from trainhub.assessment.services.exams import change_exam
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.exams import EXAM_PATH, exam_address
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires

PARTS: dict[str, tuple[type[PartForm], object]] = {
    "heading": (HeadingForm, _l("Titles and instructions")),
    "rules": (RulesForm, _l("Rules of sitting")),
    "release": (ReleaseForm, _l("What is shown when")),
    "mark": (PassMarkForm, _l("Pass mark")),
}


@bp.route(f"{EXAM_PATH}/edit/<any({', '.join(PARTS)}):part>", methods=["GET", "POST"])
@requires("assessment.write_exams")
def edit_exam(exam_key: str, part: str) -> ResponseReturnValue:
    """Change one part of an exam; versions in force stay as they are."""
    exam = get_exam(exam_key)
    made, title = PARTS[part]
    form = made.of_exam(exam) if request.method == "GET" else made()
    if form.validate_on_submit():
        try:
            titles, settings = _read(part, exam, form)
            with transaction():
                change_exam(
                    get_exam(exam_key),
                    settings,
                    titles,
                    revision=form.seen_revision(),
                    actor=current_person(),
                    now=clock.now(),
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("Saved. It counts for sittings once it is published."), "success")
            return redirect(exam_address(exam_key))
    page = render_template(
        "assessment/edit_exam.html", exam=exam, form=form, part=part, title=title
    )
    return page, 422 if form.errors else 200


def _read(part: str, exam: Exam, form: PartForm) -> tuple[Mapping[str, str], ExamSettings]:
    settings = settings_from(exam.settings)
    match part:
        case "heading":
            heading = read_heading(form.data)
            return heading.titles, replace(
                settings, languages=heading.languages, instructions=heading.instructions
            )
        case "rules":
            return exam.titles, read_rules(settings, form.data)
        case "release":
            return exam.titles, read_release(settings, form.data)
        case _:
            return exam.titles, read_pass_mark(settings, form.data)
