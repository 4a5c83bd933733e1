"""My classes: the agenda, declining, changing, taking a free seat, standing in line."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.api.blueprint import bp
from trainhub.delivery.api.schemas import (
    AgendaOut,
    ChangeIn,
    ChoicesOut,
    ReasonIn,
    SeatOut,
)
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.agenda import (
    ClassChoice,
    is_changeable,
    list_choices,
    list_coming,
    list_joinable,
    list_past,
    list_waiting,
)
from trainhub.delivery.queries.seats.calendar import get_own_booking
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.delivery.services.seats import booking as services
from trainhub.errors import NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY, instant
from trainhub.web.locale import current_language
from trainhub.web.text import translated

_REASON = {"reason": "Dentist at nine"}
_CHANGE = {"class_id": 12, "reason": ""}
_REFUSALS = (
    "`too_late` within 24 hours of the class, `seat_fixed`, or the rule that says no: `coverage`,"
    " `rest`, `rest_day`, `clash`, `session_full` …"
)


@bp.get("/agenda")
@requires("delivery.attend")
@bp.doc(security=SECURITY)
@bp.output(AgendaOut)
def show_agenda() -> ResponseReturnValue:
    """My classes.

    Those ahead, those I wait for, the last ones, and those I could join.
    """
    person, now, language = current_person(), clock.now(), current_language()
    kinds = (("coming", list_coming), ("waiting", list_waiting), ("past", list_past))
    found: dict[str, Any] = {
        name: [_seat(row.booking) for row in listed(person.id, now=now, language=language)]
        for name, listed in kinds
    }
    offers = list_joinable(person, now=now, language=language)
    return {"server_now": instant(now), **found, "offers": [_offer(one) for one in offers]}


def _seat(row: Booking) -> dict[str, Any]:
    session = row.training_session
    titles = titles_of([row.course_id], current_language())
    return {
        "booking_id": row.id,
        "class_id": session.id,
        "state": row.state,
        "course": session.course.key,
        "title": titles[row.course_id],
        **_place(session),
        "join_url": session.room.join_url if row.state in WERE_MEANT else "",
        "trainer": session.trainer.name,
        "window": row.window_kind,
        "is_make_up": row.is_make_up,
        "may_change": is_changeable(row, clock.now()),
        "uid": row.uid,
        "sequence": row.sequence,
    }


def _place(session: TrainingSession) -> dict[str, Any]:
    return {
        "starts_at": instant(session.starts_at),
        "ends_at": instant(session.ends_at),
        "time_zone": session.site.time_zone,
        "room": session.room.name,
        "site": session.site.name,
    }


def _offer(one: ClassChoice) -> dict[str, Any]:
    refusal = one.conflict.text(translated, own=True) if one.conflict else ""
    return {
        "class_id": one.session.id,
        "title": one.title,
        **_place(one.session),
        "seats_left": max(0, one.left),
        "refusal": refusal,
    }


@bp.get("/bookings/<int:booking_id>/choices")
@requires("delivery.attend")
@bp.doc(security=SECURITY)
@bp.output(ChoicesOut)
def list_class_choices(booking_id: int) -> ResponseReturnValue:
    """Where I could change to.

    Other classes of the course ahead, each with why not, if not.
    """
    row, now = get_own_booking(booking_id, current_person().id), clock.now()
    if not is_changeable(row, now):
        return {"choices": []}
    choices = list_choices(row, now=now, language=current_language())
    return {"choices": [_offer(one) for one in choices]}


@bp.post("/bookings/<int:booking_id>/decline")
@requires("delivery.attend")
@bp.doc(security=SECURITY, responses={422: _REFUSALS, 409: "`seat_gone`, `class_over`"})
@bp.input(ReasonIn, example=_REASON)
@bp.output(SeatOut)
def decline(booking_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Give my seat back.

    Until 24 hours before the class. Who waits first and may have it gets it.
    """
    with transaction():
        row = get_own_booking(booking_id, current_person().id)
        services.decline(row, reason=json_data["reason"], now=clock.now())
    return _seat(row)


@bp.post("/bookings/<int:booking_id>/change")
@requires("delivery.attend")
@bp.doc(security=SECURITY, responses={422: _REFUSALS, 409: "`seat_gone`, `class_over`"})
@bp.input(ChangeIn, example=_CHANGE)
@bp.output(SeatOut, 201)
def change(booking_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Change to a free seat.

    Every rule is asked for the new class, the old seat counts as given up. The answer is the new
    booking; the old one keeps its number and says `moved`.
    """
    with transaction():
        row = get_own_booking(booking_id, current_person().id)
        made = services.change_class(
            row,
            json_data["class_id"],
            reason=json_data["reason"],
            now=clock.now(),
            language=current_language(),
        )
    return _seat(made), 201


def _offered(class_id: int) -> int:
    offers = list_joinable(current_person(), now=clock.now(), language=current_language())
    if class_id not in [one.session.id for one in offers]:
        raise NotFound()
    return class_id


@bp.post("/classes/<int:training_session_id>/seat")
@requires("delivery.attend")
@bp.doc(security=SECURITY, responses={422: _REFUSALS})
@bp.output(SeatOut, 201)
def take_seat(training_session_id: int) -> ResponseReturnValue:
    """Take a free seat of a class that is offered to me."""
    with transaction():
        row = services.take_free_seat(
            _offered(training_session_id), current_person(), now=clock.now(),
            language=current_language(),
        )  # fmt: skip
    return _seat(row), 201


@bp.post("/classes/<int:training_session_id>/waiting")
@requires("delivery.attend")
@bp.doc(security=SECURITY, responses={422: "`seats_left`: take it; or a rule that says no"})
@bp.output(SeatOut, 201)
def join_line(training_session_id: int) -> ResponseReturnValue:
    """Stand in line for a seat of a full class that is offered to me."""
    with transaction():
        row = services.join_waiting_list(
            _offered(training_session_id), current_person(), now=clock.now(),
            language=current_language(),
        )  # fmt: skip
    return _seat(row), 201


@bp.delete("/classes/<int:training_session_id>/waiting")
@requires("delivery.attend")
@bp.doc(security=SECURITY, responses={409: "`seat_gone`: I did not stand in line"})
@bp.output(SeatOut)
def leave_line(training_session_id: int) -> ResponseReturnValue:
    """Stand in line no longer."""
    person = current_person()
    with transaction():
        row = services.find_booking(training_session_id, person.id)
        if row is None or row.training_session.published_at is None:
            raise NotFound()
        services.leave_waiting_list(row, now=clock.now(), by_id=person.id)
    return _seat(row)
