"""The roster of a class: marking who came, and putting it right afterwards."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.classes.histories import list_marks
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.classroom import get_seat, lock_class
from trainhub.delivery.rules.teaching.attendance import STATE_WORDS, AttendanceState
from trainhub.delivery.services.teaching.attendance import REASON_LIMIT, mark, unmark
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.teaching.classroom_state import (
    counts_of,
    is_planner,
    may_mark,
    own_class,
    roster_of,
    state_of,
)
from trainhub.delivery.views.teaching.teaching import CLASS_PATH, teach_address
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated, typed_text

UNMARKED = "unmarked"


@bp.get(f"{CLASS_PATH}/roster")
@requires("delivery.teach")
def show_roster(training_session_id: int) -> ResponseReturnValue:
    """Who was booked, how they were marked, and every change of it."""
    return _page(training_session_id)


def _page(session_id: int, refused: str = "", booking_id: int = 0) -> str:
    session, now = own_class(session_id, request.path), clock.now()
    seats = roster_of(session)
    return render_template(
        "delivery/teaching/show_roster.html",
        session=session,
        state=state_of(session, now),
        seats=seats,
        counts=counts_of(seats),
        marks=_mark_words(),
        may_mark=may_mark(session, now),
        history=list_marks(session_id),
        title=titles_of([session.course_id], current_language())[session.course_id],
        refused=refused,
        refused_id=booking_id,
        reason=typed_text("reason", REASON_LIMIT),
        chosen=typed_text("state", 20),
        limit=REASON_LIMIT,
    )


def _mark_words() -> list[tuple[str, str]]:
    return [(one.value, translated(words)) for one, words in STATE_WORDS.items()]


@bp.get(f"{CLASS_PATH}/roster-rows")
@requires("delivery.teach")
def list_roster_rows(training_session_id: int) -> ResponseReturnValue:
    """The rows of the roster on the trainer's screen; 304 while nothing changes."""
    session = own_class(training_session_id, request.path)
    rows, tag = roster_rows(session)
    known = request.if_none_match.contains(tag)
    answer: Response = make_response("", 304) if known else make_response(rows)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Server-Time"] = clock.now().isoformat()
    return answer


def roster_rows(session: TrainingSession) -> tuple[str, str]:
    """The rows, and what tells them from others."""
    seats = roster_of(session)
    rows = render_template(
        "delivery/teaching/_roster_rows.html",
        session=session, seats=seats, counts=counts_of(seats),
        may_mark=may_mark(session, clock.now()) and session.state != "completed",
    )  # fmt: skip
    return rows, sha256(rows.encode()).hexdigest()[:24]


@bp.post(f"{CLASS_PATH}/roster/<int:booking_id>")
@requires("delivery.teach")
def mark_attendance(training_session_id: int, booking_id: int) -> ResponseReturnValue:
    """Mark somebody on the roster, take the mark back, or put it right with a reason."""
    own_class(training_session_id, request.path)
    asked = typed_text("state", 20)
    if asked not in {one.value for one in AttendanceState} | {UNMARKED}:
        raise NotFound()
    try:
        with transaction():
            session = lock_class(training_session_id)
            seat, actor, now = get_seat(session.id, booking_id), current_person(), clock.now()
            if asked == UNMARKED:
                unmark(session, seat, actor=actor, now=now)
            else:
                mark(
                    session, seat, AttendanceState(asked), actor=actor, by_planner=is_planner(),
                    now=now, reason=typed_text("reason", REASON_LIMIT),
                )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refused:
        end_read()
        page = _page(training_session_id, refused.text(translated), booking_id)
        return page, refused.status
    if request.form.get("back") == "teach":
        return redirect(teach_address(training_session_id, typed_text("lesson", 80)))
    flash(_("The attendance is noted."), "success")
    return redirect(
        url_for("delivery.show_roster", training_session_id=training_session_id)
    )  # fmt: skip
