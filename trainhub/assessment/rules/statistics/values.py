"""What the statistics take in and give back. Marks are exact; figures are floats or `Hidden`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from trainhub.assessment.rules.statistics.flags import Flag, OptionFlag
from trainhub.errors import N_

FEWEST_SHOWN = 10
FEWEST_FIRM = 30

Number = int | float | Fraction


class Reason(StrEnum):
    """Why a figure is not shown."""

    TOO_FEW = "too_few"
    NO_SPREAD = "no_spread"
    ONE_QUESTION = "one_question"
    PAPERS_DIFFER = "papers_differ"
    NEGATIVE = "negative"
    NO_OPTIONS = "no_options"
    NOBODY = "nobody"
    NO_TIMES = "no_times"
    NO_EXPECTED_TIME = "no_expected_time"
    ONE_JUDGE = "one_judge"
    INCOMPLETE = "incomplete"


REASONS: Mapping[Reason, str] = {
    Reason.TOO_FEW: N_("Fewer than 10 answers: a figure would say more about chance."),
    Reason.NO_SPREAD: N_("Everybody has the same mark, so nothing can be compared."),
    Reason.ONE_QUESTION: N_("One question alone cannot agree with itself."),
    Reason.PAPERS_DIFFER: N_(
        "Papers were drawn with different questions; this figure needs one common paper."
    ),
    Reason.NEGATIVE: N_("The question works against the total, so it has no weight of its own."),
    Reason.NO_OPTIONS: N_("The question has no options to choose from."),
    Reason.NOBODY: N_("Nobody chose it."),
    Reason.NO_TIMES: N_("No times were recorded."),
    Reason.NO_EXPECTED_TIME: N_("The question has no expected time."),
    Reason.ONE_JUDGE: N_("One judge alone has no spread."),
    Reason.INCOMPLETE: N_("Not every judge has judged every question."),
}


@dataclass(frozen=True)
class Hidden:
    """A figure that is withheld; `REASONS[reason]` says why in words."""

    reason: Reason


Figure = float | Hidden


class Basis(StrEnum):
    """What an item's marks are compared with.

    An item that every paper contains is compared with the rest of the paper (total without
    the item). A drawn one with the whole total of the papers that contained it, as the
    definitions say; that flatters it slightly, the more the shorter the paper.
    """

    REST = "rest"
    TOTAL = "total"


@dataclass(frozen=True)
class Answer:
    """One attempt's answer to one item. `mark` is in points, `chosen` holds option ids."""

    mark: Number
    chosen: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Option:
    """An option of a choice question."""

    id: str
    is_right: bool


@dataclass(frozen=True)
class ItemScores:
    """All answers to one item, by attempt; an attempt that is missing had another paper.

    `item` is whatever the caller tells items by. `maximum` is in points and above 0. Give one
    attempt for each person, the first, blank answers included with mark 0.
    """

    item: object
    maximum: Number
    answers: Mapping[int, Answer]
    options: tuple[Option, ...] = ()
    expected_seconds: float | None = None
    guess: Fraction | None = None


@dataclass(frozen=True)
class OptionStatistics:
    """One row of the distractor table.

    Shares are per cent of the upper, middle and lower third by total; `mean_total` is the mean
    total of those who chose the option, in per cent of their papers' maxima.
    """

    option: str
    is_right: bool
    chosen: int
    share: float
    upper: float
    middle: float
    lower: float
    mean_total: Figure
    flags: tuple[OptionFlag, ...]


@dataclass(frozen=True)
class ItemStatistics:
    """The figures of one item.

    `facility`, `guess`, `slow_share` are per cent; `discrimination` and `upper_lower` run from
    -100 to 100, `efficiency` up to 100 (downwards it has no bound); `weight` is per cent of all
    weights; `sd` is in points, `median_seconds` in seconds. `options` is the distractor table.
    """

    item: object
    n: int
    maximum: float
    basis: Basis
    facility: Figure
    sd: Figure
    discrimination: Figure
    efficiency: Figure
    weight: Figure
    upper_lower: Figure
    guess: float | None
    median_seconds: Figure
    slow_share: Figure
    options: tuple[OptionStatistics, ...] | Hidden
    flags: tuple[Flag, ...]

    @property
    def is_tentative(self) -> bool:
        """Enough answers to show, too few to rely on: grey."""
        return FEWEST_SHOWN <= self.n < FEWEST_FIRM


@dataclass(frozen=True)
class Form:
    """The attempts that had exactly the same items, and how well these hang together.

    `alpha` and `error_ratio` are per cent; the standard error of one person's mark is given in
    points and in per cent of the form's maximum.
    """

    items: tuple[object, ...]
    n: int
    maximum: float
    alpha: Figure
    error_ratio: Figure
    error_points: Figure
    error_percent: Figure


@dataclass(frozen=True)
class TestStatistics:
    """The figures of a whole exam. `mean`, `median` and `sd` are per cent of the maximum.

    `forms` are the distinct papers, most frequent first; `form` is the only one if all papers
    held the same items, otherwise `Hidden`: alpha has no meaning across different papers.
    """

    __test__ = False  # pytest would take it for a test

    n: int
    maximum: float | Hidden
    mean: Figure
    median: Figure
    sd: Figure
    skewness: Figure
    kurtosis: Figure
    forms: tuple[Form, ...]

    @property
    def form(self) -> Form | Hidden:
        return self.forms[0] if len(self.forms) == 1 else Hidden(Reason.PAPERS_DIFFER)

    @property
    def alpha(self) -> Figure:
        """Cronbach's alpha of the common paper, in per cent."""
        return self.form.alpha if isinstance(self.form, Form) else self.form

    @property
    def is_tentative(self) -> bool:
        """Enough attempts to show, too few to rely on: grey."""
        return FEWEST_SHOWN <= self.n < FEWEST_FIRM
