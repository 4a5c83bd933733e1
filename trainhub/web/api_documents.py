"""The description of the JSON interface: as OpenAPI, and as a page to read without network.

The page is made here from the document: readers like Swagger UI bring a megabyte of script
and style of their own, which the Content-Security-Policy forbids.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from apiflask import APIFlask
from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub.web.access import public
from trainhub.web.api import PREFIX

bp = Blueprint("api", __name__, url_prefix=PREFIX)
_NOT_FOUND = "`not_found`: not there, or another's"
_REFUSED = "A field is missing, not allowed or of the wrong form: `error.field` names it"
_SLOW_DOWN = "`slow_down`: wait `Retry-After` seconds, send the same again"

_STATUSES = {
    "200": _l("done"),
    "201": _l("made"),
    "204": _l("done, without a body"),
    "401": _l("not signed in"),
    "403": _l("not allowed"),
    "404": _l("not there"),
    "409": _l("not in this state"),
    "422": _l("something in the request is wrong"),
    "429": _l("too often"),
}
# What apiflask says where nobody has written anything: the status says as much.
_STOCK = frozenset(("Successful response", "Authentication error", "Validation error", "Not found"))


@cache
def _document(app: APIFlask) -> dict[str, Any]:
    with warnings.catch_warnings():  # schemas that stand in others and by themselves
        warnings.simplefilter("ignore", UserWarning)
        document = app.spec
    assert isinstance(document, dict)
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    unpaced = {name.replace(".", "_") for name, one in views.items() if hasattr(one, "is_unpaced")}
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            is_paced = found["operationId"].removeprefix(f"{method}_") not in unpaced
            for status, description in _refusals(path, found, is_paced=is_paced):
                answer = {"content": found["responses"]["401"]["content"]}
                found["responses"].setdefault(status, answer | {"description": description})
    return document


def _refusals(path: str, found: Mapping[str, Any], *, is_paced: bool) -> Iterator[tuple[str, str]]:
    """Status and meaning of what any address of this form may refuse."""
    if "{" in path:
        yield "404", _NOT_FOUND
    if "requestBody" in found or "{no}" in path or _asked(found):
        yield "422", _REFUSED
    if is_paced:
        yield "429", _SLOW_DOWN


def _asked(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What may stand behind the question mark of an address."""
    return [one for one in found.get("parameters", ()) if one["in"] == "query"]


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this application."""
    app: Any = current_app
    return _document(app._get_current_object())


@bp.get("/openapi.json")
@public
def show_openapi() -> ResponseReturnValue:
    """The OpenAPI document."""
    return jsonify(openapi_document())


@bp.get("/docs")
@public
def show_docs() -> ResponseReturnValue:
    """The document as a page."""
    document = openapi_document()
    return render_template(
        "web/show_api.html",
        document=document,
        groups=_groups(document),
        prefix=PREFIX,
        statuses=_STATUSES,
        stock=_STOCK,
    )


@dataclass(frozen=True)
class Field:
    """One field of a body. `depth` is how far inside others it stands."""

    name: str
    type: str
    is_required: bool
    description: str
    depth: int


@dataclass(frozen=True)
class Operation:
    """One address with one method."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    is_public: bool
    asked: tuple[Field, ...]
    body: tuple[Field, ...]
    example: Any
    answers: tuple[tuple[str, str, tuple[Field, ...]], ...]


def _groups(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The operations by their heading."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            heading = (found.get("tags") or [""])[0]
            groups.setdefault(heading, []).append(_operation(document, path, method, found))
    return groups


def _operation(
    document: Mapping[str, Any], path: str, method: str, found: Mapping[str, Any]
) -> Operation:
    content = found.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found.get("summary", ""),
        description=found.get("description", ""),
        is_public=not found.get("security"),
        asked=tuple(_asked_fields(document, found)),
        body=tuple(_fields(document, content.get("schema", {}))),
        example=content.get("example"),
        answers=tuple(
            (status, answer.get("description", ""), tuple(_answer_fields(document, answer)))
            for status, answer in sorted(found["responses"].items())
        ),
    )


def _asked_fields(document: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Field]:
    for one in _asked(found):
        kind = _type(document, _resolved(document, one["schema"]))
        yield Field(one["name"], kind, one.get("required", False), one.get("description", ""), 0)


def _answer_fields(document: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Field]:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    yield from _fields(document, schema)


def _fields(
    document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0
) -> Iterator[Field]:
    """The fields of a schema, those inside another after it."""
    schema = _resolved(document, schema)
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        whole = _resolved(document, inner)
        described = inner.get("description") or whole.get("description", "")
        yield Field(name, _type(document, whole), name in required, described, depth)
        yield from _fields(document, whole.get("items", whole), depth + 1)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where it is a reference to one of the document's."""
    for each in (schema, *schema.get("allOf", ()), *schema.get("anyOf", ())):
        if "$ref" in each:
            found: Mapping[str, Any] = document["components"]["schemas"]
            return found[each["$ref"].rpartition("/")[2]]  # type: ignore[no-any-return]  # JSON
    return schema


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any")
    names = [kind] if isinstance(kind, str) else list(kind)
    if "array" in names:
        inner = _type(document, _resolved(document, schema.get("items", {})))
        names[names.index("array")] = f"[{inner}]"
    if schema.get("nullable") and "null" not in names:
        names.append("null")
    if "enum" in schema:
        names = [" | ".join(str(each) for each in schema["enum"])]
    if schema.get("format") == "date-time":
        names[0] = "date-time"
    return " | ".join(names)
