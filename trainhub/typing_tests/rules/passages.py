"""What a passage may hold, how it is brought into one form, and how long a text must be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.errors import N_, InputError, InputErrors
from trainhub.typing_tests.rules.characters import (
    IDEOGRAPHIC_SPACE,
    MESSAGES,
    fault_of,
    is_han,
    name_of,
)
from trainhub.typing_tests.rules.passage_facts import PassageFacts, facts_of
from trainhub.typing_tests.rules.settings import PassageKind

__all__ = [
    "LANGUAGES",
    "NormalText",
    "PassageDraft",
    "PassageFacts",
    "check_draft",
    "check_passage",
    "enough_text",
    "facts_of",
    "normal_text",
]

LEAST_CHARACTERS = 40  # a minute's worth for a beginner: below it no figure means anything
MOST_CHARACTERS = 6_000  # 20 minutes of quick English
LONGEST_TITLE = 120
MOST_NAMED = 10  # a text with more faults than this is the wrong text
FASTEST_KEYSTROKES = 1_000  # a minute: 200 words in English, some 270 characters in Chinese
LEAST_A_HAN = 2  # keys that a Chinese character takes at the least, on an average

_LINE_END = re.compile("\r\n|\r|\n")
_HARD_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_BLANKS = re.compile(" {2,}")
_ENGLISH_SIGNS = {
    "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "…": "...",
}  # fmt: skip
_ENGLISH_SIGN = re.compile("|".join(_ENGLISH_SIGNS))

_SHORT = N_("A passage has at least %(least)s characters; this one has %(count)s.")
_LONG = N_("A passage has at most %(most)s characters; this one has %(count)s.")
_MORE = N_("There are %(count)s more characters of this sort.")
_NO_CHINESE = N_("There is no Chinese in this text. Is its language right?")
_CHINESE = N_("There are %(count)s Chinese characters in this text. Is its language right?")
_NO_LANGUAGE = N_("A passage is in Chinese or in English.")
_TITLE = N_("Give the passage a title of at most %(most)s characters.")
_TITLE_SIGN = N_("The title holds a character that cannot be seen (%(name)s).")
_NOTICES = {
    "hard_spaces": N_("%(count)s hard or narrow blanks became ordinary ones."),
    "line_ends": N_("Line ends of several kinds became the same."),
    "blank_lines": N_("Empty lines, and blanks around lines or beside each other, were left out."),
    "composed": N_("Characters put together from parts became single ones."),
    "plain_signs": N_("%(count)s curly quotation marks, dashes or dots became plain ones."),
}


@dataclass(frozen=True)
class NormalText:
    """A text in the form in which passages are kept, and what was changed for that."""

    text: str
    notices: tuple[InputError, ...] = ()


@dataclass(frozen=True)
class PassageDraft:
    """A passage as somebody hands it in."""

    language: str
    kind: PassageKind
    title: str
    text: str
    tests_width: bool = False


def normal_text(text: str, language: str) -> NormalText:
    """The text as passages are kept: NFC, one line feed between lines, no empty lines, single
    ordinary blanks; in English also plain quotation marks, hyphens and dots.

    What cannot be typed stays, for `check_passage` to name.
    """
    notices: list[InputError] = []

    def note(code: str, count: int = 1) -> None:
        if count:
            notices.append(InputError(code, _NOTICES[code], {"count": count}))

    note("line_ends", len(set(_LINE_END.findall(text))) > 1)
    text = _LINE_END.sub("\n", text)
    composed = unicodedata.normalize("NFC", text)
    note("composed", composed != text)
    text, count = _HARD_SPACES.subn(" ", composed)
    note("hard_spaces", count)
    if language == "en":
        text, count = _ENGLISH_SIGN.subn(lambda found: _ENGLISH_SIGNS[found[0]], text)
        note("plain_signs", count)
    lines = [
        _BLANKS.sub(" ", line.strip(" " + IDEOGRAPHIC_SPACE))
        for line in text.strip("\n").split("\n")
    ]
    tidy = "\n".join(line for line in lines if line)
    note("blank_lines", tidy != text.strip("\n"))
    return NormalText(tidy, tuple(notices))


def check_passage(text: str, language: str) -> list[InputError]:
    """Everything that keeps a text, as it was handed in, from being a passage.

    Each character that cannot be typed is named with its line and its place in the line, both
    from 1, at most `MOST_NAMED` of them. What `normal_text` puts right is no fault.
    """
    han = sum(map(is_han, text))
    if language == "en" and han > MOST_NAMED:
        return [InputError("language", _CHINESE, {"count": han}, field="language")]
    errors: list[InputError] = []
    unnamed = 0
    composed = unicodedata.normalize("NFC", text)
    for number, line in enumerate(_LINE_END.split(composed), start=1):
        for at, sign in enumerate(line, start=1):
            if _is_put_right(sign, language):
                continue
            code = fault_of(sign, language)
            if code and len(errors) < MOST_NAMED:
                params = {"line": number, "at": at, "name": name_of(sign)}
                errors.append(InputError(code, MESSAGES[code], params, line=number, field="text"))
            elif code:
                unnamed += 1
    if unnamed:
        errors.append(InputError("more_characters", _MORE, {"count": unnamed}, field="text"))
    return errors or _length_faults(normal_text(text, language).text, language)


def _is_put_right(sign: str, language: str) -> bool:
    if _HARD_SPACES.match(sign) or sign == IDEOGRAPHIC_SPACE:
        return True
    return language == "en" and sign in _ENGLISH_SIGNS


def _length_faults(text: str, language: str) -> list[InputError]:
    count = len(text)
    if count < LEAST_CHARACTERS:
        params = {"least": LEAST_CHARACTERS, "count": count}
        return [InputError("passage_short", _SHORT, params, field="text")]
    if count > MOST_CHARACTERS:
        params = {"most": MOST_CHARACTERS, "count": count}
        return [InputError("passage_long", _LONG, params, field="text")]
    return []


def check_draft(draft: PassageDraft) -> PassageDraft:
    """The draft in the form in which it is kept. Raises `InputErrors` with everything wrong."""
    if draft.language not in LANGUAGES:
        raise InputErrors([InputError("language", _NO_LANGUAGE, field="language")])
    errors = check_passage(draft.text, draft.language)
    title = " ".join(draft.title.split())
    unseen = next((sign for sign in title if not sign.isprintable()), None)
    if not title or len(title) > LONGEST_TITLE:
        errors.append(InputError("title", _TITLE, {"most": LONGEST_TITLE}, field="title"))
    elif unseen is not None:
        errors.append(InputError("title", _TITLE_SIGN, {"name": name_of(unseen)}, field="title"))
    text = normal_text(draft.text, draft.language).text
    is_words = draft.kind in {PassageKind.PROSE, PassageKind.PHRASES}
    if not errors and draft.language == "zh" and is_words and not any(map(is_han, text)):
        errors.append(InputError("language", _NO_CHINESE, field="language"))
    if errors:
        raise InputErrors(errors)
    return replace(draft, title=title, text=text)


def least_keystrokes(text: str) -> int:
    """Keys that a text takes at the least: not by its readings, whose tables are large."""
    return len(text) + (LEAST_A_HAN - 1) * sum(map(is_han, text))


def enough_text(parts: Sequence[tuple[str, int]], duration_s: int) -> str:
    """Passages one below the other until nobody gets to the end in the time, extra included.

    A part is a text and the keys it takes. Enough is what takes the fastest typist
    (`FASTEST_KEYSTROKES`) the whole duration in seconds. Parts after that are left out; where
    they all are too short they begin again.
    """
    wanted = FASTEST_KEYSTROKES * duration_s / 60
    chosen: list[str] = []
    have = 0
    while have < wanted:
        part, keystrokes = parts[len(chosen) % len(parts)]
        chosen.append(part)
        have += max(1, keystrokes)
    return "\n".join(chosen or [part for part, _keystrokes in parts[:1]])
