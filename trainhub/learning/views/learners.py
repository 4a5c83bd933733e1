"""Who is where in a course, and which questions fail most."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.errors import NotFound
from trainhub.learning.queries import learners as queries
from trainhub.learning.queries.courses import CourseHead, list_course_heads
from trainhub.learning.queries.learners import SORTS, LearnerCriteria, LearnerRow
from trainhub.learning.queries.questions import list_questions
from trainhub.learning.queries.scope import list_teams_in_sight
from trainhub.learning.rules import Standing
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.shown import STANDING_WORDS, this_day
from trainhub.tables import write_csv, write_xlsx
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.filters import show_datetime
from trainhub.web.locale import current_language

FILTERS = ("q", "team", "standing", "sort")
KINDS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked_criteria() -> LearnerCriteria:
    """What the list is narrowed to, from the address; nonsense counts as not given."""
    which, sort = request.args.get("standing", ""), request.args.get("sort", "need")
    return LearnerCriteria(
        words=request.args.get("q", ""),
        team_id=request.args.get("team", type=row_id),
        standing=Standing(which) if which in set(Standing) else None,
        sort=sort if sort in SORTS else "need",
    )


def _get_course(course_key: str) -> CourseHead:
    heads = list_course_heads(current_language())
    found = next((head for head in heads.values() if head.key == course_key), None)
    if found is None:
        raise NotFound()
    return found


@bp.get("/courses/<slug:course_key>/learners")
@requires("learning.view_learners")
def list_learners(course_key: str) -> ResponseReturnValue:
    """Who is where in a course: the reader's own people, or everybody for trainers."""
    viewer, course, criteria = current_person(), _get_course(course_key), _asked_criteria()
    asked: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}

    def address(endpoint: str = "learning.list_learners", **changes: Any) -> str:
        return url_for(endpoint, course_key=course_key, **asked | changes)

    return render_template(
        "learning/list_learners.html",
        course=course,
        criteria=criteria,
        found=queries.find_learner_page(
            viewer,
            course.id,
            criteria,
            now=clock.now(),
            today=this_day(),
            page=request.args.get("page", default=1, type=row_id),
        ),
        counts=queries.count_standings(viewer, course.id, this_day()),
        median=queries.find_median_minutes(viewer, course.id),
        teams=list_teams_in_sight(viewer),
        standings=STANDING_WORDS,
        address=address,
        address_of_page=lambda number: address(page=number),
        tables=[(kind, address("learning.export_learners", kind=kind)) for kind in KINDS],
        today=this_day(),
    )


@bp.get("/courses/<slug:course_key>/questions")
@requires("learning.view_learners")
def list_questions_of(course_key: str) -> ResponseReturnValue:
    """Which questions of a course are missed most at the first try."""
    course = _get_course(course_key)
    return render_template(
        "learning/list_questions.html",
        course=course,
        questions=list_questions(current_person(), course.id, current_language()),
    )


@bp.get("/courses/<slug:course_key>/learners/<any(csv, xlsx):kind>")
@requires("learning.view_learners")
def export_learners(course_key: str, kind: str) -> ResponseReturnValue:
    """The same list as a table to take away."""
    course = _get_course(course_key)
    rows = queries.list_learners(
        current_person(), course.id, _asked_criteria(), now=clock.now(), today=this_day()
    )
    headings = [
        _("Name"), _("Employee number"), _("Team"), _("Standing"), _("Lesson"),
        _("Lessons done"), _("Lessons"), _("Due date"), _("Started"), _("Last here"),
        _("Completed"),
    ]  # fmt: skip
    cells = [_cells(row) for row in rows]
    body = write_csv(headings, cells) if kind == "csv" else write_xlsx(headings, cells)
    name = f"{course.key}-learners.{kind}"
    return Response(
        body,
        mimetype="text/csv" if kind == "csv" else XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _cells(row: LearnerRow) -> list[Any]:
    def at(instant: Any) -> str | None:
        return show_datetime(instant) if instant else None

    return [
        row.name,
        row.employee_no,
        row.team,
        str(STANDING_WORDS[row.standing][1]),
        row.lesson,
        row.lessons_done,
        row.lessons_total,
        row.due_on,
        at(row.started_at),
        at(row.last_active_at),
        at(row.completed_at or row.completed_before_at),
    ]
