"""How learning shows its values: times of saving, standings in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import format_datetime, gettext
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.courses import CourseHead
from trainhub.learning.queries.teams import TeamCount
from trainhub.learning.rules import Standing, standing
from trainhub.learning.views.blueprint import bp
from trainhub.web.filters import LANGUAGE_TAGS, show_date, show_datetime, show_percent
from trainhub.web.locale import current_language, current_zone

STANDING_WORDS: dict[Standing, tuple[str, Any]] = {
    Standing.OVERDUE: ("danger", _l("Overdue")),
    Standing.DUE_SOON: ("warning", _l("Due soon")),
    Standing.IN_PROGRESS: ("progress", _l("In progress")),
    Standing.NOT_STARTED: ("neutral", _l("Not started")),
    Standing.AGAIN: ("progress", _l("Being taken again")),
    Standing.COMPLETED: ("success", _l("Completed")),
}


def clock_time(at: datetime) -> str:
    """The time of day to the second, as in “Saved 14:03:22”."""
    return str(format_datetime(at, "HH:mm:ss"))


def this_day() -> date:
    """Today where the reader is."""
    return clock.today(current_zone())


def asked_language() -> str:
    """The language of the edition asked for in the address (`edition`), else of the page."""
    asked = request.args.get("edition", "")
    return asked if asked in LANGUAGE_TAGS else current_language()


def standing_of(enrolment: Enrolment, today: date) -> Standing:
    """How an enrolment stands today."""
    return standing(
        completed=enrolment.completed_at is not None,
        started=enrolment.started_at is not None,
        due_on=enrolment.due_on,
        today=today,
        completed_before=enrolment.completed_before_at is not None,
    )


@bp.app_template_filter("saved_at")
def saved_at(at: datetime | None) -> str:
    """When something was saved: the time to the second today, the day before that."""
    if at is None:
        return ""
    today = at.astimezone(current_zone()).date() == this_day()
    return clock_time(at) if today else show_datetime(at, "short")


@bp.app_template_global("standing_words")
def standing_words(which: Standing) -> tuple[str, Any]:
    """Kind of badge and words of a standing."""
    return STANDING_WORDS[which]


@bp.app_template_filter("permille")
def permille(mark: int | None) -> str:
    """A mark of 0 to 1000 as per cent, rounded down so that a near miss reads as one."""
    if mark is None:
        return "–"
    rest = mark % 10
    return show_percent(mark / 1000, 1 if rest else 0)


@bp.app_template_filter("language_tag")
def language_tag(language: str) -> str:
    """The `lang` attribute of a text in a course's language."""
    return LANGUAGE_TAGS[language]


@bp.app_template_filter("count_for")
def count_for(course: CourseHead, team_id: int, counts: dict[tuple[int, int], TeamCount]) -> Any:
    """A team's counts in a course, or None."""
    return counts.get((team_id, course.id))


@bp.app_template_filter("week_column")
def week_column(monday: date) -> dict[str, Any]:
    """The heading of a week's column in a table of numbers."""
    day = show_date(monday, "short")
    return {"label": gettext("Week of %(day)s", day=day), "numeric": True}
