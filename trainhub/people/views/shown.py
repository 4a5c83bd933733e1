"""Filters of the templates of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainhub.errors import InputError
from trainhub.people.rules import browser_name
from trainhub.people.views.audit_values import FIELDS_OF, value_words
from trainhub.people.views.audit_words import ACTS, FIELDS, THINGS
from trainhub.people.views.blueprint import bp
from trainhub.web.text import translated

LONGEST_SHOWN = 300


@bp.app_template_filter("error_text")
def error_text(error: InputError) -> str:
    """What is wrong, in the reader's language."""
    return error.text(translated)


@bp.app_template_filter("audit_act")
def audit_act(action: str) -> str:
    """What was done, in words; the code itself where there are none yet."""
    return str(ACTS.get(action, action))


@bp.app_template_filter("audit_thing")
def audit_thing(object_type: str) -> str:
    """The kind of thing it was done to."""
    return str(THINGS.get(object_type, object_type))


@bp.app_template_filter("audit_field")
def audit_field(name: str, thing: str = "") -> str:
    """What has changed of a thing; the name itself where there are no words yet."""
    return str(FIELDS_OF.get((thing, name)) or FIELDS.get(name, name))


bp.add_app_template_filter(browser_name, "browser_name")


@bp.app_template_filter("audit_change")
def audit_change(change: Any, name: str = "", thing: str = "") -> str:
    """A field's change as “old → new”, keys in words, long lists cut."""
    words = value_words(thing, name)
    if not isinstance(change, list) or len(change) != 2:
        return _plain(change, words)
    old, new = change
    return f"{_plain(old, words)} → {_plain(new, words)}"


def _plain(value: Any, words: Mapping[str, Any]) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, str) and value in words:
        return str(words[value])
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + " …"
