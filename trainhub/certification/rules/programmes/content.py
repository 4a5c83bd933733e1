"""What a programme asks for: stages, requirements, validity and the shorter way to renew.

Frozen into a programme version when it is published. As JSON (`as_dict`, `from_dict`) it has
the same names. `from_dict` trusts what it reads: input of people goes through `reading`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Titles = Mapping[str, str]


class Anchor(StrEnum):
    """From where a renewed award is counted (definitions, section 9)."""

    OLD_END = "old_end"  # renewed inside the window: old end + period; later: completion + period
    COMPLETION = "completion"  # always the day of completion + period
    CALENDAR = "calendar"  # until the next fixed date of the year


@dataclass(frozen=True)
class Requirement:
    """One thing that is asked for.

    `kind` names a kind of evidence (`certification.evidence`), `settings` what that kind needs
    to know. `due_days` counts working days of the person from the start, the first being 1;
    None means by the end of the programme at the latest. Evidence lasts `lasts_days` (None: for
    good). `counts_earlier` says whether evidence from before the start counts.
    """

    key: str
    kind: str
    titles: Titles
    settings: Mapping[str, Any] = field(default_factory=dict)
    due_days: int | None = None
    lasts_days: int | None = None
    counts_earlier: bool = True
    help: Titles = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": self.key,
            "kind": self.kind,
            "titles": dict(self.titles),
            "settings": dict(self.settings),
            "due_days": self.due_days,
            "lasts_days": self.lasts_days,
            "counts_earlier": self.counts_earlier,
            "help": dict(self.help),
        }


@dataclass(frozen=True)
class Group:
    """So many (`least`) of its members; `least` None means all of them.

    A member is a requirement's key or another group.
    """

    members: tuple[str | Group, ...]
    least: int | None = None
    titles: Titles = field(default_factory=dict)

    @property
    def needed(self) -> int:
        """How many members have to be met."""
        return len(self.members) if self.least is None else self.least

    def requirement_keys(self) -> Iterator[str]:
        """Keys of all requirements in it, in order."""
        for member in self.members:
            if isinstance(member, str):
                yield member
            else:
                yield from member.requirement_keys()

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        members = [one if isinstance(one, str) else one.as_dict() for one in self.members]
        return {"members": members, "least": self.least, "titles": dict(self.titles)}


@dataclass(frozen=True)
class Stage:
    """A part of the way, such as the first week; `needs` is what has to be met in it."""

    key: str
    titles: Titles
    needs: Group

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"key": self.key, "titles": dict(self.titles), "needs": self.needs.as_dict()}


@dataclass(frozen=True)
class Validity:
    """How long an award holds and how it is renewed.

    `months` None means for ever. The renewal opens `window_days` before the end; during
    `grace_days` after it the holder is told to be in grace. `calendar` is the fixed date
    (``MM-DD``) of `Anchor.CALENDAR`.
    """

    months: int | None = None
    anchor: Anchor = Anchor.OLD_END
    window_days: int = 60
    grace_days: int = 0
    calendar: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "months": self.months,
            "anchor": self.anchor.value,
            "window_days": self.window_days,
            "grace_days": self.grace_days,
            "calendar": self.calendar,
        }


@dataclass(frozen=True)
class ProgrammeContent:
    """Everything a programme version says.

    `renewal` names the requirements of the shorter way for holders (empty: the whole way
    again). `remind_before` and `remind_after` are days around a due date and a last valid day.
    """

    stages: tuple[Stage, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    validity: Validity = Validity()
    renewal: tuple[str, ...] = ()
    remind_before: tuple[int, ...] = (30, 14, 7, 1)
    remind_after: tuple[int, ...] = (1,)
    description: Titles = field(default_factory=dict)

    def requirement(self, key: str) -> Requirement:
        """The requirement of that key; KeyError where there is none."""
        for one in self.requirements:
            if one.key == key:
                return one
        raise KeyError(key)

    def stages_of(self, path: str) -> tuple[Stage, ...]:
        """The stages of a path: all of them, or for "renewal" those parts that renewing needs."""
        if path != "renewal" or not self.renewal:
            return self.stages
        shorter = (
            Stage(
                stage.key,
                stage.titles,
                Group(tuple(k for k in stage.needs.requirement_keys() if k in self.renewal)),
            )
            for stage in self.stages
        )
        return tuple(stage for stage in shorter if stage.needs.members)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "stages": [one.as_dict() for one in self.stages],
            "requirements": [one.as_dict() for one in self.requirements],
            "validity": self.validity.as_dict(),
            "renewal": list(self.renewal),
            "remind_before": list(self.remind_before),
            "remind_after": list(self.remind_after),
            "description": dict(self.description),
        }


def from_dict(raw: Mapping[str, Any]) -> ProgrammeContent:
    """The content that `as_dict` wrote."""
    if not raw:
        return ProgrammeContent()
    validity = raw["validity"]
    return ProgrammeContent(
        stages=tuple(
            Stage(one["key"], one["titles"], _group(one["needs"])) for one in raw["stages"]
        ),
        requirements=tuple(Requirement(**one) for one in raw["requirements"]),
        validity=Validity(**{**validity, "anchor": Anchor(validity["anchor"])}),
        renewal=tuple(raw["renewal"]),
        remind_before=tuple(raw["remind_before"]),
        remind_after=tuple(raw["remind_after"]),
        description=raw["description"],
    )


def _group(raw: Mapping[str, Any]) -> Group:
    members = (one if isinstance(one, str) else _group(one) for one in raw["members"])
    return Group(tuple(members), raw["least"], raw["titles"])
