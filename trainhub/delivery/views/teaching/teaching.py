"""The trainer's screen of a class: its lesson, its clock, its roster, its check-in."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock, permissions
from trainhub.db import end_read, transaction
from trainhub.delivery.queries.classes.lines import lines_during
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.classroom import list_to_teach, lock_class
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.teaching import teaching as services
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.teaching.classroom_state import (
    clock_json,
    counts_of,
    may_mark,
    own_class,
    roster_of,
    state_of,
)
from trainhub.delivery.views.teaching.shown_lesson import find_lesson_page
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone
from trainhub.web.text import translated, typed_text

CLASS_PATH = "/classes/<int:training_session_id>"
AHEAD = timedelta(days=28)
BACK = timedelta(days=14)
STEPS = {
    "begin": Step.BEGIN,
    "pause": Step.PAUSE,
    "resume": Step.RESUME,
    "end": Step.END,
    "stop": Step.BREAK_OFF,
    "record": Step.RECORD,
}
BREAK_CAUSES = {
    Cause.OPERATIONS: _l("The queue is up: everybody is needed"),
    Cause.TRAINER: _l("The trainer cannot go on"),
    Cause.ROOM: _l("The room cannot be used any more"),
}
SAID = {
    Step.BEGIN: _l("The class has begun."),
    Step.PAUSE: _l("Paused. The minutes that remain are kept."),
    Step.RESUME: _l("The class goes on."),
    Step.END: _l("The class is over. Surveys and questions are on their way."),
    Step.BREAK_OFF: _l("Broken off. What remained is owed to everybody who was there."),
    Step.RECORD: _l("Recorded as held."),
}


def teach_address(session_id: int, lesson: str = "") -> str:
    """The trainer's screen of a class, at a lesson."""
    return url_for(
        "delivery.teach_class", training_session_id=session_id, lesson=lesson or None
    )  # fmt: skip


def day_begins(now: datetime) -> datetime:
    """The last midnight where the reader is."""
    zone = current_zone()
    return datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)


@bp.get("/teaching")
@requires("delivery.teach")
def list_classes_to_teach() -> ResponseReturnValue:
    """The classes one teaches: today's, those to come, those just held."""
    now, viewer = clock.now(), current_person()
    midnight = day_begins(now)
    found = list_to_teach(viewer, midnight - BACK, midnight + AHEAD)
    tomorrow = midnight + timedelta(days=1)
    groups = [
        (_("Today"), [one for one in found if midnight <= one.starts_at < tomorrow]),
        (_("To come"), [one for one in found if one.starts_at >= tomorrow]),
        (_("Of the last two weeks"), [one for one in found[::-1] if one.starts_at < midnight]),
    ]
    titles = titles_of({one.course_id for one in found}, current_language())
    return render_template(
        "delivery/teaching/list_teaching.html",
        groups=groups,
        titles=titles,
        lines=lines_during([one for one in found if one.ends_at > now], viewer),
        now=now,
    )


@bp.get(f"{CLASS_PATH}/teach")
@requires("delivery.teach")
def teach_class(training_session_id: int) -> ResponseReturnValue:
    """Everything a trainer needs while holding a class."""
    return _screen(training_session_id)


def _screen(session_id: int, refused: str = "") -> str:
    session, now = own_class(session_id, request.path), clock.now()
    state, seats = state_of(session, now), roster_of(session)
    may_read = permissions.allows("learning.teach", current_person())
    page = find_lesson_page(session, for_trainer=may_read)
    return render_template(
        "delivery/teaching/teach_class.html",
        session=session,
        state=state,
        steps=Step,
        page=page,
        by_plan=state.lesson_by_plan(page),
        seats=seats,
        counts=counts_of(seats),
        may_mark=may_mark(session, now) and state.is_open,
        causes=BREAK_CAUSES,
        title=titles_of([session.course_id], current_language())[session.course_id],
        refused=refused,
    )


@bp.get(f"{CLASS_PATH}/beamer")
@requires("delivery.teach")
def show_class_on_wall(training_session_id: int) -> ResponseReturnValue:
    """The lesson in big type for the wall: no notes, no answers, nobody's name."""
    session, now = own_class(training_session_id, request.path), clock.now()
    seats = roster_of(session)
    return render_template(
        "delivery/teaching/show_class_on_wall.html",
        session=session,
        state=state_of(session, now),
        page=find_lesson_page(session, for_trainer=False),
        counts=counts_of(seats),
        title=titles_of([session.course_id], current_language())[session.course_id],
        check_in_at=url_for("delivery.show_check_in", _external=True).partition("://")[2],
    )


@bp.get(f"{CLASS_PATH}/clock")
@requires("delivery.teach")
def show_class_clock(training_session_id: int) -> ResponseReturnValue:
    """Where the class stands, for the scripts of its pages."""
    session = own_class(training_session_id, request.path)
    return clock_json(state_of(session, clock.now()), roster_of(session))


@bp.post(f"{CLASS_PATH}/check-in-code")
@requires("delivery.teach")
def open_class_check_in(training_session_id: int) -> ResponseReturnValue:
    """Let people check in by code; again: with other codes."""
    own_class(training_session_id, request.path)
    try:
        with transaction():
            services.open_check_in(
                lock_class(training_session_id), now=clock.now(), by_id=current_person().id
            )
    except DomainError as refused:
        end_read()
        return _screen(training_session_id, refused.text(translated)), refused.status
    flash(_("Check-in is open. The code changes every half minute."), "success")
    return redirect(teach_address(training_session_id, typed_text("lesson", 80)))


@bp.post(f"{CLASS_PATH}/steps/<any(begin, pause, resume, end, stop, record):step>")
@requires("delivery.teach")
def take_class_step(training_session_id: int, step: str) -> ResponseReturnValue:
    """Begin, pause, go on, end, break off, or record a class as held."""
    own_class(training_session_id, request.path)
    taken, now, by_id = STEPS[step], clock.now(), current_person().id
    reason = typed_text("reason", services.REASON_LIMIT)
    cause = typed_text("cause", 20)
    try:
        with transaction():
            session = lock_class(training_session_id)
            was_empty = not session.taken
            if taken in services.STEPS:
                services.take_step(session, taken, now=now, by_id=by_id, reason=reason)
            else:
                end_class(
                    session, taken, now=now, by_id=by_id, reason=reason,
                    cause=Cause(cause) if cause in BREAK_CAUSES else Cause.OPERATIONS,
                )  # fmt: skip
    except DomainError as refused:
        end_read()
        return _screen(training_session_id, refused.text(translated)), refused.status
    is_of_nobody = was_empty and taken is Step.END
    flash(
        _("The class is over. Nobody was in it.") if is_of_nobody else str(SAID[taken]), "success"
    )
    return redirect(teach_address(training_session_id, typed_text("lesson", 80)))
