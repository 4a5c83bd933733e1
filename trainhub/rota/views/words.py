"""Filters of the templates of the rota: codes, their times, kinds."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from trainhub.rota.models import ShiftCode
from trainhub.rota.rules.clock_times import clock_time
from trainhub.rota.rules.shift_codes import stretches_text
from trainhub.rota.views.blueprint import bp
from trainhub.web.locale import current_language

KIND_LABELS = {
    "early": _l("Early shift"),
    "mid": _l("Mid shift"),
    "late": _l("Late shift"),
    "night": _l("Night shift"),
    "training": _l("Training day"),
    "rest": _l("Rest day"),
    "leave": _l("Leave"),
    "other": _l("Other shift"),
}
CHANGE_LABELS = {
    "import": _l("Import"),
    "edit": _l("Edit"),
    "swap": _l("Swap"),
    "leave": _l("Leave"),
}


@bp.app_template_filter("code_name")
def code_name(code: ShiftCode) -> str:
    """The code's name in the reader's language."""
    return code.name_zh if current_language() == "zh" else code.name_en


@bp.app_template_filter("clock_time")
def clock(minutes: int | None) -> str:
    """Minutes from midnight as a time."""
    return "–" if minutes is None else clock_time(minutes)


@bp.app_template_filter("shift_times")
def shift_times(code: ShiftCode) -> str:
    """From when to when the shift lasts: 22:00–07:00+1; a dash for a day off."""
    if code.starts_min is None or code.ends_min is None:
        return "–"
    return f"{clock_time(code.starts_min)}–{clock_time(code.ends_min)}"


def code_words(code: ShiftCode) -> str:
    """A code as a choice tells it: “E Early 07:00–15:00”, “R Rest”."""
    words = f"{code.code} {code_name(code)}"
    return words if code.starts_min is None else f"{words} {shift_times(code)}"


@bp.app_template_filter("stretches")
def stretches(pairs: list[list[int]]) -> str:
    """Stretches of a day: 12:00-12:30, 15:00-15:15."""
    return stretches_text(pairs) or "–"


@bp.app_template_filter("shift_kind")
def shift_kind(kind: str) -> str:
    """The kind of a shift in words."""
    return str(KIND_LABELS.get(kind, kind))


@bp.app_template_filter("change_kind")
def change_kind(kind: str) -> str:
    """The kind of a change in words."""
    return str(CHANGE_LABELS.get(kind, kind))


def _locale() -> Locale:
    return get_locale() or Locale("en")


@bp.app_template_filter("weekday_letter")
def weekday_letter(on: date) -> str:
    """The weekday in one sign: 一, M."""
    return format_date(on, "ccccc", locale=_locale())


@bp.app_template_filter("weekday_name")
def weekday_name(on: date) -> str:
    """The weekday in full."""
    return format_date(on, "cccc", locale=_locale())


@bp.app_template_filter("month_words")
def month_words(on: date) -> str:
    """The month and its year: December 2026, 2026年12月."""
    return format_skeleton("yMMMM", on, locale=_locale())
