"""Reading Markdown line by line: which lines are code, and which are not.

Everything that looks for headings or `:::` blocks walks through here, so that all of them
agree on what stands inside a code fence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r"[ ]*(?P<mark>`{3,}|~{3,})(?P<info>.*)$")


class Line(NamedTuple):
    """One line: its number, its text, and the number of the fence it stands in (or 0)."""

    number: int
    text: str
    fence: int


def normalised(source: str) -> str:
    """The text without byte-order mark and with line feeds only; line numbers stay the same."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def walk(text: str, first_line: int = 1) -> Iterator[Line]:
    """The lines of a text. `fence` is the line on which the fence around it opened.

    Opening and closing lines of a fence belong to it. An unclosed fence reaches to the end.
    """
    opened, mark = 0, ""
    for number, line in enumerate(text.split("\n"), start=first_line):
        match = _FENCE.match(line)
        if opened:
            yield Line(number, line, opened)
            if match and closes(match["mark"], match["info"], mark):
                opened = 0
        elif match and not (match["mark"][0] == "`" and "`" in match["info"]):
            opened, mark = number, match["mark"]
            yield Line(number, line, opened)
        else:
            yield Line(number, line, 0)


def closes(mark: str, info: str, opening: str) -> bool:
    """Whether a fence line ends the fence that `opening` began."""
    return mark[0] == opening[0] and len(mark) >= len(opening) and not info.strip()


def unclosed_fence(text: str, first_line: int = 1) -> int | None:
    """The line of a fence that never closes, or None."""
    last = list(walk(text, first_line))[-1]
    if not last.fence:
        return None
    opening = _FENCE.match(text.split("\n")[last.fence - first_line])
    match = _FENCE.match(last.text) if last.number != last.fence else None
    if match and opening and closes(match["mark"], match["info"], opening["mark"]):
        return None
    return last.fence
