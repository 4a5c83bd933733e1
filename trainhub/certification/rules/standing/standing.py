"""One answer for "grant", "what is missing" and "what will expire".

Agent, supervisor, trainer, commands and the JSON interface all show this rule's words; the tick
grants by it. Pure: findings, exceptions, dates and the day come in as arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from trainhub.certification.rules.programmes.content import (
    Group,
    ProgrammeContent,
    Requirement,
    Stage,
)
from trainhub.certification.rules.standing.findings import SETTLED, Finding, State


@dataclass(frozen=True)
class Exempted:
    """A waiver or an extension of one requirement, in force until `until_on` (inclusive)."""

    requirement_key: str
    kind: str
    until_on: date
    reason: str
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True)
class Line:
    """A requirement as it stands for somebody: its state, its evidence, its date, what is next."""

    requirement: Requirement
    stage: Stage
    state: State
    finding: Finding
    due_on: date | None
    exempted: Exempted | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is asked for it."""
        return self.state in SETTLED

    @property
    def ends_on(self) -> date | None:
        """The last day its evidence or its waiver holds; None for good, or where it is open."""
        if self.state == State.WAIVED and self.exempted is not None:
            return self.exempted.until_on
        return self.finding.ends_on if self.state == State.MET else None

    def is_late(self, today: date) -> bool:
        """Whether it is not settled and its due date is over."""
        return not self.is_settled and self.due_on is not None and self.due_on < today


@dataclass(frozen=True)
class Standing:
    """How somebody stands in a programme on a day."""

    lines: tuple[Line, ...]
    is_complete: bool
    completed_at: datetime | None
    stage: Stage | None

    @property
    def missing(self) -> tuple[Line, ...]:
        """What is not settled yet, in the order of the programme."""
        return tuple(line for line in self.lines if not line.is_settled)

    @property
    def counted(self) -> tuple[Line, ...]:
        """Everything that is asked of this person: all but what another way has made needless."""
        return tuple(line for line in self.lines if line.state != State.NOT_NEEDED)

    @property
    def done(self) -> int:
        """How many of `counted` are settled."""
        return sum(line.is_settled for line in self.counted)

    @property
    def next_due_on(self) -> date | None:
        """The earliest due date of what is missing."""
        return min((line.due_on for line in self.missing if line.due_on), default=None)

    @property
    def final_due_on(self) -> date | None:
        """The last due date of all."""
        return max((line.due_on for line in self.lines if line.due_on), default=None)

    def completed_on(self, zone: ZoneInfo) -> date:
        """The local date of completion; only of a complete one."""
        assert self.completed_at is not None
        return self.completed_at.astimezone(zone).date()

    def expiring(self, until: date) -> tuple[Line, ...]:
        """Evidence and waivers that end on or before a day."""
        return tuple(line for line in self.lines if line.ends_on and line.ends_on <= until)


def stand(
    content: ProgrammeContent,
    path: str,
    findings: Mapping[str, Finding],
    *,
    exempted: Sequence[Exempted] = (),
    due_on: Mapping[str, date],
    today: date,
    begins_at: datetime | None = None,
) -> Standing:
    """How somebody stands: `findings` and `due_on` by requirement key, those without are open.

    Evidence may be older than `begins_at`, the first moment of the enrolment; completion is not.
    Evidence that has ended before `today` no longer counts; a waiver counts up to its end, an
    extension moves the due date. In a group of which only some are needed, the others are not
    needed once enough are settled.
    """
    stages = content.stages_of(path)
    lines = {
        key: _line(content.requirement(key), stage, findings.get(key), exempted, due_on, today)
        for stage in stages
        for key in stage.needs.requirement_keys()
    }
    for stage in stages:
        for key in _needless(stage.needs, lines):
            lines[key] = replace(lines[key], state=State.NOT_NEEDED)
    reached = [_is_settled(stage.needs, lines) for stage in stages]
    ordered = tuple(lines.values())
    is_complete = bool(stages) and all(reached)
    return Standing(
        lines=ordered,
        is_complete=is_complete,
        completed_at=_completed_at(ordered, begins_at) if is_complete else None,
        stage=next((one for one, done in zip(stages, reached, strict=True) if not done), None),
    )


def _line(
    requirement: Requirement,
    stage: Stage,
    finding: Finding | None,
    exempted: Sequence[Exempted],
    due_on: Mapping[str, date],
    today: date,
) -> Line:
    finding = finding or Finding(State.OPEN)
    if finding.state == State.MET and finding.ends_on is not None and finding.ends_on < today:
        finding = replace(finding, state=State.OPEN)
    own = [one for one in exempted if one.requirement_key == requirement.key]
    waived = max((w for w in own if w.kind == "waiver" and w.until_on >= today),
                 key=lambda one: one.until_on, default=None)  # fmt: skip
    extended = max((e for e in own if e.kind == "extension"),
                   key=lambda one: one.until_on, default=None)  # fmt: skip
    due = due_on.get(requirement.key)
    if extended is not None:
        due = max(due or extended.until_on, extended.until_on)
    is_waived = waived is not None and finding.state != State.MET
    return Line(
        requirement=requirement,
        stage=stage,
        state=State.WAIVED if is_waived else finding.state,
        finding=finding,
        due_on=due,
        exempted=waived if is_waived else extended,
    )


def _is_settled(node: str | Group, lines: Mapping[str, Line]) -> bool:
    if isinstance(node, str):
        return lines[node].is_settled
    return sum(_is_settled(member, lines) for member in node.members) >= node.needed


def _needless(group: Group, lines: Mapping[str, Line]) -> Iterator[str]:
    """What is open in a group that has enough already."""
    enough = group.least is not None and _is_settled(group, lines)
    for member in group.members:
        keys = [member] if isinstance(member, str) else list(member.requirement_keys())
        if enough and not _is_settled(member, lines):
            yield from (key for key in keys if not lines[key].is_settled)
        elif isinstance(member, Group):
            yield from _needless(member, lines)


def _completed_at(lines: Sequence[Line], begins_at: datetime | None) -> datetime | None:
    moments = [
        line.exempted.granted_at
        if line.state == State.WAIVED and line.exempted is not None
        else line.finding.at
        for line in lines
        if line.state in (State.MET, State.WAIVED)
    ]
    moments.append(begins_at)
    return max((moment for moment in moments if moment is not None), default=None)
