"""Writing a quiz as its file: `parse_quiz(dump_quiz(quiz)) == quiz`.

The question editor of the browser writes through here, so its files look the same whoever
saved them. Values that are the default are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from trainhub.catalogue.rules.quiz_kinds import DEFAULT_LIMIT
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, QuizText
from trainhub.catalogue.rules.vocabulary import Level


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key and writes several lines as a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class _Number(str):
    """A decimal string that is written as a number."""


def _number(dumper: _Dumper, text: _Number) -> yaml.ScalarNode:
    whole = Decimal(text) == Decimal(text).to_integral_value()
    tag = "tag:yaml.org,2002:int" if whole else "tag:yaml.org,2002:float"
    return dumper.represent_scalar(tag, str(text))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Number, _number)


def dump_quiz(quiz: QuizText) -> str:
    """The quiz as YAML, with line feeds and a final one."""
    head = {
        "quiz": quiz.key,
        "language": quiz.language,
        "title": quiz.title,
        "pass_mark": quiz.pass_mark,
        "items": [item_as_mapping(item) for item in quiz.items],
    }
    text: str = yaml.dump(
        head, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9, line_break="\n"
    )
    return text


def item_as_mapping(item: QuizItem) -> dict[str, Any]:
    """The item with the fields a quiz file gives it, defaults left out."""
    written: dict[str, Any] = {"key": item.key, "kind": item.kind.value}
    if item.objective:
        written["objective"] = item.objective
    if item.level != Level.STANDARD:
        written["level"] = item.level
    if item.tags:
        written["tags"] = list(item.tags)
    if item.enemies:
        written["enemies"] = list(item.enemies)
    if item.points != 1 and item.kind is not Kind.LONG_ANSWER:
        written["points"] = item.points
    written["stem"] = item.stem
    written |= _content(item)
    if item.feedback:
        written["feedback"] = item.feedback
    return written


def _content(item: QuizItem) -> dict[str, Any]:
    content = item.content
    match item.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            return {"options": [_without_defaults(option) for option in content["options"]]}
        case Kind.NUMERIC:
            numbers = {name: _Number(content[name]) for name in ("answer", "tolerance")}
            return _without_defaults(dict(content) | numbers)
        case Kind.CLOZE:
            gaps = content["gaps"]
            return {"gaps": {name: _without_defaults(gap) for name, gap in gaps.items()}}
        case Kind.TRUE_FALSE:
            return dict(content)
        case Kind.LONG_ANSWER:
            rubric = [_without_defaults(criterion) for criterion in content["rubric"]]
            return _without_defaults(dict(content) | {"rubric": rubric})
        case _:
            return _without_defaults(content)


_DEFAULTS: Mapping[str, Any] = {
    "correct": False,
    "feedback": "",
    "strict": False,
    "tolerance": "0",
    "unit": "",
    "extra": [],
    "fatal": False,
    "model_answer": "",
    "limit": DEFAULT_LIMIT,
}


def _without_defaults(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in content.items()
        if name not in _DEFAULTS or value != _DEFAULTS[name]
    }
