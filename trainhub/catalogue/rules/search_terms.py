"""Cutting text into terms that both search engines find alike, Chinese included.

A run of Chinese becomes its overlapping pairs of characters and, at the end, its last
character: 客户投诉 → 客户 户投 投诉 诉. So a word of two characters is one term, a longer one
a phrase of neighbouring terms, and a single character the beginning of a term. Words of other
scripts are folded (width, case, accents) and kept whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WIDE = (
    r"\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"(?P<wide>[{_WIDE}]+)|(?P<word>(?:(?![{_WIDE}])[^\W_])+)")
_MAX_QUERY = 200
_MAX_PARTS = 12


@dataclass(frozen=True)
class QueryPart:
    """Terms that must stand next to each other; the last may be a beginning if `prefix`."""

    terms: tuple[str, ...]
    prefix: bool

    @property
    def phrase(self) -> str:
        """The terms for PostgreSQL's `phraseto_tsquery('simple', …)` (without the prefix)."""
        return " ".join(self.terms)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFD", plain)
    bare = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    return unicodedata.normalize("NFKC", bare)


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def index_terms(text: str) -> str:
    """The terms of a text, separated by spaces, in order: what both engines index."""
    terms: list[str] = []
    for found in _RUN.finditer(_folded(text)):
        run = found["wide"]
        if run:
            terms += [*_pairs(run), run[-1]]
        else:
            terms.append(found["word"])
    return " ".join(terms)


def query_terms(query: str) -> tuple[QueryPart, ...]:
    """What to look for; a text matches if it has every part. Empty for an empty query.

    At most 200 characters and 12 parts of a query count.
    """
    parts: list[QueryPart] = []
    for found in _RUN.finditer(_folded(query[:_MAX_QUERY])):
        run = found["wide"]
        if run and len(run) > 1:
            part = QueryPart(tuple(_pairs(run)), prefix=False)
        else:
            part = QueryPart((run or found["word"],), prefix=True)
        if part not in parts:
            parts.append(part)
    return tuple(parts[:_MAX_PARTS])


def fts5_query(parts: Iterable[QueryPart]) -> str:
    """The parts as an argument of SQLite's `MATCH`; terms hold letters and digits only."""
    return " AND ".join(f'"{part.phrase}"' + (" *" if part.prefix else "") for part in parts)


def tsquery(parts: Iterable[QueryPart]) -> str:
    """The parts as an argument of PostgreSQL's `to_tsquery('simple', …)`."""
    return " & ".join(
        "(" + " <-> ".join(f"'{term}'" for term in part.terms) + ")"
        if not part.prefix
        else f"'{part.terms[0]}':*"
        for part in parts
    )
