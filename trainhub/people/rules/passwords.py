"""Which passwords are accepted: length and a block list, no composition rules.

After NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where the password is the only
factor, 8 with a second one; Unicode and blanks welcome; compared against what attackers try
first. The block list is made here from patterns and is checked with the look-alikes folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from trainhub.errors import N_, InputError
from trainhub.people.rules.weak_words import KEYBOARD_ROWS, WORDS

MINIMUM = 15
MINIMUM_WITH_SECOND_FACTOR = 8
MAXIMUM = 128
MOST_PIECES = 3  # "password" + "qwerty" + "2024" is one guess to an attacker's word mixer
LEAST_OWN = 8  # characters that must remain once names everybody knows are taken away

PRODUCT_WORDS = ("trainhub", "callcenter", "callcentre", "contactcenter", "customerservice")
_LEET = str.maketrans("013457@$!", "oleastasi")
_NOT_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_SUFFIXES = (
    *(str(year) for year in range(1950, 2041)),
    *(
        "1",
        "12",
        "123",
        "1234",
        "12345",
        "123456",
        "1234567",
        "12345678",
        "123456789",
        "1234567890",
    ),
    *("0", "00", "000", "111", "1111", "111111", "222", "333", "520", "521", "1314", "5201314"),
    *("666", "6666", "666666", "888", "8888", "888888", "8888888", "88888888", "999", "168", "147"),
    *("1q2w3e", "1q2w3e4r", "abc", "abc123", "qwe", "qwe123", "321", "654321", "007", "2580"),
)


def normalised(password: str) -> str:
    """The password as it is hashed: Unicode NFC, otherwise as typed, never cut."""
    return unicodedata.normalize("NFC", password)


def folded(password: str) -> str:
    """The password as an attacker's word list sees it: lower case, letters and digits only."""
    return _NOT_LETTER_OR_DIGIT.sub("", unicodedata.normalize("NFKC", password).casefold())


@lru_cache(maxsize=1)
def weak_pieces() -> frozenset[str]:
    """Words, keyboard walks, sequences and years of which weak passwords are put together."""
    walks = {
        piece
        for row in (*KEYBOARD_ROWS, *(row[::-1] for row in KEYBOARD_ROWS))
        for start in range(len(row))
        for length in range(3, 15)
        if len(piece := row[start : start + length]) >= 3
    }
    repeats = {sign * n for sign in "abcdefghijklmnopqrstuvwxyz0123456789" for n in range(3, 9)}
    return frozenset(walks | repeats | set(WORDS) | set(_SUFFIXES) | set(PRODUCT_WORDS))


@lru_cache(maxsize=1)
def block_list() -> frozenset[str]:
    """Well over 10,000 passwords of at least 8 characters that are tried first, folded.

    Each word alone and doubled, with each customary ending. Longer chains of the same pieces
    are found by `is_common` without being listed.
    """
    endings = ("", *_SUFFIXES)
    entries = {
        entry
        for word in (*WORDS, *PRODUCT_WORDS)
        for entry in (word + word, *(word + ending for ending in endings))
    }
    return frozenset(entry for entry in entries | weak_pieces() if len(entry) >= 8)


def _smallest_unit(text: str) -> str:
    """The shortest text of whose repetition `text` consists ("abab" gives "ab")."""
    at = (text + text).find(text, 1)
    return text[:at]


def _fewest_pieces(text: str) -> int:
    """Of how few weak pieces the text can be put together; `MOST_PIECES` + 1 if of too many.

    Digits in a row are one piece: dates and telephone numbers are among the first tries.
    """
    pieces, longest = weak_pieces(), 24
    best = [0, *([MOST_PIECES + 1] * len(text))]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - longest), end):
            piece = text[start:end]
            if best[start] < best[end] - 1 and (piece in pieces or piece.isdecimal()):
                best[end] = best[start] + 1
    return best[-1]


def is_common(password: str) -> bool:
    """Whether an attacker's first lists hold the password, look-alikes and endings folded."""
    spelled = unicodedata.normalize("NFKC", password).casefold().translate(_LEET)
    for text in {folded(password), folded(spelled)}:
        unit = _smallest_unit(text)
        if len(set(text)) < 4 or text in block_list() or unit in block_list():
            return True
        if len(unit) < min(LEAST_OWN, len(text)) or _fewest_pieces(text) <= MOST_PIECES:
            return True
    return False


def says_who(password: str, context: Iterable[str]) -> bool:
    """Whether little, or a common ending, is left of the password without the `context` words.

    `context` is what others know: user name, name, e-mail, team, centre.
    """
    rest = folded(password)
    found = False
    known = {folded(word) for word in (*context, *PRODUCT_WORDS)}
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= 2 and word in rest:
            found, rest = True, rest.replace(word, "")
    return found and (len(rest) < LEAST_OWN or is_common(rest))


def list_password_errors(
    password: str, context: Iterable[str] = (), *, has_second_factor: bool = False
) -> list[InputError]:
    """Why the password is not accepted; empty when it is."""
    text = normalised(password)
    least = MINIMUM_WITH_SECOND_FACTOR if has_second_factor else MINIMUM
    if len(text) < least:
        return [_error("password_too_short", N_("Use at least %(least)s characters."), least=least)]
    if len(text) > MAXIMUM:
        return [_error("password_too_long", N_("Use at most %(most)s characters."), most=MAXIMUM)]
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        return [_error("password_unusable", N_("A password cannot hold control characters."))]
    if is_common(text):
        message = N_("This password is among the first that attackers try.")
        return [_error("password_common", message)]
    if says_who(text, context):
        return [_error("password_guessable", N_("This password is mostly names others know."))]
    return []


def _error(code: str, message: str, **params: int) -> InputError:
    return InputError(code, message, params, field="password")
