"""What came of a run: figures with their formulas, the curve, weak points, one's own history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from trainhub import clock
from trainhub.db import transaction
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import get_own_run, rules_of
from trainhub.typing_tests.queries.timelines import earlier_speeds, timeline_of
from trainhub.typing_tests.rules.alignment import align, align_prefix
from trainhub.typing_tests.rules.curve import speed_curve
from trainhub.typing_tests.rules.folding import fold, normal
from trainhub.typing_tests.rules.metrics import WORD, Metrics
from trainhub.typing_tests.rules.replay import replay
from trainhub.typing_tests.rules.settings import Mode, RunRules
from trainhub.typing_tests.rules.states import EndedBy, RunState
from trainhub.typing_tests.rules.weak_points import WeakPoint, weak_points
from trainhub.typing_tests.rules.wire import Event
from trainhub.typing_tests.services.closing import close_run
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.figures import Figure, figures_of
from trainhub.typing_tests.views.outcomes import RunOutcome, outcome_of
from trainhub.typing_tests.views.own_runs import ShownRun, shown_run
from trainhub.typing_tests.views.shown import clock_face, sentences, speed_words, unit_words
from trainhub.web.access import current_person, requires
from trainhub.web.charts import Goal, Series, line_chart
from trainhub.web.filters import LANGUAGE_TAGS, show_number, show_percent

FIRST_KINDS = frozenset({"d", "cs", "cu", "ce", "i", "b"})
SHOWN_POINTS = 6
LEAST_HISTORY = 2
Marked = tuple[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A chart with its table; `words` say what it shows, where that helps."""

    chart: Markup
    caption: str
    columns: list[str]
    rows: list[list[str]]
    words: str = ""


@dataclass(frozen=True)
class ResultPage:
    """Everything a result page shows. Without a timeline only the figures are left."""

    run: TypingRun
    shown: ShownRun
    outcome: RunOutcome
    metrics: Metrics | None
    figures: list[Figure]
    curve: Drawn | None
    marked: list[Marked]
    weak: list[tuple[str, str, list[WeakPoint]]]
    history: Drawn | None
    has_timeline: bool
    again: dict[str, Any]

    @property
    def tag(self) -> str:
        """The language of the text, for `lang`."""
        return LANGUAGE_TAGS.get(self.shown.language, self.shown.language)


@bp.get("/typing/runs/<int:run_id>/result")
@requires("typing_tests.type")
def show_result(run_id: int) -> ResponseReturnValue:
    """What came of one's own run. One past its wall is closed here if the tick has not yet."""
    run, now = get_own_run(run_id, current_person().id), clock.now()
    if run.state == RunState.OPEN:
        if now < run.closes_at:
            return redirect(url_for("typing_tests.show_run", run_id=run_id))
        with transaction():
            close_run(run, EndedBy.DEADLINE, now)
        run = get_own_run(run_id, current_person().id)
    return render_template("typing_tests/show_result.html", page=result_page(run))


def result_page(run: TypingRun) -> ResultPage:
    """The page of a run that has ended; staff see the same."""
    shown, rules = shown_run(run), rules_of(run)
    metrics = Metrics.from_dict(run.metrics) if run.metrics else None
    has_timeline = run.timeline_gone_at is None and metrics is not None
    events = timeline_of(run.id).events if has_timeline else []
    return ResultPage(
        run=run,
        shown=shown,
        outcome=outcome_of(run, shown),
        metrics=metrics,
        figures=figures_of(metrics) if metrics else [],
        curve=_curve(events, metrics, rules) if metrics and events else None,
        marked=marked_text(run, rules, metrics) if metrics and run.final_text is not None else [],
        weak=_weak(events, run, rules) if events else [],
        history=_history(run, shown) if metrics else None,
        has_timeline=bool(events),
        again=_again(run, rules),
    )


def _again(run: TypingRun, rules: RunRules) -> dict[str, Any]:
    if run.test_id is not None or run.passage_version is None:
        return {}
    length = "whole" if rules.mode is Mode.WHOLE else rules.duration_s
    return {"language": rules.language, "kind": rules.kind.value, "length": length}


def first_ms(events: Sequence[Event]) -> float:
    """When the clock started: the first key."""
    return next((event.t_ms for event in events if event.kind in FIRST_KINDS), 0.0)


def _curve(events: Sequence[Event], metrics: Metrics, rules: RunRules) -> Drawn | None:
    points = speed_curve(replay(events), first_ms(events), metrics.duration_ms)
    if len(points) < LEAST_HISTORY:
        return None
    per = WORD if metrics.unit == "wpm" else 1
    unit = unit_words(metrics.unit)
    labels = [clock_face(point.until_ms / 1000) for point in points]
    speeds = [point.cpm / per for point in points]
    caption = _("Speed over the time of the run, %(unit)s", unit=unit)
    goal = Goal(rules.min_speed, _("to reach")) if rules.min_speed else None
    series = [Series(_("Speed"), speeds)]
    chart = line_chart(labels, series, caption, goal=goal, show=lambda value: show_number(value, 0))
    rows = [[label, show_number(speed, 0)] for label, speed in zip(labels, speeds, strict=True)]
    return Drawn(chart, caption, [_("Up to"), unit], rows)


def marked_text(run: TypingRun, rules: RunRules, metrics: Metrics) -> list[Marked]:
    """The text beside the passage: `right` words, `missed` ones of the passage, `extra` typed
    ones, and `wrong` with what was typed and what should be there."""
    passage, typed = normal(run.text), normal(run.final_text or "")
    folded = [fold(text, tests_width=rules.tests_width) for text in (passage, typed)]
    if [len(passage), len(typed)] != [len(text) for text in folded]:
        passage, typed = folded
    is_ended = run.ended_by == EndedBy.TYPIST and not rules.is_practice
    is_whole = rules.mode is Mode.WHOLE and is_ended
    steps = align(*folded) if is_whole else align_prefix(*folded)
    found: list[Marked] = []
    for step in steps:
        wanted, own = passage[step.at : step.end], typed[step.typed_at : step.typed_end]
        if step.kind == "wrong":
            found.append(("wrong", (own, wanted)))
        else:
            found.append((step.kind, wanted if step.kind == "missed" else own))
    return found


def _weak(
    events: Sequence[Event], run: TypingRun, rules: RunRules
) -> list[tuple[str, str, list[WeakPoint]]]:
    found = weak_points(events, run.text, tests_width=rules.tests_width)
    tables = [
        (_("Slowest characters"), _("Character"), found.slow_characters),
        (_("Slowest pairs"), _("Pair of characters"), found.slow_pairs),
        (_("Most mistaken characters"), _("Character"), found.mistaken_characters),
        (_("Most mistaken pairs"), _("Pair of characters"), found.mistaken_pairs),
    ]
    return [(title, head, points[:SHOWN_POINTS]) for title, head, points in tables if points]


def _history(run: TypingRun, shown: ShownRun) -> Drawn | None:
    earlier = earlier_speeds(run)
    if len(earlier) < LEAST_HISTORY or shown.speed is None:
        return None
    speeds = [*earlier, shown.speed]
    labels = [str(number) for number in range(1 - len(speeds), 0)] + [_("now")]
    unit = unit_words(shown.unit)
    caption = _("Your valid runs of this kind, %(unit)s", unit=unit)
    goal = Goal(shown.min_speed, _("to reach")) if shown.min_speed else None
    chart = line_chart(
        labels, [Series(_("Speed"), speeds)], caption, goal=goal,
        show=lambda value: show_number(value, 0),
    )  # fmt: skip
    rows = [[label, show_number(speed, 1)] for label, speed in zip(labels, speeds, strict=True)]
    return Drawn(chart, caption, [_("Run"), unit], rows, _beside(earlier, shown))


def _beside(earlier: list[float], shown: ShownRun) -> str:
    assert shown.speed is not None
    usual = median(earlier[-10:])
    words = ngettext(
        "Your usual speed over the last %(num)d run: %(speed)s.",
        "Your usual speed over the last %(num)d runs: %(speed)s.",
        len(earlier[-10:]),
        speed=speed_words(usual, shown.unit),
    )
    if not usual:
        return str(words)
    share = show_percent(abs(shown.speed / usual - 1))
    if abs(shown.speed / usual - 1) < 0.02:
        return sentences(words, _("This run is as fast as usual."))
    if shown.speed > usual:
        return sentences(words, _("This run is %(share)s faster.", share=share))
    return sentences(words, _("This run is %(share)s slower.", share=share))
