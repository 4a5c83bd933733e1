"""Whether a programme makes sense as a whole: keys that exist, thresholds that can be reached."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from trainhub.catalogue.rules.strict_yaml import Node
from trainhub.certification.rules.programmes.content import (
    Anchor,
    Group,
    ProgrammeContent,
    Requirement,
)
from trainhub.errors import N_, InputError

_MESSAGES = {
    "key_twice": N_("The key “%(key)s” stands twice."),
    "requirement_unknown": N_("“%(key)s” is no requirement of this programme."),
    "requirement_twice": N_("“%(key)s” is asked for twice; each requirement belongs to one place."),
    "requirement_unused": N_("“%(key)s” is in no stage: nobody would be asked for it."),
    "group_out_of_reach": N_("%(needed)s of %(members)s cannot be reached."),
    "part_itself": N_("“%(key)s” cannot be a part of itself."),
    "part_composite": N_("“%(key)s” is itself put together of parts; name its parts instead."),
    "part_twice": N_("“%(part)s” is a part of “%(key)s” twice."),
    "part_later": N_(
        "“%(part)s” comes in a later stage than “%(key)s”, which is put together of it."
    ),
    "calendar_date": N_("With a fixed date, name it as month and day, such as 03-31."),
    "calendar_needless": N_("A fixed date is for awards that end on one; leave it out."),
    "anchor_needless": N_("An award that holds for ever has nothing to be counted from."),
    "renewal_without_end": N_("An award that holds for ever is not renewed."),
    "window_long": N_(
        "The renewal cannot open before the award is granted: at most %(most)s days."
    ),
    "refresh_composite": N_(
        "“%(key)s” is in the renewal, so “%(part)s”, a part of it, has to be there as well."
    ),
}
_MONTH_AND_DAY = re.compile(r"(\d\d)-(\d\d)")
COMPOSITE = "composite"


class Faults:
    """Errors found so far, and where in the file things stand."""

    def __init__(self, errors: list[InputError], file: str | None) -> None:
        self.errors = errors
        self.file = file
        self.lines: dict[str, int | None] = {}

    def line_of(self, thing: str, node: Node | None) -> None:
        """Remember where something stands."""
        if node is not None:
            self.lines.setdefault(thing, node.line)

    def note(self, code: str, thing: str, **params: Any) -> None:
        """Add an error about a thing (`stage:first-week`, `requirement:exam`, `renewal`)."""
        self.errors.append(
            InputError(
                code, _MESSAGES[code], params, file=self.file, line=self.lines.get(thing),
                field=thing.replace(":", "."),
            )
        )  # fmt: skip


def check_whole(content: ProgrammeContent, faults: Faults) -> None:
    """Note everything that does not fit together."""
    _check_keys(content, faults)
    if faults.errors:
        return
    for stage in content.stages:
        for group in _groups(stage.needs):
            if group.needed > len(group.members):
                faults.note(
                    "group_out_of_reach", f"stage:{stage.key}",
                    needed=group.needed, members=len(group.members),
                )  # fmt: skip
    for one in content.requirements:
        if one.kind == COMPOSITE:
            _check_parts(one, content, faults)
    _check_validity(content, faults)


def _check_keys(content: ProgrammeContent, faults: Faults) -> None:
    keys = [one.key for one in content.requirements]
    _note_twice([f"stage:{stage.key}" for stage in content.stages], faults)
    _note_twice([f"requirement:{key}" for key in keys], faults)
    seen: set[str] = set()
    for stage in content.stages:
        for key in stage.needs.requirement_keys():
            if key not in keys:
                faults.note("requirement_unknown", f"stage:{stage.key}", key=key)
            elif key in seen:
                faults.note("requirement_twice", f"stage:{stage.key}", key=key)
            seen.add(key)
    for key in keys:
        if key not in seen:
            faults.note("requirement_unused", f"requirement:{key}", key=key)
    for key in content.renewal:
        if key not in keys:
            faults.note("requirement_unknown", "renewal", key=key)


def _note_twice(things: list[str], faults: Faults) -> None:
    for thing, count in Counter(things).items():
        if count > 1:
            faults.note("key_twice", thing, key=thing.partition(":")[2])


def _groups(group: Group) -> Iterator[Group]:
    yield group
    for member in group.members:
        if isinstance(member, Group):
            yield from _groups(member)


def _check_parts(one: Requirement, content: ProgrammeContent, faults: Faults) -> None:
    place = f"requirement:{one.key}"
    known = {other.key: other for other in content.requirements}
    parts = [part["requirement"] for part in one.settings["parts"]]
    for key, count in Counter(parts).items():
        if key == one.key:
            faults.note("part_itself", place, key=key)
        elif key not in known:
            faults.note("requirement_unknown", place, key=key)
        elif known[key].kind == COMPOSITE:
            faults.note("part_composite", place, key=key)
        elif count > 1:
            faults.note("part_twice", place, key=one.key, part=key)
        elif _stage_number(content, key) > _stage_number(content, one.key):
            faults.note("part_later", place, key=one.key, part=key)
        elif one.key in content.renewal and key not in content.renewal:
            faults.note("refresh_composite", "renewal", key=one.key, part=key)


def _stage_number(content: ProgrammeContent, key: str) -> int:
    for number, stage in enumerate(content.stages):
        if key in stage.needs.requirement_keys():
            return number
    return -1


def _check_validity(content: ProgrammeContent, faults: Faults) -> None:
    validity = content.validity
    if validity.months is None:
        if content.renewal:
            faults.note("renewal_without_end", "renewal")
        if validity.anchor == Anchor.CALENDAR or validity.calendar:
            faults.note("anchor_needless", "validity")
        return
    if validity.anchor == Anchor.CALENDAR:
        if not is_day_of_every_year(validity.calendar):
            faults.note("calendar_date", "validity")
    elif validity.calendar:
        faults.note("calendar_needless", "validity")
    if validity.window_days > validity.months * 28:
        faults.note("window_long", "validity", most=validity.months * 28)


def is_day_of_every_year(text: str) -> bool:
    """Whether it is month and day, such as 03-31, of a day that no year leaves out."""
    found = _MONTH_AND_DAY.fullmatch(text)
    if not found:
        return False
    try:
        date(2027, int(found[1]), int(found[2]))  # 2027 has no 29 February
    except ValueError:
        return False
    return True
