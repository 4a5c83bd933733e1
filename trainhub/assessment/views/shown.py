"""How exams show their values to candidates: windows, results, what comes out when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_datetime, gettext, ngettext
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.settings import Part, When
from trainhub.assessment.rules.states import State
from trainhub.assessment.views.blueprint import bp
from trainhub.web.filters import show_date, show_datetime, show_number, show_percent, show_time
from trainhub.web.locale import current_language, current_zone

PART_WORDS: dict[Part, Any] = {
    Part.SCORE: _l("your mark, and whether you have passed"),
    Part.RIGHT_WRONG: _l("which answers were right"),
    Part.KEY: _l("the right answers"),
    Part.EXPLANATION: _l("the explanations"),
}
WHEN_WORDS: dict[When, Any] = {
    When.AT_ONCE: _l("at once"),
    When.AFTER_CLOSE: _l("after the last sitting has closed"),
    When.BY_HAND: _l("when your trainer releases it"),
    When.NEVER: _l("not at all"),
}
STATE_WORDS: dict[str, tuple[str, Any]] = {
    State.CREATED: ("progress", _l("Being prepared")),
    State.IN_PROGRESS: ("progress", _l("Under way")),
    State.SUBMITTED: ("info", _l("Handed in")),
    State.EXPIRED_SUBMITTED: ("info", _l("Closed at the deadline")),
    State.AWAITING_MARKING: ("info", _l("Being marked")),
    State.ABANDONED: ("neutral", _l("Closed without an answer")),
    State.MARKED: ("info", _l("Marked, not released yet")),
    State.RELEASED: ("info", _l("Result released")),
    State.VOIDED: ("neutral", _l("Does not count")),
}


def title_in(titles: Mapping[str, str], language: str | None = None) -> str:
    """The title in the language asked for, else in any that it has."""
    wanted = language or current_language()
    return titles.get(wanted) or next(iter(titles.values()), "")


@bp.app_template_filter("exam_title")
def exam_title(titles: Mapping[str, str], language: str | None = None) -> str:
    """`title_in` for templates."""
    return title_in(titles, language)


@bp.app_template_filter("to_the_second")
def to_the_second(at: datetime | None) -> str:
    """A time of day to the second, with its day unless that is today."""
    if at is None:
        return "–"
    time = str(format_datetime(at, "HH:mm:ss"))
    if at.astimezone(current_zone()).date() == clock.today(current_zone()):
        return time
    return f"{show_date(at, 'short')} {time}"


@bp.app_template_global("window_words")
def window_words(opens_at: datetime, closes_at: datetime) -> str:
    """A window: “today 14:00–16:00”, “Nov 24 14:00 – Nov 26 18:00”."""
    zone = current_zone()
    first, last = opens_at.astimezone(zone).date(), closes_at.astimezone(zone).date()
    if first != last:
        return f"{show_datetime(opens_at, 'short')} – {show_datetime(closes_at, 'short')}"
    days = (first - clock.today(zone)).days
    day = {0: gettext("today"), 1: gettext("tomorrow")}.get(days) or show_date(first, "weekday")
    return f"{day} {show_time(opens_at)}–{show_time(closes_at)}"


@bp.app_template_filter("time_length")
def time_length(value: timedelta | float) -> str:
    """A length of time to the second where it is short: “45 minutes”, “1 minute 30 seconds”."""
    whole = round(value.total_seconds() if isinstance(value, timedelta) else value)
    minutes, seconds = divmod(max(0, whole), 60)
    parts = []
    if minutes:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if seconds or not minutes:
        parts.append(ngettext("%(num)d second", "%(num)d seconds", seconds))
    return " ".join(parts)


@bp.app_template_filter("points")
def points(millionths: int | None) -> str:
    """Points from millionths, two decimals at most, rounded down so that a near miss shows."""
    if millionths is None:
        return "–"
    return show_number(millionths * 100 // MILLION / 100)


@bp.app_template_global("mark_share")
def mark_share(millionths: int | None, max_points: int) -> str:
    """A mark as per cent of the points, rounded down to two decimals where it has any."""
    if millionths is None or not max_points:
        return "–"
    hundredths = millionths * 10_000 // (max_points * MILLION)
    digits = 0 if hundredths % 100 == 0 else 1 if hundredths % 10 == 0 else 2
    return show_percent(hundredths / 10_000, digits)


@bp.app_template_global("state_words")
def state_words(state: str) -> tuple[str, Any]:
    """Kind of badge and words of an attempt's state."""
    return STATE_WORDS[state]


@bp.app_template_global("own_state_words")
def own_state_words(state: str, is_out: bool) -> tuple[str, Any]:
    """Kind of badge and words of a state for the candidate. A released result may be hidden again:
    another sitting was announced, or they sit an exam.
    """
    hidden_again = state == State.RELEASED and not is_out
    return STATE_WORDS[State.MARKED if hidden_again else State(state)]


@bp.app_template_global("release_words")
def release_words(release: Mapping[Part, When]) -> list[tuple[Any, Any]]:
    """What of a result is shown when, in words, in the order in which it comes out."""
    return [(PART_WORDS[part], WHEN_WORDS[release.get(part, When.NEVER)]) for part in Part]
