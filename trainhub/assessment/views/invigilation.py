"""Invigilating a sitting: who is where, by the second; and what is granted to one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt, Candidate, CandidateOverride, Sitting
from trainhub.assessment.queries.attempts import get_attempt, window_of
from trainhub.assessment.queries.invigilation import (
    get_candidate,
    get_sitting,
    look_at_candidate,
    look_at_room,
)
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.rules.watching import SightingKind, Sign, Where
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.shown import time_length, to_the_second, window_words
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.icons import icon
from trainhub.web.locale import chosen_zone, current_language, current_zone
from trainhub.web.text import translated, typed_text

REFRESH_S = 7
MOST_MINUTES = 24 * 60
WHERE_WORDS: dict[Where, tuple[str, Any]] = {
    Where.NOT_STARTED: ("neutral", _l("Not started")),
    Where.WORKING: ("progress", _l("Working")),
    Where.HANDED_IN: ("success", _l("Handed in")),
    Where.VOIDED: ("neutral", _l("Void")),
}
SIGN_WORDS: dict[Sign, tuple[str, str, Any]] = {
    Sign.QUIET: ("danger", "wifi-off", _l("nothing heard for 3 minutes")),
    Sign.TWO_DEVICES: ("warning", "layers", _l("two devices")),
    Sign.AWAY: ("warning", "eye-slash", _l("left the page in the last 5 minutes")),
    Sign.NOT_THERE: ("warning", "person-x", _l("not here yet")),
    Sign.ENDS_SOON: ("info", "alarm", _l("ends soon, questions open")),
}
SIGHTING_WORDS: dict[str, Any] = {
    SightingKind.FOCUS_LOST: _l("went to another window"),
    SightingKind.FOCUS_BACK: _l("came back to the page"),
    SightingKind.PAGE_HIDDEN: _l("went to another tab"),
    SightingKind.PAGE_SHOWN: _l("the page is in view again"),
    SightingKind.OTHER_DEVICE: _l("opened on another device"),
    SightingKind.OFFLINE: _l("lost the network"),
    SightingKind.ONLINE: _l("the network is back"),
}
_MINUTES = N_("Give a whole number of minutes from %(least)s to %(most)s.")


def _room_values(sitting: Sitting, now: datetime) -> dict[str, Any]:
    room = look_at_room(sitting, now)
    return {
        "sitting": sitting,
        "room": room,
        "now": now,
        "tag": f"{room.tag}-{current_language()}-{current_zone()}",
        "time_of": _time_of(now),
        "where_words": {key: (kind, str(words)) for key, (kind, words) in WHERE_WORDS.items()},
        "sign_badges": {key: _sign_badge(*shown) for key, shown in SIGN_WORDS.items()},
    }


def _time_of(now: datetime) -> Callable[[datetime], str]:
    """What shows a time to the second, with its day unless that is today. Hundreds of rows show
    three each, every few seconds: too many for the filters, which ask Babel each time.
    """
    zone = current_zone()
    today = now.astimezone(zone).date()

    def shown(at: datetime) -> str:
        local = at.astimezone(zone)
        return f"{local:%H:%M:%S}" if local.date() == today else to_the_second(at)

    return shown


def _sign_badge(kind: str, picture: str, words: Any) -> Markup:
    badge = Markup('<span class="th-badge th-badge-{}">{}<span>{}</span></span>')
    return badge.format(kind, icon(picture), str(words))


@bp.get("/sittings/<int:sitting_id>/room")
@requires("assessment.hold_sittings")
def invigilate(sitting_id: int) -> ResponseReturnValue:
    """Everybody of a sitting, whoever needs somebody first; the rows refresh themselves."""
    sitting = get_sitting(sitting_id)
    return render_template(
        "assessment/invigilate.html",
        settings=settings_from(sitting.version.settings),
        refresh_ms=REFRESH_S * 1000,
        zone=chosen_zone(),
        **_room_values(sitting, clock.now()),
    )


@bp.get("/sittings/<int:sitting_id>/room/rows")
@requires("assessment.hold_sittings")
def list_room_rows(sitting_id: int) -> ResponseReturnValue:
    """The part of the room's page that changes; 304 while nothing does."""
    values = _room_values(get_sitting(sitting_id), clock.now())
    tag = values["tag"]
    if request.if_none_match.contains(tag):
        answer: Response = make_response("", 304)
    else:
        answer = make_response(render_template("assessment/_room_rows.html", **values))
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Server-Time"] = values["now"].isoformat()
    return answer


@bp.get("/sittings/<int:sitting_id>/room/list")
@requires("assessment.hold_sittings")
def print_room(sitting_id: int) -> ResponseReturnValue:
    """The candidates by name with a line to sign on, to be printed."""
    values = _room_values(get_sitting(sitting_id), clock.now())
    seats = sorted(values["room"].seats, key=lambda seat: seat.place)
    return render_template("assessment/print_room.html", seats=seats, **values)


@bp.get("/candidates/<int:candidate_id>")
@requires("assessment.hold_sittings")
def watch_candidate(candidate_id: int) -> ResponseReturnValue:
    """One candidate: attempts, what was seen, and what can be granted."""
    return _candidate_page(candidate_id)


def _candidate_page(candidate_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    one = look_at_candidate(candidate_id)
    sitting = one.candidate.sitting
    page = render_template(
        "assessment/watch_candidate.html",
        one=one,
        candidate=one.candidate,
        sitting=sitting,
        settings=settings_from(sitting.version.settings),
        window=window_of(one.candidate),
        sighting_words=SIGHTING_WORDS,
        sent=_sent_to,
        error=_error_text(error),
        wrong=_wrong_field(error),
        now=clock.now(),
    )
    return page, error.status if error else 200


def _sent_to(endpoint: str, attempt_id: int | None = None) -> Mapping[str, str]:
    """What was typed into the form that goes there, as it was refused; of another form nothing."""
    is_it = request.method == "POST" and request.endpoint == f"assessment.{endpoint}"
    of_attempt = (request.view_args or {}).get("attempt_id")
    return request.form if is_it and of_attempt == attempt_id else {}


@bp.app_template_global("granted_words")
def granted_words(granted: CandidateOverride, sitting: Sitting) -> str:
    """What was granted to one candidate of the sitting, with its minutes or times."""
    after = granted.after
    match granted.kind:
        case "extra_time":
            return str(_("Extra time: %(time)s in all", time=time_length(after["extra_s"])))
        case "window":
            opens, closes = after["opens_at"], after["closes_at"]
            opens_at = datetime.fromisoformat(opens) if opens else sitting.opens_at
            closes_at = datetime.fromisoformat(closes) if closes else sitting.closes_at
            window = window_words(opens_at, closes_at)
            return str(_("A window of their own: %(window)s", window=window))
        case _:
            return str(_("A further attempt"))


def _wrong_field(error: DomainError | None) -> str | None:
    if isinstance(error, InputErrors):
        return error.errors[0].field
    return error.field if error else None


def _error_text(error: DomainError | None) -> str | None:
    if isinstance(error, InputErrors):
        return " ".join(one.text(translated) for one in error.errors)
    return error.text(translated) if error else None


def _minutes(name: str, least: int = 1) -> int:
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and least <= int(text[:6]) <= MOST_MINUTES):
        params = {"least": least, "most": MOST_MINUTES}
        raise InputErrors([InputError("minutes_form", _MINUTES, params, field=name)])
    return int(text)


def _grant(candidate_id: int, act: Any, done: str) -> ResponseReturnValue:
    """Do something for a candidate, then back to their page."""
    try:
        with transaction():
            candidate = get_candidate(candidate_id)
            act(candidate, actor=current_person(), now=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _candidate_page(candidate_id, error)
    flash(done, "success")
    return redirect(url_for("assessment.watch_candidate", candidate_id=candidate_id))


def _reason() -> str:
    return typed_text("reason", 1_000)


@bp.post("/candidates/<int:candidate_id>/time")
@requires("assessment.hold_sittings")
def grant_time(candidate_id: int) -> ResponseReturnValue:
    """More time for one person, in the attempt under way too."""

    def act(candidate: Candidate, **who: Any) -> None:
        seconds = _minutes("minutes", 0) * 60
        services.grant_extra_time(candidate, seconds, reason=_reason(), **who)

    return _grant(candidate_id, act, _("The extra time is granted."))


@bp.post("/candidates/<int:candidate_id>/attempt")
@requires("assessment.hold_sittings")
def grant_further_attempt(candidate_id: int) -> ResponseReturnValue:
    """One attempt more than the exam's rules give."""

    def act(candidate: Candidate, **who: Any) -> None:
        services.grant_attempt(candidate, reason=_reason(), **who)

    return _grant(candidate_id, act, _("One more attempt is granted."))


def _change_attempt(attempt_id: int, act: Any, done: str) -> ResponseReturnValue:
    """Do something to a candidate's attempt; previews are nobody's to judge."""
    candidate_id = get_attempt(attempt_id).candidate_id
    if candidate_id is None:
        raise NotFound()

    def changed(_candidate: Candidate, **who: Any) -> Attempt:
        attempt: Attempt = act(attempt_id, reason=_reason(), **who)
        return attempt

    return _grant(candidate_id, changed, done)


@bp.post("/attempts/<int:attempt_id>/void")
@requires("assessment.hold_sittings")
def void_attempt(attempt_id: int) -> ResponseReturnValue:
    """Declare that an attempt does not count."""
    return _change_attempt(attempt_id, services.void_attempt, _("The attempt does not count."))


@bp.post("/attempts/<int:attempt_id>/reopen")
@requires("assessment.hold_sittings")
def reopen_attempt(attempt_id: int) -> ResponseReturnValue:
    """Let a candidate go on with an ended attempt for some minutes."""

    def act(number: int, **who: Any) -> Attempt:
        return services.reopen_attempt(number, minutes=_minutes("minutes"), **who)

    return _change_attempt(attempt_id, act, _("The attempt is open again."))


@bp.app_template_filter("epoch")
def epoch(at: datetime | None) -> str:
    """An instant in milliseconds, for scripts."""
    return str(int(at.timestamp() * 1000)) if at else ""


@bp.app_template_global("minutes_left")
def minutes_left(closes_at: datetime | None, now: datetime) -> int:
    """Whole minutes until an instant, 0 once it is past."""
    left = (closes_at - now) if closes_at else timedelta(0)
    return max(0, int(left.total_seconds() // 60))
