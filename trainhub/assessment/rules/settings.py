"""What the author of an exam decides: which questions, and how they are asked.

`ExamSettings` is frozen into an exam version when it is published; an attempt then goes by that
version to its end. As JSON (`as_dict`, `read_settings`) it has the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Part(StrEnum):
    """What of a result may be shown, in the order in which it becomes visible."""

    SCORE = "score"
    RIGHT_WRONG = "right_wrong"
    KEY = "key"
    EXPLANATION = "explanation"


class When(StrEnum):
    """When a part of a result becomes visible."""

    AT_ONCE = "at_once"
    AFTER_CLOSE = "after_close"
    BY_HAND = "by_hand"
    NEVER = "never"


class Layout(StrEnum):
    """One question a page, or all on one."""

    ONE = "one"
    ALL = "all"


class Form(StrEnum):
    """Whether each candidate has a paper of their own, or all of a sitting the same."""

    OWN = "own"
    SHARED = "shared"


class PassMarkMethod(StrEnum):
    """How the pass mark was found (definitions: modified Angoff, contrasting groups)."""

    FIXED = "fixed"
    ANGOFF = "angoff"
    CONTRASTING_GROUPS = "contrasting_groups"


class Preset(StrEnum):
    """Settings to begin with."""

    EXAM = "exam"
    CLOSED_BOOK = "closed_book"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Quota:
    """So many questions of a topic, and of a level and with all the tags if these are named.

    An empty `topic` means any.
    """

    count: int
    topic: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Blueprint:
    """The make-up of a paper: quotas to draw by, or a fixed list of the bank's item keys."""

    quotas: tuple[Quota, ...] = ()
    items: tuple[str, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether the author has named every question."""
        return bool(self.items)

    @property
    def length(self) -> int:
        """How many questions a paper has."""
        return len(self.items) or sum(quota.count for quota in self.quotas)


Release = Mapping[Part, When]
RELEASE_BY_HAND: Release = dict.fromkeys(Part, When.BY_HAND)


@dataclass(frozen=True)
class ExamSettings:
    """Blueprint and rules of sitting.

    `duration_s` and `pause_s` (from the end of an attempt to the next) are seconds; `attempts` 0
    means any number; `pass_mark` is per cent of the points; `item_limit_s` limits each question
    and is for papers of one question a page without going back. `markers` is how many people
    mark a long answer independently (1 or 2). `is_practice` results go to no ledger.
    """

    languages: tuple[str, ...] = ("zh", "en")
    instructions: Mapping[str, str] = field(default_factory=dict)
    blueprint: Blueprint = Blueprint()
    duration_s: int = 45 * 60
    pass_mark: int = 80
    pass_mark_method: PassMarkMethod = PassMarkMethod.FIXED
    pass_mark_note: str = ""
    attempts: int = 1
    pause_s: int = 0
    shuffle_items: bool = True
    shuffle_options: bool = True
    layout: Layout = Layout.ONE
    may_go_back: bool = True
    item_limit_s: int | None = None
    release: Release = field(default_factory=lambda: RELEASE_BY_HAND)
    form: Form = Form.OWN
    is_practice: bool = False
    markers: int = 1

    @property
    def pause(self) -> timedelta:
        """From the end of an attempt to the earliest beginning of the next."""
        return timedelta(seconds=self.pause_s)

    @property
    def shows_answers_at_once(self) -> bool:
        """Whether who hands in learns at once which answers were right."""
        return self.release.get(Part.RIGHT_WRONG) is When.AT_ONCE

    def as_dict(self) -> dict[str, Any]:
        """The settings as JSON."""
        return asdict(self) | {
            "languages": list(self.languages),
            "blueprint": {
                "quotas": [asdict(one) | {"tags": list(one.tags)} for one in self.blueprint.quotas],
                "items": list(self.blueprint.items),
            },
            "instructions": dict(self.instructions),
            "release": {part.value: when.value for part, when in self.release.items()},
        }


def settings_from(stored: Mapping[str, Any]) -> ExamSettings:
    """The settings from what `as_dict` made. For checked, stored values: refuses nothing."""
    blueprint = stored["blueprint"]
    return ExamSettings(
        **(
            dict(stored)
            | {
                "languages": tuple(stored["languages"]),
                "blueprint": Blueprint(
                    tuple(
                        Quota(**(one | {"tags": tuple(one["tags"])})) for one in blueprint["quotas"]
                    ),
                    tuple(blueprint["items"]),
                ),
                "pass_mark_method": PassMarkMethod(stored["pass_mark_method"]),
                "layout": Layout(stored["layout"]),
                "form": Form(stored["form"]),
                "release": {Part(p): When(w) for p, w in stored["release"].items()},
            }
        )
    )


def preset(name: Preset) -> ExamSettings:
    """The settings an author begins with."""
    match name:
        case Preset.CLOSED_BOOK:  # after a rule change: same minute, nothing to look back at
            return ExamSettings(
                duration_s=30 * 60,
                may_go_back=False,
                release={
                    Part.SCORE: When.AFTER_CLOSE,
                    Part.RIGHT_WRONG: When.AFTER_CLOSE,
                    Part.KEY: When.BY_HAND,
                    Part.EXPLANATION: When.BY_HAND,
                },
            )
        case Preset.PRACTICE:
            return ExamSettings(
                duration_s=60 * 60,
                attempts=0,
                layout=Layout.ALL,
                release=dict.fromkeys(Part, When.AT_ONCE),
                is_practice=True,
            )
        case _:
            return ExamSettings()
