"""Flags that say little: raised by a few answers, or by one slip among many right ones."""

from __future__ import annotations

from trainhub.assessment.rules.statistics.flags import (
    EXPLANATIONS,
    Explanation,
    Flag,
    OptionFlag,
)
from trainhub.assessment.rules.statistics.values import FEWEST_FIRM
from trainhub.errors import N_

EXTREME_FROM = 95.0  # per cent of the points

FAINT_BACKWARDS = Explanation(
    N_("May work backwards"),
    N_(
        "People with good totals got it wrong a little more often, but one slip is enough for that."
    ),
    N_("Look at the key; decide nothing from this figure alone."),
)


def is_faint(flag: Flag | OptionFlag, *, n: int, facility: object) -> bool:
    """Whether a flag says little: few have answered, or nearly nobody got the question wrong, so
    that which of them did is chance.
    """
    is_extreme = isinstance(facility, float | int) and facility >= EXTREME_FROM
    return n < FEWEST_FIRM or (flag is Flag.NEGATIVE_DISCRIMINATION and is_extreme)


def explanation(flag: Flag | OptionFlag, *, faint: bool = False) -> Explanation:
    """What a flag means, said with care where it is faint."""
    if faint and flag is Flag.NEGATIVE_DISCRIMINATION:
        return FAINT_BACKWARDS
    return EXPLANATIONS[flag]
