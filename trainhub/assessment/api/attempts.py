"""An attempt under way: where it stands, its paper, what is noted beside the answers, its end."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.api.blueprint import bp
from trainhub.assessment.api.schemas import (
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
from trainhub.assessment.queries.attempts import get_own_attempt, paper_of, settings_of
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.db import transaction
from trainhub.web.access import current_person, requires
from trainhub.web.api import INVALID, SECURITY, refuse, unpaced

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
    return attempt_shape(get_own_attempt(attempt_id, current_person().id), clock.now())


@bp.get("/attempts/<int:attempt_id>/paper")
@requires("assessment.sit")
@bp.doc(security=SECURITY, responses={409: "`attempt_closed`: the attempt has ended"})
@bp.output(PaperOut)
def show_paper(attempt_id: int) -> ResponseReturnValue:
    """The paper with the responses in force.

    Where there is no going back, only the question at `position` shows its text: open the next
    one to go on.
    """
    return paper_shape(_running(attempt_id), clock.now())


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
    return question_shape(each, attempt, settings_of(attempt), now)


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


@bp.post("/attempts/<int:attempt_id>/heartbeat")
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
        if not (no.isascii() and no.isdigit() and 0 < int(no) <= MOST_QUESTIONS):
            raise refuse(INVALID, f"times.{no}")
        times[int(no)] = length
    with transaction():
        services.note_time(attempt_id, current_person().id, times, now=clock.now())
    return _now_of(attempt_id)


@bp.post("/attempts/<int:attempt_id>/submit")
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
    return attempt_shape(attempt, now)
