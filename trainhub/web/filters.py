"""Dates, numbers and lengths of time in the person's language and time zone.

Templates use them as filters: `{{ course.review_by|date }}`, `{{ at|datetime }}`,
`{{ at|relative }}`, `{{ 0.82|percent }}`, `{{ minutes|duration }}`. None shows as a dash.
Instants (aware datetimes) are turned to the person's zone; local dates are shown as they are.
What Babel makes of a value in a language is remembered: a table asks for the same few again
and again, and Babel takes longer over one than the rest of its row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache, wraps
from typing import Any

import flask_babel
from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from trainhub import clock

from . import charts

NOTHING = "–"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


_ENGLISH = Locale("en")
_remembered = lru_cache(maxsize=4096)


def _locale() -> Locale:
    return flask_babel.get_locale() or _ENGLISH


def _plain(text: str) -> str:
    # Babel puts a narrow no-break space before AM/PM and between digits; many fonts lack it.
    return text.replace("\u202f", "\u00a0")


def _local(value: date | datetime) -> date | datetime:
    return flask_babel.to_user_timezone(value) if isinstance(value, datetime) else value


def show_date(value: date | datetime | None, form: str = "medium") -> str:
    """A day. Forms: `medium` (with year), `short` (month and day), `weekday` (with week day)."""
    if value is None:
        return NOTHING
    local = _local(value)
    day = local.date() if isinstance(local, datetime) else local
    return _date_words(day, form, _locale())


@_remembered
def _date_words(day: date, form: str, locale: Locale) -> str:
    skeleton = {"short": "MMMd", "weekday": "MMMEd"}.get(form)
    if skeleton:
        return _plain(format_skeleton(skeleton, day, locale=locale))
    return _plain(format_date(day, form, locale=locale))


def show_datetime(value: datetime | None, form: str = "medium") -> str:
    """A day and a 24-hour time to the minute; `short` leaves the year out."""
    if value is None:
        return NOTHING
    return f"{show_date(value, form)} {show_time(value)}"


def show_time(value: datetime | None) -> str:
    """A 24-hour time to the minute."""
    if value is None:
        return NOTHING
    return f"{_local(value):%H:%M}"


def show_seconds(value: datetime) -> str:
    """A 24-hour time to the second, as pages say when something saved itself."""
    return f"{_local(value):%H:%M:%S}"


def show_relative(value: datetime | None) -> str:
    """How long ago, or in how long: “3 hours ago”."""
    if value is None:
        return NOTHING
    delta = value - clock.now()
    if abs(delta) < timedelta(minutes=1):
        return str(_("just now"))
    return _plain(format_timedelta(delta, add_direction=True, locale=_locale()))


def show_moment(value: datetime | None) -> Markup:
    """A `<time>` element that reads as the distance and tells the exact instant when pointed at."""
    if value is None:
        return Markup("–")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(timespec="seconds"), show_datetime(value), show_relative(value)
    )


def show_number(value: float | None, digits: int | None = None) -> str:
    """A number with the language's separators and at most `digits` decimals (2 when None)."""
    if value is None:
        return NOTHING
    places = "#,##0.##" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return _number_words(value, places, _locale())


@_remembered
def _number_words(value: float, places: str, locale: Locale) -> str:
    return _plain(format_decimal(value, places, locale=locale))


def show_percent(share: float | None, digits: int = 0) -> str:
    """A share between 0 and 1 as per cent."""
    if share is None:
        return NOTHING
    places = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return _percent_words(share, places, _locale())


@_remembered
def _percent_words(share: float, places: str, locale: Locale) -> str:
    return _plain(format_percent(share, places, locale=locale))


def show_duration(value: float | timedelta | None) -> str:
    """A length of time given in minutes (or as a timedelta): “1 hr 5 min”."""
    if value is None:
        return NOTHING
    minutes = round(value.total_seconds() / 60 if isinstance(value, timedelta) else value)
    return _duration_words(minutes, _locale())


@_remembered
def _duration_words(minutes: int, locale: Locale) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [format_unit(hours, "hour", "short", locale=locale)] if hours else []
    if rest or not hours:
        parts.append(format_unit(rest, "minute", "short", locale=locale))
    return _plain(("" if locale.language == "zh" else " ").join(parts))


def show_bytes(size: int | None) -> str:
    """A file size."""
    if size is None:
        return NOTHING
    for unit in ("byte", "kilobyte", "megabyte"):
        if size < 1000 or unit == "megabyte":
            return _plain(format_unit(round(size, 1), unit, "short", locale=_locale()))
        size /= 1000  # type: ignore[assignment]
    raise AssertionError("unreachable")


def due_words(due_on: date, today: date) -> tuple[str, str]:
    """Kind of badge and words for a wish date: “3 days overdue”, “due today”, “due in 9 days”."""
    days = (due_on - today).days
    if days < 0:
        return "danger", ngettext("%(num)d day overdue", "%(num)d days overdue", -days)
    if days == 0:
        return "warning", _("due today")
    if days == 1:
        return "warning", _("due tomorrow")
    words = ngettext("due in %(num)d day", "due in %(num)d days", days)
    return ("warning" if days <= 3 else "neutral"), words


def page_language() -> str:
    """The value of `lang` on the page."""
    return LANGUAGE_TAGS.get(_locale().language, str(_locale()))


def initials(name: str) -> str:
    """What stands in the round picture of a person: the last two characters of a Chinese name
    (the given name), the first letters of two words otherwise.
    """
    words = name.split()
    if any("\u4e00" <= letter <= "\u9fff" for letter in name):
        return name.replace(" ", "")[-2:]
    return "".join(word[0] for word in words[:1] + words[-1:][: len(words) - 1]).upper() or "?"


def _while_rendering(show: Callable[..., str]) -> Callable[..., str]:
    # Jinja works out `60|duration` once, when it compiles the template, in whatever language
    # that request had, unless the filter asks for the context.
    @pass_context
    @wraps(show)
    def shown(context: Context, *args: Any, **kwargs: Any) -> str:
        return show(*args, **kwargs)

    return shown


def init_app(app: Flask) -> None:
    """Register the filters and the two functions templates call by name."""
    filters: dict[str, Callable[..., str]] = {
        "date": show_date,
        "datetime": show_datetime,
        "time": show_time,
        "relative": show_relative,
        "moment": show_moment,
        "number": show_number,
        "percent": show_percent,
        "duration": show_duration,
        "bytes": show_bytes,
        "initials": initials,
    }
    for name, show in filters.items():
        app.jinja_env.filters[name] = _while_rendering(show)
    charts.init_app(app)
    app.jinja_env.globals.update(due_words=due_words, page_language=page_language)
