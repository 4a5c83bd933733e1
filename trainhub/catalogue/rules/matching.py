"""Whether a typed answer is one of the accepted wordings, by the way its author compares.

- words: width, case, script, punctuation, spaces and number words do not count (`folding`)
- exact: every character counts
- amount: the number and its unit count, not how they are written
- date: the calendar date counts, not how it is written
- code: every character counts, case, spaces and hyphens too, but not its width
- name: only width and Latin case do not count; 冯 and 馮 are two names
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from trainhub.catalogue.rules.amounts import MONEY, read_amount
from trainhub.catalogue.rules.dates import read_date
from trainhub.catalogue.rules.fields import tidy_plain
from trainhub.catalogue.rules.folding import fold

_WIDTH = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "})


class Match(StrEnum):
    """How a typed answer is compared with the accepted ones."""

    WORDS = "words"
    EXACT = "exact"
    AMOUNT = "amount"
    DATE = "date"
    CODE = "code"
    NAME = "name"


MATCHES = tuple(match.value for match in Match)


def match_of(content: Mapping[str, Any]) -> Match:
    """How a short answer or a typed gap is compared, by its content."""
    return Match(content.get("match") or ("exact" if content["strict"] else "words"))


def accepted_by(content: Mapping[str, Any], text: str) -> str | None:
    """The accepted wording that a typed answer equals, None if it equals none.

    `content` is that of a short answer or of a gap of a cloze that is typed.
    """
    match = match_of(content)
    return next((answer for answer in content["answers"] if _alike(match, answer, text)), None)


def can_be_compared(match: Match, answer: str) -> bool:
    """Whether an accepted wording is something that this way of comparing can read at all."""
    if match is Match.AMOUNT:
        return read_amount(answer) is not None
    if match is Match.DATE:
        return read_date(answer) is not None
    return match is not Match.WORDS or bool(fold(answer))


# Letters and digits in one word, as order and form numbers have them; not 5G, 4K or MP3.
_CODE = re.compile(r"(?=[^\d]*\d)(?=.*[A-Za-z-])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_CODE_LENGTH = 5
_MONTH_SIGN = re.compile("[年月号A-Za-z]")


def looks_like(answer: str) -> Match | None:
    """What a wording seems to be if not words: an amount of money, a full date, a code."""
    day, amount = read_date(answer), read_amount(answer)
    if (
        day is not None
        and day.day is not None
        and (day.year or re.search("[年月号A-Za-z]", answer))
    ):
        return Match.DATE
    if amount is not None and amount.unit in MONEY:
        return Match.AMOUNT
    plain = half_width(answer)
    if amount is None and len(plain) >= _CODE_LENGTH and _CODE.fullmatch(plain):
        return Match.CODE
    return None


def is_ambiguous(answer: str) -> bool:
    """Whether a wording is a date that can be read two ways: 03/04/2026."""
    day = read_date(answer)
    return day is not None and day.is_ambiguous


def half_width(text: str) -> str:
    """The text with full-width letters, digits and signs in half width, blanks made single."""
    return tidy_plain(unicodedata.normalize("NFC", text.translate(_WIDTH)))


def _alike(match: Match, answer: str, given: str) -> bool:
    match match:
        case Match.WORDS:
            folded = fold(given)
            return bool(folded) and folded == fold(answer)
        case Match.EXACT:
            return tidy_plain(given) == answer
        case Match.AMOUNT:
            amount, key = read_amount(given), read_amount(answer)
            return amount is not None and key is not None and key.is_met_by(amount)
        case Match.DATE:
            day = read_date(given)
            return day is not None and day == read_date(answer)
        case Match.CODE:
            return half_width(given) == half_width(answer)
        case Match.NAME:
            return half_width(given).casefold() == half_width(answer).casefold()
