"""Classes and attendance in words, for every page that shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.teaching.classroom import zone_of
from trainhub.delivery.rules.teaching.attendance import STATE_WORDS, AttendanceState
from trainhub.delivery.rules.teaching.debts import CAUSE_WORDS, Cause
from trainhub.delivery.views.blueprint import bp
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date
from trainhub.web.text import translated

CLASS_BADGES: dict[str, tuple[str, Any]] = {
    "scheduled": ("info", _l("To come")),
    "running": ("progress", _l("Under way")),
    "paused": ("warning", _l("Paused")),
    "completed": ("success", _l("Held")),
    "cancelled": ("danger", _l("Called off")),
}
ATTENDANCE_KINDS = {
    AttendanceState.PRESENT: "success",
    AttendanceState.LATE: "warning",
    AttendanceState.EXCUSED_OPERATIONS: "info",
    AttendanceState.EXCUSED_PERSONAL: "info",
    AttendanceState.ABSENT: "danger",
}
WAYS = {"code": _l("by code"), "roster": _l("on the roster"), "rule": _l("by rule")}


@bp.app_template_global("class_badge")
def class_badge(session: TrainingSession) -> tuple[str, Any]:
    """Kind and words of a class's state."""
    return CLASS_BADGES[session.state]


@bp.app_template_global("attendance_badge")
def attendance_badge(state: str | None) -> tuple[str, Any]:
    """Kind and words of an attendance; of none yet."""
    if state is None:
        return "neutral", _("not marked")
    known = AttendanceState(state)
    return ATTENDANCE_KINDS[known], translated(STATE_WORDS[known])


@bp.app_template_global("attendance_way")
def attendance_way(way: str) -> Any:
    """How an attendance came about."""
    return WAYS[way]


@bp.app_template_global("cause_words")
def cause_words(cause: str) -> str:
    """Why minutes were lost."""
    return translated(CAUSE_WORDS[Cause(cause)]) if cause else ""


@bp.app_template_global("class_time")
def class_time(session: TrainingSession) -> str:
    """The day and hours of a class by the clock of its site."""
    times = f"{clock_time(session.starts_min)}–{clock_time(session.ends_min)}"
    return f"{show_date(session.on, 'weekday')} {times}"


@bp.app_template_global("site_clock")
def site_clock(session: TrainingSession, at: datetime | None) -> str:
    """An instant as the clock of the class's site shows it."""
    return f"{at.astimezone(zone_of(session)):%H:%M}" if at is not None else ""


@bp.app_template_filter("minutes_and_seconds")
def minutes_and_seconds(seconds: int) -> str:
    """A length as a stop watch shows it: 5:07, 61:00."""
    return f"{seconds // 60}:{seconds % 60:02}"
