"""What ratings say of a person: `Σ w·s·f / Σ w·f`, and an honest "not enough evidence".

f is freshness: 1 while a rating is fresh, then falling to 0 (definitions, section 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from trainhub.certification.rules.competencies.model import Area, Indicator, ModelContent
from trainhub.certification.rules.competencies.raters import GATE_PERMILLE

TIERS = ((900, "excellent"), (750, "good"), (500, "developing"))


class Level(StrEnum):
    """The tier of a score (90 / 75 / 50), or that there is not enough to name one."""

    EXCELLENT = "excellent"
    GOOD = "good"
    DEVELOPING = "developing"
    BEGINNING = "beginning"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True)
class Rated:
    """One settled observation of one indicator: points in thousandths, and when."""

    indicator: str
    permille: int
    on: date
    case_id: int


@dataclass(frozen=True)
class IndicatorStanding:
    """An indicator for somebody: its mean, how fresh it is (thousandths), and its evidence."""

    area: Area
    indicator: Indicator
    weight: int
    permille: int | None
    fresh_permille: int
    evidence: tuple[Rated, ...]


@dataclass(frozen=True)
class CompetencyStanding:
    """A person on a model. `permille` is None where nothing that still counts was observed.

    With too little fresh evidence no level is named, and the score is no more than a hint.
    """

    indicators: tuple[IndicatorStanding, ...]
    permille: int | None
    covered_permille: int
    level: Level

    def gaps(self, least_permille: int) -> list[IndicatorStanding]:
        """Indicators below a score or without any, heaviest weight first."""
        weak = [
            one for one in self.indicators
            if one.permille is None or one.permille < least_permille
        ]  # fmt: skip
        return sorted(weak, key=lambda one: -one.weight)


def fresh_until(model: ModelContent, on: date) -> date:
    """The last day on which a rating of work done on a day counts in full."""
    return on + timedelta(days=model.fresh_days)


def gone_on(model: ModelContent, on: date) -> date:
    """The first day on which a rating of work done on a day counts for nothing."""
    return on + timedelta(days=model.fresh_days + max(1, model.fade_days))


def freshness(model: ModelContent, on: date, today: date) -> int:
    """How much a rating still counts, in thousandths."""
    age = (today - on).days
    if age <= model.fresh_days:
        return 1000
    if model.fade_days == 0:
        return 0
    return max(0, 1000 - 1000 * (age - model.fresh_days) // model.fade_days)


def stand_on(
    model: ModelContent, rated: Sequence[Rated], today: date, gate_permille: int = GATE_PERMILLE
) -> CompetencyStanding:
    """How somebody stands on a model on a day.

    A gate that is below `gate_permille` holds the level down to developing. Too little fresh
    evidence names no level at all rather than guessing one.
    """
    by_key: dict[str, list[Rated]] = {}
    for one in rated:
        by_key.setdefault(one.indicator, []).append(one)
    indicators = tuple(
        _indicator(model, area, one, weight, by_key.get(one.key, []), today)
        for area, one, weight in model.indicators()
    )
    known = [one for one in indicators if one.permille is not None and one.fresh_permille]
    divisor = sum(one.weight * one.fresh_permille for one in known)
    total = sum(one.weight * one.fresh_permille * (one.permille or 0) for one in known)
    permille = (2 * total + divisor) // (2 * divisor) if divisor else None
    weights = sum(one.weight for one in indicators)
    fresh = sum(one.weight for one in indicators if one.fresh_permille == 1000)
    covered = 1000 * fresh // weights if weights else 0
    return CompetencyStanding(
        indicators, permille, covered, _level(model, indicators, permille, covered, gate_permille)
    )


def _indicator(
    model: ModelContent,
    area: Area,
    one: Indicator,
    weight: int,
    rated: Sequence[Rated],
    today: date,
) -> IndicatorStanding:
    counted = [(freshness(model, each.on, today), each) for each in rated]
    divisor = sum(fresh for fresh, _each in counted)
    total = sum(fresh * each.permille for fresh, each in counted)
    return IndicatorStanding(
        area,
        one,
        weight,
        (2 * total + divisor) // (2 * divisor) if divisor else None,
        max((fresh for fresh, _each in counted), default=0),
        tuple(sorted(rated, key=lambda each: (each.on, each.case_id), reverse=True)),
    )


def _level(
    model: ModelContent,
    indicators: Sequence[IndicatorStanding],
    permille: int | None,
    covered: int,
    gate_permille: int,
) -> Level:
    if permille is None or covered < model.least_fresh_permille:
        return Level.NOT_ENOUGH
    level = next((name for least, name in TIERS if permille >= least), "beginning")
    gates = [one for one in indicators if one.indicator.is_gate]
    if any(one.permille is None or one.permille < gate_permille for one in gates):
        return Level.DEVELOPING if permille >= TIERS[-1][0] else Level.BEGINNING
    return Level(level)
