"""Beginning a run, where it stands, its end and what came of it."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.errors import N_, Conflict
from trainhub.typing_tests import services
from trainhub.typing_tests.api.blueprint import bp
from trainhub.typing_tests.api.schemas import (
    FinishIn,
    ResultOut,
    RunOut,
    RunStateOut,
    StartedOut,
    StartIn,
    TestsOut,
)
from trainhub.typing_tests.api.shapes import result_shape, run_shape, test_shape
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import get_own_run
from trainhub.typing_tests.queries.standings import list_my_tests
from trainhub.typing_tests.queries.timelines import raw_events_of
from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.views.code_tries import count_try
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY, instant, unpaced
from trainhub.web.settings import current_settings

_START = {"test_id": 3, "sitting_code": "ROOM 4"}
_FINISH = {
    "token": "zKq1v0m4d3vJtB8qk2o5Xw",
    "final_text": "您好，",
    "client_claim": {"cpm": 92.5, "accuracy": 0.97},
    "chunks": 12,
}


class RunOpen(Conflict):
    """There is no result yet."""

    code = "run_open"
    message = N_("This run is still under way.")


def settled_run(run_id: int) -> TypingRun:
    """The caller's run; one whose wall has been reached is ended first, as the tick would."""
    person_id, now = current_person().id, clock.now()
    run = get_own_run(run_id, person_id)
    if run.state == RunState.OPEN and now >= run.closes_at:
        with transaction():
            services.close_if_over(run_id, now=now)
        run = get_own_run(run_id, person_id)
    return run


@bp.get("/typing-tests")
@requires("typing_tests.type")
@bp.doc(security=SECURITY)
@bp.output(TestsOut)
def list_tests() -> ResponseReturnValue:
    """My typing tests.

    Those assigned to me, with where I stand and what is next.
    """
    now = clock.now()
    mine = list_my_tests(current_person().id, now.astimezone(current_settings().zone).date())
    return {"server_now": instant(now), "tests": [test_shape(one) for one in mine]}


@bp.post("/typing-runs")
@requires("typing_tests.type")
@bp.doc(security=SECURITY, responses={409: "`run_under_way`, with the `run_id`"})
@bp.input(StartIn, example=_START)
@bp.output(StartedOut, 201, description="A new run, and its token")
def start(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin a run.

    Scored with a `test_id`, else practice. The time runs from the first key on, which must come
    within `start_within_s`. A run in which nothing was typed is put aside by the next start.
    Refused with 403 and one of the codes `typing_test_retired`, `not_assigned`,
    `room_code_wrong`, `room_code_needed`, `own_room`, `no_attempts_left`,
    `pause_between_attempts`, `no_passage`.
    """
    person, now = current_person(), clock.now()
    count_try(person.id, json_data["sitting_code"])
    with transaction():
        started = services.start_run(person, **json_data, now=now)
    return run_shape(started.run, now) | {"token": started.token}, 201


@bp.get("/typing-runs/<int:run_id>")
@requires("typing_tests.type")
@bp.doc(security=SECURITY)
@bp.output(RunStateOut)
@unpaced
def show_run(run_id: int) -> ResponseReturnValue:
    """The state of a run.

    With the events that have arrived, to go on after a reload.
    """
    run = settled_run(run_id)
    is_open = run.state == RunState.OPEN
    return run_shape(run, clock.now()) | {"events": raw_events_of(run.id) if is_open else []}


@bp.post("/typing-runs/<int:run_id>/token")
@requires("typing_tests.type")
@bp.doc(security=SECURITY, responses={409: "`run_closed`: the run has ended"})
@bp.output(StartedOut)
def renew(run_id: int) -> ResponseReturnValue:
    """Go on elsewhere.

    A new token for an open run; the old one is void from now on.
    """
    now = clock.now()
    with transaction():
        started = services.renew_token(run_id, current_person().id, now=now)
    return run_shape(started.run, now) | {"token": started.token}


@bp.post("/typing-runs/<int:run_id>/finish")
@requires("typing_tests.type")
@bp.doc(security=SECURITY, responses={409: "`token_stale`; `chunk_missing` with `next_chunk`"})
@bp.input(FinishIn, example=_FINISH)
@bp.output(RunOut)
@unpaced
def finish(run_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """End a run.

    Sent again it changes nothing and gives the same answer. Past the wall it is the deadline that
    has ended the run. The figures come from the stored events alone.
    """
    person_id, now = current_person().id, clock.now()
    text, claim = json_data["final_text"], json_data["client_claim"]
    scored = services.score_ahead(run_id, person_id, text, claim, now=now)
    end_read()
    with transaction():
        run = services.finish_run(
            run_id,
            person_id,
            json_data["token"],
            text,
            claim,
            chunks=json_data["chunks"],
            scored=scored,
            now=now,
        )
    return run_shape(run, now)


@bp.get("/typing-runs/<int:run_id>/result")
@requires("typing_tests.type")
@bp.doc(security=SECURITY, responses={409: "`run_open`: the run is still under way"})
@bp.output(ResultOut)
def show_result(run_id: int) -> ResponseReturnValue:
    """What came of a run.

    Every figure, why it is flagged or refused, and where the typing test stands by now.
    """
    run = settled_run(run_id)
    if run.state == RunState.OPEN:
        raise RunOpen()
    return result_shape(run)
