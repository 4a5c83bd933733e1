"""What is different between two versions of a programme, in sentences about its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trainhub.certification.rules.programmes.content import (
    Group,
    ProgrammeContent,
    Requirement,
    Titles,
)
from trainhub.errors import N_

PROGRAMME = N_("Programme")
_ASKED = ("kind", "settings", "due_days", "lasts_days", "counts_earlier", "help")
_VALID = ("months", "anchor", "window_days", "grace_days", "calendar")
LABELS = {
    "added": N_("Added"),
    "removed": N_("Removed"),
    "titles": N_("Title"),
    "description": N_("Description"),
    "kind": N_("Kind of evidence"),
    "settings": N_("What is asked for"),
    "due_days": N_("Due on working day"),
    "lasts_days": N_("Evidence lasts (days)"),
    "counts_earlier": N_("Earlier evidence counts"),
    "help": N_("Help"),
    "stage": N_("Stage"),
    "needs": N_("Order and groups"),
    "months": N_("Valid for (months)"),
    "anchor": N_("Counted from"),
    "window_days": N_("Renewal opens (days before)"),
    "grace_days": N_("Grace (days)"),
    "calendar": N_("Fixed date"),
    "renewal": N_("Asked for at a renewal"),
    "remind_before": N_("Reminded before (days)"),
    "remind_after": N_("Reminded after (days)"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that is different: of what (titles; empty: the whole programme), and how.

    `what` is one of `LABELS`; `before` and `after` are the raw values, None where there is none.
    """

    of: Titles
    what: str
    before: Any = None
    after: Any = None


def differences(
    old_titles: Titles, old: ProgrammeContent, new_titles: Titles, new: ProgrammeContent
) -> list[Difference]:
    """Everything that is different, the programme first, then stages, then requirements."""
    found = list(_of_whole(old_titles, old, new_titles, new))
    found += _of_stages(old, new)
    found += _of_requirements(old, new)
    return found


def _of_whole(
    old_titles: Titles, old: ProgrammeContent, new_titles: Titles, new: ProgrammeContent
) -> Iterator[Difference]:
    pairs: list[tuple[str, Any, Any]] = [
        ("titles", dict(old_titles), dict(new_titles)),
        ("description", dict(old.description), dict(new.description)),
    ]
    pairs += [(name, getattr(old.validity, name), getattr(new.validity, name)) for name in _VALID]
    pairs.append(("renewal", _titles_of(old, old.renewal), _titles_of(new, new.renewal)))
    pairs += [
        (name, list(getattr(old, name)), list(getattr(new, name)))
        for name in ("remind_before", "remind_after")
    ]
    yield from (Difference({}, name, a, b) for name, a, b in pairs if a != b)


def _of_stages(old: ProgrammeContent, new: ProgrammeContent) -> Iterator[Difference]:
    before, after = ({one.key: one for one in each.stages} for each in (old, new))
    for key, stage in before.items():
        if key not in after:
            yield Difference(stage.titles, "removed")
    for key, stage in after.items():
        if key not in before:
            yield Difference(stage.titles, "added")
            continue
        if dict(before[key].titles) != dict(stage.titles):
            yield Difference(stage.titles, "titles", before[key].titles, stage.titles)
        kept = set(before[key].needs.requirement_keys()) & set(stage.needs.requirement_keys())
        if _shape(before[key].needs, kept) != _shape(stage.needs, kept):
            yield Difference(
                stage.titles, "needs", _outline(old, before[key].needs), _outline(new, stage.needs)
            )


def _of_requirements(old: ProgrammeContent, new: ProgrammeContent) -> Iterator[Difference]:
    before, after = ({one.key: one for one in each.requirements} for each in (old, new))
    was_in, is_in = _stages_of(old), _stages_of(new)
    for key, one in before.items():
        if key not in after:
            yield Difference(one.titles, "removed")
    for key, one in after.items():
        if key not in before:
            yield Difference(one.titles, "added")
            continue
        if dict(before[key].titles) != dict(one.titles):
            yield Difference(one.titles, "titles", before[key].titles, one.titles)
        if was_in.get(key, ("", {}))[0] != is_in.get(key, ("", {}))[0]:
            yield Difference(one.titles, "stage", was_in[key][1], is_in[key][1])
        yield from _of_requirement(before[key], one)


def _of_requirement(before: Requirement, after: Requirement) -> Iterator[Difference]:
    for name in _ASKED:
        a, b = getattr(before, name), getattr(after, name)
        if a != b:
            asked = name == "settings"
            yield Difference(after.titles, name, before if asked else a, after if asked else b)


def _stages_of(content: ProgrammeContent) -> dict[str, tuple[str, Titles]]:
    return {
        key: (stage.key, stage.titles)
        for stage in content.stages
        for key in stage.needs.requirement_keys()
    }


def _titles_of(content: ProgrammeContent, keys: tuple[str, ...]) -> list[Titles]:
    return [content.requirement(key).titles for key in keys]


def _shape(group: Group, kept: set[str]) -> tuple[Any, ...]:
    """Order and groups of what both have: what is added or removed is told by itself."""
    members: list[Any] = []
    for member in group.members:
        if isinstance(member, str):
            members += [member] if member in kept else []
        else:
            members.append(_shape(member, kept))
    return (group.least, *members)


def _outline(content: ProgrammeContent, group: Group) -> list[Any]:
    """Titles in order; a group as ``{"least": …, "of": […]}``."""
    return [
        content.requirement(member).titles
        if isinstance(member, str)
        else {"least": member.needed, "of": _outline(content, member)}
        for member in group.members
    ]
