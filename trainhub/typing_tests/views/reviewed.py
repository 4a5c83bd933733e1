"""What a reviewer sees of a run: figures, reasons, timeline, spacing beside the own history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub.typing_tests.models import TypingReview, TypingRun, TypingRunEvent
from trainhub.typing_tests.queries.reviews import (
    AskedRetest,
    Times,
    find_asked_retests,
    list_earlier,
    list_others_of_test,
    times_of,
)
from trainhub.typing_tests.queries.runs import list_reviews_of, list_run_events
from trainhub.typing_tests.queries.timelines import earlier_speeds
from trainhub.typing_tests.rules.keys import equal_share
from trainhub.typing_tests.rules.metrics import Metrics
from trainhub.typing_tests.rules.spacing import EDGES_MS, shares_of, spread_of
from trainhub.typing_tests.rules.states import Review, RunState, Verdict
from trainhub.typing_tests.rules.verification import HARD, RECENT
from trainhub.typing_tests.services.noting import RunEvent
from trainhub.typing_tests.services.reviewing import RETEST_REASON
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.figures import Figure, figures_of
from trainhub.typing_tests.views.outcomes import reason_words, too_short_words
from trainhub.typing_tests.views.own_runs import ShownRun, shown_run
from trainhub.typing_tests.views.replaying import ReplayPage, replay_page
from trainhub.typing_tests.views.result import Drawn
from trainhub.typing_tests.views.shown import speed_words
from trainhub.web.charts import histogram
from trainhub.web.filters import show_number, show_percent

LEAST_GAPS = 10
EVENT_WORDS: dict[str, Any] = {
    RunEvent.STARTED: _l("begun"),
    RunEvent.RESUMED: _l("gone on with on another page or device"),
    RunEvent.CLOSED: _l("ended and scored"),
    RunEvent.UNUSED: _l("left without a key"),
    RunEvent.SCORED: _l("scored later"),
    RunEvent.CONFIRMED: _l("confirmed"),
    RunEvent.REJECTED: _l("rejected"),
    RunEvent.RETEST_ASKED: _l("a supervised retest was asked for"),
    RunEvent.VOIDED: _l("declared void"),
    RunEvent.TIMELINE_DELETED: _l("keystrokes deleted"),
}
Decided = tuple[TypingReview, str | None]
Happened = tuple[TypingRunEvent, str | None]


@dataclass(frozen=True)
class ReviewPage:
    """Everything a review page shows. `hard` and `soft` are reasons in words; `spread` compares
    this run with earlier ones: a term, this run, the earlier ones."""

    run: TypingRun
    shown: ShownRun
    figures: list[Figure]
    hard: tuple[str, ...]
    soft: tuple[str, ...]
    replay: ReplayPage
    mine: Drawn | None
    earlier: Drawn | None
    spread: list[tuple[str, str, str]]
    speeds: str
    others: list[ShownRun]
    events: list[Happened]
    reviews: list[Decided]
    asked: AskedRetest | None = None
    too_short: str | None = None

    @property
    def may_be_decided(self) -> bool:
        """Whether a person confirms or rejects it: flagged runs alone, if they are long enough."""
        if self.too_short:
            return False
        return self.run.state == RunState.CLOSED and self.run.verdict == Verdict.FLAG

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return self.may_be_decided and self.run.review == Review.WAITING

    @property
    def may_be_voided(self) -> bool:
        """Whether it counts for something."""
        return self.run.state == RunState.CLOSED


def review_page(run: TypingRun) -> ReviewPage:
    """The page of a scored run that has ended."""
    shown, codes = shown_run(run), list(run.reasons or [])
    mine, earlier = times_of([run]), times_of(list_earlier(run))
    return ReviewPage(
        run=run,
        shown=shown,
        figures=figures_of(Metrics.from_dict(run.metrics)) if run.metrics else [],
        hard=reason_words([code for code in codes if code in HARD]),
        soft=reason_words([code for code in codes if code not in HARD]),
        replay=replay_page(run),
        mine=_histogram(mine, _("Gaps between keys in this run, per cent")),
        earlier=_histogram(earlier, _("Gaps between keys in earlier runs, per cent")),
        spread=_spread(mine, earlier),
        speeds=_speeds(run, shown),
        others=[shown_run(one) for one in list_others_of_test(run)],
        events=list_run_events(run.id),
        reviews=list_reviews_of(run.id),
        asked=find_asked_retests([run.id]).get(run.id),
        too_short=too_short_words(run) if shown.standing == "short" else None,
    )


def _histogram(times: Times, caption: str) -> Drawn | None:
    if len(times.gaps) < LEAST_GAPS:
        return None
    shares = shares_of(times.gaps)
    edges = [show_number(edge) for edge in EDGES_MS] + ["∞"]
    chart = histogram([round(share * 100) for share in shares], edges, caption)
    rows = [
        [f"{edges[place]}–{edges[place + 1]}", show_percent(share, 1)]
        for place, share in enumerate(shares)
    ]
    return Drawn(chart, caption, [_("Gap, ms"), _("Share")], rows)


def _spread(mine: Times, earlier: Times) -> list[tuple[str, str, str]]:
    def ms(value: float | None) -> str:
        return "–" if value is None else f"{show_number(value, 0)} ms"

    def facts(values: Sequence[float]) -> list[str]:
        spread = spread_of(values)
        if spread is None:
            return ["–"] * 4
        return [
            show_number(spread.count), ms(spread.mean), ms(spread.median),
            show_number(spread.variation, 2),
        ]  # fmt: skip

    terms = [
        _("Gaps between keys"), _("… mean"), _("… median"), _("… spread (deviation ÷ mean)"),
        _("… of one length within 1 ms"), _("Keys whose hold is known"), _("… mean hold"),
        _("… median hold"), _("… spread of the holds"),
    ]  # fmt: skip

    def column(times: Times) -> list[str]:
        equal = show_percent(equal_share(times.gaps)) if times.gaps else "–"
        return [*facts(times.gaps), equal, *facts(times.holds)]

    return list(zip(terms, column(mine), column(earlier), strict=True))


def _speeds(run: TypingRun, shown: ShownRun) -> str:
    """The speeds before this run, which rule S4 holds it against."""
    recent = earlier_speeds(run)[-RECENT:]
    if not recent:
        return str(_("There is no earlier valid run of this kind."))
    return str(
        _(
            "Speeds of the last valid runs before it, practice included: %(speeds)s. Their middle "
            "one is %(median)s.",
            speeds=", ".join(show_number(speed, 1) for speed in recent),
            median=speed_words(float(median(recent)), shown.unit),
        )
    )


@bp.app_template_global("run_event_words")
def run_event_words(kind: str) -> str:
    """What happened to a run."""
    return str(EVENT_WORDS.get(RunEvent(kind), kind))


@bp.app_template_global("review_reason")
def review_reason(reason: str) -> str:
    """A reason as it is shown: that of a retest is the program's and has its words."""
    if reason == RETEST_REASON:
        return str(_("A supervised retest came within a fifth of its speed."))
    return reason
