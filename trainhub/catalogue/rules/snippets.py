"""The place of a text that answers a search, with what was found marked.

A snippet is a list of pieces, not HTML: the template escapes each piece and puts the marked
ones into `<mark>`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from trainhub.catalogue.rules.search_terms import QueryPart

LENGTH = 140
_LEAD = 40
_GAP = "…"


@dataclass(frozen=True)
class SnippetPiece:
    """A stretch of text; `is_match` if it is what was looked for."""

    text: str
    is_match: bool


def sought(part: QueryPart) -> str:
    """The folded text that a part of a query looks for: 客户 户投 投诉 → 客户投诉."""
    first, *others = part.terms
    return first + "".join(term[-1] for term in others)


def marked(text: str, parts: Sequence[QueryPart]) -> tuple[SnippetPiece, ...]:
    """The whole text with every match marked (for titles)."""
    return _pieces(text, _matches(text, parts), 0, len(text))


def snippet(text: str, parts: Sequence[QueryPart]) -> tuple[SnippetPiece, ...]:
    """About `LENGTH` characters around the first match, or the beginning of the text."""
    flat = " ".join(text.split())
    matches = _matches(flat, parts)
    start = max(0, matches[0][0] - _LEAD) if matches else 0
    start = _word_start(flat, start)
    end = min(len(flat), start + LENGTH)
    pieces = list(_pieces(flat, matches, start, end))
    if start > 0:
        pieces.insert(0, SnippetPiece(_GAP, is_match=False))
    if end < len(flat):
        pieces.append(SnippetPiece(_GAP, is_match=False))
    return tuple(pieces)


def _word_start(text: str, place: int) -> int:
    """The beginning of the word at a place, if it is near: no half words at the edge."""
    for near in range(place, max(-1, place - 15), -1):
        if near == 0 or not (text[near - 1].isalnum() and text[near - 1].isascii()):
            return near
    return place


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as `search_terms` folds it, with the place each character comes from."""
    folded: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        kept = _fold_sign(sign)
        folded.append(kept)
        places += [place] * len(kept)
    return "".join(folded), places


@lru_cache(maxsize=16_384)
def _fold_sign(sign: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", sign).casefold())
    return "".join(each for each in plain if unicodedata.category(each) != "Mn")


def _matches(text: str, parts: Sequence[QueryPart]) -> list[tuple[int, int]]:
    """Begin and end of every match, in order, none overlapping."""
    folded, places = _folded(text)
    found: list[tuple[int, int]] = []
    for word in {sought(part) for part in parts}:
        at = folded.find(word)
        while at >= 0:
            if not _inside_word(folded, at):
                found.append((places[at], places[at + len(word) - 1] + 1))
            at = folded.find(word, at + 1)
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if not apart or begin >= apart[-1][1]:
            apart.append((begin, end))
    return apart


def _inside_word(folded: str, at: int) -> bool:
    """Whether a Latin word is under way at a place: “art” is not found in “start”."""
    before = folded[at - 1 : at]
    return folded[at].isascii() and before.isascii() and before.isalnum()


def _pieces(
    text: str, matches: Sequence[tuple[int, int]], start: int, end: int
) -> tuple[SnippetPiece, ...]:
    pieces: list[SnippetPiece] = []
    at = start
    for begin, stop in matches:
        if begin < start or begin >= end:
            continue
        if begin > at:
            pieces.append(SnippetPiece(text[at:begin], is_match=False))
        at = min(stop, end)
        pieces.append(SnippetPiece(text[begin:at], is_match=True))
    if at < end:
        pieces.append(SnippetPiece(text[at:end], is_match=False))
    return tuple(pieces)
