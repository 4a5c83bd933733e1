"""YAML for people's files: safe, small, and every value knows its line.

The text becomes a tree of `Node`s. Refused are what a training file never needs and an
attacker likes: aliases and anchors, explicit tags, several documents, keys that are not
text, keys given twice, deep nesting. The tree is built from parser events, so that a hostile
file is refused at its first hostile event and nothing is ever expanded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from trainhub.catalogue.rules.storable import unstorable
from trainhub.errors import N_, InputError, InputErrors

Scalar = str | int | float | bool | date | None


@dataclass(frozen=True)
class Node:
    """A value and its place. `raw` is the text of a scalar as it was written."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int | None = None
    raw: str = ""


# libyaml is ten times faster than the Python parser and ships in every wheel we install.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MESSAGES = {
    "yaml_alias": N_("Anchors and aliases (& and *) are not allowed here."),
    "yaml_tag": N_("Type tags (!) are not allowed here."),
    "yaml_deep": N_("This is nested more than %(depth)s levels deep."),
    "yaml_duplicate": N_("The key “%(key)s” appears here twice."),
    "yaml_key": N_("A key must be plain text."),
    "yaml_documents": N_("Only one document is allowed; remove the second “---”."),
    "yaml_unreadable": N_("This is not readable YAML: %(problem)s"),
    "text_characters": N_("This holds a character that cannot be stored (U+%(code_point)s)."),
}


def refusal(code: str, line: int | None, *, file: str | None = None, **params: Any) -> InputErrors:
    """One error about the form of a YAML text, ready to be raised."""
    return InputErrors([InputError(code, _MESSAGES[code], params, file=file, line=line)])


def load(text: str, *, max_depth: int, first_line: int = 1, file: str | None = None) -> Node | None:
    """The tree of a YAML text, or None for an empty one.

    `first_line` is the line of the file on which `text` begins. Raises `InputErrors` at the
    first thing that is not allowed.
    """
    bad = unstorable(text)
    if bad:
        line = first_line + text.count("\n", 0, bad.start())
        raise refusal("text_characters", line, file=file, code_point=f"{ord(bad[0]):04X}")
    builder = _Builder(max_depth, first_line, file)
    try:
        return builder.document(iter(yaml.parse(text, Loader=_Loader)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else first_line
        problem = error.problem or error.context or ""
        raise refusal("yaml_unreadable", line, file=file, problem=problem) from error
    except (yaml.YAMLError, ValueError) as error:
        raise refusal("yaml_unreadable", None, file=file, problem=str(error)) from error


class _Builder:
    """Turns parser events into nodes; one object reads one text."""

    def __init__(self, max_depth: int, first_line: int, file: str | None) -> None:
        self.max_depth = max_depth
        self.first_line = first_line
        self.file = file
        self.resolver: Any = yaml.SafeLoader("")

    def document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        seen = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1 or event.tags:
                    raise self.refusal("yaml_documents" if seen > 1 else "yaml_tag", event)
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, 1)
        return root

    def refusal(self, code: str, event: Any, **params: Any) -> InputErrors:
        return refusal(code, self.line(event), file=self.file, **params)

    def line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.refusal("yaml_alias", event)
        if event.tag is not None:
            raise self.refusal("yaml_tag", event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if depth > self.max_depth:
            raise self.refusal("yaml_deep", event, depth=self.max_depth)
        if isinstance(event, yaml.SequenceStartEvent):
            items = self.sequence(events, depth)
            return Node(items, self.line(event))
        return Node(self.mapping(events, depth), self.line(event))

    def sequence(self, events: Iterator[Any], depth: int) -> list[Node]:
        items = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, events, depth + 1))
        return items

    def mapping(self, events: Iterator[Any], depth: int) -> dict[str, Node]:
        pairs: dict[str, Node] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                alias = isinstance(event, yaml.AliasEvent)
                raise self.refusal("yaml_alias" if alias else "yaml_key", event)
            key = self.node(event, events, depth).value
            if not isinstance(key, str):
                raise self.refusal("yaml_key", event)
            if key in pairs:
                raise self.refusal("yaml_duplicate", event, key=key)
            pairs[key] = self.node(next(events), events, depth + 1)
        return pairs

    def scalar(self, event: Any) -> Node:
        line = self.line(event)
        if not event.implicit[0]:
            return Node(event.value, line, event.value)
        tag = self.resolver.resolve(yaml.ScalarNode, event.value, (True, False))
        if tag == "tag:yaml.org,2002:str":
            return Node(event.value, line, event.value)
        node = yaml.ScalarNode(tag, event.value)
        return Node(self._constructed(node), line, event.value)

    def _constructed(self, node: Any) -> Scalar:
        """The value YAML reads; text stays text where the value is impossible (2027-02-31)."""
        if node.tag == "tag:yaml.org,2002:int" and len(node.value) > 40:
            return str(node.value)
        try:
            value = self.resolver.construct_object(node)
        except (ValueError, yaml.YAMLError):
            return str(node.value)
        return value if isinstance(value, (int, float, bool, date)) or value is None else None


def node_from(value: Any, *, max_depth: int = 8) -> Node:
    """The tree of plain values from elsewhere (a form, JSON), without line numbers.

    Raises `InputErrors` for values nested deeper than `max_depth`.
    """
    if isinstance(value, (Mapping, list, tuple)):
        if max_depth == 0:
            raise refusal("yaml_deep", None, depth=8)
        if isinstance(value, Mapping):
            inner = value.items()
            return Node({str(key): node_from(each, max_depth=max_depth - 1) for key, each in inner})
        return Node([node_from(each, max_depth=max_depth - 1) for each in value])
    if value is None or isinstance(value, (str, int, float, bool, date)):
        return Node(value, raw="" if value is None else str(value))
    return Node(str(value), raw=str(value))
