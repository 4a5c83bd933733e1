"""Codes that are read out or written on a board: of exams and of typing rooms."""

from __future__ import annotations

import unicodedata
from hmac import compare_digest

# Signs somebody types for a hyphen that Unicode counts as none.
_DASHES = "\u2212\u2043"


def is_code_right(given: str, wanted: str) -> bool:
    """Whether the access code is right; what stands for how it was read out does not matter:
    capitals, spaces, hyphens, letters as wide as Chinese characters."""
    return compare_digest(_bytes(given), _bytes(wanted))


def _bytes(code: str) -> bytes:
    return _bare(code).encode("utf-8", "replace")  # half a character is none


def _bare(code: str) -> str:
    """The signs a code is made of. A code of nothing else keeps its dashes."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    signs = [sign for sign in folded if not sign.isspace()]
    bare = [sign for sign in signs if unicodedata.category(sign) not in {"Pd", "Cf"}]
    return "".join(sign for sign in bare if sign not in _DASHES) or "".join(signs)
