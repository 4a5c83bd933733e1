"""What is wrong with a question, told in words and with what to do about it.

Our exams ask for mastery: nearly everybody should pass a good question. So a question is not
blamed for being easy, as in a ranking test, but for the four things below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trainhub.errors import N_

HARD_BELOW = 30.0  # per cent of the points
SLOW_FACTOR = 2.0  # times the expected time


class Flag(StrEnum):
    """A reason to look at a question; the worst first."""

    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    TOO_HARD = "too_hard"
    TOO_SLOW = "too_slow"
    ALL_RIGHT = "all_right"


class OptionFlag(StrEnum):
    """A reason to look at an option that is not right."""

    TEMPTS_THE_BEST = "tempts_the_best"
    NEVER_CHOSEN = "never_chosen"


@dataclass(frozen=True)
class Explanation:
    """A flag for a trainer: a name, what was seen, what it usually means and what to do."""

    name: str
    seen: str
    advice: str


EXPLANATIONS: Mapping[Flag | OptionFlag, Explanation] = {
    Flag.NEGATIVE_DISCRIMINATION: Explanation(
        N_("Works backwards"),
        N_("People with good totals get it wrong more often than people with poor ones."),
        N_("Check the key first, then whether two options can be defended. Until then retire it."),
    ),
    Flag.TOO_HARD: Explanation(
        N_("Too hard"),
        N_("Less than 30% of the points were earned."),
        N_("Check the key and whether the course teaches it; reword the question or teach it."),
    ),
    Flag.TOO_SLOW: Explanation(
        N_("Takes too long"),
        N_("Half of the people needed more than twice the expected time."),
        N_("Shorten the question, or correct the expected time and the length of the exam."),
    ),
    Flag.ALL_RIGHT: Explanation(
        N_("Everybody right"),
        N_("At least 30 people answered, and all got full marks."),
        N_("Keep it if the rule must be known by all; otherwise ask something less plain."),
    ),
    OptionFlag.TEMPTS_THE_BEST: Explanation(
        N_("Tempts the best"),
        N_("More of the upper third than of the lower third chose this wrong option."),
        N_("It may be defensible: make it plainly wrong, or accept it."),
    ),
    OptionFlag.NEVER_CHOSEN: Explanation(
        N_("Never chosen"),
        N_("Nobody took this wrong option."),
        N_("Replace it by a mistake that people really make, or leave it out."),
    ),
}


def mastery_flags(
    *,
    n: int,
    facility: float | None,
    discrimination: float | None,
    is_slow: bool,
    all_right_from: int,
) -> tuple[Flag, ...]:
    """The flags that figures raise, worst first. None is a figure that is not shown.

    `facility` is per cent of the points, `discrimination` the corrected index; 100 % is only
    suspicious from `all_right_from` answers on. `is_slow`: the median time is over twice the
    expected.
    """
    raised = {
        Flag.NEGATIVE_DISCRIMINATION: discrimination is not None and discrimination < 0,
        Flag.TOO_HARD: facility is not None and facility < HARD_BELOW,
        Flag.TOO_SLOW: is_slow,
        Flag.ALL_RIGHT: facility == 100 and n >= all_right_from,
    }
    return tuple(flag for flag, is_raised in raised.items() if is_raised)
