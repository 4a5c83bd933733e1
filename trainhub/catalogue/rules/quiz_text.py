"""A quiz file: YAML in, frozen items out; the browser's question form comes in by the same door.

`parse_quiz` reads a file, `make_item` takes one item as plain values; both check every kind
in the same way (`quiz_kinds`). `QuizItem.content` holds what the kind adds to an item, in the
shapes that `quiz_kinds` describes; it is JSON-able.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trainhub.catalogue.rules import vocabulary as words
from trainhub.catalogue.rules.fields import Fields
from trainhub.catalogue.rules.quiz_kinds import CONTENT_FIELDS, read_content, read_points
from trainhub.catalogue.rules.source_lines import normalised
from trainhub.catalogue.rules.strict_yaml import Node, load, node_from
from trainhub.errors import N_, InputError, InputErrors


class Kind(StrEnum):
    """How an item is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    MATCHING = "matching"
    CLOZE = "cloze"
    LONG_ANSWER = "long_answer"


_KINDS = tuple(kind.value for kind in Kind)
_ITEM_FIELDS = (
    "key",
    "kind",
    "objective",
    "level",
    "tags",
    "enemies",
    "points",
    "stem",
    "feedback",
)
_QUIZ_FIELDS = ("quiz", "language", "title", "pass_mark", "items")
DEFAULT_PASS_MARK = 80

_MESSAGES = {
    "quiz_long": N_("A quiz file may have at most %(limit)s bytes; it has %(length)s."),
    "quiz_empty": N_("The quiz file is empty."),
    "item_key_twice": N_("The item key “%(key)s” stands twice."),
}


@dataclass(frozen=True)
class QuizItem:
    """One question. `line` is where its file has it and does not count for equality.

    `enemies` are keys of groups: an exam paper never holds two questions of one group.
    """

    key: str
    kind: Kind
    stem: str
    content: Mapping[str, Any]
    points: int = 1
    objective: str = ""
    tags: tuple[str, ...] = ()
    feedback: str = ""
    level: str = words.Level.STANDARD.value
    enemies: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class QuizText:
    """A quiz in one language. `pass_mark` is in per cent of the points of a checkpoint."""

    key: str
    language: str
    title: str
    items: tuple[QuizItem, ...]
    pass_mark: int = DEFAULT_PASS_MARK

    def find_item(self, key: str) -> QuizItem | None:
        """The item with this key, or None."""
        return next((item for item in self.items if item.key == key), None)


def parse_quiz(source: str, *, file: str | None = None) -> QuizText:
    """Read a quiz file. Raises `InputErrors` naming every error found, with its line."""
    length = len(source.encode("utf-8", "replace"))
    if length > words.MAX_QUIZ_BYTES:
        params = {"limit": words.MAX_QUIZ_BYTES, "length": length}
        raise InputErrors([InputError("quiz_long", _MESSAGES["quiz_long"], params, file=file)])
    root = load(normalised(source), max_depth=words.MAX_QUIZ_DEPTH, file=file)
    if root is None or root.value is None:
        raise InputErrors([InputError("quiz_empty", _MESSAGES["quiz_empty"], file=file, line=1)])
    fields = Fields(root, [], file=file)
    fields.only(_QUIZ_FIELDS)
    quiz = QuizText(
        key=fields.key("quiz"),
        language=fields.choice("language", words.LANGUAGES),
        title=fields.plain("title", 120),
        pass_mark=fields.whole("pass_mark", 1, 100, default=DEFAULT_PASS_MARK),
        items=tuple(
            _item(node, fields, place)
            for place, node in enumerate(fields.nodes("items", 1, words.MAX_ITEMS), start=1)
        ),
    )
    _check_item_keys(quiz.items, fields.errors, file)
    fields.done()
    return quiz


def make_item(
    *,
    key: str,
    kind: str,
    stem: str,
    content: Mapping[str, Any],
    points: int | None = None,
    objective: str = "",
    tags: tuple[str, ...] | list[str] = (),
    feedback: str = "",
    level: str = "",
    enemies: tuple[str, ...] | list[str] = (),
    file: str | None = None,
) -> QuizItem:
    """One item from plain values, as a form or another import has them.

    `content` has the fields of the kind as in a quiz file; `points` None is 1, or the sum of
    the rubric. Raises the same `InputErrors` as
    `parse_quiz`, with fields (`options.2.text`) and no lines.
    """
    item = {"key": key, "kind": kind, "stem": stem, "points": points, "tags": list(tags)}
    item["enemies"] = list(enemies)
    optional = {"objective": objective, "feedback": feedback, "level": level}
    given = {name: value for name, value in optional.items() if value}
    clash = {name: value for name, value in content.items() if name not in _ITEM_FIELDS}
    errors: list[InputError] = []
    made = _read_item(Fields(node_from(item | given | clash), errors, file=file))
    if errors:
        raise InputErrors(errors)
    return made


def _item(node: Node, parent: Fields, place: int) -> QuizItem:
    """One entry of `items`; its errors are named by its key where it has one."""
    name = str(place)
    if isinstance(node.value, dict) and "key" in node.value:
        name = str(node.value["key"].value)[:80]
    return _read_item(Fields(node, parent.errors, path=f"items.{name}", file=parent.file))


def _read_item(fields: Fields) -> QuizItem:
    kind_word = fields.choice("kind", _KINDS)
    stem = fields.markdown("stem", words.MAX_STEM)
    content: Mapping[str, Any] = {}
    if kind_word:
        fields.only(_ITEM_FIELDS + CONTENT_FIELDS[kind_word])
        content = read_content(kind_word, fields, stem)
    tags = fields.plains("tags", 0, 20, 40)
    fields.distinct("tags", tags)
    return QuizItem(
        key=fields.key("key"),
        kind=Kind(kind_word or Kind.SINGLE),
        stem=stem,
        content=content,
        points=read_points(fields, content),
        objective=fields.key("objective", required=False),
        tags=tuple(tags),
        feedback=fields.markdown("feedback", words.MAX_FEEDBACK, required=False),
        level=fields.choice("level", words.LEVELS, default=words.Level.STANDARD.value),
        enemies=fields.keys("enemies"),
        line=fields.node.line,
    )


def _check_item_keys(
    items: tuple[QuizItem, ...], errors: list[InputError], file: str | None
) -> None:
    seen: set[str] = set()
    for item in items:
        if item.key and item.key in seen:
            message = _MESSAGES["item_key_twice"]
            params = {"key": item.key}
            errors.append(InputError("item_key_twice", message, params, file=file, line=item.line))
        seen.add(item.key)
