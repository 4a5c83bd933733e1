"""Typed parts of an address: `<slug:course_key>`, `<file_name:name>`.

A part that does not have the form leads to “not found” before any view sees it.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """A key in kebab-case, as courses, lessons, series and questions have."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+){0,40}"


class FileNameConverter(BaseConverter):
    """A file name that we have made: no separator, no leading dot."""

    regex = r"[a-z0-9]+(?:[._-][a-z0-9]+){0,40}"


def init_app(app: Flask) -> None:
    """Make the converters known; before any route is added."""
    app.url_map.converters |= {"slug": SlugConverter, "file_name": FileNameConverter}
