"""Response headers, request limits, CSRF and the request's id."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Flask, Request, Response, g, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from trainhub.config import Settings

csrf = CSRFProtect()
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
MAX_BODY = 60 * 1024 * 1024
MAX_TEXT_BODY = 8 * 1024 * 1024  # a quiz of 2 MB with each sign written as %XX, and a rest
MAX_FIELDS = 2_000
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,40}\Z")


class HouseRequest(Request):
    """A request whose JSON may be of any depth: too deep a one is no JSON."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body as Flask gives it; `BadRequest`, or None if `silent`, when it is too deep."""
        try:
            return super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError:
            if silent:
                return None
            raise BadRequest() from None


def init_app(app: Flask) -> None:
    """Attach the headers and limits to an application."""
    settings: Settings = app.config["SETTINGS"]
    app.config |= {
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": MAX_FIELDS,
        "SESSION_COOKIE_NAME": "__Host-trainhub" if settings.https else "trainhub",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the sign-in: no lost text on a stale page
    }
    app.request_class = HouseRequest
    app.before_request(_limit_text)  # before the token is looked for, which reads the form
    csrf.init_app(app)
    app.before_request(_name_request)
    app.after_request(_add_headers)


def _name_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(8)


def _limit_text() -> None:
    """Refuse a body without files that is larger, or has more fields, than any page sends.

    Werkzeug limits the parts of a form with files, but reads other forms whole.
    """
    if request.mimetype == "multipart/form-data":
        return
    request.max_content_length = MAX_TEXT_BODY
    if (request.content_length or 0) > MAX_TEXT_BODY:
        raise RequestEntityTooLarge()
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    if is_form and request.get_data().count(b"&") >= MAX_FIELDS:
        raise RequestEntityTooLarge()


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in headers:  # pages, answers to scripts, errors of either kind
        headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept", "Accept-Language"))
    return response
