"""Writing a programme as a file that reads like a page; `reading` gives back the same."""

from __future__ import annotations

from typing import Any

import yaml

from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.certification.rules.programmes.content import (
    Anchor,
    Group,
    ProgrammeContent,
    Requirement,
    Titles,
    Validity,
)
from trainhub.certification.rules.programmes.reading import ProgrammeText


class _Texts(dict[str, str]):
    """Longer texts by language, each on lines of its own."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe one, which knows `_Texts`."""


_Dumper.add_representer(
    _Texts,
    lambda dumper, texts: dumper.represent_mapping(
        "tag:yaml.org,2002:map", texts.items(), flow_style=False
    ),
)


def _in_order(texts: Titles) -> dict[str, str]:
    """Texts by language in the order of the house, so that the same is always written alike."""
    return {language: texts[language] for language in LANGUAGES if language in texts}


def write_programme(programme: ProgrammeText) -> str:
    """The file of a programme. What is as usual is left out."""
    return yaml.dump(
        as_values(programme),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
        default_flow_style=None,  # what holds no further lists or groups stands on one line
    )


def as_values(programme: ProgrammeText) -> dict[str, Any]:
    """A programme as plain values in the shape of a file."""
    content, standard = programme.content, ProgrammeContent()
    values: dict[str, Any] = {
        "programme": programme.key,
        "kind": programme.kind,
        "titles": _in_order(programme.titles),
    }
    if content.description:
        values["description"] = _Texts(_in_order(content.description))
    if content.validity != Validity():
        values["validity"] = _validity(content.validity)
    for name in ("remind_before", "remind_after"):
        if getattr(content, name) != getattr(standard, name):
            values[name] = list(getattr(content, name))
    values["stages"] = [
        {
            "key": stage.key,
            "titles": _in_order(stage.titles),
            "needs": [_member(member) for member in stage.needs.members],
        }
        for stage in content.stages
    ]
    values["requirements"] = [_requirement(one) for one in content.requirements]
    if content.renewal:
        values["renewal"] = list(content.renewal)
    return values


def _requirement(one: Requirement) -> dict[str, Any]:
    values: dict[str, Any] = {"key": one.key, "kind": one.kind, "titles": _in_order(one.titles)}
    if one.help:
        values["help"] = _Texts(_in_order(one.help))
    for name in ("due_days", "lasts_days"):
        if getattr(one, name) is not None:
            values[name] = getattr(one, name)
    if not one.counts_earlier:
        values["counts_earlier"] = False
    settings = {name: _setting(value) for name, value in one.settings.items()}
    return values | ({"settings": settings} if settings else {})


def _setting(value: Any) -> Any:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return value
    return [
        {"requirement": part["requirement"], "weight": part["weight"]}
        | ({"gate": True} if part["is_gate"] else {})
        for part in value
    ]


def _member(member: str | Group) -> Any:
    if isinstance(member, str):
        return member
    inner = [_member(one) for one in member.members]
    values: dict[str, Any]
    if member.least is None:
        values = {"all": inner}
    elif member.least == 1:
        values = {"any": inner}
    else:
        values = {"at_least": member.least, "of": inner}
    return values | ({"titles": _in_order(member.titles)} if member.titles else {})


def _validity(validity: Validity) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if validity.months is not None:
        values["months"] = validity.months
    standard = Validity()
    if validity.anchor != Anchor.OLD_END:
        values["anchor"] = validity.anchor.value
    for name in ("window_days", "grace_days"):
        if getattr(validity, name) != getattr(standard, name):
            values[name] = getattr(validity, name)
    if validity.calendar:
        values["calendar"] = validity.calendar
    return values
