"""A weighted competency model: areas of indicators, with fatal criteria and freshness.

Weights are in hundredths of a per cent, within the model for areas and within the area for
indicators (source facts, section 3: 38.15 % is 3815). As JSON it has the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Titles = Mapping[str, str]
WHOLE = 10_000


@dataclass(frozen=True)
class Indicator:
    """One thing that is rated from 1 to 5.

    `anchors` say in a line what 1, 3 and 5 look like; `courses` are keys of courses that help.
    A gate has to reach the level by itself.
    """

    key: str
    titles: Titles
    weight: int
    is_gate: bool = False
    anchors: Mapping[str, Titles] = field(default_factory=dict)
    courses: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": self.key,
            "titles": dict(self.titles),
            "weight": self.weight,
            "is_gate": self.is_gate,
            "anchors": {name: dict(texts) for name, texts in self.anchors.items()},
            "courses": list(self.courses),
        }


@dataclass(frozen=True)
class Area:
    """A first-level competency."""

    key: str
    titles: Titles
    weight: int
    indicators: tuple[Indicator, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": self.key,
            "titles": dict(self.titles),
            "weight": self.weight,
            "indicators": [one.as_dict() for one in self.indicators],
        }


@dataclass(frozen=True)
class Fatal:
    """Something that fails an observation whatever its sum, such as rudeness."""

    key: str
    titles: Titles

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"key": self.key, "titles": dict(self.titles)}


@dataclass(frozen=True)
class ModelContent:
    """Areas, fatal criteria, and how long a rating is fresh.

    A rating is fresh for `fresh_days`, then falls to nothing over `fade_days`. Less than
    `least_fresh_permille` of the weight with fresh evidence is not enough to name a level.
    """

    areas: tuple[Area, ...] = ()
    fatal: tuple[Fatal, ...] = ()
    fresh_days: int = 180
    fade_days: int = 180
    least_fresh_permille: int = 600

    def indicators(self) -> Iterator[tuple[Area, Indicator, int]]:
        """Every indicator with its area and its combined weight in hundredths of a per cent."""
        for area in self.areas:
            for one in area.indicators:
                yield area, one, (area.weight * one.weight + WHOLE // 2) // WHOLE

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "areas": [one.as_dict() for one in self.areas],
            "fatal": [one.as_dict() for one in self.fatal],
            "fresh_days": self.fresh_days,
            "fade_days": self.fade_days,
            "least_fresh_permille": self.least_fresh_permille,
        }


def model_from(raw: Mapping[str, Any]) -> ModelContent:
    """The content that `as_dict` wrote."""
    if not raw:
        return ModelContent()
    areas = tuple(
        Area(
            area["key"],
            area["titles"],
            area["weight"],
            tuple(
                Indicator(**{**one, "courses": tuple(one["courses"])}) for one in area["indicators"]
            ),
        )
        for area in raw["areas"]
    )
    return ModelContent(
        areas,
        tuple(Fatal(**one) for one in raw["fatal"]),
        raw["fresh_days"],
        raw["fade_days"],
        raw["least_fresh_permille"],
    )
