"""Practice lessons made for one person: of the signs that hold them up, from texts there are."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

LESSON_SIGNS = {"zh": 160, "en": 360}  # about two minutes
_CLAUSE = re.compile(r"[^，。！？；\n]+[，。！？；]?")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_LINE_WORDS = 8


def lesson_of_weak(weak: Sequence[str], sources: Iterable[str], language: str, *, seed: int) -> str:
    """A text rich in the weak signs and pairs, the weakest first in `weak`.

    Chinese: clauses of the sources; English: their words, eight a line. Those with most of the
    weak ones for their length come first, each once; the seed decides their order in the lesson.
    Empty where the sources hold none of them.
    """
    pieces = _clauses(sources) if language == "zh" else _words(sources)
    worth = {sign: len(weak) - number for number, sign in enumerate(dict.fromkeys(weak))}
    scored = [(_score(piece, worth), piece) for piece in dict.fromkeys(pieces)]
    best = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1]))
    chosen: list[str] = []
    length = 0
    for _score_of, piece in best:
        if length >= LESSON_SIGNS.get(language, 360):
            break
        chosen.append(piece)
        length += len(piece) + (language != "zh")
    random.Random(seed).shuffle(chosen)
    return _laid_out(chosen, language)


def _score(piece: str, worth: dict[str, int]) -> float:
    found = sum(value for sign, value in worth.items() if sign in piece)
    return found / (len(piece) + 4)  # very short pieces are no better for being short


def _clauses(sources: Iterable[str]) -> list[str]:
    found = (match.strip() for text in sources for match in _CLAUSE.findall(text))
    return [clause for clause in found if 4 <= len(clause) <= 30]


def _words(sources: Iterable[str]) -> list[str]:
    found = (match for text in sources for match in _WORD.findall(text))
    return [word.lower() for word in found if len(word) > 1]


def _laid_out(pieces: Sequence[str], language: str) -> str:
    if language == "zh":
        return "\n".join(piece if piece[-1] in "，。！？；" else piece + "。" for piece in pieces)
    lines = [pieces[start : start + _LINE_WORDS] for start in range(0, len(pieces), _LINE_WORDS)]
    return "\n".join(" ".join(line) for line in lines)
