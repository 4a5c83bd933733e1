"""The figures of exams."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from trainhub.assessment.queries import statistics as queries
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.statistics import Edition, ExamFigures, ItemRow
from trainhub.assessment.rules.statistics import Form, Hidden, is_faint
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.shown import title_in
from trainhub.assessment.views.statistics.shown import fewest, flag_words
from trainhub.db import end_read
from trainhub.web.access import requires
from trainhub.web.charts import histogram
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.scatter import Axis, Point, scatter_chart

STEPS = (10, 5, 2, 1)  # per cent that a bar of the histogram may span
FEWEST_BARS = 8
FORMS_SHOWN = 10
SORTS: dict[str, Callable[[ItemRow], Any]] = {
    "question": lambda row: (row.text.topic, row.text.key, row.text.number),
    "n": lambda row: row.figures.n,
    "facility": lambda row: row.figures.facility,
    "discrimination": lambda row: row.figures.discrimination,
    "efficiency": lambda row: row.figures.efficiency,
    "weight": lambda row: row.figures.weight,
    "seconds": lambda row: row.figures.median_seconds,
    "flags": lambda row: (-_firm_flags(row), -len(row.figures.flags), *SORTS["question"](row)),
}


@bp.get("/exam-figures")
@requires("assessment.view_statistics")
def list_exam_figures() -> ResponseReturnValue:
    """Every exam with how many sat it and how they did."""
    return render_template(
        "assessment/list_exam_figures.html", exams=queries.list_summaries(), fewest=fewest()
    )


@bp.get("/exams/<slug:exam_key>/statistics")
@requires("assessment.view_statistics")
def show_exam_statistics(exam_key: str) -> ResponseReturnValue:
    """All figures of one version of an exam in one language."""
    exam = get_exam(exam_key)
    editions = queries.list_editions(exam.id)
    edition = _asked(editions)
    figures = queries.exam_figures(edition, after_reading=end_read) if edition else None
    sort, falling = _asked_sort()
    return render_template(
        "assessment/show_exam_statistics.html",
        exam=exam,
        title=title_in(exam.titles),
        editions=editions,
        edition=edition,
        figures=figures,
        rows=_sorted(figures, sort, falling=falling) if figures else [],
        histogram=_histogram(figures) if figures else None,
        scatter=_scatter(figures) if figures else None,
        forms=_forms(figures) if figures else [],
        near=_near_the_pass_mark(figures) if figures else None,
        columns=_columns(exam_key, edition, sort, falling=falling),
        fewest=fewest(),
    )


def _asked(editions: list[Edition]) -> Edition | None:
    """The version and language of the address, else the latest in the reader's language."""
    number = request.args.get("version", type=row_id)
    language = request.args.get("language")
    latest = max((one.number for one in editions), default=0)
    wanted = [one for one in editions if one.number == (number or latest)] or editions
    wanted.sort(key=lambda one: (one.language != language, one.language != current_language()))
    return next(iter(wanted), None)


def _asked_sort() -> tuple[str, bool]:
    asked = request.args.get("sort", "flags")
    return (asked if asked in SORTS else "flags"), request.args.get("falling") == "1"


def _firm_flags(row: ItemRow) -> int:
    one = row.figures
    return sum(not is_faint(flag, n=one.n, facility=one.facility) for flag in one.flags)


def _sorted(figures: ExamFigures, sort: str, *, falling: bool) -> list[ItemRow]:
    """The rows by one figure; what is withheld comes last either way."""
    key = SORTS[sort]
    shown = [row for row in figures.items if not isinstance(key(row), Hidden)]
    withheld = [row for row in figures.items if isinstance(key(row), Hidden)]
    return sorted(shown, key=key, reverse=falling) + withheld


def _columns(
    exam_key: str, edition: Edition | None, sort: str, *, falling: bool
) -> list[dict[str, Any]]:
    """The heads of the table of questions, each a link that sorts by it."""
    heads = {
        "question": _("Questions"),
        "n": _("Answers"),
        "facility": _("Right (facility)"),
        "discrimination": _("Discrimination"),
        "efficiency": _("Efficiency"),
        "weight": _("Effective weight"),
        "seconds": _("Median time"),
        "flags": _("To look at"),
    }
    columns = []
    for name, label in heads.items():
        is_current = name == sort
        address: dict[str, Any] = {"exam_key": exam_key, "sort": name}
        if edition:
            address |= {"version": edition.number, "language": edition.language}
        if is_current and not falling:
            address["falling"] = 1
        columns.append(
            {
                "label": label,
                "numeric": name not in {"question", "flags"},
                "sort_url": url_for("assessment.show_exam_statistics", **address),
                "sorted": ("descending" if falling else "ascending") if is_current else None,
            }
        )
    return columns


def _histogram(figures: ExamFigures) -> tuple[Markup, list[tuple[str, int]]] | None:
    """The marks in steps with the pass mark, and the same as rows; None for few people."""
    if isinstance(figures.exam.mean, Hidden):
        return None
    low, high, step = _classes(figures)
    counts = [0] * ((high - low) // step)
    for mark in figures.marks:
        counts[min(int((mark - low) / step + 1e-9), len(counts) - 1)] += 1
    edges = [str(edge) for edge in range(low, high + 1, step)]
    goal = (
        (figures.pass_mark - low) / (high - low),
        _("Pass mark %(mark)s%%", mark=figures.pass_mark),
    )
    title = _("How many reached which mark, in per cent")
    rows = [(f"{edges[at]}–{edges[at + 1]}", count) for at, count in enumerate(counts)]
    return histogram(counts, edges, title, goal=goal), rows


def _classes(figures: ExamFigures) -> tuple[int, int, int]:
    """From where to where the bars go, and how much each spans, in per cent: all marks and the
    pass mark, in bars narrow enough to tell people apart who lie close together.
    """
    low = 10 * int(min([*figures.marks, figures.pass_mark]) // 10)
    low = min(low, 90)
    high = max(low + 10, min(100, 10 * ceil(max([*figures.marks, figures.pass_mark]) / 10)))
    fitting = [step for step in STEPS if (figures.pass_mark - low) % step == 0]
    step = next((one for one in fitting if (high - low) / one >= FEWEST_BARS), 1)
    return low, high, step


def _scatter(figures: ExamFigures) -> Markup | None:
    """Every question by how many got it right and how it discriminates; None for too few."""
    points = []
    for row in figures.items:
        one = row.figures
        if not isinstance(one.facility, Hidden) and not isinstance(one.discrimination, Hidden):
            kinds = [flag_words(flag, one.n, one.facility)[0] for flag in one.flags]
            kind = next((each for each in ("danger", "warning") if each in kinds), "")
            points.append(Point(row.text.key, one.facility, one.discrimination, kind))
    if not points:
        return None
    across = Axis(_("Right (facility)"), (0, 20, 40, 60, 80, 100), lambda at: f"{at:.0f}%")
    lowest = -100 if min(one.y for one in points) < -50 else -50
    ticks = range(lowest, 101, 50)
    up = Axis(_("Discrimination"), ticks, lambda at: f"{at:.0f}".replace("-", "−"))
    return scatter_chart(points, across, up, _("Right (facility) and discrimination"))


def _forms(figures: ExamFigures) -> list[Form]:
    """The papers that enough people had, where there are several."""
    if len(figures.exam.forms) == 1:
        return []
    enough = [one for one in figures.exam.forms if one.n >= fewest()["shown"]]
    return enough[:FORMS_SHOWN]


def _near_the_pass_mark(figures: ExamFigures) -> int | None:
    """How many people lie within one standard error of the pass mark."""
    form = figures.exam.form
    if isinstance(form, Hidden) or isinstance(form.error_percent, Hidden):
        return None
    return sum(abs(mark - figures.pass_mark) <= form.error_percent for mark in figures.marks)
