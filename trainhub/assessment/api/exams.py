"""Which exams are mine, and beginning one."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.api.blueprint import bp
from trainhub.assessment.api.schemas import AttemptOut, ExamsOut, StartIn
from trainhub.assessment.api.shapes import attempt_shape, exam_shape
from trainhub.assessment.queries.mine import list_my_exams
from trainhub.assessment.views.code_tries import count_try
from trainhub.db import transaction
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY, instant


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


@bp.post("/sittings/<int:sitting_id>/attempts")
@requires("assessment.sit")
@bp.doc(security=SECURITY, responses={200: "The attempt that is under way already"})
@bp.input(StartIn, example={"language": "en", "access_code": "ROOM 4"})
@bp.output(AttemptOut, 201, description="A new attempt")
def start(sitting_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin an attempt.

    Sent again it gives back the attempt under way. Refused with 403 and one of the codes
    `sitting_not_open`, `sitting_closed`, `sitting_cancelled`, `no_attempts_left`,
    `pause_between_attempts`, `access_code_wrong`, `network_not_allowed`.
    """
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
    return attempt_shape(attempt, now), 201 if attempt.is_new else 200
