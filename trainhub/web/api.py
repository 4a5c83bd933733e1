"""What every subject's JSON interface shares: `/api/v1`, who is asking, bodies, errors.

A caller is a browser (session cookie, changes with the page's token in `X-CSRFToken`) or a
program (`Authorization: Bearer …`, no token, no cookie). Routes hang on a blueprint made by
`api_blueprint` and are marked `requires(…)` or `public` as every route is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from apiflask import APIBlueprint, APIFlask, HTTPError, Schema
from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.web.access import View, act_as_bearer, current_person
from trainhub.web.error_pages import error_answer
from trainhub.web.rates import Bucket, spend
from trainhub.web.security import csrf

PREFIX = "/api/v1"
BEARER, COOKIE = "bearer", "cookie"
SECURITY: list[str | dict[str, list[Any]]] = [{BEARER: []}, {COOKIE: []}]
CHANGING = frozenset(("POST", "PUT", "PATCH", "DELETE"))
LARGEST_BODY = 1024 * 1024  # a paper of 100 long answers of 2,000 Chinese characters, escaped
ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field"],
            "properties": {
                "code": {"type": "string", "description": "For programs"},
                "message": {"type": "string", "description": "For people, in their language"},
                "field": {"type": ["string", "null"]},
                "errors": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "Each refused field, where there are several",
                },
            },
        }
    },
}
_COUNTED = "trainhub.request_counted"
PACE = Bucket(size=120, refill_per_s=10)  # one person's requests, as one process sees them

MISSING, UNKNOWN, INVALID = "field_missing", "field_not_allowed", "field_invalid"
_MESSAGES = {
    MISSING: N_("This must be given."),
    UNKNOWN: N_("This is not part of the request."),
    INVALID: N_("This does not have the form it needs."),
}
_FROM_SCHEMA = {"Missing data for required field.": MISSING, "Unknown field.": UNKNOWN}


class TokenRefused(DomainError):
    """The personal token is nobody's, has expired, or was revoked."""

    code = "token_invalid"
    status = 401
    message = N_("This personal token is not valid, or not any more.")


def api_blueprint(name: str, import_name: str, tag: str) -> APIBlueprint:
    """A blueprint under `/api/v1` that tells callers apart and takes JSON only.

    `tag` is the heading of its routes in the document.
    """
    bp = APIBlueprint(name, import_name, tag=tag, url_prefix=PREFIX)
    csrf.exempt(bp)  # `_admit` asks for the token, except of those who bring their own
    bp.before_request(_admit)
    bp.after_request(_name_the_way_in)
    return bp


def _admit() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not act_as_bearer(token.strip()):
            raise TokenRefused()
    elif request.method in CHANGING:
        csrf.protect()
    if request.method in CHANGING:
        _check_body()
    view = current_app.view_functions[str(request.endpoint)]
    if not getattr(view, "is_unpaced", False) and not getattr(view, "paces_itself", False):
        keep_pace()


def _check_body() -> None:
    """Refuse what is no JSON before any view or schema looks at it."""
    request.max_content_length = LARGEST_BODY
    if not request.get_data():
        return
    if not request.is_json:
        raise UnsupportedMediaType()
    request.get_json()


def described_body(schema: type[Schema], example: Any) -> Callable[[View], View]:
    """Describe a body that the view checks by hand, where a schema would take too long."""

    def mark(view: View) -> View:
        spec = view.__dict__.setdefault("_spec", {})
        spec |= {"body": schema(), "body_example": example, "content_type": "application/json"}
        return view

    return mark


def unpaced(view: View) -> View:
    """Mark a view whose requests are not counted: it must never be refused for their number."""
    view.__dict__["is_unpaced"] = True
    return view


def paces_itself(view: View) -> View:
    """Mark a view that calls `keep_pace` itself: it tries a way that needs no person first."""
    view.__dict__["paces_itself"] = True
    return view


def keep_pace(person_id: int | None = None) -> None:
    """Count the request for its caller, once. Raises `SlowDown` when there are too many."""
    if request.environ.get(_COUNTED):
        return
    request.environ[_COUNTED] = True
    if person_id is None:
        person = current_person()
        person_id = person.id if person else None
    spend(PACE, f"person:{person_id}" if person_id else f"address:{request.remote_addr}")


def _name_the_way_in(response: Response) -> Response:
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def json_body() -> Any:
    """The body as JSON. Raises `BadRequest` where there is none."""
    if not request.get_data():
        raise BadRequest()
    return request.get_json()


def refuse(code: str, field: str | None) -> InputErrors:
    """One field refused, as an error to raise."""
    return InputErrors([InputError(code, _MESSAGES[code], field=field)])


def check_fields(value: Any, required: frozenset[str], optional: frozenset[str], at: str) -> None:
    """Refuse anything but an object with these fields; `at` is its place in the body."""
    if not isinstance(value, dict):
        raise refuse(INVALID, at.rstrip(".") or None)
    errors = [(UNKNOWN, name) for name in value if name not in required and name not in optional]
    errors += [(MISSING, name) for name in required if name not in value]
    if errors:
        raise InputErrors(
            [InputError(code, _MESSAGES[code], field=f"{at}{name}") for code, name in errors]
        )


def instant(at: datetime | None) -> str | None:
    """An instant as the interface writes it: UTC, to the millisecond, with `Z`."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def milliseconds(span: timedelta) -> int:
    """A span in whole milliseconds, 0 for one that is over."""
    return max(0, span // timedelta(milliseconds=1))


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The messages of a schema's refusal with their places: `responses.0.seq`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            yield from _flat(inner, own)
    elif isinstance(detail, list):
        for message in detail:
            yield path, str(message)


def _schema_refused(error: HTTPError) -> ResponseReturnValue:
    """APIFlask's own errors in the house's form."""
    if error.status_code != 422:
        return error_answer(error.status_code)
    found = []
    for place in dict(error.detail).values():
        for field, message in _flat(place):
            code = _FROM_SCHEMA.get(message, INVALID)
            found.append(InputError(code, _MESSAGES[code], field=field or None))
    return current_app.handle_user_exception(InputErrors(found))


def init_app(app: Flask) -> None:
    """Give APIFlask the house's words for errors, and the document its title and ways in."""
    assert isinstance(app, APIFlask)
    app.error_callback = _schema_refused  # type: ignore[assignment]  # Flask's types are wider
    app.config |= {
        "AUTO_SERVERS": False,
        "AUTO_OPERATION_ID": True,
        "AUTO_404_RESPONSE": False,
        "AUTO_VALIDATION_ERROR_RESPONSE": False,
        "AUTH_ERROR_DESCRIPTION": "`sign_in_required` or `token_invalid`",
        "HTTP_ERROR_SCHEMA": ERROR_SCHEMA,
        "SECURITY_SCHEMES": {
            BEARER: {"type": "http", "scheme": "bearer"},
            COOKIE: {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
        },
    }
