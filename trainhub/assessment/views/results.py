"""Results for staff: an exam, a sitting, one attempt; letting results out; taking them away."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt, Exam, Sitting
from trainhub.assessment.queries import staff_results as queries
from trainhub.assessment.queries.invigilation import get_sitting
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.staff_results import (
    SORTS,
    Outcome,
    ResultCriteria,
    ResultRow,
    ResultSums,
)
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.releasing import is_score_out, release_panel
from trainhub.assessment.views.shown import mark_share
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import list_teams_in_sight
from trainhub.people.views.signed_in import note_refusal
from trainhub.tables import write_csv, write_xlsx
from trainhub.web.access import current_person, requires
from trainhub.web.bars import Bar, bar_chart
from trainhub.web.converters import row_id
from trainhub.web.filters import show_datetime

OUTCOME_WORDS: dict[Outcome, tuple[str, Any]] = {
    Outcome.NOT_STARTED: ("neutral", _l("Not started")),
    Outcome.UNDER_WAY: ("progress", _l("Under way")),
    Outcome.BEING_MARKED: ("info", _l("Being marked")),
    Outcome.PASSED: ("success", _l("Passed")),
    Outcome.FAILED: ("danger", _l("Failed")),
    Outcome.VOIDED: ("neutral", _l("Void")),
}
FILTERS = ("q", "team", "outcome", "sort")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/exam-results")
@requires("assessment.view_results")
def list_results() -> ResponseReturnValue:
    """Every exam and sitting with people in the viewer's sight, newest first."""
    page = request.args.get("page", default=1, type=row_id)
    found, pages = queries.list_sittings_in_sight(current_person(), page)
    return render_template(
        "assessment/list_results.html",
        sittings=found,
        page=page,
        pages=pages,
        now=clock.now(),
        is_score_out=is_score_out,
    )


@bp.get("/exams/<slug:exam_key>/results")
@requires("assessment.view_results")
def show_exam_results(exam_key: str) -> ResponseReturnValue:
    """Everybody's results of an exam over all its sittings."""
    exam = get_exam(exam_key)
    return _results_page(exam, None)


@bp.get("/sittings/<int:sitting_id>/results")
@requires("assessment.view_results")
def show_sitting_results(sitting_id: int) -> ResponseReturnValue:
    """Everybody's results of one sitting."""
    sitting = get_sitting(sitting_id)
    return _results_page(sitting.exam, sitting)


def _criteria(exam: Exam, sitting_id: int | None) -> ResultCriteria:
    """What the list is narrowed to, from the address; nonsense counts as not given."""
    outcome, sort = request.args.get("outcome", ""), request.args.get("sort", "name")
    return ResultCriteria(
        exam_id=exam.id,
        sitting_id=sitting_id,
        words=request.args.get("q", ""),
        team_id=request.args.get("team", type=row_id),
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
        sort=sort if sort in SORTS else "name",
    )


def _sums(exam: Exam, sitting_id: int | None) -> ResultSums:
    """The figures of everybody in sight. Nobody in sight is like nothing there."""
    sums = queries.sum_results(ResultCriteria(exam.id, sitting_id), current_person())
    if not sum(sums.counts.values()) and not queries.sees_everybody(current_person()):
        note_refusal(current_person(), "assessment.view_results", request.path)
        raise NotFound()
    return sums


def _results_page(exam: Exam, sitting: Sitting | None) -> ResponseReturnValue:
    sitting_id = sitting.id if sitting else None
    sees_all = queries.sees_everybody(current_person())
    sums, criteria = _sums(exam, sitting_id), _criteria(exam, sitting_id)
    asked = {name: request.args[name] for name in FILTERS if request.args.get(name)}

    def address(**changes: Any) -> str:
        if sitting:
            values = {"sitting_id": sitting.id, **asked, **changes}
            return url_for("assessment.show_sitting_results", **values)
        return url_for("assessment.show_exam_results", exam_key=exam.key, **asked | changes)

    page = request.args.get("page", default=1, type=row_id)
    return render_template(
        "assessment/show_results.html",
        exam=exam,
        sitting=sitting,
        sittings=queries.list_sittings(exam.id),
        found=queries.find_results(criteria, current_person(), page),
        criteria=criteria,
        sums=sums,
        chart=_chart(sums),
        bins=[(_bin_words(place), count) for place, count in enumerate(sums.bins)],
        teams=list_teams_in_sight(current_person()),
        outcomes=OUTCOME_WORDS,
        address=address,
        panel=release_panel(sitting, clock.now()) if sitting and sees_all else None,  # counts all
        tables=[(kind, _export_address(exam, sitting, asked, kind)) for kind in ("csv", "xlsx")],
        now=clock.now(),
    )


def _export_address(exam: Exam, sitting: Sitting | None, asked: dict[str, str], kind: str) -> str:
    values: dict[str, Any] = {**asked, "exam_key": exam.key, "kind": kind}
    if sitting:
        values["sitting"] = sitting.id
    return url_for("assessment.export_results", **values)


def _bin_words(place: int) -> str:
    return f"{place * 10}–{100 if place == queries.BINS - 1 else place * 10 + 9} %"


def _chart(sums: ResultSums) -> Any:
    bars = [Bar(_bin_words(place), count) for place, count in enumerate(sums.bins)]
    return bar_chart(bars, _("Distribution of marks")) if sums.marked else None


@bp.get("/exams/<slug:exam_key>/results/<any(csv, xlsx):kind>")
@requires("assessment.view_results")
def export_results(exam_key: str, kind: str) -> ResponseReturnValue:
    """The same list as a table to take away; who took it is written down."""
    exam = get_exam(exam_key)
    sitting_id = request.args.get("sitting", type=row_id)
    _sums(exam, sitting_id)
    rows = queries.list_results(_criteria(exam, sitting_id), current_person())
    with transaction():
        append_entry(
            "exam.results_taken",
            actor=current_person(),
            object_type="exam",
            object_key=exam.key,
            now=clock.now(),
        )
    headings = [
        _("Name"), _("Employee number"), _("Team"), _("Sitting"), _("Exam version"), _("Attempt"),
        _("Language"), _("State"), _("Started"), _("Ended"), _("Ended by"), _("Points earned"),
        _("Points possible"), _("Score"), _("Passed"), _("Points before regrading"),
        _("Points possible before"),
    ]  # fmt: skip
    cells = [_cells(row) for row in rows]
    body = write_csv(headings, cells) if kind == "csv" else write_xlsx(headings, cells)
    return Response(
        body,
        mimetype="text/csv" if kind == "csv" else XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{exam.key}-results.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _cells(row: ResultRow) -> list[Any]:
    def exact(millionths: int | None) -> float | None:
        if millionths is None or millionths % 1_000_000:
            return None if millionths is None else millionths / 1_000_000
        return millionths // 1_000_000

    has_mark = row.outcome in (Outcome.PASSED, Outcome.FAILED)
    return [
        row.name, row.employee_no, row.team, row.sitting, row.version, row.number, row.language,
        str(OUTCOME_WORDS[row.outcome][1]),
        show_datetime(row.started_at) if row.started_at else None,
        show_datetime(row.ended_at) if row.ended_at else None,
        ended_words(row.ended_by, row.state) if row.ended_at else None,
        exact(row.mark_millionths), row.max_points,
        mark_share(row.mark_millionths, row.max_points or 0) if has_mark else None,
        (_("yes") if row.is_passed else _("no")) if has_mark else None,
        exact(row.first_mark), row.first_max,
    ]  # fmt: skip


@bp.post("/sittings/<int:sitting_id>/release")
@requires("assessment.release")
def release_results(sitting_id: int) -> ResponseReturnValue:
    """Let candidates see what the exam's policy leaves to people."""
    with transaction():
        sitting = get_sitting(sitting_id)
        count = services.release_sitting(sitting, actor=current_person(), now=clock.now())
    flash(
        ngettext("%(num)d result is out.", "%(num)d results are out.", count)
        if count
        else _("Released. Results come out as they are marked."),
        "success",
    )
    return redirect(url_for("assessment.show_sitting_results", sitting_id=sitting_id))


@bp.app_template_global("ended_words")
def ended_words(ended_by: str | None, state: str | None) -> str:
    """How an attempt ended."""
    if state == State.ABANDONED:
        return str(_("closed without an answer"))
    if ended_by == EndedBy.DEADLINE:
        return str(_("closed at the deadline"))
    return str(_("handed in")) if ended_by == EndedBy.CANDIDATE else "–"


@bp.app_template_global("staff_state_words")
def staff_state_words(attempt: Attempt) -> tuple[str, Any]:
    """Kind of badge and words of an attempt's state, for staff."""
    return OUTCOME_WORDS[queries.outcome_of(attempt.state, attempt.is_passed)]
