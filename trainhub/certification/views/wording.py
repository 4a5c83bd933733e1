"""What the rules say, in the reader's language: sentences, titles, what a requirement asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from trainhub.certification.evidence import get_kind
from trainhub.certification.queries.class_seats import Seat
from trainhub.certification.queries.named import Named
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.standing.findings import Words
from trainhub.certification.views.blueprint import bp
from trainhub.web.filters import show_date, show_number, show_time
from trainhub.web.locale import current_language
from trainhub.web.text import translated

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@bp.app_template_filter("in_language")
def in_language(titles: Mapping[str, str] | None) -> str:
    """Titles in the reader's language, else in the one they have."""
    titles = titles or {}
    return titles.get(current_language()) or next((t for t in titles.values() if t), "")


@bp.app_template_filter("in_words")
def in_words(words: Words | Mapping[str, Any] | None) -> str:
    """A sentence of the rules; stored ones come as ``{"message": …, "params": …}``."""
    if not words:
        return ""
    if isinstance(words, Words):
        message, params = words.message, words.params
    else:
        message, params = words["message"], words.get("params") or {}
    values = {name: _said(value) for name, value in params.items()}
    return str(translated(message)) % values


@bp.app_template_filter("in_reader")
def in_reader(message: str) -> str:
    """A marked message in the reader's language."""
    return str(translated(message))


def _said(value: Any) -> Any:
    if isinstance(value, Mapping):
        return in_language(value) if "key" not in value else value["key"]
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, str) and _DAY.fullmatch(value):  # a date as JSON keeps it
        return show_date(date.fromisoformat(value))
    if isinstance(value, float):
        return show_number(value)
    return value


def seat_words(seat: Seat) -> str:
    """When somebody has a seat in a class."""
    day = show_date(seat.starts_at, "short")
    return str(_("Seat on %(day)s, %(time)s", day=day, time=show_time(seat.starts_at)))


def asked_for(requirement: Requirement, named: Named) -> str:
    """What a requirement asks for, with the titles of what it names (else the keys)."""
    words = get_kind(requirement.kind).words(requirement.settings)
    params = {name: _titled(requirement.kind, value, named) for name, value in words.params.items()}
    return in_words(Words(words.message, params))


def _titled(kind: str, value: Any, named: Named) -> Any:
    if isinstance(value, Mapping) and "key" in value:
        return named.get((kind, value["key"])) or value["key"]
    return value


bp.add_app_template_global(asked_for, "asked_for")
