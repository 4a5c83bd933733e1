"""Reading a programme: from a file, or from what somebody typed into the editor.

Both come in by the same door and are judged by `checks`. Every error names its place; nothing
is half read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from trainhub.catalogue.rules.fields import Fields
from trainhub.catalogue.rules.source_lines import normalised
from trainhub.catalogue.rules.strict_yaml import Node, load, node_from
from trainhub.certification.rules.programmes.checks import Faults, check_whole
from trainhub.certification.rules.programmes.content import (
    Anchor,
    Group,
    ProgrammeContent,
    Requirement,
    Stage,
    Validity,
)
from trainhub.certification.rules.programmes.settings import (
    SettingField,
    read_settings,
    read_texts,
)
from trainhub.errors import N_, InputError, InputErrors

KINDS = ("onboarding", "renewal", "duty", "trainer")
MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_KEY = 40  # of stages and requirements
MAX_TITLE, MAX_HELP, MAX_DESCRIPTION = 120, 400, 2_000
MOST_STAGES, MOST_REQUIREMENTS, MOST_MEMBERS = 12, 60, 40
MOST_DUE_DAYS, MOST_DAYS, MOST_MONTHS = 750, 3_660, 120
DEEPEST_GROUP = 3

_PROGRAMME_FIELDS = (
    "programme", "kind", "titles", "description", "validity", "remind_before", "remind_after",
    "stages", "requirements", "renewal",
)  # fmt: skip
_REQUIREMENT_FIELDS = (
    "key", "kind", "titles", "help", "due_days", "lasts_days", "counts_earlier", "settings",
)  # fmt: skip
_MESSAGES = {
    "programme_long": N_("A programme may have at most %(limit)s bytes; it has %(length)s."),
    "programme_empty": N_("The programme file is empty."),
    "group_shape": N_(
        "A group is “all: […]”, “any: […]” or “at_least: 2” with “of: […]”; its members are keys "
        "of requirements or groups."
    ),
    "group_deep": N_("Groups may stand at most %(limit)s deep inside each other."),
}

KindFields = Mapping[str, tuple[SettingField, ...]]


@dataclass(frozen=True)
class ProgrammeText:
    """A whole programme as a file has it."""

    key: str
    kind: str
    titles: Mapping[str, str]
    content: ProgrammeContent


def read_programme(text: str, kinds: KindFields, *, file: str | None = None) -> ProgrammeText:
    """Read a programme file. `kinds` are the fields of each kind of evidence that is known.

    Raises `InputErrors` naming every error found, with its line.
    """
    length = len(text.encode("utf-8", "replace"))
    if length > MAX_BYTES:
        raise InputErrors([_error("programme_long", file, 1, limit=MAX_BYTES, length=length)])
    root = load(normalised(text), max_depth=MAX_DEPTH, file=file)
    if root is None or root.value is None:
        raise InputErrors([_error("programme_empty", file, 1)])
    return _read(root, kinds, file)


def read_values(values: Mapping[str, Any], kinds: KindFields) -> ProgrammeText:
    """Read a programme from plain values in the shape of a file, as the editor has them."""
    return _read(node_from(values, max_depth=MAX_DEPTH), kinds, None)


def read_key(text: str) -> str:
    """The key of a new programme. Raises `InputErrors` naming the field `key`."""
    fields = Fields(node_from({"key": text}), [], file=None)
    key = fields.key("key")
    fields.done()
    return key


def read_requirement(values: Mapping[str, Any], kinds: KindFields) -> Requirement:
    """One requirement from plain values in the shape of a file. Raises `InputErrors`."""
    fields = Fields(node_from(values, max_depth=MAX_DEPTH), [], file=None)
    requirement = _requirement(fields, kinds, Faults(fields.errors, None))
    fields.done()
    return requirement


@dataclass(frozen=True)
class Terms:
    """Validity, renewal and reminders: the part of a programme that is written on one page."""

    validity: Validity
    renewal: tuple[str, ...]
    remind_before: tuple[int, ...]
    remind_after: tuple[int, ...]


def read_terms(values: Mapping[str, Any]) -> Terms:
    """Validity, renewal and reminders from plain values. Raises `InputErrors`."""
    fields = Fields(node_from(values, max_depth=MAX_DEPTH), [], file=None)
    terms = Terms(
        _validity(fields),
        fields.keys("renewal"),
        _days(fields, "remind_before", ()),
        _days(fields, "remind_after", ()),
    )
    fields.done()
    return terms


def read_stage(values: Mapping[str, Any]) -> Stage:
    """A stage's key and titles from plain values; what it needs is left out."""
    fields = Fields(node_from(values, max_depth=MAX_DEPTH), [], file=None)
    stage = Stage(_short_key(fields), read_texts(fields.group("titles"), MAX_TITLE), Group(()))
    fields.done()
    return stage


def _read(root: Node, kinds: KindFields, file: str | None) -> ProgrammeText:
    fields = Fields(root, [], file=file)
    fields.only(_PROGRAMME_FIELDS)
    key, kind = fields.key("programme"), fields.choice("kind", KINDS)
    titles = read_texts(fields.group("titles"), MAX_TITLE)
    faults = Faults(fields.errors, file)
    requirements = tuple(
        _requirement(one, kinds, faults)
        for one in fields.groups("requirements", 1, MOST_REQUIREMENTS)
    )
    stages = tuple(_stage(one, faults) for one in fields.groups("stages", 1, MOST_STAGES))
    renewal = fields.keys("renewal") if "renewal" in fields.pairs else ()
    content = ProgrammeContent(
        stages=stages,
        requirements=requirements,
        validity=_validity(fields),
        renewal=renewal,
        description=_optional_texts(fields, "description", MAX_DESCRIPTION),
    )
    standard = ProgrammeContent()
    content = replace(
        content,
        remind_before=_days(fields, "remind_before", standard.remind_before),
        remind_after=_days(fields, "remind_after", standard.remind_after),
    )
    faults.line_of("renewal", fields.pairs.get("renewal"))
    if not fields.errors:
        check_whole(content, faults)
    fields.done()
    return ProgrammeText(key, kind, titles, content)


def _requirement(fields: Fields, kinds: KindFields, faults: Faults) -> Requirement:
    fields.only(_REQUIREMENT_FIELDS)
    key = _short_key(fields)
    kind = fields.choice("kind", tuple(kinds))
    faults.line_of(f"requirement:{key}", fields.node)
    settings: dict[str, Any] = {}
    if kind in kinds:
        described = kinds[kind]
        given = "settings" in fields.pairs or any(one.default is None for one in described)
        settings = (
            read_settings(fields.group("settings"), described)
            if given
            else {one.name: one.default for one in described}
        )
    return Requirement(
        key=key,
        kind=kind,
        titles=read_texts(fields.group("titles"), MAX_TITLE),
        settings=settings,
        due_days=_optional_whole(fields, "due_days", MOST_DUE_DAYS),
        lasts_days=_optional_whole(fields, "lasts_days", MOST_DAYS),
        counts_earlier=fields.yes_no("counts_earlier", default=True),
        help=_optional_texts(fields, "help", MAX_HELP),
    )


def _short_key(fields: Fields) -> str:
    key = fields.key("key")
    if len(key) > MAX_KEY:
        fields.refuse("field_long", fields.name("key"), limit=MAX_KEY, length=len(key))
    return key


def _stage(fields: Fields, faults: Faults) -> Stage:
    fields.only(("key", "titles", "needs"))
    key = _short_key(fields)
    faults.line_of(f"stage:{key}", fields.node)
    nodes = fields.nodes("needs", 1, MOST_MEMBERS)
    members = _members(nodes, fields, 1)
    return Stage(key, read_texts(fields.group("titles"), MAX_TITLE), Group(members))


def _members(nodes: list[Node], stage: Fields, depth: int) -> tuple[str | Group, ...]:
    found = (_member(node, stage, depth) for node in nodes)
    return tuple(one for one in found if one is not None)


def _member(node: Node, stage: Fields, depth: int) -> str | Group | None:
    place = stage.name("needs")
    if isinstance(node.value, str):
        return node.value
    if not isinstance(node.value, dict):
        stage.errors.append(_error("group_shape", stage.file, node.line, field=place))
        return None
    if depth > DEEPEST_GROUP:
        stage.errors.append(
            _error("group_deep", stage.file, node.line, field=place, limit=DEEPEST_GROUP)
        )
        return None
    group = Fields(node, stage.errors, path=place, file=stage.file)
    group.only(("all", "any", "at_least", "of", "titles"))
    named = [name for name in ("all", "any", "of") if name in group.pairs]
    if len(named) != 1 or ("at_least" in group.pairs) != (named == ["of"]):
        stage.errors.append(_error("group_shape", stage.file, node.line, field=place))
        return None
    inner = group.nodes(named[0], 1, MOST_MEMBERS)
    members = _members(inner, group, depth + 1)
    least = {"all": None, "any": 1}.get(named[0], 0)
    if named == ["of"]:
        least = group.whole("at_least", 1, MOST_MEMBERS)
    return Group(members, least, _optional_texts(group, "titles", MAX_TITLE))


def _validity(fields: Fields) -> Validity:
    if "validity" not in fields.pairs:
        return Validity()
    group, standard = fields.group("validity"), Validity()
    group.only(("months", "anchor", "window_days", "grace_days", "calendar"))
    anchor = group.choice("anchor", [one.value for one in Anchor], default=standard.anchor.value)
    return Validity(
        months=_optional_whole(group, "months", MOST_MONTHS),
        anchor=Anchor(anchor),
        window_days=group.whole("window_days", 0, 365, default=standard.window_days),
        grace_days=group.whole("grace_days", 0, 180, default=standard.grace_days),
        calendar=group.plain("calendar", 5, required=False),
    )


def _days(fields: Fields, name: str, standard: tuple[int, ...]) -> tuple[int, ...]:
    if name not in fields.pairs:
        return standard
    days = []
    for node in fields.nodes(name, 0, 10, required=False):
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 365:
            fields.refuse("field_whole", name, node, low=1, high=365)
        else:
            days.append(value)
    return tuple(sorted(set(days), reverse=True))


def _optional_whole(fields: Fields, name: str, high: int) -> int | None:
    if name not in fields.pairs or fields.pairs[name].value is None:
        return None
    return fields.whole(name, 1, high)


def _optional_texts(fields: Fields, name: str, limit: int) -> dict[str, str]:
    if name not in fields.pairs:
        return {}
    return read_texts(fields.group(name), limit, required=False)


def _error(code: str, file: str | None, line: int | None, **params: Any) -> InputError:
    field = params.pop("field", None)
    return InputError(code, _MESSAGES[code], params, file=file, line=line, field=field)
