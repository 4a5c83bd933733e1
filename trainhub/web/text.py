"""Messages in the reader's language, and texts that people type."""

from __future__ import annotations

from flask import request
from flask_babel import get_translations


def translated(message: str) -> str:
    """A msgid in the reader's language, its ``%(name)s`` places untouched.

    Flask-Babel's `gettext` fills places at once; errors carry theirs separately.
    """
    return str(get_translations().ugettext(message))


def typed_text(name: str, longest: int) -> str:
    """What was typed into a field of the form, without the NUL that PostgreSQL refuses."""
    return request.form.get(name, "").replace("\0", "")[:longest]


def asked_text(name: str, longest: int = 200) -> str:
    """What an address asks for under a name, without the NUL that PostgreSQL refuses."""
    return request.args.get(name, "").replace("\0", "")[:longest]
