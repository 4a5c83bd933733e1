"""Signing in and out, links that set a password, typing the password again."""

from __future__ import annotations

import flask
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, SlowDown
from trainhub.people import services
from trainhub.people.forms import ConfirmPasswordForm, SignInForm
from trainhub.people.views.blueprint import bp
from trainhub.people.views.signed_in import let_in, person_with_password
from trainhub.web.access import current_person, public, requires
from trainhub.web.forms import HouseForm
from trainhub.web.routes import safe_target


def refused(
    template: str, form: HouseForm, error: DomainError, **values: object
) -> ResponseReturnValue:
    """The form again with the refusal in it, under the refusal's status."""
    form.take_error(error)
    wait = {"Retry-After": str(error.retry_after_s)} if isinstance(error, SlowDown) else {}
    return render_template(template, form=form, **values), error.status, wait


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with employee number, e-mail address or user name."""
    form = SignInForm()
    if request.method == "GET":
        if current_person() is not None:
            return redirect(safe_target(request.args.get("next")))
        form.next.data = request.args.get("next", "")
    if form.validate_on_submit():
        try:
            attempt = person_with_password(form.identifier.data, form.password.data)
            with transaction():
                services.forgive_try(attempt)
                let_in(attempt.person)
        except DomainError as error:
            return refused("people/sign_in.html", form, error)
        return redirect(safe_target(form.next.data))
    return render_template("people/sign_in.html", form=form), 422 if form.errors else 200


@bp.post("/sign-out")
@requires("people.own_profile")
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    token = current_person().get_id()
    with transaction():
        services.end_sign_in(token, now=clock.now())
    logout_user()
    flask.session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("people.sign_in"))


@bp.route("/confirm-password", methods=["GET", "POST"])
@requires("people.own_profile")
def confirm_password() -> ResponseReturnValue:
    """Ask for the password again before a grave act."""
    person, form = current_person(), ConfirmPasswordForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if form.validate_on_submit():
        try:
            token, username = person.get_id(), person.username
            attempt = person_with_password(username, form.password.data)
            with transaction():
                services.forgive_try(attempt)
                services.confirm_password(token, now=clock.now())
        except DomainError as error:
            return refused("people/confirm_password.html", form, error)
        return redirect(safe_target(form.next.data))
    return render_template("people/confirm_password.html", form=form), 422 if form.errors else 200
