"""Judges set the pass mark question by question; each without seeing the others."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.assessment.forms.angoff import SheetForm
from trainhub.assessment.models import AngoffSheet, BankItem, Exam
from trainhub.assessment.queries import angoff as queries
from trainhub.assessment.queries.exams import language_pools
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.rules.drawing import draw
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.services import angoff as services
from trainhub.assessment.views.bank_shown import show_version
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.exams import EXAM_PATH, exam_address
from trainhub.catalogue.markdown import plain_text
from trainhub.catalogue.views.questions import ShownQuestion
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated


@bp.route(f"{EXAM_PATH}/judging", methods=["GET", "POST"])
@requires("assessment.write_exams")
def list_sheets(exam_key: str) -> ResponseReturnValue:
    """The sheets of an exam, and asking judges for another."""
    exam, form = get_exam(exam_key), SheetForm()
    judges = queries.list_possible_judges()
    form.offer(judges)
    if form.validate_on_submit():
        try:
            with transaction():
                chosen = [one for one in judges if one.id in (form.judge_ids.data or [])]
                sheet = services.open_sheet(
                    exam,
                    form.name.data or "",
                    _items_to_judge(exam),
                    chosen,
                    actor=current_person(),
                    now=clock.now(),
                )
                sheet_id = sheet.id
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The judges find the sheet under “Judging”."), "success")
            return redirect(url_for("assessment.show_sheet", sheet_id=sheet_id))
    rows = queries.list_exam_sheets(exam)
    page = render_template("assessment/list_sheets.html", exam=exam, form=form, rows=rows)
    return page, 422 if form.errors else 200


def _items_to_judge(exam: Exam) -> list[int]:
    """The questions of one paper as it is written now. Raises `BlueprintUnfillable`."""
    settings = settings_from(exam.settings)
    if not settings.blueprint.length:
        return []
    pool = language_pools(settings)[settings.languages[0]]
    paper = draw(settings.blueprint, pool, f"judging {exam.revision}", shuffle=False)
    return [one.item_id for one in paper]


@bp.get("/judging")
@requires("assessment.judge")
def list_own_sheets() -> ResponseReturnValue:
    """The sheets that wait for the reader's judgement."""
    rows = queries.list_sheets_to_judge(current_person())
    return render_template("assessment/list_own_sheets.html", rows=rows)


@bp.route("/judging/<int:sheet_id>", methods=["GET", "POST"])
@requires("assessment.judge")
def judge_items(sheet_id: int) -> ResponseReturnValue:
    """Say of each question how many of 100 just-competent agents get it right."""
    judge = current_person()
    sheet, exam = queries.get_own_sheet(sheet_id, judge)
    refused: dict[str, str] = {}
    if request.method == "POST":
        try:
            _keep(sheet_id)
        except InputErrors as error:
            refused = {one.field or "": one.text(translated) for one in error.errors}
        else:
            return redirect(url_for("assessment.list_own_sheets"))
    page = render_template(
        "assessment/judge_items.html",
        sheet=sheet,
        exam=exam,
        questions=_shown(queries.sheet_items(sheet)),
        judged=queries.own_judgements(sheet_id, judge.id),
        sent=request.form,
        refused=refused,
    )
    return page, 422 if refused else 200


def _keep(sheet_id: int) -> None:
    """Store what was typed and say so. Raises `InputErrors`."""
    judge = current_person()
    try:
        with transaction():
            sheet, _exam = queries.get_own_sheet(sheet_id, judge)
            names = {item_id: f"item-{item_id}" for item_id in sheet.item_ids}
            typed = {item_id: request.form.get(name, "") for item_id, name in names.items()}
            count = services.judge(sheet, typed, actor=judge, now=clock.now())
    except services.SheetClosed as closed:
        flash(closed.text(translated), "error")
    else:
        flash(ngettext("%(num)d judgement kept.", "%(num)d judgements kept.", count), "success")


def _shown(items: list[BankItem]) -> list[tuple[BankItem, ShownQuestion, str]]:
    """The questions in the reader's language where they have it, with their keys."""
    shown = []
    for number, item in enumerate(items, start=1):
        editions = {one.language: one for one in item.editions}
        edition = editions.get(current_language()) or item.editions[0]
        question = show_version(item, edition.version, name=f"q{number}")
        shown.append((item, question, edition.language))
    return shown


@bp.get("/judging/<int:sheet_id>/result")
@requires("assessment.write_exams")
def show_sheet(sheet_id: int) -> ResponseReturnValue:
    """What the judges think: mean, spread, what to discuss, the cut score."""
    sheet, exam = queries.get_sheet(sheet_id)
    items = queries.sheet_items(sheet)
    return render_template(
        "assessment/show_sheet.html",
        sheet=sheet,
        exam=exam,
        items={item.id: item for item in items},
        stems={item.id: _stem(item) for item in items},
        judges=queries.judges_of(sheet),
        result=queries.sheet_result(sheet, items),
    )


def _stem(item: BankItem) -> str:
    editions = {one.language: one for one in item.editions}
    edition = editions.get(current_language()) or item.editions[0]
    return plain_text(edition.version.stem)


@bp.post("/judging/<int:sheet_id>/use")
@requires("assessment.write_exams")
def use_sheet(sheet_id: int) -> ResponseReturnValue:
    """Write the cut score into the exam."""
    try:
        with transaction():
            sheet, exam = queries.get_sheet(sheet_id)
            mark = _use(sheet, exam)
            exam_key = exam.key
    except DomainError as refused:
        flash(refused.text(translated), "error")
        return redirect(url_for("assessment.show_sheet", sheet_id=sheet_id))
    flash(_("The pass mark is %(mark)s %% now. It counts once published.", mark=mark), "success")
    return redirect(exam_address(exam_key))


def _use(sheet: AngoffSheet, exam: Exam) -> int:
    result = queries.sheet_result(sheet, queries.sheet_items(sheet))
    return services.use_as_pass_mark(sheet, exam, result, actor=current_person(), now=clock.now())
