"""Files of passages and of phrases: YAML, one file a language and kind, written as it is read.

`write_…(read_…(text))` gives back the text of every file that we have written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trainhub.catalogue.rules.strict_yaml import Node, load
from trainhub.errors import N_, InputError, InputErrors
from trainhub.typing_tests.rules.passages import LANGUAGES, PassageDraft, check_draft
from trainhub.typing_tests.rules.phrases import Phrase, check_phrase, tidied
from trainhub.typing_tests.rules.settings import PassageKind

PHRASES_FILE = "phrase-list"
LONGEST_FILE = 2 * 1024 * 1024
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = 80

_SHAPE = N_("This file is to hold %(wanted)s.")
_UNKNOWN = N_("“%(name)s” is not known here. Known are: %(known)s.")
_MISSING = N_("“%(name)s” is missing here.")
_VALUE = N_("“%(value)s” is not allowed for %(name)s. Allowed are: %(known)s.")
_BAD_KEY = N_("“%(value)s” is no key: lower-case letters, digits and single hyphens.")
_KEY_TWICE = N_("The key “%(value)s” stands twice.")
_PHRASE_TWICE = N_("The phrase “%(value)s” stands twice.")


@dataclass(frozen=True)
class PassageEntry:
    """A passage of a file: its key, and where it stands."""

    key: str
    draft: PassageDraft
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class PassageFile:
    """What a file holds: passages, or the phrases of one language."""

    language: str
    passages: tuple[PassageEntry, ...] = ()
    phrases: tuple[Phrase, ...] = ()


def read_file(text: str, file: str = "") -> PassageFile:
    """Read a file of passages or of phrases. Raises `InputErrors` with everything wrong."""
    return _Reader(file).read(text)


class _Reader:
    """Reads one file and gathers what is wrong in it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[InputError] = []

    def read(self, text: str) -> PassageFile:
        root = load(text, max_depth=6, file=self.file)
        top = self.mapping(root, ("language", "kind", "passages", "phrases"), ("language",))
        if "passages" not in top and "phrases" not in top:
            self.fault(_SHAPE, root, wanted="language, kind, passages | language, phrases")
            raise InputErrors(self.errors)
        language = self.choice(top, "language", LANGUAGES)
        if "phrases" in top:
            found = PassageFile(language, phrases=self.phrases(top["phrases"], language))
        else:
            kind = self.choice(top, "kind", tuple(PassageKind))
            found = PassageFile(language, self.passages(top.get("passages"), language, kind))
        if self.errors:
            raise InputErrors(self.errors)
        return found

    def fault(self, message: str, node: Node | None, **params: Any) -> None:
        line = node.line if node else None
        self.errors.append(
            InputError("file_shape", message, params, file=self.file or None, line=line)
        )

    def mapping(
        self, node: Node | None, known: Sequence[str], needed: Sequence[str]
    ) -> dict[str, Node]:
        value = node.value if node else None
        if not isinstance(value, dict):
            self.fault(_SHAPE, node, wanted=", ".join(known))
            return {}
        for name, inner in value.items():
            if name not in known:
                self.fault(_UNKNOWN, inner, name=name, known=", ".join(known))
        for name in needed:
            if name not in value:
                self.fault(_MISSING, node, name=name)
        return value

    def items(self, node: Node | None, name: str) -> list[Node]:
        value = node.value if node else None
        if isinstance(value, list):
            return value
        self.fault(_SHAPE, node, wanted=name)
        return []

    def choice(self, top: dict[str, Node], name: str, known: Sequence[str]) -> str:
        node = top.get(name)
        value = str(node.raw) if node else ""
        if value not in known:
            self.fault(_VALUE, node, value=value, name=name, known=", ".join(known))
            return known[0]
        return value

    def passages(self, node: Node | None, language: str, kind: str) -> tuple[PassageEntry, ...]:
        entries: list[PassageEntry] = []
        for item in self.items(node, "passages"):
            entry = self.passage(item, language, kind)
            if entry and any(entry.key == other.key for other in entries):
                self.fault(_KEY_TWICE, item, value=entry.key)
            elif entry:
                entries.append(entry)
        return tuple(entries)

    def passage(self, node: Node, language: str, kind: str) -> PassageEntry | None:
        needed = ("key", "title", "text")
        values = self.mapping(node, (*needed, "tests_width"), needed)
        if not all(name in values for name in needed):
            return None
        key, title, text = (values[name].raw for name in needed)
        if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
            self.fault(_BAD_KEY, values["key"], value=key)
        width = values.get("tests_width")
        draft = PassageDraft(language, PassageKind(kind), title, text, bool(width and width.value))
        try:
            draft = check_draft(draft)
        except InputErrors as refused:
            self.errors += [self.placed(fault, values) for fault in refused.errors]
        return PassageEntry(key, draft, self.file, node.line)

    def placed(self, fault: InputError, values: dict[str, Node]) -> InputError:
        """A fault at its line of the file: a text begins on the line after its name."""
        start = values.get(fault.field or "text", values["text"]).line or 0
        return replace(fault, file=self.file or None, line=start + (fault.line or 0))

    def phrases(self, node: Node, language: str) -> tuple[Phrase, ...]:
        found: dict[str, Phrase] = {}
        for item in self.items(node, "phrases"):
            values = self.mapping(item, ("group", "texts"), ("group", "texts"))
            group = values["group"].raw if "group" in values else ""
            for one in self.items(values.get("texts"), "texts"):
                phrase = tidied(Phrase(group, one.raw, one.line or 0), language)
                faults = check_phrase(phrase, language)
                self.errors += [
                    replace(each, file=self.file or None, line=one.line) for each in faults
                ]
                if phrase.text in found:
                    self.fault(_PHRASE_TWICE, one, value=phrase.text)
                found[phrase.text] = phrase
        return tuple(found.values())


def write_passages(language: str, kind: str, entries: Iterable[PassageEntry]) -> str:
    """A file of passages, in the order given."""
    lines = [f"language: {language}", f"kind: {kind}", "passages:"]
    for entry in entries:
        lines += [f"  - key: {entry.key}", f"    title: {_quoted(entry.draft.title)}"]
        if entry.draft.tests_width:
            lines.append("    tests_width: true")
        lines.append("    text: |-")
        lines += [f"      {line}" for line in entry.draft.text.split("\n")]
    return "\n".join(lines) + "\n"


def write_phrases(language: str, phrases: Iterable[Phrase]) -> str:
    """A file of phrases; the groups in the order in which they come first."""
    groups: dict[str, list[str]] = {}
    for phrase in phrases:
        groups.setdefault(phrase.group, []).append(phrase.text)
    lines = [f"language: {language}", "phrases:"]
    for group, texts in groups.items():
        lines += [f"  - group: {_quoted(group)}", "    texts:"]
        lines += [f"      - {_quoted(text)}" for text in texts]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A YAML scalar in double quotes: nothing in it can mean anything else."""
    return json.dumps(text, ensure_ascii=False)


def file_name(language: str, kind: str) -> str:
    """The name of the file for a language and a kind, or for phrases (`PHRASES_FILE`)."""
    return f"{kind}.{language}.yaml"
