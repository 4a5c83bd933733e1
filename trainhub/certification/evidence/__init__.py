"""Kinds of evidence. Each knows how it is written down, found, judged and put into words.

A later subject adds its kind by calling `register`; nothing here has to change for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Evidence, Finding, Words


@dataclass(frozen=True)
class Wanted:
    """A requirement of one enrolment whose evidence is wanted.

    Evidence from before `since` does not count; None means any does. `zone` dates instants.
    """

    enrolment_id: int
    person_id: int
    requirement: Requirement
    since: date | None
    zone: ZoneInfo


@dataclass(frozen=True)
class Fact:
    """What a kind has found for one `Wanted`: evidence, and what the kind needs to judge it."""

    evidence: Evidence
    values: Mapping[str, Any]


Facts = Mapping[tuple[int, str], Sequence[Fact]]  # by enrolment id and requirement key


Judge = Callable[[Requirement, Sequence[Fact], date, Mapping[str, Finding]], Finding]

Arranged = Mapping[tuple[int, str], date]  # by enrolment id and requirement key


@dataclass(frozen=True)
class Choice:
    """Something a setting can name: its key, and its titles by language.

    What is retired is named where a requirement has it, and offered for no other.
    """

    key: str
    titles: Mapping[str, str]
    is_retired: bool = False


@dataclass(frozen=True)
class EvidenceKind:
    """One kind of evidence.

    Settings of a requirement have been read by `fields`, which forms and files go by.
    `load(wanted)` reads the facts of any number of people with a constant number of queries.
    `judge` is pure: the requirement, its facts, the day, and what has been found of the other
    requirements judged before it (`judged` says in which turn: a composite after its parts).
    `words(settings)` says what is asked for; in them, ``{"key": …}`` stands for the title of one
    of `choices()`. `order` sorts the kinds in the editor. A kind that needs something to take
    place first (a class, a sitting) says in `arranged(wanted, now)` on which date it will, for
    those of whom something is arranged, with a constant number of queries.
    """

    name: str
    label: Any
    order: int
    fields: tuple[SettingField, ...]
    load: Callable[[Collection[Wanted]], Facts]
    judge: Judge
    words: Callable[[Mapping[str, Any]], Words]
    choices: Callable[[], Sequence[Choice]] | None = None
    judged: int = 1
    arranged: Callable[[Collection[Wanted], datetime], Arranged] | None = None


_kinds: dict[str, EvidenceKind] = {}


def register(kind: EvidenceKind) -> None:
    """Enter a kind; the same name again replaces the earlier one."""
    _kinds[kind.name] = kind


def get_kind(name: str) -> EvidenceKind:
    """The kind of that name; KeyError where nobody has entered it."""
    return _kinds[name]


def list_kinds() -> list[EvidenceKind]:
    """All kinds, in the order of the editor."""
    return sorted(_kinds.values(), key=lambda one: one.order)


def kind_fields() -> dict[str, tuple[SettingField, ...]]:
    """The fields of every kind, by its name: what files and forms are read by."""
    return {kind.name: kind.fields for kind in list_kinds()}
