"""Messages in the reader's language, and texts that people type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request
from flask_babel import get_translations

from trainhub.errors import InLanguages
from trainhub.web.filters import show_date
from trainhub.web.locale import current_language


class _Translated(str):
    """A translated message; put into its places, dates and names are said as its reader does."""

    __slots__ = ()

    def __mod__(self, values: Any) -> str:
        if isinstance(values, Mapping):
            values = {name: _said(value) for name, value in values.items()}
        return super().__mod__(values)


def _said(value: Any) -> Any:
    if isinstance(value, date):
        return show_date(value, "weekday")
    if isinstance(value, InLanguages):
        return value.zh if current_language() == "zh" else value.en
    return value


def translated(message: str) -> str:
    """A msgid in the reader's language, its ``%(name)s`` places untouched.

    Flask-Babel's `gettext` fills places at once; errors carry theirs separately.
    """
    return _Translated(get_translations().ugettext(message))


def typed_text(name: str, longest: int) -> str:
    """What was typed into a field of the form, without the NUL that PostgreSQL refuses."""
    return request.form.get(name, "").replace("\0", "")[:longest]


def asked_text(name: str, longest: int = 200) -> str:
    """What an address asks for under a name, without the NUL that PostgreSQL refuses."""
    return request.args.get(name, "").replace("\0", "")[:longest]
