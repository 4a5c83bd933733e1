"""How the settings of a requirement are described, read and written, whatever its kind.

A kind of evidence lists its `SettingField`s; files, forms and the editor go by that list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainhub.catalogue.rules.fields import Fields
from trainhub.catalogue.rules.vocabulary import LANGUAGES

MOST_PARTS = 20
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turn what follows about, on paper as well


@dataclass(frozen=True)
class SettingField:
    """One setting of a kind: its name, label, how it is typed, and its bounds.

    `type` is one of
    "key" (the key of something that exists, chosen among the kind's choices),
    "whole" (a whole number from `low` to `high`),
    "permille" (the same, thousandths that people type and read in per cent),
    "choice" (one of `options`), "flags" (at least one of `options`),
    "texts" (one line in each language, at most `high` characters),
    "lists" (several lines in each language, at most `high` of them),
    "parts" (requirements with weights: see `Part`).
    A field without a `default` has to be filled in.
    """

    name: str
    label: Any
    type: str
    low: int = 0
    high: int = 1_000_000
    default: Any = None
    options: tuple[tuple[str, Any], ...] = ()
    help: Any = ""


@dataclass(frozen=True)
class Part:
    """One part of a composite: a requirement, its weight, and whether it must be met by itself."""

    requirement: str
    weight: int
    is_gate: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"requirement": self.requirement, "weight": self.weight, "is_gate": self.is_gate}


def read_settings(fields: Fields, described: tuple[SettingField, ...]) -> dict[str, Any]:
    """The settings in a mapping of a file, errors noted in `fields` with their places."""
    fields.only([one.name for one in described])
    return {one.name: _read(fields, one) for one in described}


def _read(fields: Fields, one: SettingField) -> Any:
    if one.name not in fields.pairs and one.default is not None:
        return one.default
    if one.type == "key":
        return fields.key(one.name)
    if one.type in ("whole", "permille"):
        return fields.whole(one.name, one.low, one.high)
    if one.type == "choice":
        return fields.choice(one.name, [name for name, _label in one.options])
    if one.type == "flags":
        known = [name for name, _label in one.options]
        found = fields.keys(one.name, known=known)
        if not found:
            fields.refuse("field_count", fields.name(one.name), low=1, high=len(known), length=0)
        return list(found)
    if one.type == "texts":
        return read_texts(fields.group(one.name), one.high)
    if one.type == "lists":
        group = fields.group(one.name)
        group.only(LANGUAGES)
        return {language: group.plains(language, 1, one.high, 200) for language in LANGUAGES}
    assert one.type == "parts", one.type
    return [_part(entry) for entry in fields.groups(one.name, 2, MOST_PARTS)]


def _part(entry: Fields) -> dict[str, Any]:
    entry.only(("requirement", "weight", "gate"))
    return Part(
        entry.key("requirement"),
        entry.whole("weight", 1, 1000),
        entry.yes_no("gate", default=False),
    ).as_dict()


def read_texts(group: Fields, limit: int, *, required: bool = True) -> dict[str, str]:
    """A line of text in each language."""
    group.only(LANGUAGES)
    found = {name: group.plain(name, limit, required=required) for name in LANGUAGES}
    for name, text in found.items():
        if _TURNS.search(text):
            group.refuse("field_characters", group.name(name), group.pairs[name])
    return {name: text for name, text in found.items() if text}
