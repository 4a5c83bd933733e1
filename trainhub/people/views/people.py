"""The list of people, one person's page, and what an administrator may change on it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.people import queries, services
from trainhub.people.forms import (
    ROLE_LABELS,
    STATE_LABELS,
    NewPersonForm,
    PersonForm,
    RolesForm,
    named,
)
from trainhub.people.models import Person, Role
from trainhub.people.queries import PeopleCriteria
from trainhub.people.rules import PersonEntry
from trainhub.people.views.blueprint import bp
from trainhub.people.views.links import link_address
from trainhub.people.views.signed_in import note_refusal, with_fresh_password
from trainhub.people.views.signing_in import refused
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id

FILTERS = ("q", "team", "role", "state")


def asked_criteria() -> PeopleCriteria:
    """What the list is narrowed to, from the address; nonsense counts as not given."""
    role, state = request.args.get("role", ""), request.args.get("state", "active")
    return PeopleCriteria(
        words=request.args.get("q", ""),
        team_id=request.args.get("team", type=row_id),
        role=Role(role) if role in {one.value for one in Role} else None,
        state=None if state == "all" else state if state in STATE_LABELS else "active",
    )


@bp.get("/people")
@requires("people.view")
def list_people() -> ResponseReturnValue:
    """The people within the reader's scope, found by name, pinyin, number, team, role."""
    viewer, criteria = current_person(), asked_criteria()
    asked: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}
    return render_template(
        "people/list_people.html",
        found=queries.find_page_of_people(
            viewer, criteria, request.args.get("page", default=1, type=row_id)
        ),
        criteria=criteria,
        teams=queries.list_teams(viewer),
        role_labels=ROLE_LABELS,
        state_labels=STATE_LABELS,
        page_url=lambda page: url_for("people.list_people", **asked | {"page": page}),
    )


def load_person(person_id: int) -> Person:
    """The person if the reader may see them; a look outside the scope is put on record."""
    viewer = current_person()
    try:
        return queries.get_visible_person(person_id, viewer)
    except NotFound:
        note_refusal(viewer, "people.view", request.path)
        raise


@bp.get("/people/<int:person_id>")
@requires("people.view")
def show_person(person_id: int) -> ResponseReturnValue:
    """One person's page."""
    person = load_person(person_id)
    return render_template(
        "people/show_person.html",
        person=person,
        role_labels=ROLE_LABELS,
        cohorts=queries.list_cohorts_of(person),
        teams=[t for t in queries.list_teams() if t.id in person.supervised_team_ids],
    )


def _entry_from(form: PersonForm) -> PersonEntry:
    return PersonEntry.written(
        form.username.data,
        form.name.data,
        form.email.data,
        form.employee_no.data,
        form.team_id.data,
        form.start_on.data,
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires("people.manage")
@with_fresh_password
def add_person() -> ResponseReturnValue:
    """Add a person; a link to set the password is the next step."""
    form = NewPersonForm()
    form.offer(queries.list_teams(), queries.list_cohorts())
    if form.validate_on_submit():
        actor, now = current_person(), clock.now()
        try:
            with transaction():
                roles = [Role(role) for role in form.roles.data]
                person = services.add_person(_entry_from(form), roles, actor=actor, now=now)
                services.set_cohorts(person, form.cohort_ids.data, actor=actor, now=now)
        except DomainError as error:
            return refused("people/edit_person.html", form, error, person=None)
        flash(_("%(name)s is added. Invite them to set a password.", name=person.name), "success")
        return redirect(url_for("people.show_person", person_id=person.id))
    page = render_template("people/edit_person.html", form=form, person=None)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires("people.manage")
def edit_person(person_id: int) -> ResponseReturnValue:
    """Change what is written down about a person."""
    person = load_person(person_id)
    form = PersonForm(obj=person)
    form.offer(queries.list_teams(), queries.list_cohorts())
    if request.method == "GET":
        form.cohort_ids.data = [cohort.id for cohort in queries.list_cohorts_of(person)]
    if form.validate_on_submit():
        actor, now, name = current_person(), clock.now(), person.name
        try:
            with transaction():
                services.change_person(person, _entry_from(form), actor=actor, now=now)
                services.set_cohorts(person, form.cohort_ids.data, actor=actor, now=now)
        except DomainError as error:
            return refused("people/edit_person.html", form, error, person=person)
        flash(_("%(name)s is changed.", name=name), "success")
        return redirect(url_for("people.show_person", person_id=person_id))
    page = render_template("people/edit_person.html", form=form, person=person)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/roles", methods=["GET", "POST"])
@requires("people.manage")
@with_fresh_password
def change_roles(person_id: int) -> ResponseReturnValue:
    """Give and take roles and supervised teams, with a reason."""
    person = load_person(person_id)
    form = RolesForm()
    form.team_ids.choices = named(queries.list_teams())
    if request.method == "GET":
        form.roles.data = sorted(person.roles)
        form.team_ids.data = sorted(person.supervised_team_ids)
    if form.validate_on_submit():
        try:
            _change_roles(person, form)
        except DomainError as error:
            return refused("people/change_roles.html", form, error, person=person)
        flash(_("The roles are changed."), "success")
        return redirect(url_for("people.show_person", person_id=person_id))
    page = render_template("people/change_roles.html", form=form, person=person)
    return page, 422 if form.errors else 200


def _change_roles(person: Person, form: RolesForm) -> None:
    roles, reason = {Role(role) for role in form.roles.data}, form.reason.data or ""
    actor, now = current_person(), clock.now()
    with transaction():
        services.change_roles(person, roles, reason=reason, actor=actor, now=now)
        services.set_supervised_teams(person, form.team_ids.data, actor=actor, now=now)


@bp.post("/people/<int:person_id>/invite")
@requires("people.manage")
@with_fresh_password
def invite(person_id: int) -> ResponseReturnValue:
    """Make a link to set a password; it is sent by mail and shown once to be handed over."""
    person = load_person(person_id)
    kind = "reset" if person.password_hash else "invite"
    with transaction():
        link = services.invite(person, kind=kind, actor=current_person(), now=clock.now())
        address = link_address(link)
    return render_template("people/show_link.html", person=person, link=link, address=address)


@bp.post("/people/<int:person_id>/<any(disable, enable):act>")
@requires("people.manage")
def change_state(person_id: int, act: str) -> ResponseReturnValue:
    """Close an account at once, or open it again."""
    person = load_person(person_id)
    change = {"disable": services.disable_person, "enable": services.enable_person}.get(act)
    if change is None:
        abort(404)
    with transaction():
        change(person, actor=current_person(), now=clock.now())
    words = {
        "disable": _("The account is disabled and signed out everywhere."),
        "enable": _("The account is enabled."),
    }
    flash(words[act], "success")
    return redirect(url_for("people.show_person", person_id=person_id))
