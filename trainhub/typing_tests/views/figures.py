"""The figures of a run with what they mean, their formula, and the reader's numbers put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from trainhub.typing_tests.rules.metrics import WORD, Metrics, variation_of
from trainhub.typing_tests.views.shown import unit_words
from trainhub.web.filters import show_number, show_percent


@dataclass(frozen=True)
class Figure:
    """One figure. `formula` is in words, `sum` the same with the numbers of this run."""

    label: str
    value: str
    unit: str
    meaning: str
    formula: str
    sum: str
    is_main: bool = False


def figures_of(metrics: Metrics) -> list[Figure]:
    """All figures of a run, those that decide first."""
    return [
        *_speeds(metrics),
        *_accuracies(metrics),
        _consistency(metrics),
        *_keys(metrics),
        *_corrections(metrics),
    ]


def _minutes(metrics: Metrics) -> str:
    return show_number(metrics.duration_ms / 60_000, 2)


def _result(value: float, unit: str) -> str:
    return f"{show_number(value, 1)} {unit_words(unit)}"


def _speeds(metrics: Metrics) -> Iterator[Figure]:
    yield _net_words(metrics) if metrics.unit == "wpm" else _net_characters(metrics)
    yield _gross(metrics)
    if metrics.unit == "wpm":
        yield _characters_a_minute(metrics)
    yield Figure(
        _("Keystrokes"),
        show_number(metrics.kpm, 1),
        unit_words("kpm"),
        _("How fast your fingers were, corrections and the input method included.")
        if metrics.keys_known
        else _("This keyboard does not tell its keys; they were counted from the text."),
        _("keystrokes ÷ minutes"),
        f"{show_number(metrics.keystrokes)} ÷ {_minutes(metrics)} = {_result(metrics.kpm, 'kpm')}",
    )


def _net_characters(metrics: Metrics) -> Figure:
    return Figure(
        _("Net speed"),
        show_number(metrics.net_speed, 1),
        unit_words("cpm"),
        _("What counts: right characters, punctuation included. A Chinese character is one."),
        _("right characters ÷ minutes"),
        f"{show_number(metrics.right)} ÷ {_minutes(metrics)} = {_result(metrics.net_speed, 'cpm')}",
        is_main=True,
    )


def _net_words(metrics: Metrics) -> Figure:
    total = (
        f"{show_number(metrics.right_word_characters)} ÷ {WORD} ÷ {_minutes(metrics)}"
        f" = {_result(metrics.net_speed, 'wpm')}"
    )
    return Figure(
        _("Net speed"),
        show_number(metrics.net_speed, 1),
        unit_words("wpm"),
        _("What counts: words that are fully right. Five characters, with spaces, are one word."),
        _("characters of fully right words ÷ 5 ÷ minutes"),
        total,
        is_main=True,
    )


def _gross(metrics: Metrics) -> Figure:
    per_word = f" ÷ {WORD}" if metrics.unit == "wpm" else ""
    return Figure(
        _("Gross speed"),
        show_number(metrics.gross_speed, 1),
        unit_words(metrics.unit),
        _("Everything that stood there at the end, right or wrong."),
        _("characters ÷ 5 ÷ minutes") if per_word else _("characters ÷ minutes"),
        f"{show_number(metrics.characters)}{per_word} ÷ {_minutes(metrics)}"
        f" = {_result(metrics.gross_speed, metrics.unit)}",
    )


def _characters_a_minute(metrics: Metrics) -> Figure:
    return Figure(
        _("Characters a minute"),
        show_number(metrics.cpm, 1),
        unit_words("cpm"),
        _("Right characters, whether their word is right or not."),
        _("right characters ÷ minutes"),
        f"{show_number(metrics.right)} ÷ {_minutes(metrics)} = {_result(metrics.cpm, 'cpm')}",
    )


def _accuracies(metrics: Metrics) -> Iterator[Figure]:
    mistakes = metrics.wrong + metrics.extra + metrics.missed
    yield Figure(
        _("Final accuracy"),
        show_percent(metrics.final_accuracy, 1),
        "",
        _("What counts: how much is right at the end. One character left out costs one."),
        _("1 − (wrong + too much + left out) ÷ characters of the text reached"),
        f"1 − ({metrics.wrong} + {metrics.extra} + {metrics.missed}) ÷ "
        f"{show_number(metrics.reached)} = {show_percent(metrics.final_accuracy, 1)}"
        if metrics.reached
        else show_number(mistakes),
        is_main=True,
    )
    yield Figure(
        _("Entry accuracy"),
        show_percent(metrics.entry_accuracy, 1),
        "",
        _("How often the first try was right, also of what you corrected later."),
        _("right characters entered ÷ all characters ever entered"),
        f"{show_number(metrics.right_commits)} ÷ {show_number(metrics.commits)}"
        f" = {show_percent(metrics.entry_accuracy, 1)}",
    )


def _consistency(metrics: Metrics) -> Figure:
    return Figure(
        _("Consistency"),
        show_number(metrics.consistency, 1),
        _("of 100"),
        _("How even your speed was: 100 is a metronome, 70 is good."),
        _("100 × (1 − tanh(c + c³/3 + c⁵/5)), c = spread of speed ÷ mean, in windows of 5 s")
        if metrics.compositions
        else _("100 × (1 − tanh(c + c³/3 + c⁵/5)), c = spread of speed ÷ mean, by the second"),
        _consistency_sum(metrics.consistency),
    )


def _consistency_sum(value: float) -> str:
    """The formula with its numbers; without any speed there is nothing to spread."""
    spread = variation_of(value)
    if spread is None:
        return show_number(value, 1)
    bent = spread + spread**3 / 3 + spread**5 / 5
    return (
        f"c = {show_number(spread, 3)}: 100 × (1 − tanh({show_number(bent, 3)}))"
        f" = {show_number(value, 1)}"
    )


def _keys(metrics: Metrics) -> Iterator[Figure]:
    yield Figure(
        _("Keystrokes per character"),
        show_number(metrics.keystrokes_per_character, 2),
        "",
        _("Fewer is better: long phrases chosen at once, few corrections."),
        _("keystrokes ÷ characters"),
        f"{show_number(metrics.keystrokes)} ÷ {show_number(metrics.characters)}"
        f" = {show_number(metrics.keystrokes_per_character, 2)}",
    )


def _corrections(metrics: Metrics) -> Iterator[Figure]:
    yield Figure(
        _("Corrections"),
        show_number(metrics.corrections),
        _("characters deleted"),
        _("Characters that you took back. They cost time, not accuracy."),
        _("all characters ever entered − characters at the end"),
        f"{show_number(metrics.commits)} − {show_number(metrics.characters)}"
        f" = {show_number(metrics.corrections)}",
    )
    yield Figure(
        _("Pauses"),
        show_number(metrics.pauses),
        _("of 2 s and more"),
        _("No key and nothing entered. The longest: %(seconds)s s.",
          seconds=show_number(metrics.longest_pause_ms / 1000, 1)),
        _("sum of all pauses"),
        _("%(seconds)s s", seconds=show_number(metrics.pause_ms / 1000, 1)),
    )  # fmt: skip
    if metrics.compositions:
        yield Figure(
            _("Input method"),
            show_number(metrics.compositions),
            _("compositions"),
            _("How often the input method put text in; %(count)s of them were given up.",
              count=show_number(metrics.cancelled_compositions)),
            _("characters ÷ compositions"),
            f"{show_number(metrics.characters)} ÷ {show_number(metrics.compositions)} = "
            f"{show_number(metrics.characters / metrics.compositions, 2)}",
        )  # fmt: skip
