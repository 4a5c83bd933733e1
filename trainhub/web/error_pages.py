"""Errors as pages and as JSON: what happened, what was kept, what to do."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from trainhub.db import db
from trainhub.errors import N_, DomainError, InputErrors, SlowDown
from trainhub.web.access import login_manager, wants_json
from trainhub.web.text import translated

log = logging.getLogger(__name__)
RETRY_AFTER_BUSY_S = 2
# PostgreSQL's classes: connection, transaction rolled back, resources, operator, system.
PASSING_STATES = ("08", "40", "53", "57", "58")
_CODES = {
    400: "bad_request",
    401: "sign_in_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    413: "too_large",
    414: "address_too_long",
    415: "type_not_allowed",
    422: "input_refused",
    429: "slow_down",
    500: "internal_error",
    503: "busy",
}
_MESSAGES = {
    400: N_("This request cannot be read."),
    401: N_("Sign in first."),
    403: N_("You are not allowed to do this."),
    404: N_("This does not exist, or it is not yours to see."),
    405: N_("This address does not do that."),
    409: N_("This has changed since you opened it."),
    410: N_("This is no longer here."),
    413: N_("This is too large."),
    414: N_("The address is too long."),
    415: N_("This kind of content is not taken here: send JSON."),
    422: N_("Nothing was stored. Correct what is named and send it again."),
    429: N_("Too many requests. Wait a little, then go on."),
    500: N_("Something went wrong here. It has been written down."),
    503: N_("Too much is going on just now. Try again in a moment."),
}
_CSRF_MESSAGE = N_("The request carries no valid token of its page. Fetch a new one.")


def init_app(app: Flask) -> None:
    """Attach the error answers to an application."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(Exception, _unexpected_error)


def error_answer(
    status: int, code: str | None = None, message: str | None = None, field: str | None = None
) -> ResponseReturnValue:
    """One error in the house's form: a page, or `{"error": {…}}` for a script."""
    code = code or _CODES.get(status, "error")
    if wants_json():
        message = message or translated(_MESSAGES.get(status, code))
        return jsonify(error={"code": code, "message": message, "field": field}), status
    page = render_template(
        "errors/error.html",
        status=status,
        code=code,
        message=message,
        request_id=g.get("request_id", ""),
    )
    return page, status


def error_body(error: DomainError) -> dict[str, dict[str, Any]]:
    """A domain error as scripts get it; several refused inputs are listed under `errors`.

    With a single one the code is that one's.
    """
    told: dict[str, Any] = {
        "code": error.code,
        "message": error.text(translated),
        "field": error.field,
    }
    if isinstance(error, InputErrors):
        listed = [one.as_dict(translated) for one in error.errors]
        told["field"] = next((one["field"] for one in listed if "field" in one), None)
        told["errors"] = listed
        if len(listed) == 1:
            told["code"], told["message"] = listed[0]["code"], listed[0]["message"]
    return {"error": told}


def _domain_error(error: DomainError) -> ResponseReturnValue:
    message = error.text(translated)
    if isinstance(error, InputErrors) and wants_json():
        return error_body(error), error.status
    if isinstance(error, InputErrors):
        message = " ".join([message, *(one.text(translated) for one in error.errors[:5])])
    answer = error_answer(error.status, error.code, message, error.field)
    if isinstance(error, SlowDown):
        return (*answer, {"Retry-After": str(error.retry_after_s)})  # type: ignore[misc]  # (body, status) is all error_answer makes
    return answer


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    return error_answer(403, "csrf_missing", translated(_CSRF_MESSAGE) if wants_json() else None)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return error_answer(error.code)


def _database_error(error: OperationalError) -> ResponseReturnValue:
    db.session.rollback()
    if _will_pass(error):
        # Nobody: asking the absent database for the reader's language would fail once more.
        g._login_user = login_manager.anonymous_user()
        answer = error_answer(503, "busy")
        return (*answer, {"Retry-After": str(RETRY_AFTER_BUSY_S)})  # type: ignore[misc]  # (body, status) is all error_answer makes
    return _unexpected_error(error)


def _will_pass(error: OperationalError) -> bool:
    """Whether sending the request again may help: the embedded database is held by somebody, or
    the server's is away, starting, or has broken a tie between two transactions."""
    if any(word in str(error.orig) for word in ("locked", "busy")):
        return True
    if error.connection_invalidated or getattr(error.orig, "sqlstate", "") is None:
        return True  # the connection is gone; where none came about there is no state
    return str(getattr(error.orig, "sqlstate", ""))[:2] in PASSING_STATES


def _unexpected_error(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("unexpected error", exc_info=error)
    return error_answer(500)
