"""Teams with their supervisors, cohorts with their members."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.people import queries, services
from trainhub.people.forms import CohortForm, CohortMembersForm, TeamForm, named
from trainhub.people.models import Person, Role, Team
from trainhub.people.views.blueprint import bp
from trainhub.people.views.signing_in import refused
from trainhub.web.access import current_person, requires


@bp.get("/teams")
@requires("people.manage")
def list_teams() -> ResponseReturnValue:
    """All teams with their supervisors."""
    return render_template("people/list_teams.html", teams=queries.list_team_summaries())


def _team_form(team: Team | None) -> TeamForm:
    form = TeamForm(obj=team)
    supervisors = queries.list_people_with_role(Role.SUPERVISOR)
    form.supervisor_ids.choices = named(supervisors)
    if request.method == "GET" and team is not None:
        form.supervisor_ids.data = [person.id for person in queries.list_supervisors_of(team)]
    return form


@bp.route("/teams/new", methods=["GET", "POST"])
@requires("people.manage")
def add_team() -> ResponseReturnValue:
    """Add a team."""
    return _edit_team(None)


@bp.route("/teams/<int:team_id>/edit", methods=["GET", "POST"])
@requires("people.manage")
def edit_team(team_id: int) -> ResponseReturnValue:
    """Rename a team, and say who answers for it."""
    return _edit_team(queries.get_team(team_id))


def _edit_team(team: Team | None) -> ResponseReturnValue:
    form = _team_form(team)
    if form.validate_on_submit():
        actor, now, name = current_person(), clock.now(), form.name.data
        try:
            with transaction():
                if team is None:
                    team = services.add_team(name, actor=actor, now=now)
                else:
                    services.rename_team(team, name, actor=actor, now=now)
                services.set_supervisors(team, form.supervisor_ids.data, actor=actor, now=now)
        except DomainError as error:
            return refused("people/edit_team.html", form, error, team=team)
        flash(_("The team is saved."), "success")
        return redirect(url_for("people.list_teams"))
    page = render_template("people/edit_team.html", form=form, team=team)
    return page, 422 if form.errors else 200


@bp.get("/cohorts")
@requires("people.manage")
def list_cohorts() -> ResponseReturnValue:
    """All cohorts."""
    return render_template("people/list_cohorts.html", cohorts=queries.list_cohort_summaries())


@bp.route("/cohorts/new", methods=["GET", "POST"])
@requires("people.manage")
def add_cohort() -> ResponseReturnValue:
    """Add a cohort."""
    form = CohortForm()
    if form.validate_on_submit():
        try:
            with transaction():
                cohort = services.add_cohort(
                    form.name.data, form.start_on.data, actor=current_person(), now=clock.now()
                )
        except DomainError as error:
            return refused("people/add_cohort.html", form, error)
        flash(_("The cohort is saved. Add its people."), "success")
        return redirect(url_for("people.edit_cohort", cohort_id=cohort.id))
    return render_template("people/add_cohort.html", form=form), 422 if form.errors else 200


@bp.route("/cohorts/<int:cohort_id>", methods=["GET", "POST"])
@requires("people.manage")
def edit_cohort(cohort_id: int) -> ResponseReturnValue:
    """A cohort's name, start and people."""
    cohort = queries.get_cohort(cohort_id)
    form, adding = CohortForm(obj=cohort), CohortMembersForm(formdata=None)
    shown = {"adding": adding, "people": queries.list_people_of_cohorts([cohort_id])}
    if form.validate_on_submit():
        try:
            with transaction():
                name, start_on = form.name.data, form.start_on.data
                actor, now = current_person(), clock.now()
                services.change_cohort(cohort, name, start_on, actor=actor, now=now)
        except DomainError as error:
            return refused("people/edit_cohort.html", form, error, cohort_id=cohort_id, **shown)
        flash(_("The cohort is saved."), "success")
        return redirect(url_for("people.edit_cohort", cohort_id=cohort_id))
    page = render_template("people/edit_cohort.html", form=form, cohort_id=cohort_id, **shown)
    return page, 422 if form.errors else 200


@bp.post("/cohorts/<int:cohort_id>/members")
@requires("people.manage")
def add_cohort_members(cohort_id: int) -> ResponseReturnValue:
    """Put the named people into a cohort, all or none."""
    cohort, adding = queries.get_cohort(cohort_id), CohortMembersForm()
    try:
        if not adding.validate():
            raise InputErrors([])
        people = _people_named(adding.identifiers.data)
        with transaction():
            actor, now = current_person(), clock.now()
            added = services.add_cohort_members(cohort, people, actor=actor, now=now)
    except DomainError as error:
        form = CohortForm(formdata=None, obj=cohort)
        shown = {"form": form, "people": queries.list_people_of_cohorts([cohort_id])}
        adding.take_error(error)
        page = render_template(
            "people/edit_cohort.html", adding=adding, cohort_id=cohort_id, **shown
        )
        return page, error.status
    flash(ngettext("%(num)d person added.", "%(num)d people added.", added), "success")
    return redirect(url_for("people.edit_cohort", cohort_id=cohort_id))


def _people_named(text: str) -> list[Person]:
    found, errors = [], []
    for line, words in enumerate(text.splitlines(), start=1):
        person = queries.find_person_by_identifier(words) if words.strip() else None
        if person is not None:
            found.append(person)
        elif words.strip():
            message = N_("Line %(line)s: nobody is called “%(name)s”.")
            values = {"line": line, "name": words.strip()[:60]}
            errors.append(InputError("person_unknown", message, values, field="identifiers"))
    if errors:
        raise InputErrors(errors)
    return found


@bp.post("/cohorts/<int:cohort_id>/members/<int:person_id>/remove")
@requires("people.manage")
def remove_cohort_member(cohort_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody out of a cohort."""
    cohort = queries.get_cohort(cohort_id)
    person = queries.get_visible_person(person_id, current_person())
    with transaction():
        services.remove_cohort_member(cohort, person, actor=current_person(), now=clock.now())
    flash(_("%(name)s is no longer in the cohort.", name=person.name), "success")
    return redirect(url_for("people.edit_cohort", cohort_id=cohort_id))
