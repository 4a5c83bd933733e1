"""Checking in: the code from the screen, typed or by link."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.classroom import list_open_for_check_in
from trainhub.delivery.rules.teaching.check_in import DIGITS, read_code
from trainhub.delivery.services.teaching.attendance import check_in
from trainhub.delivery.views.blueprint import bp
from trainhub.errors import DomainError, SlowDown
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.rates import Bucket, spend
from trainhub.web.settings import current_settings
from trainhub.web.text import translated, typed_text

CODE_TRIES = Bucket(size=8, refill_per_s=1 / 15)


@bp.get("/check-in")
@requires("delivery.attend")
def show_check_in() -> ResponseReturnValue:
    """The field for the code, with the class it is for."""
    return _page("")


@bp.get("/check-in/<int:code>")
@requires("delivery.attend")
def show_check_in_link(code: int) -> ResponseReturnValue:
    """The same with the code of the link filled in: one press checks in."""
    return _page(f"{code:0{DIGITS}}"[:DIGITS])


def _page(code: str, refused: str = "") -> str:
    seats = list_open_for_check_in(current_person().id, clock.now())
    ids = {seat.course_id for seat in seats}
    return render_template(
        "delivery/teaching/check_in.html",
        seats=seats,
        titles=titles_of(ids, current_language()),
        code=code,
        digits=DIGITS,
        refused=refused,
    )


@bp.post("/check-in")
@requires("delivery.attend")
def check_in_by_code() -> ResponseReturnValue:
    """Take the code. Every try is counted before it is looked at."""
    person, typed = current_person(), typed_text("code", 40)
    try:
        spend(CODE_TRIES, f"check-in:{person.id}")
        with transaction():
            check_in(person, typed, secret=current_settings().secret_key, now=clock.now())
    except SlowDown:
        raise
    except DomainError as refused:
        end_read()
        return _page(read_code(typed)[:DIGITS], refused.text(translated)), refused.status
    flash(_("You are checked in."), "success")
    return redirect(url_for("delivery.show_check_in"))
