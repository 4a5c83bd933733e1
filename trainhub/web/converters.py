"""Typed parts of an address: `<slug:course_key>`, `<file_name:name>`.

A part that does not have the form leads to “not found” before any view sees it.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map

LARGEST_ID = 2**31 - 1  # PostgreSQL's integer; beyond it a database answers with an error


class SlugConverter(BaseConverter):
    """A key in kebab-case, as courses, lessons, series and questions have."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+){0,40}"


class FileNameConverter(BaseConverter):
    """A file name that we have made: no separator, no leading dot."""

    regex = r"[a-z0-9]+(?:[._-][a-z0-9]+){0,40}"


class IdConverter(IntegerConverter):
    """A row's number, as `<int:…>`; larger ones than any row has lead to “not found”."""

    regex = r"[0-9]+"  # not every digit of Unicode: one row, one address

    def __init__(
        self,
        map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = LARGEST_ID,
        signed: bool = False,
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def row_id(text: str) -> int:
    """A row's number from a query string: `request.args.get("team", type=row_id)`."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(f"no row has the number {number}")
    return number


def init_app(app: Flask) -> None:
    """Make the converters known; before any route is added."""
    app.url_map.converters |= {
        "slug": SlugConverter,
        "file_name": FileNameConverter,
        "int": IdConverter,
    }
