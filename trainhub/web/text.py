"""Messages in the reader's language."""

from __future__ import annotations

from flask_babel import get_translations


def translated(message: str) -> str:
    """A msgid in the reader's language, its ``%(name)s`` places untouched.

    Flask-Babel's `gettext` fills places at once; errors carry theirs separately.
    """
    return str(get_translations().ugettext(message))
