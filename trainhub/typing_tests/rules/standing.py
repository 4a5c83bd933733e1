"""What somebody's runs of a typing test come to, and what is next for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any

from trainhub.errors import N_
from trainhub.typing_tests.rules.settings import Counting, PassageKind, TestSettings
from trainhub.typing_tests.rules.states import is_too_short

LEDGER_TYPE = "typing_test"  # the object type of records of typing tests
COUNTED_RUNS = 3  # definitions, section 1
LONGEST_DIFFERENCE = 0.20  # reliability, section 9: a supervised retest agrees within it


class Outcome(StrEnum):
    """What a typing test has come to for somebody."""

    UNDECIDED = "undecided"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class ScoredRun:
    """A valid run: closed, and accepted or confirmed. `speed_tenths` are tenths of the unit the
    test names, `accuracy` is the final one in hundredths of a per cent. The last three are the
    threshold that was frozen at its start; None: the test's own."""

    run_id: int
    speed_tenths: int
    accuracy: int
    duration_ms: int
    ended_at: datetime
    is_supervised: bool = False
    min_speed: int | None = None
    min_accuracy: int | None = None
    min_duration_s: int | None = None


@dataclass(frozen=True)
class Standing:
    """`counted` are the runs that decide, the earliest first; the two figures are what is held
    against the threshold, None while too few runs count. `missing` is how many more are needed.
    """

    outcome: Outcome
    counted: tuple[int, ...] = ()
    speed_tenths: int | None = None
    accuracy: int | None = None
    missing: int = 0


@dataclass(frozen=True)
class Threshold:
    """What must be reached: in the test's unit, in hundredths of a per cent, in seconds."""

    min_speed: int
    min_accuracy: int
    min_duration_s: int

    @classmethod
    def of(cls, run: ScoredRun, settings: TestSettings) -> Threshold:
        """What held when the run began: a change of the test reaches only later runs."""
        return cls(
            settings.min_speed if run.min_speed is None else run.min_speed,
            settings.min_accuracy if run.min_accuracy is None else run.min_accuracy,
            settings.min_duration_s if run.min_duration_s is None else run.min_duration_s,
        )

    def is_reached(self, speed_tenths: int, accuracy: int) -> bool:
        """Whether two figures reach it. Both must."""
        return speed_tenths >= self.min_speed * 10 and accuracy >= self.min_accuracy


def is_long_enough(run: ScoredRun, settings: TestSettings) -> bool:
    """Whether a run lasts as long as one that counts must."""
    return not is_too_short(run.duration_ms, Threshold.of(run, settings).min_duration_s)


def reaches(run: ScoredRun, settings: TestSettings) -> bool:
    """Whether a run by itself reaches the threshold that held for it."""
    return Threshold.of(run, settings).is_reached(run.speed_tenths, run.accuracy)


def standing_of(runs: Sequence[ScoredRun], settings: TestSettings) -> Standing:
    """What valid runs of one person come to (definitions, section 1).

    The best of the last three, one that reaches the threshold before a faster one that does
    not; or the median of the last three supervised, of each figure for itself.
    """
    counting = [run for run in runs if is_long_enough(run, settings)]
    counting.sort(key=lambda run: (run.ended_at, run.run_id))
    if settings.counting is Counting.MEDIAN_OF_THREE_SUPERVISED:
        return _median_of([run for run in counting if run.is_supervised], settings)
    return _best_of(counting, settings)


def _best_of(runs: Sequence[ScoredRun], settings: TestSettings) -> Standing:
    last = runs[-COUNTED_RUNS:]
    if not last:
        return Standing(Outcome.UNDECIDED, missing=1)

    def worth(run: ScoredRun) -> tuple[bool, int, int]:
        return reaches(run, settings), run.speed_tenths, run.accuracy

    best = max(last, key=worth)
    outcome = Outcome.PASSED if reaches(best, settings) else Outcome.FAILED
    return Standing(outcome, (best.run_id,), best.speed_tenths, best.accuracy)


def _median_of(runs: Sequence[ScoredRun], settings: TestSettings) -> Standing:
    last = runs[-COUNTED_RUNS:]
    counted = tuple(run.run_id for run in last)
    if len(last) < COUNTED_RUNS:
        return Standing(Outcome.UNDECIDED, counted, missing=COUNTED_RUNS - len(last))
    speed = int(median(run.speed_tenths for run in last))
    accuracy = int(median(run.accuracy for run in last))
    is_reached = Threshold.of(last[-1], settings).is_reached(speed, accuracy)
    outcome = Outcome.PASSED if is_reached else Outcome.FAILED
    return Standing(outcome, counted, speed, accuracy)


def agrees(flagged_tenths: int, retest_tenths: int) -> bool:
    """Whether a supervised retest confirms a flagged run: within a fifth of the retest."""
    return abs(flagged_tenths - retest_tenths) <= LONGEST_DIFFERENCE * retest_tenths


def is_in_words(language: str, kinds: Sequence[PassageKind]) -> bool:
    """Whether a test's speed is in words a minute (English prose and phrases), not characters."""
    return language == "en" and all(
        kind in (PassageKind.PROSE, PassageKind.PHRASES) for kind in kinds
    )


@dataclass(frozen=True)
class NextStep:
    """What somebody does next about a typing test, as a sentence to translate."""

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


_DONE = N_("You have reached it. There is nothing left to do.")
_EXEMPT = N_("You need not take this test.")
_LOOKED_AT = N_("A trainer looks at your last run first. You will see here what comes of it.")
_RETEST = N_("A trainer asks you to type it again in a supervised room.")
_BEGIN = N_("Take it when you have a few quiet minutes.")
_SUPERVISED = N_("Supervised runs still needed: %(count)s. Ask for the next sitting.")
_USED_UP = N_("All attempts are used. Ask your trainer for another one.")
_FASTER_CPM = N_("You still need %(speed)s characters a minute more. Practise and try again.")
_FASTER_WPM = N_("You still need %(speed)s words a minute more. Practise and try again.")
_MORE_EXACT = N_("You are fast enough; make fewer mistakes: %(accuracy)s %% are needed.")


def next_step(
    standing: Standing,
    settings: TestSettings,
    *,
    left: int | None,
    is_waiting: bool = False,
    is_retest_asked: bool = False,
    is_exempt: bool = False,
) -> NextStep:
    """What is next. `left` attempts (None: any number); `is_waiting`: a run waits for review;
    `is_retest_asked`: a supervised retest of it is still to be taken."""
    if is_exempt:
        return NextStep("exempt", _EXEMPT)
    if is_retest_asked and left != 0:
        return NextStep("retest", _RETEST)
    if standing.outcome is Outcome.PASSED:
        return NextStep("done", _DONE)
    if is_waiting and not is_retest_asked:
        return NextStep("waiting", _LOOKED_AT)
    if left == 0:
        return NextStep("used_up", _USED_UP)
    if standing.outcome is Outcome.UNDECIDED:
        if settings.counting is Counting.MEDIAN_OF_THREE_SUPERVISED:
            return NextStep("supervised", _SUPERVISED, {"count": standing.missing})
        return NextStep("begin", _BEGIN)
    return _what_is_missing(standing, settings)


def _what_is_missing(standing: Standing, settings: TestSettings) -> NextStep:
    short_tenths = settings.min_speed * 10 - (standing.speed_tenths or 0)
    if short_tenths > 0:
        in_words = is_in_words(settings.language, settings.kinds)
        message = _FASTER_WPM if in_words else _FASTER_CPM
        return NextStep("faster", message, {"speed": f"{short_tenths / 10:g}"})
    return NextStep("more_exact", _MORE_EXACT, {"accuracy": f"{settings.min_accuracy / 100:g}"})
