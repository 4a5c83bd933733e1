"""Every route names who may call it, has a typed, kebab-case address, and changes by POST."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from trainhub import permissions

_SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?\Z")
_PARAMETER = re.compile(r"<(?P<typed>[a-z_]+(\([^)]*\))?:)?[a-z_]+>")


def test_every_route_names_a_registered_permission_or_is_public(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        assert permission is None or permissions.is_registered(permission), rule.endpoint


def test_addresses_are_kebab_case_with_typed_parameters(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        for match in _PARAMETER.finditer(rule.rule):
            assert match.group("typed"), f"{rule.rule}: give the parameter a type"
        for segment in _PARAMETER.sub("", rule.rule).strip("/").split("/"):
            assert not segment or _SEGMENT.match(segment), f"{rule.rule}: use kebab-case"


def test_nobody_signed_in_gets_into_a_guarded_route(app: Flask, client) -> None:
    browser = client()
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint].permission is None:  # type: ignore[attr-defined]
            continue
        if "GET" not in rule.methods or rule.arguments:
            continue
        browser.get(rule.rule, status=401 if rule.rule.startswith("/api/") else 302)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_undeclared_methods_are_refused(app: Flask, method: str) -> None:
    for path in ("/", "/health"):
        assert getattr(app.test_client(), method)(path).status_code == 405
