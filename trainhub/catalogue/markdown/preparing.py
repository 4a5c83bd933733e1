"""Making Markdown as people type it palatable to the parser, before it parses.

Python-Markdown wants a blank line before a list and four spaces a level; people write lists
right under a sentence and indent by two. Outside code fences this adds the blank lines and
widens the indents; it changes nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trainhub.catalogue.markdown.defusing import defused
from trainhub.catalogue.rules.blocks import is_closing, opening_kind
from trainhub.catalogue.rules.source_lines import Line, normalised, walk

_ITEM = re.compile(r"(?P<indent>[ ]*)(?P<marker>[-*+]|\d{1,9}\.)(?P<gap>[ ]+)(?=\S)")
_RULE = re.compile(r"[ ]{0,3}([-*_])(?:[ ]*\1){2,}[ ]*$")
_QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
_TABLE_RULE = re.compile(r"[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_ENDS_LIST = ("#", ">", "|", ":::")
_DEFINITION = re.compile(r"[ ]{0,3}\*?\[[^\]]+\]:")
_MAX_DEPTH = 8


def prepare(text: str, *, depth: int = 0) -> str:
    """The text with the blank lines and indents the parser needs."""
    lines = list(walk(normalised(text).expandtabs(4)))
    writer = _Writer()
    place = 0
    while place < len(lines):
        end = place
        while depth < 4 and end < len(lines) and _is_quote(lines[end]):
            end += 1
        if end > place:
            writer.quote(lines[place:end], depth)
            place = end
        else:
            following = lines[place + 1].text if place + 1 < len(lines) else ""
            writer.take(lines[place], following)
            place += 1
    return "\n".join(writer.out if depth else defused(writer.out))


def _is_quote(line: Line) -> bool:
    return not line.fence and bool(_QUOTE.match(line.text))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


@dataclass
class _Writer:
    """Writes line by line; `levels` are the open items: (indent, indent of content, numbered)."""

    out: list[str] = field(default_factory=list)
    levels: list[tuple[int, int, bool]] = field(default_factory=list)
    fence: int = 0
    fence_shift: int = 0
    apart: bool = False  # a paragraph or code of a list item was written last

    @property
    def after_blank(self) -> bool:
        return not self.out or not self.out[-1].strip()

    def blank(self) -> None:
        if not self.after_blank:
            self.out.append("")

    def close_levels(self, indent: int) -> tuple[int, int, bool] | None:
        """Close the items that text at this indent cannot belong to; returns the last one."""
        closed = None
        while self.levels and indent < self.levels[-1][0] + 2:
            closed = self.levels.pop()
        return closed

    def take(self, line: Line, following: str) -> None:
        if line.fence:
            self.code(line)
        elif not line.text.strip():
            self.out.append("")
        elif is_closing(line.text) or opening_kind(line.text):
            self.levels = []
            self.blank()
            self.out += [line.text, ""]
        elif (match := _ITEM.match(line.text)) and not _RULE.match(line.text):
            self.item(line.text, match)
        else:
            self.plain(line.text, following)

    def quote(self, lines: list[Line], depth: int) -> None:
        self.levels = []
        self.blank()
        inner = "\n".join(_QUOTE.sub("", line.text, count=1) for line in lines)
        self.out += [f"> {line}".rstrip() for line in prepare(inner, depth=depth + 1).split("\n")]
        self.out.append("")

    def code(self, line: Line) -> None:
        self.apart = True
        if line.fence != self.fence:
            self.fence = line.fence
            self.close_levels(_indent(line.text))
            self.blank()
            self.fence_shift = 4 * len(self.levels) - _indent(line.text) if self.levels else 0
        if self.fence_shift >= 0:
            self.out.append((" " * self.fence_shift + line.text) if line.text.strip() else "")
        else:
            surplus = min(-self.fence_shift, _indent(line.text))
            self.out.append(line.text[surplus:])

    def item(self, text: str, match: re.Match[str]) -> None:
        indent = len(match["indent"])
        if not self.levels and (indent >= 4 or not self.may_begin_list(match)):
            self.out.append(text)
            return
        numbered = match["marker"][-1] == "."
        closed = self.close_levels(indent)
        begins = not (closed or self.levels) or (closed and closed[2] != numbered)
        if begins or self.apart:
            self.blank()
        self.apart = False
        depth = min(len(self.levels), _MAX_DEPTH)
        self.out.append(" " * 4 * depth + match["marker"] + " " + text[match.end() :])
        self.levels.append((indent, match.end(), numbered))

    def may_begin_list(self, match: re.Match[str]) -> bool:
        """A sentence may be wrapped before a year; only "1." begins a list inside a paragraph."""
        return self.after_blank or match["marker"] in ("-", "*", "+", "1.")

    def plain(self, text: str, following: str) -> None:
        indent = _indent(text)
        if self.levels and not self.after_blank and not text.lstrip().startswith(_ENDS_LIST):
            self.out.append(" " * (4 * len(self.levels) - 2) + text.strip())
            return
        self.close_levels(indent)
        if self.levels:
            self.apart = True
            extra = max(0, indent - self.levels[-1][1])
            self.out.append(" " * (4 * len(self.levels) + extra) + text.lstrip())
            return
        if _DEFINITION.match(text):
            self.blank()
        heads_table = "|" in text and "|" in following and _TABLE_RULE.match(following)
        if heads_table or text.lstrip().startswith("#"):
            self.blank()
        self.out.append(text)
