"""Errors as pages and as JSON: what happened, what was kept, what to do."""

from __future__ import annotations

import logging

from flask import Flask, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from trainhub.db import db
from trainhub.errors import DomainError, InputErrors, SlowDown
from trainhub.web.access import wants_json
from trainhub.web.text import translated

log = logging.getLogger(__name__)
RETRY_AFTER_BUSY_S = 2
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
        return jsonify(error={"code": code, "message": message or code, "field": field}), status
    page = render_template(
        "errors/error.html",
        status=status,
        code=code,
        message=message,
        request_id=g.get("request_id", ""),
    )
    return page, status


def _domain_error(error: DomainError) -> ResponseReturnValue:
    message = error.text(translated)
    if isinstance(error, InputErrors) and wants_json():
        listed = [one.as_dict(translated) for one in error.errors]
        return {"error": {"code": error.code, "message": message, "errors": listed}}, error.status
    if isinstance(error, InputErrors):
        message = " ".join([message, *(one.text(translated) for one in error.errors[:5])])
    answer = error_answer(error.status, error.code, message, error.field)
    if isinstance(error, SlowDown):
        return (*answer, {"Retry-After": str(error.retry_after_s)})  # type: ignore[misc]  # (body, status) is all error_answer makes
    return answer


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    return error_answer(403, "csrf_missing")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return error_answer(error.code)


def _database_error(error: OperationalError) -> ResponseReturnValue:
    db.session.rollback()
    if "locked" in str(error.orig) or "busy" in str(error.orig):
        answer = error_answer(503, "busy")
        return (*answer, {"Retry-After": str(RETRY_AFTER_BUSY_S)})  # type: ignore[misc]  # (body, status) is all error_answer makes
    return _unexpected_error(error)


def _unexpected_error(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("unexpected error", exc_info=error)
    return error_answer(500)
