"""My classes: what is coming, changing or giving back a seat, standing in line."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.agenda import (
    get_joinable,
    get_own_swap,
    is_changeable,
    list_asked_of,
    list_choices,
    list_coming,
    list_joinable,
    list_past,
    list_waiting,
)
from trainhub.delivery.queries.seats.calendar import find_feed
from trainhub.delivery.services.seats import booking as services
from trainhub.delivery.services.seats import swapping
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes.classes import CLASS_PATH
from trainhub.delivery.views.seats.feed import feed_address
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import translated, typed_text

SWAP_PATH = "/swaps/<int:swap_id>"


def _back() -> ResponseReturnValue:
    return redirect(url_for("delivery.show_agenda"))


def _refused(error: DomainError) -> ResponseReturnValue:
    """Say why not, on the page the person came from; nothing has changed."""
    flash(error.text(translated), "danger")
    return _back()


@bp.get("/agenda")
@requires("delivery.attend")
def show_agenda() -> ResponseReturnValue:
    """My classes: coming, waited for, offered, past; who asks me to change places."""
    person, now, language = current_person(), clock.now(), current_language()
    asked = list_asked_of(person.id, now=now)
    return render_template(
        "delivery/seats/show_agenda.html",
        coming=list_coming(person.id, now=now, language=language),
        waiting=list_waiting(person.id, now=now, language=language),
        past=list_past(person.id, now=now, language=language),
        asked=asked,
        asked_titles=titles_of({one.booking.course_id for one in asked}, language),
        joinable=list_joinable(person, now=now, language=language),
        feed=find_feed(person.id),
        feed_url=feed_address(person.id),
        now=now,
    )


def _own(session_id: int) -> Booking:
    """The reader's own seat in a class. Raises `NotFound`."""
    row = services.find_booking(session_id, current_person().id)
    if row is None or row.state != "booked" or row.training_session.published_at is None:
        raise NotFound()
    return row


@bp.get(f"{CLASS_PATH}/swap")
@requires("delivery.attend")
def show_swap(training_session_id: int) -> ResponseReturnValue:
    """Other classes of the course, and colleagues to change places with."""
    row, now, language = _own(training_session_id), clock.now(), current_language()
    may_change = is_changeable(row, now)
    choices = list_choices(row, now=now, language=language) if may_change else []
    return render_template(
        "delivery/seats/swap_class.html",
        booking=row,
        session=row.training_session,
        title=titles_of([row.course_id], language)[row.course_id],
        may_change=may_change,
        choices=choices,
        possible=any(one.colleagues or not (one.is_full or one.conflict) for one in choices),
    )


@bp.post(f"{CLASS_PATH}/swap")
@requires("delivery.attend")
def swap_class(training_session_id: int) -> ResponseReturnValue:
    """Change to a free seat (`session`), or ask a colleague to change places (`with`)."""
    now, reason = clock.now(), typed_text("reason", 300)
    session_id, with_id = (_number(request.form.get(name)) for name in ("session", "with"))
    try:
        with transaction():
            row = _own(training_session_id)
            if with_id:
                other = _colleague(with_id, row)
                swapping.ask(row, other, reason=reason, now=now)
            else:
                services.change_class(
                    row, session_id, reason=reason, now=now, language=current_language()
                )
    except NotFound:
        raise
    except DomainError as refused:
        return _refused(refused)
    asked = _("Your colleague has been asked. You keep your seat until they say yes.")
    changed = _("You are in the other class now. Your calendar is updated.")
    flash(asked if with_id else changed, "success")
    return _back()


def _colleague(booking_id: int, mine: Booking) -> Booking:
    """A seat of somebody of the reader's own team; others' are not there. Raises `NotFound`."""
    other = db.session.get(Booking, booking_id)
    if other is None or mine.person.team_id is None or other.person.team_id != mine.person.team_id:
        raise NotFound()
    return other


def _number(text: str | None) -> int:
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _act(act: Any, said: Any) -> ResponseReturnValue:
    """One act of a person upon their own seats."""
    try:
        with transaction():
            act(clock.now())
    except NotFound:
        raise
    except DomainError as refused:
        return _refused(refused)
    flash(str(said), "success")
    return _back()


@bp.post(f"{CLASS_PATH}/decline")
@requires("delivery.attend")
def decline_class(training_session_id: int) -> ResponseReturnValue:
    """Give my seat back, with a reason."""
    reason = typed_text("reason", 300)
    return _act(
        lambda now: services.decline(_own(training_session_id), reason=reason, now=now),
        _("You have given your seat back."),
    )


@bp.post(f"{CLASS_PATH}/take")
@requires("delivery.attend")
def take_seat(training_session_id: int) -> ResponseReturnValue:
    """Take a free seat."""
    return _act(
        lambda now: services.take_free_seat(
            _offered(training_session_id), current_person(), now=now, language=current_language()
        ),
        _("The seat is yours and is in your agenda."),
    )


def _offered(session_id: int) -> int:
    """A class that is meant for the reader, and no other. Raises `NotFound`."""
    return get_joinable(session_id, current_person(), now=clock.now()).id


@bp.post(f"{CLASS_PATH}/wait")
@requires("delivery.attend")
def join_line(training_session_id: int) -> ResponseReturnValue:
    """Stand in line for a seat."""
    return _act(
        lambda now: services.join_waiting_list(
            _offered(training_session_id), current_person(), now=now, language=current_language()
        ),
        _("You are on the waiting list. We will tell you when you get a seat."),
    )


@bp.post(f"{CLASS_PATH}/leave-line")
@requires("delivery.attend")
def leave_line(training_session_id: int) -> ResponseReturnValue:
    """Stand in line no longer."""

    def leave(now: object) -> None:
        row = services.find_booking(training_session_id, current_person().id)
        if row is None:
            raise NotFound()
        services.leave_waiting_list(row, now=clock.now(), by_id=current_person().id)

    return _act(leave, _("You are no longer on the waiting list."))


@bp.post(f"{SWAP_PATH}/answer")
@requires("delivery.attend")
def answer_swap(swap_id: int) -> ResponseReturnValue:
    """Say yes or no to somebody who asks to change places, or take back what I asked."""
    person = current_person()
    request_ = get_own_swap(swap_id, person.id)
    if request_.booking.person_id == person.id:
        return _act(
            lambda now: swapping.take_back(get_own_swap(swap_id, person.id), now=now),
            _("Withdrawn. Your colleague no longer sees it."),
        )
    if request.form.get("answer") == "yes":
        return _act(
            lambda now: swapping.agree(get_own_swap(swap_id, person.id), now=now),
            _("You have changed places. Both calendars are updated."),
        )
    return _act(
        lambda now: swapping.refuse_swap(get_own_swap(swap_id, person.id), now=now),
        _("You keep your seat."),
    )


def next_class(person: Any) -> dict[str, Any] | None:
    """My next class and who asks me to change places; nothing where there is neither."""
    now, language = clock.now(), current_language()
    coming = list_coming(person.id, now=now, language=language)
    asked = list_asked_of(person.id, now=now)
    if not coming and not asked:
        return None
    return {"coming": coming[:2], "more": max(0, len(coming) - 2), "asked": len(asked), "now": now}


register(
    NavigationEntry(
        "delivery.show_agenda", _l("My classes"), "calendar-event", "learn", "delivery.attend",
        55, ("delivery.show_swap",),
    )
)  # fmt: skip
register_section(
    HomeSection(
        "my_classes", 3, "delivery.attend", "delivery/classes/_home_classes.html", next_class
    )
)
