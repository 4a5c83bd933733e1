"""The icon sprite."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from trainhub.paths import PACKAGE, TEMPLATES
from trainhub.web.icons import ICON_NAMES, build_sprite, icon

_USE = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
_ENTRY = re.compile(r"NavigationEntry\([^)]*?[\"']([a-z0-9-]+)[\"'],\s*[\"'](?:home|learn|teach|team|plan|manage|person)[\"']", re.DOTALL)  # fmt: skip  # noqa: E501


def test_the_sprite_holds_each_listed_icon_and_is_small() -> None:
    sprite = build_sprite().decode()

    assert set(re.findall(r'id="([^"]+)"', sprite)) == ICON_NAMES
    assert len(sprite) < 150_000


def test_templates_use_only_listed_icons() -> None:
    for file in TEMPLATES.rglob("*.html"):
        unknown = set(_USE.findall(file.read_text("utf-8"))) - ICON_NAMES
        assert not unknown, f"{file.name}: add {sorted(unknown)} to trainhub/web/icons.py"


def test_navigation_uses_only_listed_icons() -> None:
    for file in PACKAGE.rglob("*.py"):
        unknown = set(_ENTRY.findall(file.read_text("utf-8"))) - ICON_NAMES
        assert not unknown, f"{file.name}: add {sorted(unknown)} to trainhub/web/icons.py"


def test_an_icon_is_decoration_unless_it_is_named(app: Flask) -> None:
    with app.test_request_context():
        assert 'aria-hidden="true"' in icon("book")
        assert 'role="img" aria-label="&lt;b&gt;"' in icon("book", "<b>")


def test_an_unknown_icon_fails_loudly(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(LookupError, match="unicorn"):
        icon("unicorn")
