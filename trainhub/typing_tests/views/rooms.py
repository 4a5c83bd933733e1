"""Supervised rooms: the list, opening and changing one, watching it, its code to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.typing_tests.forms.staff_tests import RoomForm, instant
from trainhub.typing_tests.models import TypingSitting
from trainhub.typing_tests.queries.sittings import (
    find_sittings,
    get_sitting,
    look_at_room,
    phase_of,
)
from trainhub.typing_tests.queries.tests import get_test
from trainhub.typing_tests.rules.sitting_checks import SittingPlan, read_sitting
from trainhub.typing_tests.services import sittings as services
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.own_runs import BADGES, standing_of_run
from trainhub.typing_tests.views.staff_tests import TEST_PATH
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import chosen_zone, current_zone
from trainhub.web.settings import current_settings

ROOM_PATH = "/typing-sittings/<int:sitting_id>"
REFRESH_S = 7
USUAL_WINDOW = timedelta(hours=1)
_UNUSED = ("neutral", _l("Not begun"), None)


def room_address(sitting_id: int) -> str:
    """The page of a room."""
    return url_for("typing_tests.watch_typing_room", sitting_id=sitting_id)


@bp.get("/typing-sittings")
@requires("typing_tests.supervise_sittings")
def list_typing_rooms() -> ResponseReturnValue:
    """The rooms, the open ones first."""
    page = request.args.get("page", default=1, type=row_id)
    return render_template("typing_tests/list_rooms.html", found=find_sittings(clock.now(), page))


def _plan(form: RoomForm) -> SittingPlan:
    zone = current_settings().zone
    return read_sitting(
        name=form.name.data or "",
        room_code=form.room_code.data or "",
        opens_at=instant(form.opens_at.data, zone),
        closes_at=instant(form.closes_at.data, zone),
        now=clock.now(),
    )


def _begun() -> dict[str, Any]:
    now = clock.now().astimezone(current_settings().zone).replace(tzinfo=None, second=0)
    now = now.replace(microsecond=0)
    return {
        "room_code": services.new_room_code(),
        "opens_at": now,
        "closes_at": now + USUAL_WINDOW,
    }


@bp.route(f"{TEST_PATH}/rooms/new", methods=["GET", "POST"])
@requires("typing_tests.supervise_sittings")
def open_typing_room(test_id: int) -> ResponseReturnValue:
    """Open a room of a test."""
    test, form = get_test(test_id), RoomForm()
    if request.method == "GET":
        form = RoomForm(data=_begun())
    if form.validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                sitting = services.open_sitting(
                    get_test(test_id), plan, actor=current_person(), now=clock.now()
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The room is there. Write its code on the board."), "success")
            return redirect(room_address(sitting.id))
    return _room_form(form, test, None)


def _room_form(form: RoomForm, test: Any, sitting: TypingSitting | None) -> ResponseReturnValue:
    page = render_template(
        "typing_tests/edit_room.html", form=form, test=test, sitting=sitting,
        zone=current_settings().time_zone,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route(f"{ROOM_PATH}/edit", methods=["GET", "POST"])
@requires("typing_tests.supervise_sittings")
def edit_typing_room(sitting_id: int) -> ResponseReturnValue:
    """Give a room another name, window or code."""
    sitting, form = get_sitting(sitting_id), RoomForm()
    if request.method == "GET":
        form = RoomForm(data=RoomForm.stored(sitting, current_settings().zone))
    if form.validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                services.change_sitting(
                    get_sitting(sitting_id), plan, actor=current_person(), now=clock.now()
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The room is changed."), "success")
            return redirect(room_address(sitting_id))
    return _room_form(form, sitting.test, sitting)


@bp.post(f"{ROOM_PATH}/close")
@requires("typing_tests.supervise_sittings")
def close_typing_room(sitting_id: int) -> ResponseReturnValue:
    """Let nobody begin in the room any more."""
    with transaction():
        services.close_sitting(get_sitting(sitting_id), actor=current_person(), now=clock.now())
    flash(_("The room is closed. Runs under way go on."), "success")
    return redirect(room_address(sitting_id))


def _room_values(sitting: TypingSitting, now: datetime) -> dict[str, Any]:
    seats = look_at_room(sitting.id)
    runs = [seat.run for seat in seats]
    return {
        "sitting": sitting,
        "seats": seats,
        "now": now,
        "clock_of": _clock_of(),
        "badges": {run.id: BADGES.get(standing_of_run(run), _UNUSED) for run in runs},
        "counts": {
            "open": sum(run.state == "open" for run in runs),
            "ended": sum(run.state in ("closed", "voided") for run in runs),
            "waiting": sum(run.review == "waiting" and run.state == "closed" for run in runs),
        },
    }


def _clock_of() -> Callable[[datetime], str]:
    zone = current_zone()
    return lambda at: f"{at.astimezone(zone):%H:%M:%S}"


def _rows(values: dict[str, Any]) -> tuple[str, str]:
    """The part of the page that changes, and what tells it from another."""
    rows = render_template("typing_tests/_room_runs.html", **values)
    return rows, sha256(rows.encode()).hexdigest()[:24]


@bp.get(ROOM_PATH)
@requires("typing_tests.supervise_sittings")
def watch_typing_room(sitting_id: int) -> ResponseReturnValue:
    """Everybody who types in the room; the rows refresh themselves."""
    sitting, now = get_sitting(sitting_id), clock.now()
    values = _room_values(sitting, now)
    _shown, tag = _rows(values)
    return render_template(
        "typing_tests/watch_room.html",
        phase=phase_of(sitting, now).value,
        refresh_ms=REFRESH_S * 1000,
        tag=tag,
        zone=chosen_zone(),
        **values,
    )


@bp.get(f"{ROOM_PATH}/runs")
@requires("typing_tests.supervise_sittings")
def list_room_runs(sitting_id: int) -> ResponseReturnValue:
    """The part of the room's page that changes; 304 while nothing does."""
    values = _room_values(get_sitting(sitting_id), clock.now())
    rows, tag = _rows(values)
    is_known = request.if_none_match.contains(tag)
    answer: Response = make_response("", 304) if is_known else make_response(rows)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Server-Time"] = values["now"].isoformat()
    return answer


@bp.get(f"{ROOM_PATH}/code")
@requires("typing_tests.supervise_sittings")
def print_room_code(sitting_id: int) -> ResponseReturnValue:
    """The code, large, with what to do, to be printed."""
    return render_template("typing_tests/print_room_code.html", sitting=get_sitting(sitting_id))


@bp.app_template_filter("epoch_ms")
def epoch_ms(at: datetime) -> str:
    """An instant in milliseconds, for scripts."""
    return str(int(at.timestamp() * 1000))
