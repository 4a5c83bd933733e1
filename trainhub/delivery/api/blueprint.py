"""The blueprint that the JSON interface of delivery hangs on."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from trainhub.errors import NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person
from trainhub.web.api import api_blueprint
from trainhub.web.error_pages import error_body

bp = api_blueprint("delivery_api", __name__, "Classes")


@bp.errorhandler(NotFound)
def _not_ones_own(error: NotFound) -> ResponseReturnValue:
    """A look at what is another's, or not there, is on record either way."""
    person = current_person()
    if person is not None:
        note_refusal(person, "delivery.attend", request.path)
    return error_body(error), error.status
