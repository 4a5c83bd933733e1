"""A programme in words: its outline, its validity, what differs between two versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainhub.certification.evidence import get_kind
from trainhub.certification.evidence.composite import NAME as COMPOSITE
from trainhub.certification.forms.programmes import ANCHOR_WORDS, KIND_WORDS
from trainhub.certification.queries.named import Named, list_named
from trainhub.certification.rules.programmes.content import (
    Group,
    ProgrammeContent,
    Requirement,
    Stage,
)
from trainhub.certification.rules.programmes.differing import LABELS, Difference
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.wording import asked_for, in_language
from trainhub.web.filters import show_number
from trainhub.web.text import translated

YES_NO = {True: _l("yes"), False: _l("no")}


@bp.app_template_global("programme_kind")
def programme_kind(kind: str) -> str:
    """What a programme is for, in words."""
    return str(KIND_WORDS[kind])


@dataclass(frozen=True)
class Part:
    """One row of a combined result's table: whose result, its share, whether it is a gate."""

    title: str
    weight: int
    percent: float
    is_gate: bool


@dataclass(frozen=True)
class Row:
    """A requirement or a group in the outline of a stage; `place` as `rules…editing` counts."""

    place: tuple[int, ...]
    requirement: Requirement | None = None
    text: str = ""
    title: str = ""
    kind: str = ""
    in_renewal: bool = False
    parts: tuple[Part, ...] = ()
    is_first: bool = False
    is_last: bool = False
    is_unknown: bool = False
    inner: tuple[Row, ...] = ()

    @property
    def address(self) -> str:
        """The place as a part of an address, such as ``2-0``."""
        return "-".join(str(step) for step in self.place)


@dataclass(frozen=True)
class StageShown:
    """A stage with its outline."""

    stage: Stage
    rows: tuple[Row, ...]
    is_first: bool
    is_last: bool


def shown_stages(content: ProgrammeContent) -> list[StageShown]:
    """The stages as a page shows them, with what each requirement asks for."""
    named = list_named(one.kind for one in content.requirements)
    last = len(content.stages) - 1
    return [
        StageShown(stage, tuple(_rows(content, stage.needs, (), named)), n == 0, n == last)
        for n, stage in enumerate(content.stages)
    ]


def _rows(
    content: ProgrammeContent, group: Group, place: tuple[int, ...], named: Named
) -> Iterator[Row]:
    last = len(group.members) - 1
    for number, member in enumerate(group.members):
        here = (*place, number)
        is_first, is_last = number == 0, number == last
        if isinstance(member, Group):
            inner = tuple(_rows(content, member, here, named))
            yield Row(
                here,
                title=in_language(member.titles),
                text=group_words(member),
                is_first=is_first,
                is_last=is_last,
                inner=inner,
            )
            continue
        one = content.requirement(member)
        yield Row(
            here,
            one,
            asked_for(one, named),
            in_language(one.titles),
            str(translated(get_kind(one.kind).label)),
            one.key in content.renewal,
            _parts(content, one),
            is_first,
            is_last,
            is_unknown(one, named),
        )


def _parts(content: ProgrammeContent, one: Requirement) -> tuple[Part, ...]:
    if one.kind != COMPOSITE:
        return ()
    titles = {each.key: in_language(each.titles) for each in content.requirements}
    total = sum(part["weight"] for part in one.settings["parts"]) or 1
    return tuple(
        Part(
            titles.get(part["requirement"], part["requirement"]), part["weight"],
            part["weight"] / total, part["is_gate"],
        )
        for part in one.settings["parts"]
    )  # fmt: skip


def is_unknown(one: Requirement, named: Named) -> bool:
    """Whether a requirement names something that is not there, or not published."""
    kind = get_kind(one.kind)
    if kind.choices is None:
        return False
    keys = [one.settings.get(field.name) for field in kind.fields if field.type == "key"]
    return any((one.kind, str(key)) not in named for key in keys)


def unknown_titles(content: ProgrammeContent) -> list[str]:
    """Titles of requirements that nobody could meet today: what they name is not there."""
    named = list_named(one.kind for one in content.requirements)
    return [in_language(one.titles) for one in content.requirements if is_unknown(one, named)]


def group_words(group: Group) -> str:
    """How many of a group are needed."""
    if group.least is None:
        return str(_("All of these"))
    if group.least == 1:
        return str(_("One of these"))
    return str(_("At least %(least)s of these %(count)s", least=group.least,
                 count=len(group.members)))  # fmt: skip


def validity_words(content: ProgrammeContent) -> list[tuple[str, str]]:
    """Validity, renewal and reminders, as terms and texts."""
    validity = content.validity
    before, after = (_days(days) for days in (content.remind_before, content.remind_after))
    reminders = (
        _("%(before)s days before, %(after)s after", before=before, after=after)
        if content.remind_before or content.remind_after
        else _("none")
    )
    if validity.months is None:
        return [(_("Valid"), _("for ever")), (_("Reminders"), reminders)]
    counted = str(ANCHOR_WORDS[validity.anchor.value])
    renewal = [in_language(content.requirement(key).titles) for key in content.renewal]
    return [
        (_("Valid"), ngettext("%(num)d month", "%(num)d months", validity.months)),
        (_("A renewed award is counted from"),
         f"{counted} ({validity.calendar})" if validity.calendar else counted),
        (_("Renewal opens"), ngettext("%(num)d day before the end", "%(num)d days before the end",
                                      validity.window_days)),
        (_("Grace after the end"),
         ngettext("%(num)d day", "%(num)d days", validity.grace_days)
         if validity.grace_days else _("none")),
        (_("Asked for at a renewal"),
         str(_(", ")).join(renewal) if renewal else _("the whole way again")),
        (_("Reminders"), reminders),
    ]  # fmt: skip


def _days(days: Sequence[int]) -> str:
    return str(_(", ")).join(str(day) for day in days) or "–"


def difference_rows(
    found: Sequence[Difference], old: ProgrammeContent, new: ProgrammeContent
) -> list[tuple[str, str, str, str]]:
    """Of what, which part, before and after, in words."""
    named = list_named({one.kind for each in (old, new) for one in each.requirements})
    rows = []
    for one in found:
        of = in_language(one.of) or str(_("Programme"))
        label = str(translated(LABELS[one.what]))
        rows.append((of, label, _value(one.what, one.before, named),
                     _value(one.what, one.after, named)))  # fmt: skip
    return rows


def _value(what: str, value: Any, named: Named) -> str:
    if isinstance(value, Requirement):
        return asked_for(value, named) + _settings(value)
    if isinstance(value, bool):
        return str(YES_NO[value])
    if what == "kind" and value:
        return str(translated(get_kind(value).label))
    if what == "anchor":
        return str(ANCHOR_WORDS[str(value)])
    if isinstance(value, Mapping):
        return " / ".join(text for text in value.values() if text)
    if isinstance(value, list):
        return _listed(value)
    return "" if value is None else str(value)


def _settings(one: Requirement) -> str:
    """The settings that the sentence does not say, so that no change looks like none."""
    shown = []
    for field in get_kind(one.kind).fields:
        value = one.settings.get(field.name)
        if field.type == "whole" and value:
            shown.append(f"{translated(field.label)}: {value}")
        elif field.type == "permille" and value:
            shown.append(f"{translated(field.label)}: {show_number(value / 10)}")
        elif field.type == "parts":
            shown += [_part_words(part) for part in value or ()]
        elif field.type in ("lists", "texts"):
            shown.append(f"{translated(field.label)}: {_value('', value, {})}")
    return f" ({'; '.join(shown)})" if shown else ""


def _part_words(part: Mapping[str, Any]) -> str:
    words = f"{part['requirement']} × {part['weight']}"
    return f"{words} ({_('has to be met by itself')})" if part["is_gate"] else words


def _listed(values: Sequence[Any]) -> str:
    words = []
    for value in values:
        if isinstance(value, Mapping) and "of" in value:
            words.append(_("%(least)s of [%(members)s]", least=value["least"],
                           members=_listed(value["of"])))  # fmt: skip
        else:
            words.append(in_language(value) if isinstance(value, Mapping) else str(value))
    return str(_(", ")).join(words) or "–"
