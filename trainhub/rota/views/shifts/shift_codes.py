"""Shift codes: the list, a new one, changing one, taking one out of use."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.rota.forms.shift_codes import ShiftCodeForm
from trainhub.rota.queries.shift_codes import get_code, list_code_uses
from trainhub.rota.services import shift_codes as services
from trainhub.rota.views.blueprint import bp
from trainhub.web.access import current_person, requires


@bp.get("/rota/shift-codes")
@requires("rota.write")
def list_shift_codes() -> ResponseReturnValue:
    """Every code with its times and how often the rota says it."""
    return render_template("rota/list_shift_codes.html", rows=list_code_uses())


@bp.post("/rota/shift-codes/standard")
@requires("rota.write")
def add_standard_codes() -> ResponseReturnValue:
    """Begin with the codes we bring along."""
    with transaction():
        added = services.add_standard_codes(actor=current_person(), now=clock.now())
    if added:
        flash(_("The usual codes are there. Change what is different in your centre."), "success")
    return redirect(url_for("rota.list_shift_codes"))


@bp.route("/rota/shift-codes/new", methods=["GET", "POST"])
@requires("rota.write")
def add_shift_code() -> ResponseReturnValue:
    """Write a new code."""
    form = ShiftCodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.add_code(form.draft(), actor=current_person(), now=clock.now())
        except DomainError as refused:
            form.take_error(refused)
            return _page(form, 422)
        flash(_("The shift code is saved."), "success")
        return redirect(url_for("rota.list_shift_codes"))
    return _page(form, 422 if form.errors else 200)


def _page(form: ShiftCodeForm, status: int, code: object = None) -> ResponseReturnValue:
    return render_template("rota/edit_shift_code.html", form=form, code=code), status


@bp.route("/rota/shift-codes/<int:code_id>", methods=["GET", "POST"])
@requires("rota.write")
def edit_shift_code(code_id: int) -> ResponseReturnValue:
    """Change a code."""
    code = get_code(code_id)
    if request.method == "GET":
        return _page(ShiftCodeForm.of_draft(services.draft_of(code)), 200, code)
    form = ShiftCodeForm()
    if not form.validate():
        return _page(form, 422, code)
    try:
        with transaction():
            is_new = services.change_code(
                get_code(code_id), form.draft(), actor=current_person(), now=clock.now()
            )
    except DomainError as refused:
        form.take_error(refused)
        return _page(form, refused.status, get_code(code_id))
    if is_new:
        flash(_("The shift code is saved."), "success")
    else:
        flash(_("Nothing was different, so nothing was saved."), "info")
    return redirect(url_for("rota.list_shift_codes"))


@bp.post("/rota/shift-codes/<int:code_id>/<any(retire, restore):act>")
@requires("rota.write")
def retire_shift_code(code_id: int, act: str) -> ResponseReturnValue:
    """Take a code out of use, or put it back."""
    move = services.retire_code if act == "retire" else services.restore_code
    with transaction():
        move(get_code(code_id), actor=current_person(), now=clock.now())
    words = _("The code is out of use.") if act == "retire" else _("The code is in use again.")
    flash(words, "success")
    return redirect(url_for("rota.list_shift_codes"))
