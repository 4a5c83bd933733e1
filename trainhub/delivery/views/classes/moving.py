"""Moving a class: what it would do, seen before it is done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.forms.classes import MoveForm
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.classes.moving import MoveEffect, effect_of_move
from trainhub.delivery.queries.classes.week import list_trainers_of
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.scope import get_class
from trainhub.delivery.queries.seats.seat_book import names_of_queues
from trainhub.delivery.rules.classes.class_plan import ClassPlan, read_plan
from trainhub.delivery.rules.classes.conflicts import ClassConflicts
from trainhub.delivery.services.classes import classes
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes.class_choices import list_rooms
from trainhub.delivery.views.classes.classes import CLASS_PATH, class_address
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language


@bp.get(f"{CLASS_PATH}/move")
@requires("delivery.plan")
def move_class(training_session_id: int) -> ResponseReturnValue:
    """The form, and the effect of what the address names; `part=effect` gives the effect alone."""
    session = get_class(training_session_id, current_person())
    stored = MoveForm.stored(session)
    named = {name: request.args[name] for name in stored if name in request.args}
    board = {"board": request.args.get("board", "")}
    form = MoveForm(formdata=None, data=stored | named | board)
    found = None
    if named:
        try:
            found = _effect(session, read_plan(form.typed()), leaves_out=False)
        except DomainError as refused:
            form.take_error(refused)
    return _page(session, form, found, part=request.args.get("part") == "effect")


def _effect(session: TrainingSession, plan: ClassPlan, *, leaves_out: bool) -> MoveEffect:
    return effect_of_move(
        session, plan, leaves_out=leaves_out, now=clock.now(), language=current_language()
    )


@bp.post(f"{CLASS_PATH}/move")
@requires("delivery.plan")
def confirm_move(training_session_id: int) -> ResponseReturnValue:
    """Move the class, or show first what moving it does (the button `look`)."""
    session = get_class(training_session_id, current_person())
    form = MoveForm()
    leaves_out = bool(form.leaves_out.data)
    found = None
    if form.validate_on_submit():
        try:
            plan = read_plan(form.typed())
            if "look" in request.form:
                found = _effect(session, plan, leaves_out=leaves_out)
            else:
                _move(session.id, plan, form)
                flash(_("The class has been moved. Calendars are updated."), "success")
                return redirect(_back(training_session_id, form))
        except ClassConflicts:
            found = _effect(
                get_class(training_session_id, current_person()), plan, leaves_out=leaves_out
            )
        except DomainError as refused:
            form.take_error(refused)
    return _page(session, form, found)


def _back(session_id: int, form: MoveForm) -> str:
    """Where the class stands now: on the board one moved it on, else its own page."""
    board = form.board.data or ""
    if not (board.isascii() and board.isdecimal()):
        return class_address(session_id)
    session = get_class(session_id, current_person())
    return url_for(
        "delivery.show_week", on=session.on, site=session.site_id, queue=board,
        _anchor=f"class-{session_id}",
    )  # fmt: skip


def _move(session_id: int, plan: ClassPlan, form: MoveForm) -> None:
    revision = form.revision.data or ""
    with transaction():
        classes.move_class(
            session_id,
            plan,
            revision=int(revision) if revision.isascii() and revision.isdecimal() else -1,
            leaves_out=bool(form.leaves_out.data),
            reason=form.reason.data or "",
            now=clock.now(),
            actor=current_person(),
            language=current_language(),
        )


def _page(
    session: TrainingSession, form: MoveForm, found: MoveEffect | None, *, part: bool = False
) -> ResponseReturnValue:
    certified = list_trainers_of(session.course_id)
    if session.trainer not in certified:
        certified.append(session.trainer)
    form.offer(list_rooms(), certified)
    values: dict[str, Any] = {
        "session": session,
        "title": titles_of([session.course_id], current_language())[session.course_id],
        "form": form,
        "found": found,
        "queues": names_of_queues(),
    }
    is_refused = bool(form.errors) or (
        found is not None and request.method == "POST" and bool(found.conflicts)
    )
    status = 422 if is_refused else 200
    if part:
        return render_template("delivery/classes/_move_effect.html", is_part=True, **values), status
    return render_template("delivery/classes/move_class.html", **values), status
