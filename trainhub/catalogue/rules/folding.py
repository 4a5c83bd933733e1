"""Comparing what people type with what was expected, as a fair marker would.

Chinese input methods mix full and half width, and people add or leave out spaces and full
stops; none of that is wrong. A changed number is: within and before numbers, signs, points
and per-cent signs stay.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_MINUS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-"})
_KEPT_BETWEEN_DIGITS = frozenset(".:/-")
_MAX_NUMBER = 64
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[, ]\d{3})+|\d{1,18})(?P<rest>\.\d{1,12})?(?P<unit>.*)"
)


def fold(text: str) -> str:
    """The text without differences of width, case, spaces and punctuation."""
    plain = unicodedata.normalize("NFKC", text.translate(_MINUS)).casefold()
    plain = unicodedata.normalize("NFKC", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    return "".join(
        character for place, character in enumerate(plain) if _counts(plain, place, character)
    )


def _counts(text: str, place: int, character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] not in "ZP" and category not in ("Cc", "Cf"):
        return True
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if character == "%":
        return before.isdecimal()
    if character in _KEPT_BETWEEN_DIGITS and before.isdecimal() and after.isdecimal():
        return True
    return character == "-" and after.isdecimal() and not before.isalnum()


def read_number(text: str, unit: str = "") -> Decimal | None:
    """The number a person typed, or None if it is none.

    Full-width digits, thousands separators and the trailing `unit` are accepted.
    """
    if len(text) > _MAX_NUMBER:
        return None
    plain = unicodedata.normalize("NFKC", text.translate(_MINUS)).strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    trailing = match["unit"].strip()
    if trailing and fold(trailing) + _percent(trailing) != fold(unit) + _percent(unit):
        return None
    whole = re.sub(r"[, ]", "", match["whole"])
    return Decimal(f"{match['sign']}{whole}{match['rest'] or ''}")


def _percent(unit: str) -> str:
    """Folding drops a lone per-cent sign; here it must count."""
    return "%" if "%" in unit or "％" in unit else ""
