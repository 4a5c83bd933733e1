"""Taking the sting out of texts made to keep the parser busy.

The parser's time grows with the square of the links, footnotes and definitions of a paragraph.
Nobody writes hundreds of them into one. Where they stand, their signs pass the parser as
characters of private use, which mean nothing to it, and `restored` brings them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MOST_BRACKETS = 400
_MOST_FOOTNOTES = 300
_MOST_DEFINITIONS = 100
_BRACKET, _COLON = "\ue05b", "\ue03a"
_DEFINED = re.compile(r"(?m)^([ ]{0,3}):(?=[ ])")


def defused(lines: list[str]) -> list[str]:
    """The lines, with surplus signs hidden paragraph by paragraph."""
    footnotes = sum(line.count("[^") for line in lines)
    kept: list[str] = []
    for paragraph in _paragraphs(lines):
        text = "\n".join(paragraph)
        if text.count("[") > _MOST_BRACKETS:
            text = text.replace("[", _BRACKET)
        elif footnotes > _MOST_FOOTNOTES:
            text = text.replace("[^", f"{_BRACKET}^")
        if len(_DEFINED.findall(text)) > _MOST_DEFINITIONS:
            text = _DEFINED.sub(rf"\1{_COLON}", text)
        kept += text.split("\n")
    return kept


def restored(html: str) -> str:
    """The text with the hidden signs back; comes before every check of addresses."""
    return html.replace(_BRACKET, "[").replace(_COLON, ":")


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """The lines in groups that end with a blank line."""
    group: list[str] = []
    for line in lines:
        group.append(line)
        if not line.strip():
            yield group
            group = []
    yield group
