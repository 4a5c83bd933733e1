"""Comparing what people type with what was expected, as a fair marker would.

Chinese input methods mix full and half width and the two scripts, people add or leave out
spaces and full stops, and write numbers in words; none of that is wrong. A changed quantity is:
signs, points, per-cent signs and the border between two numbers stay.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from trainhub.catalogue.rules.chinese_scripts import simplified
from trainhub.catalogue.rules.number_words import with_digits

_MINUS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2044": "/"})
_KEPT_BETWEEN_DIGITS = frozenset(".:/-")
_HAN = "[\u3400-\u9fff〇]"
_BLANKS_IN_CHINESE = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!,?\d)")
_TIDY_NUMBERS = (
    (re.compile(r"^\s*-\s+(?=\d)"), "-"),  # not a bullet: what could be a sign is one
    (re.compile(r"(?<=\d)\s*[-~\u2013\u2014\u301c]+\s*(?=\d)"), "-"),
    (re.compile(r"(?<=\d)\s*([:/])\s*(?=\d)"), r"\1"),
    (re.compile(r"(?<=\d)\s+(?=[%‰])"), ""),
    (re.compile(r"(?<![\w.])\.(?=\d)"), "0."),
)
_MAX_NUMBER = 64
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[, ]\d{3})+|\d{1,18})(?P<rest>\.\d{1,12})?(?P<unit>.*)"
)


def fold(text: str) -> str:
    """The text without differences of width, case, script, spaces, punctuation, number words.

    Folding what is folded changes nothing. Two different quantities never fold alike.
    """
    folded = _fold_once(text)
    while folded != text:  # joined words may be a number word only now
        text, folded = folded, _fold_once(folded)
    return folded


def _fold_once(text: str) -> str:
    return _without_signs(with_digits(_tidied(text)))


def half_digits(text: str) -> str:
    """The text in half width, lower case and simplified Chinese with its number words as digits.

    Unlike folding it keeps all punctuation and single blanks: what amounts and dates are read from.
    """
    return " ".join(with_digits(_tidied(text)).split())


def _tidied(text: str) -> str:
    """One writing for width, case, script, thousands and the signs between digits."""
    plain = unicodedata.normalize("NFKC", "".join(map(_in_parts, text)).translate(_MINUS))
    plain = unicodedata.normalize("NFKC", plain.casefold()).translate(_MINUS)
    plain = _BLANKS_IN_CHINESE.sub("", simplified(plain))
    plain = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), plain)
    for found, better in _TIDY_NUMBERS:
        plain = found.sub(better, plain)
    return plain


def _in_parts(sign: str) -> str:
    """A sign that stands for digits among others (½, ², ①) apart from the digits beside it."""
    if sign.isascii() or sign.isdecimal():
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    return f" {plain} " if any(each.isdecimal() for each in plain) else sign


def _without_signs(text: str) -> str:
    """The text without blanks and punctuation; between two numbers one blank is left."""
    kept = ""
    for place, sign in enumerate(text):
        if _counts(text, place, sign):
            apart = place and kept[-1:].isdecimal() and sign.isdecimal()
            kept += f" {sign}" if apart and not text[place - 1].isdecimal() else sign
    return kept


def _counts(text: str, place: int, character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] not in "ZP" and category not in ("Cc", "Cf"):
        return True
    before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    if character in "%‰":
        return before.isdecimal()
    if character in _KEPT_BETWEEN_DIGITS and before.isdecimal() and after.isdecimal():
        return True
    return character == "-" and after.isdecimal() and not _is_latin(before)


def _is_latin(sign: str) -> bool:
    """Whether a hyphen after this sign joins words (A-5) rather than being a minus."""
    return sign.isalnum() and sign < "\u2e80"


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
