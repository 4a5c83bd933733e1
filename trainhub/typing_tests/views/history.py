"""Everything one has typed: the list, personal bests, the curve over time, the file to keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import SEEK_END
from tempfile import TemporaryFile
from typing import Any

from flask import Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub.tables import stream_csv, write_long_xlsx
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.bests import LEAST_ACCURACY, personal_bests
from trainhub.typing_tests.queries.practising import SpeedPoint, list_all_runs, list_speed_points
from trainhub.typing_tests.queries.runs import list_own_runs, rules_of
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.own_runs import run_title, shown_run
from trainhub.typing_tests.views.result import Drawn
from trainhub.typing_tests.views.shown import text_kind, text_language, unit_words
from trainhub.web.access import current_person, requires
from trainhub.web.charts import Series, line_chart
from trainhub.web.filters import show_date, show_number

LEAST_POINTS = 3
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/typing/history")
@requires("typing_tests.type")
def show_history() -> ResponseReturnValue:
    """One's own runs, bests and progress."""
    person = current_person()
    page = list_own_runs(person.id, page=request.args.get("page", 1, type=int))
    points = list_speed_points(person.id)
    return render_template(
        "typing_tests/show_history.html",
        page=page,
        runs=[shown_run(run) for run in page.runs],
        bests=personal_bests(person.id),
        least_accuracy=LEAST_ACCURACY,
        figures=[drawn for key, group in points.items() if (drawn := draw_progress(key, group))],
        page_url=lambda number: url_for("typing_tests.show_history", page=number),
    )


def draw_progress(
    key: tuple[str, str], points: Sequence[SpeedPoint], *, is_of_tests: bool = False
) -> Drawn | None:
    """The curve of one language and unit; None for too few runs. `is_of_tests`: no practice."""
    if len(points) < LEAST_POINTS:
        return None
    language, unit = key
    labels = [show_date(point.ended_at, "short") for point in points]
    speeds: list[float | None] = [point.speed for point in points]
    if is_of_tests:
        caption = _("Net speed of each valid test run, %(unit)s", unit=unit_words(unit))
    else:
        caption = _("Net speed of each valid run, %(unit)s", unit=unit_words(unit))
    days = [
        label if label != before else ""  # several runs of a day share its label
        for before, label in zip(["", *labels], labels, strict=False)
    ]
    chart = line_chart(
        days, [Series(_("Speed"), speeds)], caption, show=lambda value: show_number(value, 0)
    )
    rows = [
        [label, show_number(point.speed, 1)] for label, point in zip(labels, points, strict=True)
    ]
    title = _("%(language)s: %(unit)s", language=text_language(language), unit=unit_words(unit))
    return Drawn(chart, caption, [_("Day"), unit_words(unit)], rows, title)


@bp.get("/typing/history/<any(csv, xlsx):kind>")
@requires("typing_tests.type")
def export_history(kind: str) -> ResponseReturnValue:
    """One's own runs as a table to keep."""
    headings = [
        _("Run"), _("Started (UTC)"), _("Text"), _("Language"), _("Kind"), _("Typing test"),
        _("Seconds"), _("Net speed"), _("Gross speed"), _("Unit"), _("Characters a minute"),
        _("Keystrokes a minute"), _("Final accuracy %"), _("Entry accuracy %"), _("Consistency"),
        _("Keystrokes per character"), _("Corrections"), _("Verdict"),
    ]  # fmt: skip
    rows = _rows(list_all_runs(current_person().id))
    out = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    if kind == "csv":
        out.writelines(stream_csv(headings, rows))
    else:
        write_long_xlsx(out, headings, rows)
    return attached(out, kind)


def attached(out: Any, kind: str) -> Response:
    """A table of runs as an answer that is stored nowhere."""
    length = out.seek(0, SEEK_END)
    out.seek(0)
    answer = send_file(
        out, mimetype=TYPES[kind], as_attachment=True, download_name=f"typing-runs.{kind}"
    )
    answer.content_length = length
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _rows(runs: Sequence[TypingRun]) -> Iterator[list[Any]]:
    for run in runs:
        rules, figures = rules_of(run), run.metrics or {}
        shown = shown_run(run)
        yield [
            run.id,
            run.started_at.replace(tzinfo=None).isoformat(" ", "seconds"),
            run_title(run),
            text_language(rules.language),
            text_kind(rules.kind),
            _("yes") if run.test_id else _("no"),
            rounded(figures.get("duration_ms"), 1, 0.001),
            shown.speed,
            rounded(figures.get("gross_speed"), 1),
            unit_words(shown.unit),
            rounded(figures.get("cpm"), 1),
            rounded(figures.get("kpm"), 1),
            None if run.accuracy is None else run.accuracy / 100,
            rounded(figures.get("entry_accuracy"), 2, 100),
            rounded(figures.get("consistency"), 1),
            rounded(figures.get("keystrokes_per_character"), 2),
            figures.get("corrections"),
            str(shown.badge[1]) if shown.badge else _("Practice"),
        ]


def rounded(value: float | None, digits: int, times: float = 1) -> float | None:
    """A figure as a table holds it; none stays none."""
    return None if value is None else round(value * times, digits)
