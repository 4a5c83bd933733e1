"""What administrators do with somebody's data: a copy, a legal hold, an erasure."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.config import Settings
from trainhub.db import end_read, transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.people.views.signed_in import with_fresh_password
from trainhub.privacy import journal, queries, services
from trainhub.privacy.forms import EraseForm, HoldForm
from trainhub.privacy.rules import PERSONAL, Erase
from trainhub.privacy.views.blueprint import bp
from trainhub.privacy.views.own import copy_of, parts_of
from trainhub.web.access import current_person, requires
from trainhub.web.forms import HouseForm
from trainhub.web.text import translated


def _page(person: Person, form: HouseForm | None = None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "privacy/show_person_data.html",
        person=person,
        form=form or HoldForm(formdata=None),
        hold=queries.find_hold(person.id),
        holds=queries.list_holds(person.id),
        erasure=queries.find_erasure(person.id),
        parts=parts_of(person),
    )
    return page, status


@bp.get("/people/<int:person_id>/data")
@requires("privacy.manage")
def show_person_data(person_id: int) -> ResponseReturnValue:
    """What is kept of somebody, and what may be done about it."""
    return _page(queries.get_person(person_id))


@bp.post("/people/<int:person_id>/data")
@requires("privacy.manage")
@with_fresh_password
def copy_person_data(person_id: int) -> ResponseReturnValue:
    """Everything about somebody as a file, to be handed to them."""
    return copy_of(
        queries.get_person(person_id), current_person(), f"data-of-person-{person_id}.zip"
    )


@bp.post("/people/<int:person_id>/data/<any(hold, release):act>")
@requires("privacy.manage")
@with_fresh_password
def change_hold(person_id: int, act: str) -> ResponseReturnValue:
    """Set a legal hold, or lift it, with a reason."""
    person, form = queries.get_person(person_id), HoldForm()
    if not form.validate_on_submit():
        return _page(person, form, 422)
    change = services.set_hold if act == "hold" else services.end_hold
    try:
        with transaction():
            change(person, reason=form.reason.data or "", actor=current_person(), now=clock.now())
    except DomainError as error:
        form.take_error(error)
        return _page(queries.get_person(person_id), form, error.status)
    settings: Settings = current_app.config["SETTINGS"]
    journal.note_holds(settings.instance)
    words = {"hold": _("The legal hold is set."), "release": _("The legal hold is lifted.")}
    flash(words[act], "success")
    return redirect(url_for("privacy.show_person_data", person_id=person_id))


@bp.route("/people/<int:person_id>/erase", methods=["GET", "POST"])
@requires("privacy.manage")
@with_fresh_password
def erase_person(person_id: int) -> ResponseReturnValue:
    """Erase somebody for good, after a look at what goes and what stays."""
    person, form = queries.get_person(person_id), EraseForm()
    if not form.validate_on_submit():
        return _erase_page(person, form, 422 if form.errors else 200)
    try:
        _erase(person, form)
    except DomainError as error:
        form.take_error(error)
        return _erase_page(queries.get_person(person_id), form, error.status)
    settings: Settings = current_app.config["SETTINGS"]
    journal.note_erasures(settings.instance)
    end_read()
    flash(_("The person is erased. What had to stay leads to a pseudonym."), "success")
    return redirect(url_for("privacy.show_person_data", person_id=person_id))


def _erase(person: Person, form: EraseForm) -> None:
    if form.username.data != person.username:
        message = N_("This is not the person's user name.")
        raise InputErrors([InputError("username_differs", message, field="username")])
    with transaction():
        services.erase_person(
            person, reason=form.reason.data or "", actor=current_person(), now=clock.now()
        )


def _erase_page(person: Person, form: EraseForm, status: int) -> ResponseReturnValue:
    kept = [one for one in PERSONAL if one.erase is not Erase.DELETE and one.path]
    rows = {one.table: queries.count_rows(one, person) for one in PERSONAL if one.path}
    gone = [one for one in PERSONAL if one.erase is Erase.DELETE and rows.get(one.table)]
    page = render_template(
        "privacy/erase_person.html",
        person=person,
        form=form,
        hold=queries.find_hold(person.id),
        gone=[(translated(one.title), rows[one.table]) for one in gone],
        kept=[
            (translated(one.title), rows[one.table], translated(one.why_kept))
            for one in kept
            if rows[one.table]
        ],
    )
    return page, status
