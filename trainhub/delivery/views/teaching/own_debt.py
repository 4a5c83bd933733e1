"""What the centre owes me: my own account, and the seats I am offered."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.delivery.queries.teaching.make_ups import get_own_make_up
from trainhub.delivery.services.teaching.make_ups import take_offer
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.teaching.debts import account_values
from trainhub.errors import DomainError, NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated


@bp.get("/my-training-debt")
@requires("delivery.attend")
def show_own_debt() -> ResponseReturnValue:
    """Classes one is owed, with what is offered for them, and one's own account."""
    return _page()


def _page(refused: str = "") -> str:
    return render_template(
        "delivery/teaching/show_own_debt.html", refused=refused, **account_values(current_person())
    )


@bp.post("/make-ups/<int:make_up_id>/take")
@requires("delivery.attend")
def take_make_up(make_up_id: int) -> ResponseReturnValue:
    """Take the seat that is offered for a class one is owed."""
    person = current_person()
    try:
        with transaction():
            take_offer(
                get_own_make_up(make_up_id, person), now=clock.now(), language=current_language()
            )
    except NotFound:
        note_refusal(person, "delivery.attend", request.path)
        raise
    except DomainError as refused:
        end_read()
        return _page(refused.text(translated)), refused.status
    flash(_("The seat is yours and is in your agenda."), "success")
    return redirect(url_for("delivery.show_own_debt"))
