"""Assignments: what is asked of whom, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.learning import services
from trainhub.learning.forms import AssignmentForm
from trainhub.learning.models import Assignment
from trainhub.learning.queries import assignments as queries
from trainhub.learning.queries.courses import list_course_heads, list_series_titles
from trainhub.learning.services import Targets
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.shown import this_day
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language


@bp.get("/assignments")
@requires("learning.assign")
def list_assignments() -> ResponseReturnValue:
    """What is asked of the people in the reader's scope, with how far they are."""
    page = request.args.get("page", default=1, type=row_id)
    return render_template(
        "learning/list_assignments.html",
        found=queries.list_assignments(current_person(), today=this_day(), page=page),
        heads=list_course_heads(current_language()),
        series=list_series_titles(current_language()),
        today=this_day(),
        page_url=lambda number: url_for("learning.list_assignments", page=number),
    )


def _offered_form() -> tuple[AssignmentForm, bool]:
    """The form with what its reader may choose; and whether the search found too many."""
    viewer = current_person()
    form = AssignmentForm()
    if request.method == "GET":
        for name in ("course_ids", "series_ids", "team_ids", "person_ids"):
            form[name].data = request.args.getlist(name, type=row_id)
        form.again.data = request.args.get("again") == "1"
    heads = list_course_heads(current_language())
    open_ids = {course.id for course in queries.list_assignable_courses()}
    form.offer_courses(
        [head for head in heads.values() if head.id in open_ids],
        list_series_titles(current_language()),
    )
    chosen = form.person_ids.data or []
    people, more = queries.find_people_for(viewer, form.words.data or "", chosen)
    form.offer_people(queries.list_teams_for(viewer), queries.list_cohorts_for(viewer), people)
    return form, more


@bp.route("/assignments/new", methods=["GET", "POST"])
@requires("learning.assign")
def assign() -> ResponseReturnValue:
    """Ask people to take courses by a date."""
    form, more = _offered_form()
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            with transaction():
                made = _assign(form)
                done = 0 if form.again.data else services.count_completed(made)
        except DomainError as error:
            form.take_error(error)
        else:
            flash(_made_words(len(made)), "success")
            if done:
                flash(_done_words(done), "info")
            return redirect(url_for("learning.list_assignments"))
    page = render_template("learning/assign.html", form=form, more=more, today=this_day())
    return page, 422 if form.errors else 200


def _made_words(count: int) -> str:
    words: str = ngettext(
        "%(num)d assignment is in force.",
        "%(num)d assignments are in force.",
        count,
    )
    return words


def _done_words(count: int) -> str:
    words: str = ngettext(
        "%(num)d course of theirs is completed already and not asked again. To have it taken "
        "once more, assign it with “Also those who have completed it”.",
        "%(num)d courses of theirs are completed already and not asked again. To have them taken "
        "once more, assign them with “Also those who have completed it”.",
        count,
    )
    return words


def _assign(form: AssignmentForm) -> list[Assignment]:
    """Load what was chosen once more by the scope of the person, and assign it."""
    viewer = current_person()
    people, _more = queries.find_people_for(viewer, "", form.person_ids.data)
    teams = [one for one in queries.list_teams_for(viewer) if one.id in form.team_ids.data]
    cohorts = [one for one in queries.list_cohorts_for(viewer) if one.id in form.cohort_ids.data]
    courses = queries.list_assignable_courses()
    return services.assign(
        [one for one in courses if one.id in form.course_ids.data],
        list({one.series for one in courses if one.series_id in form.series_ids.data}),
        Targets(people, teams, cohorts),
        due_on=form.due_on.data,
        today=this_day(),
        actor=viewer,
        now=clock.now(),
        note=form.note.data or "",
        again=form.again.data,
    )


@bp.post("/assignments/<int:assignment_id>/withdraw")
@requires("learning.assign")
def withdraw_assignment(assignment_id: int) -> ResponseReturnValue:
    """Take an assignment back: who has not begun is no longer enrolled by it."""
    viewer = current_person()
    try:
        with transaction():
            assignment = queries.get_assignment(assignment_id, viewer)
            services.withdraw_assignment(assignment, actor=viewer, now=clock.now())
    except NotFound:
        note_refusal(viewer, "learning.assign", request.path)
        raise
    flash(_("The assignment is withdrawn. Nobody's progress is lost."), "success")
    return redirect(url_for("learning.list_assignments"))
