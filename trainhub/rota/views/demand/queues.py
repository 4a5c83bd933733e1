"""Queues: the list, a queue's page, what it promises, retiring it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.rota.forms.queues import QueueForm
from trainhub.rota.models import Queue
from trainhub.rota.queries.demand import (
    get_queue,
    list_days_with_demand,
    list_queue_rows,
    list_typical_days,
    rules_of,
)
from trainhub.rota.rules.requirement import required
from trainhub.rota.services import queues as services
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.demand.demand_words import (
    centre_today,
    promise_words,
    queue_words,
    weekday_words,
)
from trainhub.rota.views.demand.typical_week import draw_typical_days
from trainhub.rota.views.scope import asked_queue
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

SHOWN_DATES = 60
WEEKDAYS = range(8)


@bp.get("/demand")
@requires("rota.write_demand")
def list_queues() -> ResponseReturnValue:
    """The queues with what is known of their demand."""
    rows = list_queue_rows()
    return render_template("rota/list_queues.html", rows=rows, promise=promise_words)


@bp.get("/queues/<int:queue_id>")
@requires("rota.view_cover")
def show_queue(queue_id: int) -> ResponseReturnValue:
    """A queue: what it promises in words, its typical days, the dates with their own demand."""
    queue = asked_queue(queue_id)
    typical = {day: demand for (_, day), demand in list_typical_days([queue_id]).items()}
    rules = rules_of(queue)
    return render_template(
        "rota/show_queue.html",
        queue=queue,
        rules=rules,
        words=queue_words(queue),
        typical=[
            (day, weekday_words(day), typical[day], required(rules, typical[day]))
            for day in sorted(typical)
        ],
        missing=[(day, weekday_words(day)) for day in WEEKDAYS if day not in typical],
        drawn=draw_typical_days(rules, typical),
        dates=list_days_with_demand(queue_id, limit=SHOWN_DATES),
        shown_dates=SHOWN_DATES,
        today=centre_today(),
    )


@bp.route("/queues/new", methods=["GET", "POST"])
@requires("rota.write_demand")
def add_queue() -> ResponseReturnValue:
    """Add a queue."""
    return _edit(None)


@bp.route("/queues/<int:queue_id>/edit", methods=["GET", "POST"])
@requires("rota.write_demand")
def edit_queue(queue_id: int) -> ResponseReturnValue:
    """Change what a queue promises."""
    return _edit(get_queue(queue_id))


def _edit(queue: Queue | None) -> ResponseReturnValue:
    form = QueueForm()
    if request.method == "GET":
        form = QueueForm.begun() if queue is None else QueueForm.of_queue(queue)
    if form.validate_on_submit():
        try:
            saved, is_new = _store(queue, form)
        except DomainError as refused:
            form.take_error(refused)
        else:
            if is_new:
                flash(_("The queue is saved. Requirements are recalculated."), "success")
            else:
                flash(_("Nothing was different, so nothing was saved."), "info")
            return redirect(url_for("rota.show_queue", queue_id=saved.id))
    page = render_template("rota/edit_queue.html", form=form, queue=queue)
    return page, 422 if form.errors else 200


def _store(queue: Queue | None, form: QueueForm) -> tuple[Queue, bool]:
    actor, now = current_person(), clock.now()
    with transaction():
        if queue is None:
            return services.add_queue(form.draft(), actor=actor, now=now), True
        is_new = services.change_queue(
            queue, form.draft(), revision=form.seen_revision(), actor=actor, now=now
        )
        return queue, is_new


@bp.post("/queues/<int:queue_id>/retire")
@requires("rota.write_demand")
def retire_queue(queue_id: int) -> ResponseReturnValue:
    """Take a queue out of use."""
    try:
        with transaction():
            services.retire_queue(get_queue(queue_id), actor=current_person(), now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "error")
    else:
        flash(_("The queue is retired. Its demand stays."), "success")
    return redirect(url_for("rota.show_queue", queue_id=queue_id))


@bp.post("/queues/<int:queue_id>/restore")
@requires("rota.write_demand")
def restore_queue(queue_id: int) -> ResponseReturnValue:
    """Put a queue back into use."""
    try:
        with transaction():
            services.restore_queue(get_queue(queue_id), actor=current_person(), now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "error")
    else:
        flash(_("The queue is back in use."), "success")
    return redirect(url_for("rota.show_queue", queue_id=queue_id))
