"""Macros are where a template calls them, whatever state its page is in.

Jinja finds a missing name only when the line that uses it is drawn: a partial whose macros come
from nowhere shows nothing wrong until a page has just the facts that lead there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask
from jinja2 import nodes

from tests.attacks.world import ONE_ENGINE
from trainhub import paths

NAMES = sorted(
    page.relative_to(paths.TEMPLATES).as_posix() for page in paths.TEMPLATES.rglob("*.html")
)
# Handed to the page by its view as a value in one place, collections of macros in another.
_TWO_FACED = frozenset(
    ("comparison", "words", "fields", "figures", "items", "parts", "outcomes", "numbers")
)


@cache
def tree(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((paths.TEMPLATES / name).read_text("utf-8"))


def brought(one: nodes.Template) -> set[str]:
    """The names a template imports."""
    found = {each.target for each in one.find_all(nodes.Import)}
    for each in one.find_all(nodes.FromImport):
        found |= {name if isinstance(name, str) else name[1] for name in each.names}
    return found


def written(one: nodes.Template) -> set[str]:
    """The names a template gives a value: what it sets, counts through or takes as an argument."""
    return {each.name for each in one.find_all(nodes.Name) if each.ctx in {"store", "param"}}


def called(one: nodes.Template) -> set[str]:
    """The names a template takes macros from, or calls as macros."""
    found = {
        each.node.name for each in one.find_all(nodes.Getattr) if isinstance(each.node, nodes.Name)
    }
    found |= {each.node.name for each in one.find_all(nodes.Call) if hasattr(each.node, "name")}
    return found


def parts_of(one: nodes.Template) -> Iterator[tuple[str, bool, bool]]:
    """Templates named in this one: their name, whether imported, whether given what it has."""
    for each in one.find_all((nodes.Include, nodes.Import, nodes.FromImport)):
        if isinstance(each, nodes.Include | nodes.Import | nodes.FromImport) and isinstance(
            each.template, nodes.Const
        ):
            is_import = not isinstance(each, nodes.Include)
            yield each.template.value, is_import, bool(each.with_context)


def includers(app: Flask, wanted: str) -> Iterator[str]:
    for name in NAMES:
        if any(part == wanted and given for part, _, given in parts_of(tree(app, name))):
            yield name


def lacking(app: Flask, name: str, wanted: frozenset[str], seen: tuple[str, ...]) -> list[str]:
    """The ways that lead to this template without the wanted macros."""
    wanted -= brought(tree(app, name))
    if not wanted or name in seen:
        return []
    above = list(includers(app, name))
    if not above:
        return [f"{' in '.join((*seen, name))}: {', '.join(sorted(wanted))}"]
    return [one for each in above for one in lacking(app, each, wanted, (*seen, name))]


def test_templates_translate_only_what_stands_in_them() -> None:
    """What a variable holds is translated by its view: here a “%” in it would be a place."""
    for name in NAMES:
        text = (paths.TEMPLATES / name).read_text("utf-8")
        found = re.findall(r"""(?<![\w.])n?(?:_|gettext)\(\s*[^"'\s][^)]*\)""", text)
        assert not found, f"{name}: {found[0]} translates a variable"


@ONE_ENGINE
def test_every_template_has_the_macros_it_calls(app: Flask) -> None:
    macros = frozenset(one for name in NAMES for one in brought(tree(app, name))) - _TWO_FACED
    found = []
    for name in NAMES:
        page = tree(app, name)
        found += lacking(app, name, (macros & called(page)) - written(page), ())
        for part_name, is_import, has_context in parts_of(page):
            if is_import and not has_context:
                part = tree(app, part_name)
                lone = (macros & called(part)) - written(part) - brought(part)
                found += [f"{part_name} as imported by {name}: {one}" for one in lone]
    if found:
        pytest.fail("import the macros where they are called:\n" + "\n".join(sorted(set(found))))


def test_everything_that_asks_first_has_a_question_and_a_way_back() -> None:
    """The script that asks in a dialog names it by its question and closes it by its way back."""
    for name in NAMES:
        text = (paths.TEMPLATES / name).read_text("utf-8")
        asked = text.count("data-confirm>")
        if asked:
            assert text.count('"th-confirm-question"') == asked, name
            assert text.count("data-confirm-cancel") == asked, name
