"""An attempt under way: where it stands, its paper, what is noted beside the answers, its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from trainhub import clock, prepared
from trainhub.assessment import services
from trainhub.assessment.api.blueprint import bp
from trainhub.assessment.api.schemas import (
    LONGEST_MS,
    AttemptOut,
    FlagIn,
    HeartbeatIn,
    NowOut,
    PaperOut,
    QuestionOut,
    SightingIn,
)
from trainhub.assessment.api.shapes import attempt_shape, now_shape, paper_shape, question_shape
from trainhub.assessment.models import Attempt
from trainhub.assessment.queries.attempts import get_own_attempt, paper_of
from trainhub.assessment.queries.kept import AttemptShown
from trainhub.assessment.queries.quick_paper import find_attempt, list_questions
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.assessment.services.quick_closing import hand_in_quickly
from trainhub.assessment.services.quick_noting import note_time_quickly
from trainhub.db import transaction
from trainhub.people.queries import Caller
from trainhub.people.views.quick import quick_first
from trainhub.web.access import current_person, requires
from trainhub.web.api import INVALID, SECURITY, keep_pace, paces_itself, refuse, unpaced

MOST_QUESTIONS = 1_000


def _running(attempt_id: int) -> Attempt:
    """The person's attempt. Raises `AttemptClosed` once it has ended, `NotFound`."""
    attempt = get_own_attempt(attempt_id, current_person().id)
    if attempt.state != State.IN_PROGRESS:
        raise services.AttemptClosed()
    return attempt


def _now_of(attempt_id: int) -> dict[str, Any]:
    attempt = get_own_attempt(attempt_id, current_person().id)
    return now_shape(attempt.state, attempt.closes_at, clock.now())


@bp.get("/attempts/<int:attempt_id>")
@requires("assessment.sit")
@bp.doc(security=SECURITY)
@bp.output(AttemptOut)
def show_attempt(attempt_id: int) -> ResponseReturnValue:
    """The state of an attempt."""
    attempt = get_own_attempt(attempt_id, current_person().id)
    return attempt_shape(AttemptShown.of(attempt), clock.now())


def _show_paper_quickly(
    connection: prepared.Connection, caller: Caller, attempt_id: int, now: datetime
) -> ResponseReturnValue | None:
    attempt = find_attempt(connection, attempt_id, caller.person_id)
    if attempt is None or attempt.shown.state != State.IN_PROGRESS:
        return None
    paper = list_questions(connection, attempt_id)
    return jsonify(paper_shape(attempt.shown, paper, now))


@bp.get("/attempts/<int:attempt_id>/paper")
@quick_first(_show_paper_quickly, is_paced=True)
@requires("assessment.sit")
@bp.doc(security=SECURITY, responses={409: "`attempt_closed`: the attempt has ended"})
@bp.output(PaperOut)
@paces_itself
def show_paper(attempt_id: int) -> ResponseReturnValue:
    """The paper with the responses in force.

    Where there is no going back, only the question at `position` shows its text: open the next
    one to go on.
    """
    keep_pace()
    attempt = AttemptShown.of(_running(attempt_id))
    return paper_shape(attempt, paper_of(attempt_id), clock.now())


@bp.post("/attempts/<int:attempt_id>/questions/<int:no>/open")
@requires("assessment.sit")
@bp.doc(security=SECURITY, responses={409: "`attempt_closed`: left behind, or skipped to"})
@bp.output(QuestionOut)
@unpaced
def open_question(attempt_id: int, no: int) -> ResponseReturnValue:
    """Open a question.

    Its own limit begins the first time; where there is no going back the earlier ones close.
    """
    person, now = current_person(), clock.now()
    with transaction():
        services.open_item(attempt_id, person.id, no, now=now)
    attempt = _running(attempt_id)
    (each,) = [one for one in paper_of(attempt_id) if one.row.no == no]
    return question_shape(each, AttemptShown.of(attempt), now)


@bp.put("/attempts/<int:attempt_id>/questions/<int:no>/flag")
@requires("assessment.sit")
@bp.doc(security=SECURITY)
@bp.input(FlagIn, example={"is_flagged": True})
@bp.output(NowOut)
@unpaced
def flag_question(attempt_id: int, no: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Put a flag on a question, or take it off."""
    with transaction():
        services.flag_item(
            attempt_id, current_person().id, no, json_data["is_flagged"], now=clock.now()
        )
    return _now_of(attempt_id)


@bp.post("/attempts/<int:attempt_id>/sightings")
@requires("assessment.sit")
@bp.doc(security=SECURITY)
@bp.input(SightingIn, example={"kind": "focus_back", "no": 3, "away_ms": 4100})
@bp.output(NowOut)
def add_sighting(attempt_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Note that the page lost focus or got it back.

    For a person to judge; nothing follows from it by itself.
    """
    values = {name: json_data[name] for name in ("no", "away_ms") if json_data.get(name)}
    with transaction():
        services.note_sighting(
            attempt_id, current_person().id, json_data["kind"], values, now=clock.now()
        )
    return _now_of(attempt_id)


def _beat_quickly(
    connection: prepared.Connection, caller: Caller, attempt_id: int, now: datetime
) -> ResponseReturnValue | None:
    times = read_times(request.get_json(silent=True))
    if times is None:
        return None
    closes_at = note_time_quickly(connection, caller, attempt_id, times, now=now)
    return None if closes_at is None else now_shape(State.IN_PROGRESS.value, closes_at, now)


def read_times(body: Any) -> dict[int, int] | None:
    """The times of a heartbeat's body; None where a schema has to say what is wrong with it."""
    sent = body.get("times", {}) if isinstance(body, dict) and body.keys() <= {"times"} else None
    if not isinstance(sent, dict):
        return None
    times = {}
    for no, length in sent.items():
        if not _is_number(no) or type(length) is not int or not 0 <= length <= LONGEST_MS:
            return None
        times[int(no)] = length
    return times


def _is_number(no: str) -> bool:
    return len(no) <= 4 and no.isascii() and no.isdigit() and 0 < int(no) <= MOST_QUESTIONS


@bp.post("/attempts/<int:attempt_id>/heartbeat")
@quick_first(_beat_quickly)
@requires("assessment.sit")
@bp.doc(security=SECURITY)
@bp.input(HeartbeatIn, example={"times": {"3": 15_000}})
@bp.output(NowOut)
@unpaced
def beat(attempt_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Say that the page is there, and how long questions were in view.

    Keeps the sign-in alive; the answer sets the clock right.
    """
    times = {}
    for no, length in json_data["times"].items():
        if not _is_number(no):
            raise refuse(INVALID, f"times.{no}")
        times[int(no)] = length
    with transaction():
        services.note_time(attempt_id, current_person().id, times, now=clock.now())
    return _now_of(attempt_id)


def _submit_quickly(
    connection: prepared.Connection, caller: Caller, attempt_id: int, now: datetime
) -> ResponseReturnValue | None:
    attempt = hand_in_quickly(connection, caller, attempt_id, now=now)
    return None if attempt is None else jsonify(attempt_shape(attempt, now))


@bp.post("/attempts/<int:attempt_id>/submit")
@quick_first(_submit_quickly)
@requires("assessment.sit")
@bp.doc(security=SECURITY)
@bp.output(AttemptOut)
@unpaced
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand in.

    Sent again it changes nothing and gives the same answer. Past the wall it is the deadline
    that has ended the attempt.
    """
    person, now = current_person(), clock.now()
    with transaction():
        get_own_attempt(attempt_id, person.id)
        attempt = services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now)
    return attempt_shape(AttemptShown.of(attempt), now)
