"""A run as lists and heads of pages show it: its name, its speed, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import lasts_too_short, rules_of
from trainhub.typing_tests.rules.states import Review, RunState, Verdict, is_valid
from trainhub.typing_tests.views.shown import typing_title, unit_of

BADGES: dict[str, tuple[str, Any, str | None]] = {
    "open": ("progress", _l("Under way"), None),
    "scoring": ("info", _l("Being computed"), "hourglass-split"),
    "voided": ("neutral", _l("Declared void"), "x-circle"),
    "refused": ("danger", _l("Does not count"), None),
    "waiting": ("info", _l("Waits for a trainer"), "hourglass-split"),
    "rejected": ("danger", _l("Not confirmed"), None),
    "short": ("warning", _l("Too short to count"), "dash-circle"),
    "reached": ("success", _l("Reached"), None),
    "missed": ("warning", _l("Not reached"), "dash-circle"),
}


@dataclass(frozen=True)
class ShownRun:
    """What a list says of a run. `speed` is in `unit`; `standing` is a key of `BADGES`, or
    "practice" and "flagged" for runs that need no badge."""

    id: int
    title: str
    language: str
    kind: str
    mode: str
    duration_s: int
    started_at: datetime
    is_scored: bool
    unit: str
    speed: float | None
    accuracy: int | None
    min_speed: int | None
    min_accuracy: int | None
    standing: str

    @property
    def badge(self) -> tuple[str, Any, str | None] | None:
        """Kind, words and picture of the badge; none where there is nothing to say."""
        return BADGES.get(self.standing)


def shown_run(run: TypingRun) -> ShownRun:
    """The run for a list or a page's head."""
    rules = rules_of(run)
    return ShownRun(
        id=run.id,
        title=run_title(run),
        language=rules.language,
        kind=rules.kind.value,
        mode=rules.mode.value,
        duration_s=rules.duration_s,
        started_at=run.started_at,
        is_scored=run.test_id is not None,
        unit=unit_of(rules.language, rules.kind),
        speed=None if run.speed_tenths is None else run.speed_tenths / 10,
        accuracy=run.accuracy,
        min_speed=rules.min_speed,
        min_accuracy=rules.min_accuracy,
        standing=standing_of_run(run),
    )


def run_title(run: TypingRun) -> str:
    """The name of the test, of the passage, or that it is a lesson."""
    if run.test is not None:
        return typing_title(run.test.titles)
    if run.passage_version is not None:
        return run.passage_version.title
    return str(gettext("Practice lesson"))


def standing_of_run(run: TypingRun) -> str:
    """What became of a run, in one word: see `ShownRun`."""
    if run.state == RunState.OPEN:
        return "open"
    if run.state == RunState.VOIDED:
        return "voided"
    if run.verdict is None:
        return "unused" if run.state == RunState.UNUSED else "scoring"
    if run.verdict == Verdict.REFUSE:
        return "refused"
    if run.test_id is not None and lasts_too_short(run):
        return "short"
    if run.review == Review.WAITING:
        return "waiting"
    if run.review == Review.REJECTED:
        return "rejected"
    if run.test_id is None:
        return "flagged" if run.verdict == Verdict.FLAG else "practice"
    return "reached" if reaches(run) else "missed"


def reaches(run: TypingRun) -> bool:
    """Whether this one run is valid, long enough, and reaches what its rules ask for."""
    rules = rules_of(run)
    if not is_valid(run.state, run.verdict, run.review) or run.metrics is None:
        return False
    return (
        not lasts_too_short(run)
        and (run.speed_tenths or 0) >= (rules.min_speed or 0) * 10
        and (run.accuracy or 0) >= (rules.min_accuracy or 0)
    )
