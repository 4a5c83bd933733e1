"""Figures in words: what is withheld says why, flags say what to do."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from trainhub.assessment.rules.statistics import (
    FEWEST_FIRM,
    FEWEST_SHOWN,
    REASONS,
    Figure,
    Flag,
    Hidden,
    OptionFlag,
    Reason,
    explanation,
    is_faint,
)
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.markdown import plain_text
from trainhub.catalogue.rules.quiz_kinds import GAP
from trainhub.web.filters import show_number
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import translated

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
# What stands in a cell instead of a figure; the whole sentence is in REASONS.
SHORT_REASONS: dict[Reason, Any] = {
    Reason.TOO_FEW: _l("too few"),
    Reason.NO_SPREAD: _l("all alike"),
    Reason.ONE_QUESTION: _l("one question"),
    Reason.PAPERS_DIFFER: _l("papers differ"),
    Reason.NEGATIVE: _l("negative"),
    Reason.NO_OPTIONS: _l("no options"),
    Reason.NOBODY: _l("nobody"),
    Reason.NO_TIMES: _l("not timed"),
    Reason.NO_EXPECTED_TIME: _l("no expected time"),
    Reason.ONE_JUDGE: _l("one judge"),
    Reason.INCOMPLETE: _l("incomplete"),
}
FLAG_KINDS: dict[Flag | OptionFlag, str] = {
    Flag.NEGATIVE_DISCRIMINATION: "danger",
    Flag.TOO_HARD: "danger",
    Flag.TOO_SLOW: "warning",
    Flag.ALL_RIGHT: "info",
    OptionFlag.TEMPTS_THE_BEST: "warning",
    OptionFlag.NEVER_CHOSEN: "info",
}

register(
    NavigationEntry(
        "assessment.list_exam_figures",
        _l("Exam figures"),
        "bar-chart-line",
        "teach",
        "assessment.view_statistics",
        40,
        (
            "assessment.show_exam_statistics",
            "assessment.show_item_statistics",
            "assessment.list_flagged_items",
        ),
    )
)


@bp.app_template_test("withheld")
def is_withheld(figure: object) -> bool:
    """Whether a figure is not shown: `{% if row.facility is withheld %}`."""
    return isinstance(figure, Hidden)


@bp.app_template_filter("why")
def why_withheld(figure: Hidden) -> tuple[Any, str]:
    """Why a figure is withheld: in a word or two, and as a sentence."""
    return SHORT_REASONS[figure.reason], translated(REASONS[figure.reason])


@bp.app_template_filter("figure")
def figure_words(figure: Figure, unit: str = "", digits: int = 0) -> str:
    """A figure with its unit, or why there is none in a word or two."""
    if isinstance(figure, Hidden):
        return str(SHORT_REASONS[figure.reason])
    if round(figure, digits) == 0:  # no “-0”: a little below 0 is told with one digit more
        digits += 1
        figure = figure if round(figure, digits) else 0.0
    shown = show_number(figure, digits if figure else 0)
    return f"{shown}{unit}" if unit in {"", "%"} else f"{shown} {unit}"


@bp.app_template_filter("flag")
def flag_words(
    flag: Flag | OptionFlag, n: int = FEWEST_FIRM, facility: Figure | None = None
) -> tuple[str, str, str, str]:
    """Kind of badge, name, what was seen, what to do; nothing red where it says little."""
    faint = is_faint(flag, n=n, facility=facility)
    told = explanation(flag, faint=faint)
    kind = "neutral" if faint else FLAG_KINDS[flag]
    return kind, translated(told.name), translated(told.seen), translated(told.advice)


@bp.app_template_filter("plain_stem")
def plain_stem(stem: str) -> str:
    """A question's stem as plain text, gaps as lines."""
    return " ".join(plain_text(GAP.sub("____", stem)).split())


@bp.app_template_filter("language_name")
def language_name(language: str) -> str:
    """A language by its own name."""
    return LANGUAGE_NAMES.get(language, language)


def fewest() -> dict[str, int]:
    """The two small numbers, for the sentences that explain them."""
    return {"shown": FEWEST_SHOWN, "firm": FEWEST_FIRM}
