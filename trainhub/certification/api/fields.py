"""How fields of certification are described, and days written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from apiflask.fields import Boolean, Integer, String
from apiflask.validators import OneOf, Range

from trainhub.web.converters import LARGEST_ID


def text_field(about: str = "", *, among: Iterable[str] = (), **options: Any) -> String:
    """Text, or one of several words."""
    if among:
        options["validate"] = OneOf(list(among))
    return String(metadata={"description": about}, **options)


def day_field(about: str = "", *, may_be_none: bool = False) -> String:
    """A day, as `day_text` writes it."""
    return String(allow_none=may_be_none, metadata={"description": about, "format": "date"})


def instant_field(about: str = "", *, may_be_none: bool = False) -> String:
    """An instant, as `instant` writes it."""
    return String(allow_none=may_be_none, metadata={"description": about, "format": "date-time"})


def number_field(about: str = "", **options: Any) -> Integer:
    """A whole number."""
    return Integer(metadata={"description": about}, **options)


def row_field(about: str = "") -> Integer:
    """A row's number, asked for in the address."""
    return number_field(about, validate=Range(1, LARGEST_ID))


def flag_field(about: str = "") -> Boolean:
    """Yes or no."""
    return Boolean(metadata={"description": about})


def day_text(on: date | None) -> str | None:
    """A day as the interface writes it: `2026-11-30`."""
    return on.isoformat() if on else None
