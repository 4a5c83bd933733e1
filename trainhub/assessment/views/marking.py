"""Marking long answers: the queue, one answer at a time, and how far markers agree."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from trainhub import clock
from trainhub.assessment.queries.agreement import QuestionAgreement, find_agreement
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.marking import OnDesk, get_on_desk, list_waiting
from trainhub.assessment.rules.rubric import CLAIM_LASTS, Judgement, judge
from trainhub.assessment.rules.statistics import CLOSE_SHARE_TARGET, Hidden
from trainhub.assessment.services import hand_marking as services
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors, NotFound
from trainhub.web.access import current_person, requires, wants_json
from trainhub.web.bars import Bar, bar_chart
from trainhub.web.charts import Goal
from trainhub.web.converters import row_id
from trainhub.web.filters import show_percent, show_seconds
from trainhub.web.text import translated, typed_text


@bp.get("/marking")
@requires("assessment.mark")
def list_marking() -> ResponseReturnValue:
    """What waits to be marked by hand, by exam, the longest waiting first."""
    now = clock.now()
    waiting = list_waiting(current_person(), now)
    return render_template(
        "assessment/list_marking.html",
        waiting=waiting,
        open_count=sum(one.open + one.mine for one in waiting),
        claim_minutes=int(CLAIM_LASTS.total_seconds() // 60),
        now=now,
    )


@bp.post("/marking/claim")
@requires("assessment.mark")
def claim_answer() -> ResponseReturnValue:
    """Put the next answer of an exam on the marker's desk."""
    exam_id = request.form.get("exam_id", type=row_id)
    if exam_id is None:
        raise NotFound()
    return _go_on(exam_id)


def _go_on(exam_id: int) -> ResponseReturnValue:
    """To the next answer of the exam, or to the queue if none is left for this marker."""
    with transaction():
        task = services.claim_next(exam_id, marker=current_person(), now=clock.now())
        task_id = task.id if task else None
    if task_id is None:
        flash(_("Nothing of this exam is left for you to mark."), "info")
        return redirect(url_for("assessment.list_marking"))
    return redirect(url_for("assessment.mark_answer", task_id=task_id))


@bp.route("/marking/<int:task_id>", methods=["GET", "POST"])
@requires("assessment.mark")
def mark_answer(task_id: int) -> ResponseReturnValue:
    """One answer with its question and rubric; handing the mark in leads to the next."""
    desk = get_on_desk(task_id, current_person())
    if request.method == "GET":
        return _desk_page(desk, desk.draft.get("points", {}), desk.draft.get("comment", ""))
    comment = typed_text("comment", 10_000).strip()
    try:
        judgement = judge(desk.rubric, _points(desk), comment)
        is_settled = _hand_in(desk, judgement, comment)
    except InputErrors as error:
        return _desk_page(desk, _points(desk), comment, error), 422
    flash(
        _("Marked.") if is_settled else _("Marked. Another marker follows for this answer."),
        "success",
    )
    return _go_on(desk.exam.id)


def _hand_in(desk: OnDesk, judgement: Judgement, comment: str) -> bool:
    with transaction():
        return services.hand_in_mark(
            desk.task.id, judgement, comment, marker=current_person(), now=clock.now()
        )


def _points(desk: OnDesk) -> dict[str, str]:
    return {one.key: request.form.get(f"points-{one.key}", "").strip() for one in desk.rubric}


def _desk_page(
    desk: OnDesk, points: dict[str, str], comment: str, error: InputErrors | None = None
) -> str:
    version = desk.version
    stem = render_bank_text(version, version.stem, id_prefix="stem-")
    model = version.content.get("model_answer") or ""
    return render_template(
        "assessment/mark_answer.html",
        desk=desk,
        stem=stem.html,
        model=render_bank_text(version, model, id_prefix="model-").html if model else None,
        points=points,
        comment=comment,
        errors={one.field: one.text(translated) for one in error.errors} if error else {},
        most=sum(one.points for one in desk.rubric),
    )


@bp.post("/marking/<int:task_id>/draft")
@requires("assessment.mark")
def keep_mark_draft(task_id: int) -> ResponseReturnValue:
    """Keep what the marker has put down so far, every few seconds or by the button."""
    try:
        points, comment = _draft_sent(task_id)
        with transaction():
            services.keep_draft(task_id, points, comment, marker=current_person(), now=clock.now())
    except DomainError as error:
        if not wants_json():
            raise
        body = {"code": error.code, "message": error.text(translated)}
        return {"error": body}, error.status
    if wants_json():
        return jsonify(saved=show_seconds(clock.now()))
    flash(_("The draft is kept."), "success")
    return redirect(url_for("assessment.mark_answer", task_id=task_id))


def _draft_sent(task_id: int) -> tuple[dict[str, str], str]:
    """Points and comment, from the page's script or from the form."""
    body: Any = request.get_json(silent=True) if request.is_json else None
    if isinstance(body, dict):
        sent = body.get("points")
        points = (
            {str(key): str(text) for key, text in (sent or {}).items()}
            if isinstance(sent, dict)
            else {}
        )
        return points, str(body.get("comment") or "")
    desk = get_on_desk(task_id, current_person())
    return _points(desk), typed_text("comment", 10_000)


@bp.post("/marking/<int:task_id>/give-back")
@requires("assessment.mark")
def give_back_answer(task_id: int) -> ResponseReturnValue:
    """Put an answer back into the queue for another marker."""
    with transaction():
        services.give_back(task_id, marker=current_person(), now=clock.now())
    flash(_("The answer is back in the queue."), "success")
    return redirect(url_for("assessment.list_marking"))


@bp.get("/exams/<slug:exam_key>/markers")
@requires("assessment.mark")
def show_agreement(exam_key: str) -> ResponseReturnValue:
    """How far the markers of an exam agree, by question and by criterion."""
    exam = get_exam(exam_key)
    questions = find_agreement(exam.id)
    return render_template(
        "assessment/show_agreement.html",
        exam=exam,
        questions=questions,
        pictures={one.version.id: _by_criterion(one) for one in questions},
    )


def _by_criterion(question: QuestionAgreement) -> Markup | None:
    """How often two markers were close, criterion by criterion, against the goal."""
    bars = [
        Bar(criterion.text, found.within_ten, "" if found.is_close else "warning")
        for criterion, found in question.criteria
        if not isinstance(found.within_ten, Hidden)
    ]
    goal = Goal(CLOSE_SHARE_TARGET, show_percent(CLOSE_SHARE_TARGET / 100))
    title = _("Marks within 10 of 100 points, by criterion")
    show = lambda value: show_percent(value / 100)  # noqa: E731
    return bar_chart(bars, title, goal=goal, show=show) if bars else None


@bp.app_template_filter("rubric_points")
def rubric_points(points: Fraction) -> str:
    """Points with a half or none, as the rubric has them."""
    return f"{float(points):g}"
