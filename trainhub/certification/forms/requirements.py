"""The form of one requirement, made from the settings that its kind of evidence describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.certification.evidence import Choice, EvidenceKind
from trainhub.certification.forms.per_cent import PerCentField
from trainhub.certification.forms.programmes import TitlesForm
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.reading import (
    MAX_HELP,
    MAX_KEY,
    MAX_TITLE,
    MOST_DAYS,
    MOST_DUE_DAYS,
)
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.web.forms import stripped
from trainhub.web.text import translated

TITLE_LABELS = {"zh": _l("Title in Chinese"), "en": _l("Title in English")}
_LANGUAGE_LABELS = {"zh": _l("in Chinese"), "en": _l("in English")}
Options = Sequence[tuple[str, str]]


class RequirementForm(TitlesForm):
    """What every requirement has; its kind adds the rest (`form_of`)."""

    kind: EvidenceKind
    parts: Options = ()

    stage = SelectField(_l("Stage"))
    due_days = IntegerField(
        _l("Due on working day"), [Optional(), NumberRange(1, MOST_DUE_DAYS)],
        description=_l("Working days of the person's rota from the start, the first being 1. "
                       "Empty: by the end of the programme."),
    )  # fmt: skip
    lasts_days = IntegerField(
        _l("Evidence lasts (days)"), [Optional(), NumberRange(1, MOST_DAYS)],
        description=_l("Empty: for good."),
    )  # fmt: skip
    counts_earlier = BooleanField(
        _l("Evidence from before the start counts"), default=True,
        description=_l("Otherwise everybody shows it anew: whoever has completed a course takes "
                       "it again."),
    )  # fmt: skip
    help_zh = StringField(_l("Help in Chinese"), [Length(max=MAX_HELP)], filters=[stripped])
    help_en = StringField(_l("Help in English"), [Length(max=MAX_HELP)], filters=[stripped])
    key = StringField(
        _l("Key"), [Optional(), Length(max=MAX_KEY)], filters=[stripped],
        description=_l("Empty: made by itself. Files and combined results name it."),
    )  # fmt: skip

    def titles(self) -> dict[str, str]:
        """What was typed, by language; where nothing was, the title of what is named."""
        typed = super().titles()
        if all(typed.values()):
            return typed
        key = self._named_key()
        known = next((one for one in self._choices() if one.key == key), None)
        titles = dict(known.titles) if known is not None else {}
        other = next(iter(titles.values()), "")
        return {
            language: text or titles.get(language, other)[:MAX_TITLE]
            for language, text in typed.items()
        }

    def _choices(self) -> Sequence[Choice]:
        return self.kind.choices() if self.kind.choices else ()

    def _named_key(self) -> str:
        named = next((f.name for f in self.kind.fields if f.type == "key"), None)
        return str(self._fields[f"settings_{named}"].data or "") if named else ""

    def setting_fields(self) -> list[Field]:
        """The fields of the kind's settings, those of parts left out."""
        return [each for each in self if each.name.startswith("settings_")]

    def part_fields(self) -> list[tuple[str, Field, Field]]:
        """For a combined result: each requirement's title, its weight and its gate."""
        return [
            (title, self._fields[f"weight-{key}"], self._fields[f"gate-{key}"])
            for key, title in self.parts
        ]

    def values(self, key: str) -> dict[str, Any]:
        """What was typed, in the shape of a file."""
        typed_help = {"zh": self.help_zh.data, "en": self.help_en.data}
        values: dict[str, Any] = {
            "key": self.key.data or key,
            "kind": self.kind.name,
            "titles": self.titles(),
            "due_days": self.due_days.data,
            "lasts_days": self.lasts_days.data,
            "counts_earlier": bool(self.counts_earlier.data),
        }
        if any(typed_help.values()):
            values["help"] = {name: text for name, text in typed_help.items() if text}
        if self.kind.fields:
            settings = {one.name: self._setting(one) for one in self.kind.fields}
            values["settings"] = {n: v for n, v in settings.items() if v not in (None, "")}
        return values

    def _setting(self, one: SettingField) -> Any:
        if one.type == "parts":
            return [
                {"requirement": key, "weight": weight.data, "gate": bool(gate.data)}
                for (key, _title), (_t, weight, gate) in zip(
                    self.parts, self.part_fields(), strict=True
                )
                if weight.data
            ]
        if one.type in ("texts", "lists"):
            typed = {name: self._fields[f"settings_{one.name}_{name}"].data for name in LANGUAGES}
            if one.type == "texts":
                return typed
            return {n: [x for x in (t or "").splitlines() if x.strip()] for n, t in typed.items()}
        return self._fields[f"settings_{one.name}"].data

    def wished_key(self) -> str:
        """A key for a new requirement: of what it names, else of its kind."""
        return (self._named_key() or self.kind.name.replace("_", "-"))[: MAX_KEY - 4].strip("-")


def form_of(
    kind: EvidenceKind, options: Options, parts: Options, stages: Options, kept: str = ""
) -> type[RequirementForm]:
    """The form of a kind. `options` are what a key may name; `kept` one that may stay though gone.

    `parts` are the requirements that a combined result may be put together of.
    """
    fields: dict[str, Any] = {"kind": kind, "parts": parts}
    if options:
        fields |= {
            f"titles_{language}": StringField(
                label, [Optional(), Length(max=MAX_TITLE)], filters=[stripped],
                description=_l("Empty: the title of what is named below."),
            )
            for language, label in TITLE_LABELS.items()
        }  # fmt: skip
    fields["stage"] = SelectField(_l("Stage"), choices=[SelectChoice(*one) for one in stages])
    for one in kind.fields:
        if one.type == "parts":
            for key, title in parts:
                label = _("Weight of “%(title)s”", title=title)
                gate = _("“%(title)s” has to be met by itself", title=title)
                fields[f"weight-{key}"] = IntegerField(label, [Optional(), NumberRange(0, 1000)])
                fields[f"gate-{key}"] = BooleanField(gate)
        elif one.type in ("texts", "lists"):
            for name in LANGUAGES:
                made = StringField if one.type == "texts" else TextAreaField
                label = f"{translated(one.label)} {_LANGUAGE_LABELS[name]}"
                fields[f"settings_{one.name}_{name}"] = made(
                    label, description=_help(one) if one.type == "texts" else _("One a line.")
                )
        else:
            fields[f"settings_{one.name}"] = _field(one, options, kept)
    return type("KindForm", (RequirementForm,), fields)


def _help(one: SettingField) -> str:
    return translated(one.help) if one.help else ""


def _field(one: SettingField, options: Options, kept: str) -> Any:
    label, help_ = translated(one.label), _help(one)
    needed = [] if one.default is not None else [InputRequired()]
    if one.type == "whole":
        return IntegerField(
            label,
            [*(needed or [Optional()]), NumberRange(one.low, one.high)],
            default=one.default,
            description=help_,
        )
    if one.type == "permille":
        return PerCentField(
            label,
            needed or [Optional()],
            low=one.low,
            high=one.high,
            default=one.default,
            description=help_,
        )
    if one.type == "key" and options:
        choices = [SelectChoice(*each) for each in options]
        if kept and kept not in dict(options):
            choices.append(SelectChoice(kept, _("%(key)s (not there)", key=kept)))
        return SelectField(label, choices=[SelectChoice("", "–"), *choices], description=help_,
                           validators=needed)  # fmt: skip
    if one.type == "choice":
        choices = [SelectChoice(name, translated(text)) for name, text in one.options]
        return SelectField(label, choices=choices, default=one.default, description=help_)
    if one.type == "flags":
        choices = [SelectChoice(name, translated(text)) for name, text in one.options]
        return SelectMultipleField(
            label, choices=choices, default=one.default, description=help_,
            widget=ListWidget(), option_widget=CheckboxInput(),
        )  # fmt: skip
    return StringField(label, needed, filters=[stripped], description=help_)


def data_of(requirement: Requirement, kind: EvidenceKind) -> dict[str, Any]:
    """A stored requirement as the form has it."""
    data: dict[str, Any] = {
        "titles_zh": requirement.titles.get("zh", ""),
        "titles_en": requirement.titles.get("en", ""),
        "due_days": requirement.due_days,
        "lasts_days": requirement.lasts_days,
        "counts_earlier": requirement.counts_earlier,
        "help_zh": requirement.help.get("zh", ""),
        "help_en": requirement.help.get("en", ""),
        "key": requirement.key,
    }
    for one in kind.fields:
        data |= _data(one, requirement.settings.get(one.name, one.default))
    return data


def standard_data(kind: EvidenceKind) -> dict[str, Any]:
    """The form of a new requirement: what its kind takes where nothing is said."""
    data: dict[str, Any] = {}
    for one in kind.fields:
        if one.default is not None:
            data |= _data(one, one.default)
    return data


def _data(one: SettingField, value: Any) -> Mapping[str, Any]:
    if one.type == "parts":
        weights = {f"weight-{part['requirement']}": part["weight"] for part in value or ()}
        return weights | {f"gate-{part['requirement']}": part["is_gate"] for part in value or ()}
    if one.type == "texts":
        return {f"settings_{one.name}_{n}": (value or {}).get(n, "") for n in LANGUAGES}
    if one.type == "lists":
        lines = value or {}
        return {f"settings_{one.name}_{n}": "\n".join(lines.get(n, ())) for n in LANGUAGES}
    return {f"settings_{one.name}": value}
