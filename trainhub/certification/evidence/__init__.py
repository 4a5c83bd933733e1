"""Kinds of evidence. Each knows how it is written down, found, judged and put into words.

A later subject adds its kind by calling `register`; nothing here has to change for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Evidence, Finding, Words
from trainhub.errors import InputError


@dataclass(frozen=True)
class Wanted:
    """A requirement of one enrolment whose evidence is wanted.

    Evidence from before `since` does not count; None means any does.
    """

    enrolment_id: int
    person_id: int
    requirement: Requirement
    since: date | None


@dataclass(frozen=True)
class Fact:
    """What a kind has found for one `Wanted`: evidence, and what the kind needs to judge it."""

    evidence: Evidence
    values: Mapping[str, Any]


Facts = Mapping[tuple[int, str], Sequence[Fact]]  # by enrolment id and requirement key


@dataclass(frozen=True)
class EvidenceKind:
    """One kind of evidence.

    `check(settings, place)` names what is wrong in settings; `settings` of a requirement have
    passed it. `load(wanted, now)` reads the facts of any number of people with a constant number
    of queries. `judge(requirement, facts, today)` is pure. `words(settings)` says what is asked
    for. `titles(settings of many)` reads titles of what settings name, by their key.
    `order` sorts the kinds in the editor; `fields` describes the settings for forms and files.
    """

    name: str
    label: Any
    order: int
    fields: tuple[SettingField, ...]
    check: Callable[[Mapping[str, Any], str], list[InputError]]
    load: Callable[[Collection[Wanted], datetime], Facts]
    judge: Callable[[Requirement, Sequence[Fact], date], Finding]
    words: Callable[[Mapping[str, Any]], Words]
    choices: Callable[[str], Iterable[tuple[str, Mapping[str, str]]]] | None = None


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
