"""What a campaign allows and what it wants, and the numbers that the planner makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from trainhub.planner.problem import KINDS, Rules, Weights

Stretch = tuple[int, int]  # minutes from midnight, half-open


class Level(StrEnum):
    """How much a wish counts against the others."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


# What a wish is multiplied by. Three to one either way: a planner sees the difference, and no
# wish silences another.
FACTORS = {Level.LOW: 1 / 3, Level.NORMAL: 1.0, Level.HIGH: 3.0}
USUAL = Weights(
    unplaced=1000, shortfall=20, open=30, trainer_hour=20, late_day=1, dawn=5, out_of_shift=10,
    split_team=8, moved=15,
)  # fmt: skip
WISHES = ("reach", "few_classes", "fair_dawns", "stay_put")
CHOICES = ("room_ids", "trainer_ids")


@dataclass(frozen=True)
class CampaignSettings:
    """The limits and wishes of a campaign.

    `kinds`: where in a shift classes may lie. `before_min` and `after_min`: so long before and
    after a shift people may be asked in. `in_shift`: the times of day allowed inside a shift.
    `uses_training_shifts`: whole shifts set aside for training may be used. `max_share`: per
    cent of a team in class at once. `buffer`: heads kept back on top of every queue's own
    buffer. `max_short`: heads by which a queue may fall short in an interval, at a cost.
    `freeze_days`: classes nearer than that stay as they are, and no new one is put there.
    `room_ids` and `trainer_ids`: the only rooms and trainers it may use; all where it names none.
    """

    kinds: tuple[str, ...] = ("early",)
    before_min: int = 60
    after_min: int = 60
    in_shift: tuple[Stretch, ...] = ()
    uses_training_shifts: bool = False
    grid_min: int = 30
    max_classes_per_day: int = 1
    max_min_per_week: int = 120
    min_rest_min: int = 660
    max_share: int = 30
    buffer: int = 0
    max_short: int = 0
    keeps_teams_together: bool = False
    dawn_before_min: int = 480
    free_dawns: int = 1
    freeze_days: int = 2
    time_limit_s: int = 60
    reach: Level = Level.NORMAL
    few_classes: Level = Level.NORMAL
    fair_dawns: Level = Level.NORMAL
    stay_put: Level = Level.NORMAL
    room_ids: tuple[int, ...] = ()
    trainer_ids: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The settings as `Campaign.settings` keeps them."""
        kept = asdict(self)
        kept["kinds"] = list(self.kinds)
        kept["in_shift"] = [list(stretch) for stretch in self.in_shift]
        for choice in CHOICES:
            kept[choice] = list(getattr(self, choice))
        for wish in WISHES:
            kept[wish] = getattr(self, wish).value
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> CampaignSettings:
        """The settings of a campaign; what is not kept has its usual value."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        if "kinds" in values:
            values["kinds"] = tuple(kind for kind in KINDS if kind in values["kinds"])
        if "in_shift" in values:
            values["in_shift"] = tuple((int(low), int(high)) for low, high in values["in_shift"])
        for choice in CHOICES:
            values[choice] = tuple(values.get(choice, ()))
        for wish in WISHES:
            if wish in values:
                values[wish] = Level(values[wish])
        return cls(**values)

    @property
    def course_kinds(self) -> tuple[str, ...]:
        """The kinds of window that a class may use; training shifts are windows of their own."""
        wanted = set(self.kinds) | ({"in_shift"} if self.uses_training_shifts else set())
        return tuple(kind for kind in KINDS if kind in wanted)

    @property
    def weights(self) -> Weights:
        """The wishes as costs."""
        return Weights(
            unplaced=USUAL.unplaced * FACTORS[self.reach],
            shortfall=USUAL.shortfall,
            open=USUAL.open * FACTORS[self.few_classes],
            trainer_hour=USUAL.trainer_hour * FACTORS[self.few_classes],
            late_day=USUAL.late_day,
            dawn=USUAL.dawn * FACTORS[self.fair_dawns],
            out_of_shift=USUAL.out_of_shift,
            split_team=USUAL.split_team if self.keeps_teams_together else 0,
            moved=USUAL.moved * FACTORS[self.stay_put],
        )

    @property
    def planner_rules(self) -> Rules:
        """The limits for each person."""
        return Rules(
            min_rest_min=self.min_rest_min,
            max_classes_per_day=self.max_classes_per_day,
            max_training_min_per_week=self.max_min_per_week,
            dawn_before_min=self.dawn_before_min,
            dawn_free=self.free_dawns,
        )
