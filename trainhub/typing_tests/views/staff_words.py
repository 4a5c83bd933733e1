"""How staff's pages word typing tests: their settings, a room's window, what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainhub import clock
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.queries.sittings import Phase
from trainhub.typing_tests.queries.tests import settings_of
from trainhub.typing_tests.rules.settings import Counting, Mode, TestSettings
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.shown import (
    hundredths_percent,
    length_words,
    speed_words,
    test_unit,
    text_kind,
    text_language,
)
from trainhub.web.filters import show_date, show_datetime, show_number, show_time
from trainhub.web.locale import current_zone

PHASE_WORDS: dict[str, tuple[str, Any]] = {
    Phase.RUNNING: ("success", _l("Open now")),
    Phase.UPCOMING: ("info", _l("To come")),
    Phase.PAST: ("neutral", _l("Over")),
}
COUNTING_WORDS: dict[str, Any] = {
    Counting.BEST_OF_LAST_THREE: _l("The best of the last three valid runs"),
    Counting.MEDIAN_OF_THREE_SUPERVISED: _l("The middle one of the last three supervised runs"),
}


def settings_in_words(settings: TestSettings, titles: list[str]) -> list[tuple[str, str]]:
    """What a test asks for, as terms and texts. `titles` are of the passages it names."""
    kinds = ", ".join(text_kind(kind) for kind in settings.kinds)
    attempts = (
        ngettext("%(num)d attempt", "%(num)d attempts", settings.attempts)
        if settings.attempts
        else _("any number")
    )
    pause = (
        ngettext("%(num)d minute", "%(num)d minutes", settings.pause_minutes)
        if settings.pause_minutes
        else _("none")
    )
    return [
        (_("Language of the texts"), text_language(settings.language)),
        (_("Texts"), ", ".join(titles) or _("drawn from: %(kinds)s", kinds=kinds)),
        (_("A run ends"), _end_words(settings)),
        (_("Net speed to reach"), speed_words(settings.min_speed, test_unit(settings))),
        (_("Final accuracy to reach"), hundredths_percent(settings.min_accuracy)),
        (
            _("Shortest run that counts"),
            _("%(seconds)s s", seconds=show_number(settings.min_duration_s)),
        ),
        (_("Attempts allowed"), str(attempts)),
        (_("Pause between attempts"), str(pause)),
        (_("What counts"), str(COUNTING_WORDS[settings.counting])),
    ]


def _end_words(settings: TestSettings) -> str:
    if settings.mode is Mode.WHOLE:
        return str(_("with the whole passage"))
    return str(_("after %(time)s", time=length_words(settings.mode, settings.duration_s)))


@bp.app_template_global("room_window")
def room_window(opens_at: datetime, closes_at: datetime) -> str:
    """A room's window: “today 14:00–16:00”."""
    zone = current_zone()
    first, last = opens_at.astimezone(zone).date(), closes_at.astimezone(zone).date()
    if first != last:
        return f"{show_datetime(opens_at, 'short')} – {show_datetime(closes_at, 'short')}"
    days = (first - clock.today(zone)).days
    day = {0: _("today"), 1: _("tomorrow")}.get(days) or show_date(first, "weekday")
    return f"{day} {show_time(opens_at)}–{show_time(closes_at)}"


@bp.app_template_global("phase_words")
def phase_words(phase: str) -> tuple[str, Any]:
    """Kind of badge and words of a room's phase."""
    return PHASE_WORDS[phase]


@bp.app_template_filter("typing_settings")
def typing_settings(test: TypingTest) -> TestSettings:
    """The settings of a test as they are now."""
    return settings_of(test)
