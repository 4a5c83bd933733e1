"""What somebody typed into the editor of a competency model, as plain values and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trainhub.certification.rules.competencies.model import ModelContent
from trainhub.certification.rules.competencies.reading import (
    ANCHORS,
    MOST_AREAS,
    MOST_FATAL,
    MOST_INDICATORS,
)
from trainhub.web.text import typed_text

LANGUAGES = ("zh", "en")
_PER_CENT = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_NO_KEY = re.compile(r"[^a-z0-9]+")


def shown_values(titles: Mapping[str, str], content: ModelContent) -> dict[str, Any]:
    """A stored model as the editor shows it: weights as per cent, one empty row at each end."""
    raw = content.as_dict()
    areas = [
        {
            **area,
            "weight": per_cent(area["weight"]),
            "indicators": [
                {**one, "weight": per_cent(one["weight"]), "courses": " ".join(one["courses"])}
                for one in area["indicators"]
            ],
        }
        for area in raw["areas"]
    ]
    return {"titles": dict(titles), **raw, "areas": areas}


def per_cent(weight: int) -> str:
    """A weight in hundredths of a per cent as people type it."""
    return f"{weight / 100:.2f}".rstrip("0").rstrip(".")


def typed_values() -> dict[str, Any]:
    """What was sent, in the shape of `shown_values`; empty and removed rows are left out."""
    return {
        "titles": _texts("titles"),
        "fresh_days": typed_text("fresh_days", 6),
        "fade_days": typed_text("fade_days", 6),
        "least_fresh_permille": typed_text("least_fresh_permille", 6),
        "areas": [one for place in range(MOST_AREAS + 1) if (one := _area(f"a{place}"))],
        "fatal": [one for place in range(MOST_FATAL + 1) if (one := _row(f"f{place}"))],
    }


def _area(name: str) -> dict[str, Any] | None:
    row = _row(name)
    if row is None:
        return None
    rows = (_indicator(f"{name}.i{place}") for place in range(MOST_INDICATORS + 1))
    return row | {
        "weight": typed_text(f"{name}.weight", 10).strip(),
        "indicators": [one for one in rows if one],
    }


def move_row(values: dict[str, Any], act: str) -> str:
    """Do what a button such as ``up a0.i2`` says; the name of the row's new place, "" for none."""
    way, _space, name = act.partition(" ")
    if way not in ("up", "down"):
        return ""
    for prefix, rows in _rows_of(values):
        for place, one in enumerate(rows):
            there = place + (-1 if way == "up" else 1)
            if one["name"] == name and 0 <= there < len(rows):
                rows[place], rows[there] = rows[there], rows[place]
                return f"{prefix}{there}"
    return ""


def _rows_of(values: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list whose rows can change places, with how their names begin."""
    yield "a", values["areas"]
    yield "f", values["fatal"]
    for place, area in enumerate(values["areas"]):
        yield f"a{place}.i", area["indicators"]


def _indicator(name: str) -> dict[str, Any] | None:
    row = _row(name)
    if row is None:
        return None
    return row | {
        "weight": typed_text(f"{name}.weight", 10).strip(),
        "is_gate": bool(typed_text(f"{name}.is_gate", 1)),
        "anchors": {mark: _texts(f"{name}.anchor{mark}") for mark in ANCHORS},
        "courses": typed_text(f"{name}.courses", 500),
    }


def _row(name: str) -> dict[str, Any] | None:
    """Name, key and titles of a row; None where it is empty, or ticked to be removed."""
    titles = _texts(f"{name}.titles")
    if typed_text(f"{name}.gone", 1) or not any(titles.values()):
        return None
    key = typed_text(f"{name}.key", 80).strip()
    return {"name": name, "key": key or _key_of(titles, name), "titles": titles}


def _key_of(titles: Mapping[str, str], name: str) -> str:
    made = _NO_KEY.sub("-", titles["en"].casefold()).strip("-")[:40].strip("-")
    return made or "item-" + _NO_KEY.sub("-", name)


def _texts(name: str) -> dict[str, str]:
    return {each: typed_text(f"{name}.{each}", 400).strip() for each in LANGUAGES}


def file_values(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values in the shape of a file, for `read_model_values` to judge.

    What is no number is left as it was typed: it is refused with its place.
    """
    return {
        "model": key,
        "titles": values["titles"],
        "fresh_days": _whole(values["fresh_days"]),
        "fade_days": _whole(values["fade_days"]),
        "least_fresh_permille": _whole(values["least_fresh_permille"]),
        "areas": [
            {
                "key": area["key"],
                "titles": area["titles"],
                "weight": _weight(area["weight"]),
                "indicators": [_file_indicator(one) for one in area["indicators"]],
            }
            for area in values["areas"]
        ],
        "fatal": [{"key": one["key"], "titles": one["titles"]} for one in values["fatal"]],
    }


def _file_indicator(one: Mapping[str, Any]) -> dict[str, Any]:
    anchors = {
        mark: {name: text for name, text in texts.items() if text}
        for mark, texts in one["anchors"].items()
    }
    return {
        "key": one["key"],
        "titles": one["titles"],
        "weight": _weight(one["weight"]),
        "is_gate": one["is_gate"],
        "anchors": {mark: texts for mark, texts in anchors.items() if texts},
        "courses": one["courses"].replace(",", " ").replace("，", " ").split(),
    }


def _whole(text: str) -> Any:
    clean = text.strip()
    return int(clean) if clean.isascii() and clean.isdigit() else clean


def _weight(text: str) -> Any:
    """Per cent as typed, in hundredths."""
    if not text:
        return 0
    if not text.isascii() or not _PER_CENT.fullmatch(text):
        return text
    whole, _dot, rest = text.replace(",", ".").partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])
