"""Reading a competency model: from a file, or from what somebody typed into the editor.

Every error names its place. Weights may be unfinished while a model is being written;
`check_model` judges what is to be published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from trainhub.catalogue.rules.fields import Fields
from trainhub.catalogue.rules.source_lines import normalised
from trainhub.catalogue.rules.strict_yaml import Node, load, node_from
from trainhub.certification.rules.competencies.model import (
    WHOLE,
    Area,
    Fatal,
    Indicator,
    ModelContent,
)
from trainhub.certification.rules.programmes.settings import read_texts
from trainhub.errors import N_, InputError, InputErrors

MAX_BYTES = 256 * 1024
MAX_DEPTH = 10
MAX_KEY, MAX_TITLE, MAX_ANCHOR = 40, 80, 200
MOST_AREAS, MOST_INDICATORS, MOST_FATAL = 12, 20, 12
MOST_DAYS = 1_500
ANCHORS = ("1", "3", "5")
TOO_LARGE = N_("The file is larger than %(most)s KB.")
_FIELDS = ("model", "titles", "fresh_days", "fade_days", "least_fresh_permille", "areas", "fatal")
_MESSAGES = {
    "model_empty": N_("The competency model is empty."),
    "file_too_large": TOO_LARGE,
    "weights_areas": N_("The weights of the areas make %(sum)s %%; together they must be 100 %%."),
    "weights_indicators": N_(
        "The weights in “%(area)s” make %(sum)s %%; together they must be 100 %%."
    ),
    "model_no_area": N_("A model needs at least one area."),
    "area_empty": N_("“%(area)s” has nothing that is rated."),
    "key_twice": N_("The key “%(key)s” stands twice."),
}


@dataclass(frozen=True)
class ModelText:
    """A model as a file has it."""

    key: str
    titles: Mapping[str, str]
    content: ModelContent


def read_model(text: str, *, file: str | None = None) -> ModelText:
    """A model of a YAML file. Raises `InputErrors` naming every error with its line."""
    if len(text.encode()) > MAX_BYTES:
        raise InputErrors([_error("file_too_large", "", file=file, most=MAX_BYTES // 1024)])
    root = load(normalised(text), file=file, max_depth=MAX_DEPTH)
    if root is None:
        raise InputErrors([_error("model_empty", "", file=file)])
    return _read(root, file)


def read_model_values(values: Mapping[str, Any]) -> ModelText:
    """A model of plain values, as the editor sends them. Raises `InputErrors`."""
    return _read(node_from(values, max_depth=MAX_DEPTH), None)


def _read(root: Node, file: str | None) -> ModelText:
    fields, standard = Fields(root, [], file=file), ModelContent()
    fields.only(_FIELDS)
    key = _key(fields, "model")
    titles = read_texts(fields.group("titles"), MAX_TITLE)
    areas = tuple(_area(one) for one in fields.groups("areas", 0, MOST_AREAS))
    fatal = (
        tuple(_fatal(one) for one in fields.groups("fatal", 0, MOST_FATAL))
        if "fatal" in fields.pairs
        else ()
    )
    content = ModelContent(
        areas,
        fatal,
        fields.whole("fresh_days", 1, MOST_DAYS, default=standard.fresh_days),
        fields.whole("fade_days", 1, MOST_DAYS, default=standard.fade_days),
        fields.whole("least_fresh_permille", 0, 1000, default=standard.least_fresh_permille),
    )
    if not fields.errors:
        fields.errors.extend(_twice(content, file))
    fields.done()
    return ModelText(key, titles, content)


def _area(fields: Fields) -> Area:
    fields.only(("key", "titles", "weight", "indicators"))
    return Area(
        _key(fields, "key"),
        read_texts(fields.group("titles"), MAX_TITLE),
        fields.whole("weight", 0, WHOLE),
        tuple(_indicator(one) for one in fields.groups("indicators", 0, MOST_INDICATORS)),
    )


def _indicator(fields: Fields) -> Indicator:
    fields.only(("key", "titles", "weight", "is_gate", "anchors", "courses"))
    anchors: dict[str, dict[str, str]] = {}
    if "anchors" in fields.pairs:
        group = fields.group("anchors")
        group.only(ANCHORS)
        anchors = {
            name: texts
            for name in ANCHORS
            if name in group.pairs
            and (texts := read_texts(group.group(name), MAX_ANCHOR, required=False))
        }
    return Indicator(
        _key(fields, "key"),
        read_texts(fields.group("titles"), MAX_TITLE),
        fields.whole("weight", 0, WHOLE),
        fields.yes_no("is_gate", default=False),
        anchors,
        fields.keys("courses") if "courses" in fields.pairs else (),
    )


def _fatal(fields: Fields) -> Fatal:
    fields.only(("key", "titles"))
    return Fatal(_key(fields, "key"), read_texts(fields.group("titles"), MAX_TITLE))


def _key(fields: Fields, name: str) -> str:
    key = fields.key(name)
    if len(key) > MAX_KEY:
        fields.refuse("field_long", fields.name(name), limit=MAX_KEY, length=len(key))
    return key


def _twice(content: ModelContent, file: str | None) -> list[InputError]:
    """Keys that stand twice: indicators are rated by key, whatever their area."""
    errors, known = [], set()
    places = [(f"areas.{one.key}", f"area:{one.key}") for one in content.areas]
    places += [(f"areas.{a.key}.{i.key}", f"rated:{i.key}") for a, i, _w in content.indicators()]
    places += [(f"fatal.{one.key}", f"fatal:{one.key}") for one in content.fatal]
    for place, key in places:
        if key in known:
            errors.append(_error("key_twice", place, file=file, key=key.split(":", 1)[1]))
        known.add(key)
    return errors


def check_model(content: ModelContent) -> list[InputError]:
    """Why a model cannot be published: each with its place; none if it can."""
    if not content.areas:
        return [_error("model_no_area", "areas")]
    errors = []
    total = sum(one.weight for one in content.areas)
    if total != WHOLE:
        errors.append(_error("weights_areas", "areas", sum=_per_cent(total)))
    for area in content.areas:
        place = f"areas.{area.key}"
        own = sum(one.weight for one in area.indicators)
        if not area.indicators:
            errors.append(_error("area_empty", place, area=area.key))
        elif own != WHOLE:
            errors.append(_error("weights_indicators", place, area=area.key, sum=_per_cent(own)))
    return errors


def _per_cent(weight: int) -> str:
    return f"{weight // 100}.{weight % 100:02}"


def _error(code: str, place: str, *, file: str | None = None, **params: Any) -> InputError:
    return InputError(code, _MESSAGES[code], params, file=file, field=place or None)


def write_model(model: ModelText) -> str:
    """The file of a model; `read_model` gives back the same."""
    values: dict[str, Any] = {"model": model.key, "titles": dict(model.titles)}
    raw = model.content.as_dict()
    for name in ("fresh_days", "fade_days", "least_fresh_permille"):
        values[name] = raw[name]
    values["areas"] = [
        area | {"indicators": [_without_usual(one) for one in area["indicators"]]}
        for area in raw["areas"]
    ]
    if raw["fatal"]:
        values["fatal"] = raw["fatal"]
    text: str = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)
    return text


def _without_usual(indicator: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in indicator.items() if value or name == "weight"}
