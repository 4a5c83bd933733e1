"""Bookings, windows and what stands against a class, in words, for every page that shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.classes.class_page import HistoryLine
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.views.blueprint import bp
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date
from trainhub.web.text import translated

BOOKING_BADGES: dict[str, tuple[str, Any]] = {
    "booked": ("info", _l("Has a seat")),
    "waiting": ("warning", _l("On the waiting list")),
    "attended": ("success", _l("Attended")),
    "missed": ("danger", _l("Missed")),
    "declined": ("neutral", _l("Declined")),
    "moved": ("neutral", _l("Moved to another class")),
    "cancelled": ("neutral", _l("Taken out")),
}
WINDOWS = {
    "early": _l("early class"),
    "before": _l("before the shift"),
    "after": _l("after the shift"),
    "in_shift": _l("within the shift"),
}
CLASS_EVENTS = {
    "created": _l("was made"),
    "published": _l("published"),
    "moved": _l("has been moved"),
    "pinned": _l("fixed"),
    "unpinned": _l("no longer fixed"),
    "cancelled": _l("called off"),
    "begun": _l("has begun"),
    "paused": _l("paused"),
    "resumed": _l("resumed"),
    "ended": _l("ended"),
    "completed": _l("held"),
}


@bp.app_template_global("booking_badge")
def booking_badge(state: str) -> tuple[str, Any]:
    """Kind and words of a booking's state."""
    return BOOKING_BADGES[state]


@bp.app_template_filter("window_words")
def window_words(kind: str) -> Any:
    """What a shift calls the time of a class."""
    return WINDOWS.get(kind, "–")


@bp.app_template_filter("conflict_text")
def conflict_text(conflict: Conflict) -> str:
    """What stands against it, for a planner."""
    return conflict.text(translated)


@bp.app_template_filter("own_conflict_text")
def own_conflict_text(conflict: Conflict) -> str:
    """What stands against it, to the person themselves."""
    return conflict.text(translated, own=True)


@bp.app_template_filter("class_event")
def class_event(kind: str) -> Any:
    """What happened to a class."""
    return CLASS_EVENTS.get(kind, kind)


@bp.app_template_filter("class_change")
def class_change(line: HistoryLine) -> str:
    """From where to where a class was moved: “Tue, Dec 1 09:00–10:00 · Room 1 → …”."""
    old, new = line.event.old, line.event.new
    if line.event.kind != "moved" or not old or not new:
        return ""

    def place(facts: dict[str, Any]) -> str:
        parts = []
        if any(old.get(name) != new.get(name) for name in ("on", "starts_min", "ends_min")):
            times = f"{clock_time(facts['starts_min'])}–{clock_time(facts['ends_min'])}"
            parts.append(f"{show_date(date.fromisoformat(facts['on']), 'weekday')} {times}")
        if old.get("room_id") != new.get("room_id"):
            parts.append(line.rooms.get(facts["room_id"], "–"))
        if old.get("trainer_id") != new.get("trainer_id"):
            parts.append(line.trainers.get(facts["trainer_id"], "–"))
        if old.get("seats") != new.get("seats"):
            parts.append(str(facts["seats"]))
        return " · ".join(parts)

    return f"{place(old)} → {place(new)}"


@bp.app_template_filter("class_hours")
def class_hours(session: TrainingSession) -> str:
    """From when to when a class is, without its day."""
    return f"{clock_time(session.starts_min)}–{clock_time(session.ends_min)}"


@bp.app_template_filter("class_minute")
def class_minute(minutes: int) -> str:
    """Minutes from midnight as a clock shows them."""
    return clock_time(minutes)
