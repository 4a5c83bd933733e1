"""A person's own page: language, time zone, password, where they are signed in."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.people import hashing, queries, services
from trainhub.people.forms import ROLE_LABELS, ChangePasswordForm, PreferencesForm
from trainhub.people.models import Person
from trainhub.people.views.blueprint import bp
from trainhub.people.views.signed_in import person_with_password, sign_in_limits
from trainhub.people.views.signing_in import refused
from trainhub.web.access import current_person, requires
from trainhub.web.locale import LANGUAGE_COOKIE


@bp.route("/profile", methods=["GET", "POST"])
@requires("people.own_profile")
def show_profile() -> ResponseReturnValue:
    """Show and change language and time zone; list one's own sign-ins."""
    person = current_person()
    form = PreferencesForm(obj=person)
    if request.method == "GET":
        form.locale.data, form.time_zone.data = person.locale or "", person.time_zone or ""
    if form.validate_on_submit():
        with transaction():
            services.choose_preferences(
                person, locale=form.locale.data or None, time_zone=form.time_zone.data or None
            )
        answer = redirect(url_for("people.show_profile"))
        answer.delete_cookie(LANGUAGE_COOKIE)  # else an earlier choice would outdo this one
        flash(_("Your preferences are saved."), "success")
        return answer
    page = render_template("people/show_profile.html", form=form, **_account_of(person))
    return page, 422 if form.errors else 200


def _account_of(person: Person) -> dict[str, object]:
    sign_ins = queries.list_sign_ins(person, clock.now(), sign_in_limits())
    token = person.get_id() or ""
    current = queries.find_sign_in(token, clock.now(), sign_in_limits())
    return {
        "person": person,
        "role_labels": ROLE_LABELS,
        "sign_ins": sign_ins,
        "current_id": current.id if current else None,
    }


@bp.route("/profile/password", methods=["GET", "POST"])
@requires("people.own_profile")
def change_password() -> ResponseReturnValue:
    """Change one's own password; every other browser is signed out."""
    form, person = ChangePasswordForm(), current_person()
    if form.validate_on_submit():
        try:
            _change_password(person, form.current.data, form.password.data)
        except DomainError as error:
            return refused("people/change_password.html", form, error)
        flash(_("Your password is changed. All your other sign-ins have ended."), "success")
        return redirect(url_for("people.show_profile"))
    return render_template("people/change_password.html", form=form), 422 if form.errors else 200


def _change_password(person: Person, present: str, password: str) -> None:
    token = person.get_id()
    try:
        attempt = person_with_password(person.username, present)
    except services.WrongPassword as error:
        raise DomainError(error.message, code=error.code, field="current") from None
    with transaction():
        services.forgive_try(attempt)
    centre = current_app.config["SETTINGS"].centre_name
    services.check_new_password(person, password, context=[centre])
    password_hash = hashing.hash_password(password)
    with transaction():
        services.set_password(person, password_hash, keep=token, now=clock.now())


@bp.post("/profile/sign-ins/<int:sign_in_id>/end")
@requires("people.own_profile")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """Sign out one of one's own browsers."""
    with transaction():
        services.end_own_sign_in(current_person(), sign_in_id, now=clock.now())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("people.show_profile"))


@bp.post("/profile/sign-ins/end-others")
@requires("people.own_profile")
def end_other_sign_ins() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    person = current_person()
    token = person.get_id()
    with transaction():
        services.end_all_sign_ins(person, but=token, now=clock.now())
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for("people.show_profile"))
