"""Chinese without stray spaces: a line break between two wide characters is no space."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

_BREAK = re.compile(r"[ ]*\n[ ]*")
_KEPT = ("pre", "code", "th-math")
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BREAKS = _HEADINGS.union(
    ("p", "li", "td", "th", "dd", "dt", "div", "section", "blockquote", "ul", "ol", "dl"),
    ("table", "tr", "br", "hr"),
)


def is_wide(character: str) -> bool:
    """Whether a character is Chinese or a full-width sign (Korean keeps its spaces)."""
    if not character or "\uac00" <= character <= "\ud7af":
        return False
    return unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—·"


def _joins(before: str, after: str) -> bool:
    """Curly quotes and dashes are shared with English: one neighbour must be truly wide."""
    truly = [unicodedata.east_asian_width(each) in "WF" for each in (before, after) if each]
    return is_wide(before) and is_wide(after) and any(truly)


def join_lines(text: str, before: str = "", after: str = "") -> str:
    """The text without line breaks between wide characters; `before`/`after` are around it."""

    def joined(found: re.Match[str]) -> str:
        left = text[found.start() - 1] if found.start() else before
        right = text[found.end()] if found.end() < len(text) else after
        return "" if _joins(left, right) else found[0]

    return _BREAK.sub(joined, text)


class _JoinLines(Treeprocessor):
    def run(self, root: Element) -> None:
        pieces = [piece for piece in _pieces(root) if piece[2]]
        for place, (element, where, text) in enumerate(pieces):
            if "\n" not in text or where == "block":
                continue
            before = pieces[place - 1][2][-1:] if place else ""
            after = pieces[place + 1][2][:1] if place + 1 < len(pieces) else ""
            new = join_lines(text, before, after)
            if new != text:
                kind = AtomicString if isinstance(text, AtomicString) else str
                setattr(element, where, kind(new))


def _pieces(element: Element) -> Iterator[tuple[Element, str, str]]:
    """The texts of a tree in reading order; a block's border counts as a line break."""
    if element.tag in _BREAKS:
        yield element, "block", "\n"
    if element.tag in _KEPT:
        yield element, "block", element.text or ""
    elif element.text:
        yield element, "text", element.text
    for child in element:
        yield from _pieces(child)
        if child.tag in _BREAKS:
            yield child, "block", "\n"
        if child.tail:
            yield child, "tail", child.tail


def add_joining(md: Markdown) -> None:
    """Register the joining of lines with a parser, after inline marks, before tidying."""
    md.treeprocessors.register(_JoinLines(md), "th-join-lines", 12)
