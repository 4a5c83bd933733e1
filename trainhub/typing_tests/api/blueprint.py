"""The blueprint that the JSON interface of typing tests hangs on, and what its errors add."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from trainhub.errors import NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.typing_tests.services import ChunkDiffers, ChunkRefused, RunUnderWay
from trainhub.web.access import current_person
from trainhub.web.api import api_blueprint
from trainhub.web.error_pages import error_body

bp = api_blueprint("typing_tests_api", __name__, "Typing tests")


@bp.errorhandler(NotFound)
def _not_ones_own(error: NotFound) -> ResponseReturnValue:
    """A look at what is another's, or not there, is on record either way."""
    person = current_person()
    if person is not None:
        note_refusal(person, "typing_tests.type", request.path)
    return error_body(error), error.status


@bp.errorhandler(ChunkRefused)
@bp.errorhandler(ChunkDiffers)
def _chunk_refused(error: ChunkRefused | ChunkDiffers) -> ResponseReturnValue:
    """A program that has lost its place is told which chunk is awaited."""
    return error_body(error) | {"next_chunk": error.next_chunk}, error.status


@bp.errorhandler(RunUnderWay)
def _under_way(error: RunUnderWay) -> ResponseReturnValue:
    return error_body(error) | {"run_id": error.run_id}, error.status
