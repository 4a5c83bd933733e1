"""What counts as the same sign: one form of each letter, one kind of space and of quotes."""

from __future__ import annotations

import unicodedata

_SPACES = "\t\n\u00a0\u2002\u2003\u2005\u2009\u202f\u205f\u3000"
_ALWAYS: dict[int, str] = {
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f"), '"'),
}
_QUOTES_WIDE: dict[int, str] = {0xFF07: "'", 0xFF02: '"'}
_WIDTH: dict[int, str] = {
    **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
    **dict(zip(map(ord, "｡｢｣､･￠￡￢￣￥￦"), "。「」、・¢£¬¯¥₩", strict=True)),
}
_FOLDED = {False: {**_WIDTH, **_QUOTES_WIDE, **_ALWAYS}, True: _ALWAYS}


def normal(text: str) -> str:
    """The composed form (NFC), with one sign for a new line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str, *, tests_width: bool) -> str:
    """`normal(text)` with signs that count as equal made equal, code point for code point.

    A new line and the ideographic space are spaces, curly quotes are straight, and unless the
    passage tests width a full-width sign is its half-width one.
    """
    return normal(text).translate(_FOLDED[tests_width])
