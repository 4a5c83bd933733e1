"""GIFT cut into questions: comments, title, stem, what stands in braces, what comes after.

An escaped sign is kept as one private-use character until the end, so that the text can be
divided at the signs that count. Decoding has refused private-use characters before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_SIGNS = "\\~=#{}:n"
_PRIVATE = {sign: chr(0xE000 + place) for place, sign in enumerate(_SIGNS)}
_BACK = str.maketrans(
    {private: "\n" if sign == "n" else sign for sign, private in _PRIVATE.items()}
)


@dataclass
class Block:
    """Lines up to a blank one. `comments` and `text` know the line they begin on."""

    line: int
    text: str = ""
    comments: list[tuple[int, str]] = field(default_factory=list)
    category: str = ""

    def take(self, number: int, line: str) -> None:
        """Add a line; a comment among the lines of a question keeps their number."""
        is_comment = line.strip().startswith("//")
        if is_comment:
            self.comments.append((number, line.strip()))
        if self.text:
            self.text += "\n" + ("" if is_comment else hidden(line))
        elif not is_comment:
            self.line, self.text = number, hidden(line)


def hidden(text: str) -> str:
    """The text with each escaped sign as one character that divides nothing."""
    return _ESCAPED.sub(lambda found: _PRIVATE[found[1]], text)


def shown(text: str) -> str:
    """The text with its escaped signs as they are meant, without white space around it."""
    return text.strip(" \t\n").translate(_BACK)


def blocks(source: str) -> Iterator[Block]:
    """The blocks of a file, their text with escaped signs hidden."""
    block: Block | None = None
    for number, line in enumerate([*source.split("\n"), ""], start=1):
        bare = line.strip()
        if bare.startswith("$CATEGORY:") and not (block and block.text):
            block = None
            yield Block(number, category=bare[len("$CATEGORY:") :].strip())
        elif bare:
            block = block or Block(number)
            block.take(number, line)
        elif block:
            yield block
            block = None
