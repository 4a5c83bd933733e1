"""Who is to take a typing test, and taking that back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.learning.queries.assignments import (
    find_people_for,
    list_cohorts_for,
    list_teams_for,
)
from trainhub.people.views.signed_in import note_refusal
from trainhub.typing_tests.forms.staff_tests import AssignForm
from trainhub.typing_tests.queries.staff_tests import get_assignment
from trainhub.typing_tests.queries.tests import get_test
from trainhub.typing_tests.services.assigning import Asked, assign_test, withdraw_assignment
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.staff_tests import TEST_PATH, test_address
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_zone


def _offered_form() -> tuple[AssignForm, bool]:
    """The form with whom its reader may choose; and whether the search found too many."""
    viewer, form = current_person(), AssignForm()
    if request.method == "GET":
        for name in ("team_ids", "person_ids"):
            form[name].data = request.args.getlist(name, type=row_id)
    people, more = find_people_for(viewer, form.words.data or "", form.person_ids.data or [])
    form.offer(list_teams_for(viewer), list_cohorts_for(viewer), people)
    return form, more


def _asked(form: AssignForm) -> Asked:
    """What was ticked, loaded once more by the scope of the person."""
    viewer = current_person()
    people, _more = find_people_for(viewer, "", form.person_ids.data or [])
    teams, cohorts = form.team_ids.data or [], form.cohort_ids.data or []
    return Asked(
        people,
        [one for one in list_teams_for(viewer) if one.id in teams],
        [one for one in list_cohorts_for(viewer) if one.id in cohorts],
    )


@bp.route(f"{TEST_PATH}/assign", methods=["GET", "POST"])
@requires("typing_tests.assign")
def assign_typing_test(test_id: int) -> ResponseReturnValue:
    """Give a test to people, teams and cohorts, with a date or without one."""
    test, today = get_test(test_id), clock.today(current_zone())
    form, more = _offered_form()
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            with transaction():
                made = assign_test(
                    get_test(test_id), _asked(form), due_on=form.due_on.data, today=today,
                    actor=current_person(), now=clock.now(),
                )  # fmt: skip
        except DomainError as refused:
            form.take_error(refused)
        else:
            words = ngettext(
                "%(num)d assignment is in force.", "%(num)d assignments are in force.", len(made)
            )
            flash(words, "success")
            return redirect(test_address(test_id))
    page = render_template(
        "typing_tests/assign_test.html", form=form, more=more, test=test, today=today
    )
    return page, 422 if form.errors else 200


@bp.post("/typing-assignments/<int:typing_assignment_id>/withdraw")
@requires("typing_tests.assign")
def withdraw_typing_assignment(typing_assignment_id: int) -> ResponseReturnValue:
    """Take an assignment back; what was typed stays."""
    viewer = current_person()
    try:
        with transaction():
            assignment = get_assignment(typing_assignment_id, viewer)
            withdraw_assignment(assignment, actor=viewer, now=clock.now())
            test_id = assignment.test_id
    except NotFound:
        note_refusal(viewer, "typing_tests.assign", request.path)
        raise
    flash(_("The assignment is withdrawn. What was typed stays."), "success")
    return redirect(test_address(test_id))
