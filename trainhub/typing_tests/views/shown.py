"""How typing tests show their values: units, speeds, kinds, verdicts, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from trainhub.errors import fill
from trainhub.typing_tests.rules.settings import Mode, PassageKind, TestSettings
from trainhub.typing_tests.rules.standing import NextStep, Outcome, is_in_words
from trainhub.typing_tests.views.blueprint import bp
from trainhub.web.filters import show_number, show_percent
from trainhub.web.locale import current_language
from trainhub.web.text import translated

UNIT_WORDS: dict[str, Any] = {
    "cpm": _l("characters/min"),
    "wpm": _l("WPM"),
    "kpm": _l("keystrokes/min"),
}
KIND_WORDS: dict[str, Any] = {
    PassageKind.PROSE: _l("Prose"),
    PassageKind.MIXED: _l("Mixed real work"),
    PassageKind.PHRASES: _l("Quick phrases"),
    PassageKind.DIGITS: _l("Digits"),
}
KIND_NOTES: dict[str, Any] = {
    PassageKind.PROSE: _l("whole sentences, as in a reply to a customer"),
    PassageKind.MIXED: _l("order numbers, addresses, amounts, product names"),
    PassageKind.PHRASES: _l("the short sentences that are typed all day"),
    PassageKind.DIGITS: _l("numbers and codes"),
}
LANGUAGE_WORDS: dict[str, Any] = {"zh": _l("Chinese"), "en": _l("English")}
OUTCOME_WORDS: dict[str, tuple[str, Any]] = {
    Outcome.PASSED: ("success", _l("Passed")),
    Outcome.FAILED: ("warning", _l("Not reached yet")),
    Outcome.UNDECIDED: ("neutral", _l("Not taken yet")),
}


def unit_of(language: str, kind: str) -> str:
    """The unit of a text's speed: `wpm` for English prose and phrases, `cpm` for all else."""
    return "wpm" if is_in_words(language, [PassageKind(kind)]) else "cpm"


@bp.app_template_global("unit_words")
def unit_words(unit: str) -> str:
    """The name of a unit."""
    return str(UNIT_WORDS[unit])


@bp.app_template_global("speed_words")
def speed_words(speed: float | None, unit: str) -> str:
    """A speed with its unit; what is asked for is a whole number, what was reached is none:
    “80 characters/min”, “41.2 WPM”; a dash for none."""
    if speed is None:
        return "–"
    return f"{show_number(speed, 0 if isinstance(speed, int) else 1)} {unit_words(unit)}"


@bp.app_template_filter("tenths")
def tenths(value: int | None) -> str:
    """A number that is stored in tenths."""
    return "–" if value is None else show_number(value / 10, 1)


@bp.app_template_filter("hundredths_percent")
def hundredths_percent(value: int | None) -> str:
    """A share stored in hundredths of a per cent, without noughts that say nothing."""
    if value is None:
        return "–"
    return show_percent(value / 10_000, 0 if value % 100 == 0 else 1 if value % 10 == 0 else 2)


@bp.app_template_filter("clock_face")
def clock_face(seconds: float) -> str:
    """Minutes and seconds as on a clock: “3:00”."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


@bp.app_template_filter("typing_title")
def typing_title(titles: Mapping[str, str]) -> str:
    """A test's title in the reader's language, else in any that it has."""
    return titles.get(current_language()) or next(iter(titles.values()), "")


@bp.app_template_global("text_kind")
def text_kind(kind: str) -> str:
    """The name of a kind of passage."""
    return str(KIND_WORDS[kind])


@bp.app_template_global("text_language")
def text_language(language: str) -> str:
    """The name of a text's language."""
    return str(LANGUAGE_WORDS.get(language, language))


@bp.app_template_global("length_words")
def length_words(mode: str, duration_s: int) -> str:
    """How long a run is: “3 min”, or to the end of the text."""
    if mode == Mode.WHOLE:
        return str(gettext("whole text"))
    return str(gettext("%(minutes)s min", minutes=show_number(duration_s / 60)))


@bp.app_template_global("outcome_words")
def outcome_words(outcome: str) -> tuple[str, Any]:
    """Kind of badge and words of what a test has come to for somebody."""
    return OUTCOME_WORDS[outcome]


@bp.app_template_global("test_unit")
def test_unit(settings: TestSettings) -> str:
    """The unit of the speed that a test asks for."""
    return "wpm" if is_in_words(settings.language, settings.kinds) else "cpm"


bp.add_app_template_global(unit_of, "text_unit")


@bp.app_template_global("next_words")
def next_words(step: NextStep) -> str:
    """What somebody does next about a test."""
    return fill(translated(step.message), step.params)


@bp.app_template_global("milliseconds")
def milliseconds(value: float | None) -> str:
    """A short length of time: “240 ms”; a dash for none."""
    return "–" if value is None else f"{show_number(value, 0)}\u00a0ms"


@bp.app_template_global("sentences")
def sentences(*parts: str) -> str:
    """Sentences one behind the other: with a space between them, or none in Chinese."""
    return ("" if current_language() == "zh" else " ").join(part for part in parts if part)


@bp.app_template_global("kinds_in_words")
def kinds_in_words(kinds: Iterable[str]) -> str:
    """The names of some kinds of passages, in a row."""
    return ("、" if current_language() == "zh" else ", ").join(text_kind(kind) for kind in kinds)
