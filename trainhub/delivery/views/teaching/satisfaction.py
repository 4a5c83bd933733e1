"""What people think of the courses: each against the mean of all training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.satisfaction import list_blocks, list_comments
from trainhub.delivery.rules.teaching.survey import (
    FEW_ANSWERS,
    LEAST_ANSWERS,
    QUESTION_WORDS,
    QUESTIONS,
    Block,
    Satisfaction,
    satisfaction_of,
)
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.table_files import asked_date, table_file
from trainhub.errors import NotFound
from trainhub.web.access import requires
from trainhub.web.bars import Bar, bar_chart
from trainhub.web.charts import Goal
from trainhub.web.filters import show_percent
from trainhub.web.locale import current_language
from trainhub.web.text import translated

Line = tuple[int, str, Satisfaction]


def _asked_blocks() -> list[Block]:
    first, last = asked_date("from"), asked_date("until")
    return [block for block in list_blocks(clock.now()) if block.lies_in(first, last)]


def _lines(blocks: Sequence[Block]) -> list[Line]:
    """Each course with its figure, the most liked first."""
    by_course: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_course[block.course_id].append(block)
    titles = titles_of(list(by_course), current_language())
    lines = [
        (course_id, titles[course_id], figure)
        for course_id, found in by_course.items()
        if (figure := satisfaction_of(found)) is not None
    ]
    return sorted(lines, key=lambda line: (-line[2].share, line[1]))


def one_place(share: float) -> str:
    """A share as per cent with one place."""
    return show_percent(share, 1)


@bp.app_template_global("points_words")
def points_words(share: float, mean: float) -> str:
    """How far a share lies from a mean in percentage points, with its sign."""
    return str(_("%(points)s percentage points", points=f"{points_apart(share, mean):+.1f}"))


def points_apart(share: float, mean: float) -> float:
    """The difference of the two figures as they are shown, so that readers reckon the same."""
    return round(_percent(share) - _percent(mean), 1) + 0.0  # no minus before a nought


@bp.get("/satisfaction")
@requires("delivery.view_week")
def show_satisfaction() -> ResponseReturnValue:
    """Every course that was taught, against the mean of all training."""
    blocks = _asked_blocks()
    lines, mean = _lines(blocks), satisfaction_of(blocks)
    chart = None
    if mean is not None and len(lines) > 1:
        bars = [
            Bar(title, figure.share, "warning" if figure.share < mean.share else "",
                f"(n = {figure.answers})")
            for _course, title, figure in lines
        ]  # fmt: skip
        goal = Goal(mean.share, _("all training: %(share)s", share=one_place(mean.share)))
        chart = bar_chart(bars, _("Satisfaction by course"), goal=goal, show=one_place)
    return render_template(
        "delivery/teaching/show_satisfaction.html",
        lines=lines,
        mean=mean,
        chart=chart,
        chart_rows=[[title, one_place(one.share), str(one.answers)] for _id, title, one in lines],
        questions=_questions(),
        asked={"from": request.args.get("from", ""), "until": request.args.get("until", "")},
        least=LEAST_ANSWERS,
        few=FEW_ANSWERS,
    )


def _questions() -> list[str]:
    return [translated(QUESTION_WORDS[name]) for name in QUESTIONS]


@bp.get("/satisfaction/courses/<int:course_id>")
@requires("delivery.view_week")
def show_course_satisfaction(course_id: int) -> ResponseReturnValue:
    """One course: question by question against the mean, over its classes, with comments."""
    everything = _asked_blocks()
    blocks = [block for block in everything if block.course_id == course_id]
    title = titles_of([course_id], current_language()).get(course_id)
    if title is None:
        raise NotFound()
    return render_template(
        "delivery/teaching/show_course_satisfaction.html",
        title=title,
        figure=satisfaction_of(blocks),
        mean=satisfaction_of(everything),
        questions=_questions(),
        blocks=[(_span(block), satisfaction_of([block])) for block in blocks],
        comments=list_comments(blocks) if blocks else [],
        least=LEAST_ANSWERS,
        few=FEW_ANSWERS,
    )


def _span(block: Block) -> tuple[Any, Any, int]:
    days = sorted(one.on for one in block.tallies)
    return days[0], days[-1], len(block.tallies)


@bp.get("/satisfaction/<any(csv, xlsx):kind>")
@requires("delivery.view_week")
def export_satisfaction(kind: str) -> ResponseReturnValue:
    """The table of the page as a file."""
    blocks = _asked_blocks()
    mean = satisfaction_of(blocks)
    headings = [_("Course"), _("Answers"), _("Satisfaction, %"), _("Against all training, points"),
                _("Satisfied, %"), *_questions()]  # fmt: skip
    rows: list[list[Any]] = [
        [
            title, figure.answers, _percent(figure.share),
            points_apart(figure.share, mean.share) if mean else None, _percent(figure.satisfied),
            *(_percent(one) for one in figure.by_question),
        ]
        for _course, title, figure in _lines(blocks)
    ]  # fmt: skip
    if mean is not None:
        rows.append([
            _("All training"), mean.answers, _percent(mean.share), None, _percent(mean.satisfied),
            *(_percent(one) for one in mean.by_question),
        ])  # fmt: skip
    return table_file(kind, "satisfaction", headings, rows, sheet=_("Satisfaction"))


def _percent(share: float) -> float:
    return round(share * 100, 1)
