"""What a passage asks of a typist, in figures.

pypinyin is imported when the first Chinese text comes, because it loads large tables.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Any

from trainhub.typing_tests.rules.characters import is_han, is_rare

PIECE = 4  # characters that one look into the candidates brings: words and set phrases
LOOKED_UP = 6  # letters for a character whose reading the dictionary does not know
SWITCHING = 2  # keys into and out of Latin letters while typing Chinese

_SHIFTED = frozenset(string.ascii_uppercase + '~!@#$%^&*()_+{}|:"<>?' + "《》“”…—￥·")
_HALF = {0xFF01 + at: 0x21 + at for at in range(94)}
_EVERYDAY = {
    "zh": frozenset("，。、！？：； \u3000\n"),
    "en": frozenset(string.ascii_lowercase + " \n.,'?!-"),
}
_LATIN_RUN = re.compile(r"[!-~]*[A-Za-z][!-~]*")


class Difficulty(StrEnum):
    """How hard a passage is, by `difficulty_of`."""

    EASY = "easy"
    NORMAL = "normal"
    HARD = "hard"


NORMAL_FROM, HARD_FROM = 4, 15  # points of `difficulty_of`


@dataclass(frozen=True)
class PassageFacts:
    """What is shown of a passage before it is typed.

    `characters` are code points, line ends included. `keystrokes` are what a careful typist
    needs without a slip (`keystrokes_of`). `rare` and `special` are shares from 0 to 1 of all
    characters but blanks: of rare ones (`characters.is_rare`), and of signs that interrupt the
    flow - digits, symbols, capitals, in Chinese also Latin letters.
    """

    characters: int
    keystrokes: int
    rare: float
    special: float
    difficulty: Difficulty

    def as_dict(self) -> dict[str, Any]:
        """The form in which facts are stored."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> PassageFacts:
        """Facts as they were stored."""
        return cls(**{**stored, "difficulty": Difficulty(stored["difficulty"])})


def facts_of(text: str, language: str) -> PassageFacts:
    """The facts of a text in the form that `passages.normal_text` gives."""
    signs = [sign for sign in text if not sign.isspace()]
    rare = sum(map(is_rare, signs)) / max(1, len(signs))
    special = sum(_is_special(sign, language) for sign in signs) / max(1, len(signs))
    return PassageFacts(
        characters=len(text),
        keystrokes=keystrokes_of(text, language),
        rare=round(rare, 4),
        special=round(special, 4),
        difficulty=difficulty_of(rare, special),
    )


def difficulty_of(rare: float, special: float) -> Difficulty:
    """Points = 100 × (special + 3 × rare): a rare character holds one up as long as three signs.

    Below `NORMAL_FROM` points a passage is easy, from `HARD_FROM` on it is hard.
    """
    points = 100 * (special + 3 * rare)
    if points < NORMAL_FROM:
        return Difficulty.EASY
    return Difficulty.NORMAL if points < HARD_FROM else Difficulty.HARD


def _is_special(sign: str, language: str) -> bool:
    return sign not in _EVERYDAY[language] and not (language == "zh" and is_han(sign))


@lru_cache(maxsize=1_024)
def keystrokes_of(text: str, language: str) -> int:
    """Keys that a text takes without a slip.

    A Chinese character: the letters of its pinyin, and one key to choose for each `PIECE`
    characters that stand together. Any other sign: one, with shift two. In Chinese each run of
    Latin letters takes `SWITCHING` more.
    """
    total = 0
    for together, group in groupby(text, is_han):
        run = "".join(group)
        if together:
            total += _pinyin_letters(run) + -(-len(run) // PIECE)
        else:
            total += len(run) + sum(sign in _SHIFTED for sign in run.translate(_HALF))
            if language == "zh":
                total += SWITCHING * len(_LATIN_RUN.findall(run))
    return total


def _pinyin_letters(han: str) -> int:
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(han, errors=list)  # type: ignore[arg-type]  # a list is taken apart
    return sum(LOOKED_UP if is_han(syllable[0]) else len(syllable) for syllable in syllables)
