"""What is done from the matrix itself: reminding several at once, keeping views."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.certification.queries.matrix_choices import get_chosen, get_saved_view
from trainhub.certification.services.enrolling import EnrolmentOver
from trainhub.certification.services.reminding import MAX_WORDS, RemindedAlready, remind
from trainhub.certification.services.reviewing import lock_enrolment
from trainhub.certification.services.saved_views import MAX_NAME, delete_view, save_view
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix.asked import FILTERS
from trainhub.certification.views.matrix.pages import view_address
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.text import asked_text, translated, typed_text

AT_ONCE = 200  # more than a page holds


def _back(enrolment_id: int | None = None) -> ResponseReturnValue:
    names = (*FILTERS, "page")
    filters: dict[str, Any] = {name: request.args[name] for name in names if name in request.args}
    row = f"row-{enrolment_id}" if enrolment_id else None
    return redirect(url_for("certification.show_matrix", **filters, _anchor=row))


@bp.post("/certification/remind")
@requires("certification.act")
def remind_people() -> ResponseReturnValue:
    """Remind everybody who was chosen, each at most once a day."""
    viewer, words = current_person(), typed_text("words", MAX_WORDS)
    only = request.form.getlist("only", type=row_id)  # pressed in a row, whatever is chosen
    ids = sorted(set(only or request.form.getlist("enrolment_ids", type=row_id)))[:AT_ONCE]
    if not ids:
        flash(_("Choose somebody first."), "warning")
        return _back()
    chosen = [one.id for one in get_chosen(viewer, ids)]
    sent = already = over = 0
    for enrolment_id in chosen:
        try:
            with transaction():
                enrolment = lock_enrolment(enrolment_id)
                remind(enrolment, words=words, actor=current_person(), now=clock.now())
            sent += 1
        except RemindedAlready:
            already += 1
        except EnrolmentOver:
            over += 1
    _say(sent, already, over)
    return _back(chosen[0] if only else None)


def _say(sent: int, already: int, over: int) -> None:
    if sent:
        words = ngettext("%(num)d reminder is on its way.", "%(num)d reminders are on their way.",
                         sent)  # fmt: skip
        flash(words, "success")
    if already:
        words = ngettext(
            "%(num)d person has had a reminder in the last hours and gets no other today.",
            "%(num)d people have had a reminder in the last hours and get no other today.",
            already,
        )
        flash(words, "info")
    if over:
        words = ngettext(
            "%(num)d person is not under way any more: there is nothing to remind them of.",
            "%(num)d people are not under way any more: there is nothing to remind them of.",
            over,
        )
        flash(words, "info")


@bp.post("/certification/views")
@requires("certification.view")
def save_matrix_view() -> ResponseReturnValue:
    """Keep the filters of the address under a name."""
    filters = {name: asked for name in FILTERS if (asked := asked_text(name))}
    try:
        with transaction():
            view = save_view(
                current_person(), typed_text("name", MAX_NAME), filters, now=clock.now()
            )
            address = view_address(view)
    except DomainError as refused:
        flash(refused.text(translated), "danger")
        return _back()
    flash(_("The view is kept."), "success")
    return redirect(address)


@bp.post("/certification/views/<int:view_id>/delete")
@requires("certification.view")
def delete_matrix_view(view_id: int) -> ResponseReturnValue:
    """Forget one of one's own views. Raises `NotFound`."""
    with transaction():
        delete_view(get_saved_view(view_id, current_person().id))
    flash(_("The view is deleted."), "success")
    return _back()
