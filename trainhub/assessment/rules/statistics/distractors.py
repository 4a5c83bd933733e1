"""Who chose which option."""

from __future__ import annotations

from collections.abc import Mapping

from trainhub.assessment.rules.statistics.flags import OptionFlag
from trainhub.assessment.rules.statistics.groups import Weights, thirds, weighted_mean
from trainhub.assessment.rules.statistics.values import (
    Figure,
    Hidden,
    ItemScores,
    Option,
    OptionStatistics,
    Reason,
)

NO_ANSWER = ""


def distractor_table(
    item: ItemScores, totals: Mapping[int, int], full_total: int
) -> tuple[OptionStatistics, ...] | Hidden:
    """One row for each option in the given order, and one (`NO_ANSWER`) for blanks, if any.

    `totals` rank the attempts that had the item; `full_total` is that of a
    paper without a mistake.
    """
    if not item.options:
        return Hidden(Reason.NO_OPTIONS)
    options = list(item.options)
    if any(not answer.chosen for answer in item.answers.values()):
        options.append(Option(NO_ANSWER, is_right=False))
    groups = thirds(totals)
    return tuple(_row(item, option, groups, totals, full_total) for option in options)


def _row(
    item: ItemScores,
    option: Option,
    groups: tuple[Weights, Weights, Weights],
    totals: Mapping[int, int],
    full_total: int,
) -> OptionStatistics:
    chose = {
        attempt: int(option.id in answer.chosen or (option.id == NO_ANSWER and not answer.chosen))
        for attempt, answer in item.answers.items()
    }
    count = sum(chose.values())
    shares = [weighted_mean(group, chose) for group in groups]
    mean: Figure = Hidden(Reason.NOBODY)
    if count:
        mean = 100 * (sum(totals[one] for one, yes in chose.items() if yes) / (count * full_total))
    upper, middle, lower = (float(100 * share) for share in shares)
    return OptionStatistics(
        option=option.id,
        is_right=option.is_right,
        chosen=count,
        share=100 * count / len(chose),
        upper=upper,
        middle=middle,
        lower=lower,
        mean_total=mean,
        flags=_flags(option, count, tempts=shares[0] > shares[2]),
    )


def _flags(option: Option, count: int, *, tempts: bool) -> tuple[OptionFlag, ...]:
    if option.is_right or option.id == NO_ANSWER:
        return ()
    if count == 0:
        return (OptionFlag.NEVER_CHOSEN,)
    return (OptionFlag.TEMPTS_THE_BEST,) if tempts else ()
