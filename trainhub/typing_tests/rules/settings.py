"""The settings of a typing test, and the rules under which one run is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

DURATIONS_S = (60, 180, 300, 600)
LEAST_SCORED_S = 60  # definitions, section 1: a scored test lasts a minute at the least
START_WITHIN_S = 60  # a run begins with its first key; the token dies this long after the start
GRACE_S = 30  # for the last chunks of a run on a bad network
LONGEST_WHOLE_S = 1_800  # a whole passage, however slowly typed


class Mode(StrEnum):
    """When a run ends: after a time, or with the passage."""

    TIMED = "timed"
    WHOLE = "whole"


class PassageKind(StrEnum):
    """What a passage is made of."""

    PROSE = "prose"
    MIXED = "mixed"  # real work: order numbers, addresses, amounts, full-width punctuation
    PHRASES = "phrases"
    DIGITS = "digits"


class Counting(StrEnum):
    """Which valid runs decide a typing test (definitions, section 1)."""

    BEST_OF_LAST_THREE = "best_of_last_three"
    MEDIAN_OF_THREE_SUPERVISED = "median_of_three_supervised"


@dataclass(frozen=True)
class TestSettings:
    """What a typing test asks for.

    `language` is that of its passages, `kinds` which ones it draws; `passage_ids` names a fixed
    choice instead. `min_speed` is in characters a minute (字/分) for Chinese and for mixed and
    digit passages, in words a minute (WPM) for English prose and phrases. `min_accuracy` is the
    final accuracy in hundredths of a per cent. `attempts` 0 means as many as one likes, practice
    apart. `pause_minutes` lie between the end of a run and the next start.
    """

    __test__ = False  # not a test of pytest's

    language: str = "zh"
    kinds: tuple[PassageKind, ...] = (PassageKind.PROSE,)
    passage_ids: tuple[int, ...] = ()
    mode: Mode = Mode.TIMED
    duration_s: int = 180
    min_speed: int = 80
    min_accuracy: int = 9_500
    min_duration_s: int = LEAST_SCORED_S
    attempts: int = 0
    pause_minutes: int = 0
    counting: Counting = Counting.BEST_OF_LAST_THREE

    def as_dict(self) -> dict[str, Any]:
        """The form in which settings are stored."""
        return asdict(self) | {
            "kinds": [kind.value for kind in self.kinds],
            "passage_ids": list(self.passage_ids),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> TestSettings:
        """Settings as they were stored; what a later version added has its default."""
        values = dict(stored)
        values["kinds"] = tuple(PassageKind(kind) for kind in values.get("kinds", ("prose",)))
        values["passage_ids"] = tuple(values.get("passage_ids", ()))
        values["mode"] = Mode(values.get("mode", Mode.TIMED))
        values["counting"] = Counting(values.get("counting", Counting.BEST_OF_LAST_THREE))
        return cls(**values)


@dataclass(frozen=True)
class RunRules:
    """What holds for one run, frozen at its start.

    `duration_s` is the test's own; `extra_s` what this person is granted on top of it. In the
    mode `WHOLE` the duration is the longest a run may take. `min_speed` and `min_accuracy` are
    None in practice.
    """

    language: str
    kind: PassageKind
    mode: Mode
    duration_s: int
    extra_s: int = 0
    tests_width: bool = False
    min_speed: int | None = None
    min_accuracy: int | None = None
    min_duration_s: int = 0

    @property
    def allowed_s(self) -> int:
        """Seconds for typing, extra time included."""
        return self.duration_s + self.extra_s

    @property
    def is_practice(self) -> bool:
        """Whether nothing is asked for."""
        return self.min_speed is None

    def as_dict(self) -> dict[str, Any]:
        """The form in which a run's rules are stored."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> RunRules:
        """Rules as they were stored."""
        values = dict(stored)
        values["kind"], values["mode"] = PassageKind(values["kind"]), Mode(values["mode"])
        return cls(**values)
