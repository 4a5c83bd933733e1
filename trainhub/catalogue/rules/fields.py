"""Reading typed fields out of a YAML tree, collecting every error with its line.

A `Fields` reads one mapping. Its methods return the value, or a harmless stand-in after
noting an error; the caller reads everything, then asks `errors` whether anything counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from trainhub.catalogue.rules.storable import unstorable
from trainhub.catalogue.rules.strict_yaml import Node
from trainhub.errors import N_, InputError, InputErrors

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY_LENGTH = 80

_MESSAGES = {
    "field_unknown": N_("“%(field)s” is not a field of this file. Known are: %(known)s."),
    "field_missing": N_("“%(field)s” is missing."),
    "field_text": N_("“%(field)s” must be text; put it in quotes."),
    "field_long": N_("“%(field)s” may have at most %(limit)s characters; it has %(length)s."),
    "field_characters": N_("“%(field)s” holds a character that cannot be stored."),
    "field_whole": N_("“%(field)s” must be a whole number from %(low)s to %(high)s."),
    "field_choice": N_("“%(field)s” must be one of: %(choices)s."),
    "field_date": N_("“%(field)s” must be a date such as 2027-06-30."),
    "field_key": N_("“%(field)s” must be lower-case letters, digits and single hyphens."),
    "field_yes_no": N_("“%(field)s” must be true or false."),
    "field_list": N_("“%(field)s” must be a list."),
    "field_mapping": N_("“%(field)s” must be a group of named values."),
    "field_twice": N_("“%(value)s” stands twice in “%(field)s”."),
    "field_count": N_("“%(field)s” must have %(low)s to %(high)s entries; it has %(length)s."),
}

_ODD_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")


def tidy_plain(text: str) -> str:
    """Plain text as it is kept: one line, no white space around it."""
    return " ".join(_ODD_BREAKS.sub("\n", text).split())


def tidy_markdown(text: str) -> str:
    """Markdown as it is kept: line feeds only, no blank lines around it."""
    return re.sub(r"\A(?:[ ]*\n)+", "", _ODD_BREAKS.sub("\n", text).expandtabs(4)).rstrip()


class Fields:
    """The fields of one mapping; `path` names it in messages (`items.greeting.options`)."""

    def __init__(
        self, node: Node | None, errors: list[InputError], *, path: str = "", file: str | None
    ) -> None:
        self.node = node or Node({})
        self.errors = errors
        self.path = path
        self.file = file
        self.pairs: dict[str, Node] = {}
        if isinstance(self.node.value, dict):
            self.pairs = self.node.value
        else:
            self.refuse("field_mapping", path or "—")

    def name(self, field: str) -> str:
        return f"{self.path}.{field}" if self.path else field

    def refuse(self, code: str, field: str, node: Node | None = None, **params: Any) -> None:
        """Note one error about a field, placed at its own line or at the mapping's."""
        line = (node or self.node).line
        params = {"field": field} | params
        self.errors.append(
            InputError(code, _MESSAGES[code], params, file=self.file, line=line, field=field)
        )

    def only(self, known: Iterable[str]) -> None:
        """Refuse every key that is not `known`, so that no slip vanishes silently."""
        known = list(known)
        for key, node in self.pairs.items():
            if key not in known:
                shown = key if len(key) <= KEY_LENGTH else key[:KEY_LENGTH] + "…"
                self.refuse("field_unknown", self.name(shown), node, known=", ".join(known))

    def find(self, field: str, *, required: bool) -> Node | None:
        node = self.pairs.get(field)
        if node is not None and node.value is not None:
            return node
        if required:
            self.refuse("field_missing", self.name(field), node)
        return None

    def _string(self, field: str, node: Node, limit: int) -> str:
        if not isinstance(node.value, str):
            self.refuse("field_text", self.name(field), node)
            return ""
        if unstorable(node.value):
            self.refuse("field_characters", self.name(field), node)
            return ""
        if len(node.value) > limit:
            length = len(node.value)
            self.refuse("field_long", self.name(field), node, limit=limit, length=length)
            return ""
        return node.value

    def plain(self, field: str, limit: int, *, required: bool = True) -> str:
        """One line of plain text; the empty string where an optional one is missing."""
        return self._tidied(field, limit, required, tidy_plain)

    def markdown(self, field: str, limit: int, *, required: bool = True) -> str:
        """Markdown of any number of lines."""
        return self._tidied(field, limit, required, tidy_markdown)

    def _tidied(self, field: str, limit: int, required: bool, tidy: Any) -> str:
        node = self.find(field, required=required)
        if node is None:
            return ""
        count = len(self.errors)
        text: str = tidy(self._string(field, node, limit))
        if required and not text.strip() and len(self.errors) == count:
            self.refuse("field_missing", self.name(field), node)
        return text

    def key(self, field: str, *, required: bool = True) -> str:
        """A kebab-case key."""
        node = self.find(field, required=required)
        return "" if node is None else self._key(field, node)

    def _key(self, field: str, node: Node) -> str:
        text = self._string(field, node, KEY_LENGTH)
        if text and not KEY.fullmatch(text):
            self.refuse("field_key", self.name(field), node)
            return ""
        if not text and node.value == "":
            self.refuse("field_missing", self.name(field), node)
        return text

    def keys(self, field: str, *, known: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different keys, each among `known` if that is given."""
        found: list[str] = []
        for node in self.nodes(field, 0, 50, required=False):
            key = self._key(field, node)
            if not key:
                continue
            if known is not None and key not in known:
                self.refuse("field_choice", self.name(field), node, choices=", ".join(known))
            elif key in found:
                self.refuse("field_twice", self.name(field), node, value=key)
            else:
                found.append(key)
        return tuple(found)

    def plains(self, field: str, low: int, high: int, limit: int) -> list[str]:
        """A list of `low` to `high` lines of plain text (none needed where `low` is 0)."""
        texts = []
        for node in self.nodes(field, low, high, required=low > 0):
            text = tidy_plain(self._string(field, node, limit))
            if not text and node.value in ("", None):
                self.refuse("field_missing", self.name(field), node)
            texts.append(text)
        return texts

    def distinct(self, field: str, texts: Iterable[str], node: Node | None = None) -> None:
        """Refuse texts that stand twice."""
        seen: set[str] = set()
        for text in texts:
            if text and text in seen:
                place = node or self.pairs.get(field)
                self.refuse("field_twice", self.name(field), place, value=text[:80])
            seen.add(text)

    def choice(self, field: str, choices: Collection[str], *, default: str = "") -> str:
        """One of a few words; `default` where it is missing, required when there is none."""
        node = self.find(field, required=not default)
        if node is None:
            return default
        if not isinstance(node.value, str) or node.value not in choices:
            self.refuse("field_choice", self.name(field), node, choices=", ".join(choices))
            return default
        return node.value

    def whole(self, field: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number; `default` where it is missing, required when there is none."""
        node = self.find(field, required=default is None)
        if node is None:
            return low if default is None else default
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse("field_whole", self.name(field), node, low=low, high=high)
            return low
        return value

    def minutes(self, field: str, choices: Collection[int]) -> int:
        """A whole number out of a few."""
        node = self.find(field, required=True)
        value = node.value if node else None
        if isinstance(value, int) and not isinstance(value, bool) and value in choices:
            return value
        if node:
            shown = ", ".join(map(str, choices))
            self.refuse("field_choice", self.name(field), node, choices=shown)
        return next(iter(choices))

    def yes_no(self, field: str, *, default: bool | None = None) -> bool:
        """`true` or `false`."""
        node = self.find(field, required=default is None)
        if node is not None and not isinstance(node.value, bool):
            self.refuse("field_yes_no", self.name(field), node)
        return node.value is True if node is not None else bool(default)

    def day(self, field: str) -> date | None:
        """A date, or None where it is missing."""
        node = self.find(field, required=False)
        if node is None:
            return None
        if type(node.value) is not date or isinstance(node.value, datetime):
            self.refuse("field_date", self.name(field), node)
            return None
        return node.value

    def nodes(self, field: str, low: int, high: int, *, required: bool = True) -> list[Node]:
        """The entries of a list of `low` to `high` of them."""
        node = self.find(field, required=required)
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.refuse("field_list", self.name(field), node)
            return []
        length = len(node.value)
        if not low <= length <= high:
            name = self.name(field)
            self.refuse("field_count", name, node, low=low, high=high, length=length)
            return []
        return node.value

    def group(self, field: str) -> Fields:
        """A mapping within this one."""
        node = self.find(field, required=True)
        return Fields(node, self.errors, path=self.name(field), file=self.file)

    def groups(self, field: str, low: int, high: int) -> list[Fields]:
        """A list of mappings; each is named by its place from 1."""
        return [
            Fields(node, self.errors, path=f"{self.name(field)}.{place}", file=self.file)
            for place, node in enumerate(self.nodes(field, low, high), start=1)
        ]

    def done(self) -> None:
        """Raise `InputErrors` if anything was refused."""
        if self.errors:
            raise InputErrors(self.errors)
