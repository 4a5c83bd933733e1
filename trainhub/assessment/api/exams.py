"""Which exams are mine, and beginning one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from trainhub import clock, prepared
from trainhub.assessment import services
from trainhub.assessment.api.blueprint import bp
from trainhub.assessment.api.schemas import AttemptOut, ExamsOut, StartIn
from trainhub.assessment.api.shapes import attempt_shape, exam_shape
from trainhub.assessment.queries.kept import AttemptShown
from trainhub.assessment.queries.mine import list_my_exams
from trainhub.assessment.services.quick_starting import Wanted, start_quickly
from trainhub.assessment.views.code_tries import count_try
from trainhub.db import transaction
from trainhub.people.queries import Caller
from trainhub.people.views.quick import quick_first
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY, instant, keep_pace, paces_itself


@bp.get("/exams")
@requires("assessment.sit")
@bp.doc(security=SECURITY)
@bp.output(ExamsOut)
def list_exams() -> ResponseReturnValue:
    """My exams.

    Every sitting I am a candidate of, with my attempts.
    """
    now = clock.now()
    exams = list_my_exams(current_person().id)
    return {"server_now": instant(now), "exams": [exam_shape(each, now) for each in exams]}


def _start_quickly(
    connection: prepared.Connection, caller: Caller, sitting_id: int, now: datetime
) -> ResponseReturnValue | None:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not {"language"} <= body.keys() <= {"language", "access_code"}:
        return None  # a schema says what is wrong
    language, code = body["language"], body.get("access_code", "")
    if not isinstance(language, str) or not isinstance(code, str):
        return None
    count_try(caller.person_id, code)
    wanted = Wanted(sitting_id, language, code, request.remote_addr or "")
    attempt = start_quickly(connection, caller, wanted, now=now)
    return None if attempt is None else (jsonify(attempt_shape(attempt, now)), 201)


@bp.post("/sittings/<int:sitting_id>/attempts")
@quick_first(_start_quickly, is_paced=True)
@requires("assessment.sit")
@bp.doc(
    security=SECURITY,
    responses={
        200: "The attempt that is under way already",
        403: "Why it may not begin, see above",
    },
)
@bp.input(StartIn, example={"language": "en", "access_code": "ROOM 4"})
@bp.output(AttemptOut, 201, description="A new attempt")
@paces_itself
def start(sitting_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin an attempt.

    Sent again it gives back the attempt under way. Refused with 403 and one of the codes
    `sitting_not_open`, `sitting_closed`, `sitting_cancelled`, `no_attempts_left`,
    `pause_between_attempts`, `access_code_wrong`, `network_not_allowed`.
    """
    keep_pace()
    person, now = current_person(), clock.now()
    count_try(person.id, json_data["access_code"])
    with transaction():
        attempt = services.start_attempt(
            sitting_id,
            person,
            json_data["language"],
            access_code=json_data["access_code"],
            address=request.remote_addr or "",
            now=now,
        )
    return attempt_shape(AttemptShown.of(attempt), now), 201 if attempt.is_new else 200
