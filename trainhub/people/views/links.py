"""Links that set a password: asking for one, using one."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.people import hashing, services
from trainhub.people.forms import ForgottenForm, NewPasswordForm
from trainhub.people.models import Invitation
from trainhub.people.rules import link_token
from trainhub.people.views.blueprint import bp
from trainhub.people.views.signed_in import client_address, let_in
from trainhub.people.views.signing_in import refused
from trainhub.web.access import public


def link_address(invitation: Invitation) -> str:
    """The link to hand to its owner, on the centre's own address.

    From ``TRAINHUB_PUBLIC_URL``; where that is not set, on the address by which the
    administrator who is shown the link reaches this server (never used for mail).
    """
    settings = current_app.config["SETTINGS"]
    token = link_token(settings.secret_key, invitation)
    base = (settings.public_url or request.host_url).rstrip("/")
    return base + url_for("people.use_link", token=token)


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def ask_for_link() -> ResponseReturnValue:
    """Have a link sent to the address on record; the answer never tells whether there is one."""
    form = ForgottenForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.ask_for_link(form.identifier.data, client_address(), now=clock.now())
        except DomainError as error:
            return refused("people/ask_for_link.html", form, error)
        return render_template("people/link_sent.html")
    return render_template("people/ask_for_link.html", form=form), 422 if form.errors else 200


@bp.route("/set-password/<string:token>", methods=["GET", "POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    """Set a first or new password by a link, and be signed in."""
    secret = current_app.config["SETTINGS"].secret_key
    person = services.get_usable_link(token, secret, now=clock.now()).person
    form, who = NewPasswordForm(), {"name": person.name, "username": person.username}
    if form.validate_on_submit():
        try:
            centre = current_app.config["SETTINGS"].centre_name
            services.check_new_password(person, form.password.data, context=[centre])
            password_hash = hashing.hash_password(form.password.data)
            with transaction():
                person = services.use_link(token, secret, password_hash, now=clock.now())
                let_in(person)
        except DomainError as error:
            return refused("people/use_link.html", form, error, who=who)
        flash(_("Your password is set. Welcome!"), "success")
        return redirect(url_for("home.show_home"))
    page = render_template("people/use_link.html", form=form, who=who)
    return page, 422 if form.errors else 200
