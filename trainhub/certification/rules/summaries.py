"""A personal summary as one text of headed parts, and back into its parts.

The headings of the requirement are the template. Kept as readable text: a heading is a line
that begins with `MARK`; a line somebody writes themselves never does.
"""

from __future__ import annotations

from collections.abc import Sequence

MARK = "## "


def compose(headings: Sequence[str], parts: Sequence[str]) -> str:
    """One text: each heading with what was written under it; missing parts are empty."""
    filled = [*parts, *[""] * len(headings)][: len(headings)]
    pieces = []
    for heading, part in zip(headings, filled, strict=True):
        pieces.append(f"{MARK}{heading}\n{_tidied(part)}".rstrip())
    return "\n\n".join(pieces)


def split(text: str) -> list[tuple[str, str]]:
    """Each heading of a composed text with what stands under it; text before any has none."""
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if line.startswith(MARK):
            found.append((line[len(MARK) :], []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            found.append(("", [line]))
    return [(heading, "\n".join(lines).strip()) for heading, lines in found]


def parts_of(text: str, count: int) -> list[str]:
    """What was written under each of `count` headings, in order, in whatever language they were.

    Parts beyond the last are joined to it: nothing that was written is lost.
    """
    written = [part for _heading, part in split(text)]
    kept = written[:count] + [""] * (count - len(written))
    rest = [part for part in written[count:] if part]
    if rest and kept:
        kept[-1] = "\n\n".join([one for one in (kept[-1], *rest) if one])
    return kept


def written_length(text: str) -> int:
    """Characters that somebody wrote themselves: no headings, no white space."""
    return sum(len("".join(part.split())) for _heading, part in split(text))


def _tidied(part: str) -> str:
    lines = part.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join(f" {line}" if line.startswith(MARK) else line for line in lines)
