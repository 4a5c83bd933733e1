"""Which characters a typist can be asked for, and what is wrong with the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from trainhub.errors import N_

TAB = "\t"
IDEOGRAPHIC_SPACE = "\u3000"
_REPLACEMENT = "\ufffd"

# What an input method puts in with one key or with shift and one key.
_CHINESE_SIGNS = frozenset("、。〈〉《》「」『』【】〔〕·‘’“”—…￥°×÷±" + IDEOGRAPHIC_SPACE)
_SHARED_SIGNS = frozenset("£€¥")
_CONTROL_NAMES = {"\0": "NUL", "\t": "TAB", "\x08": "BACKSPACE", "\x1b": "ESCAPE", "\x7f": "DELETE"}
_EMOJI_PARTS = frozenset("\ufe0e\ufe0f\u20e3")
_TAGS = range(0xE0000, 0xE0080)

MESSAGES = {
    "tab": N_("Line %(line)s, character %(at)s: a tab cannot be typed into the field. Use blanks."),
    "damaged_character": N_(
        "Line %(line)s, character %(at)s: the text is damaged here (%(name)s). Copy it again "
        "from where it comes."
    ),
    "control_character": N_(
        "Line %(line)s, character %(at)s: %(name)s is a control character. Delete it."
    ),
    "private_character": N_(
        "Line %(line)s, character %(at)s: %(name)s looks different on every computer, because it "
        "is for private use. Put an ordinary character in its place."
    ),
    "unassigned_character": N_("Line %(line)s, character %(at)s: %(name)s is no character yet."),
    "emoji": N_(
        "Line %(line)s, character %(at)s: %(name)s is an emoji, for which typists have no key. "
        "Please say it in words."
    ),
    "invisible_character": N_(
        "Line %(line)s, character %(at)s: %(name)s cannot be seen. Delete it."
    ),
    "untypable_zh": N_(
        "Line %(line)s, character %(at)s: %(name)s does not come out of a Chinese input method."
    ),
    "untypable_en": N_(
        "Line %(line)s, character %(at)s: %(name)s is not on a keyboard for English."
    ),
}


def is_han(sign: str) -> bool:
    """Whether this is a Chinese character, of whatever plane; 〇 is one."""
    return sign == "〇" or unicodedata.name(sign, "").startswith("CJK UNIFIED IDEOGRAPH")


def is_rare(sign: str) -> bool:
    """Whether few typists know the way to it: Han outside level 1 of GB 2312 (its 3,755
    characters in use, rows 0xB0 to 0xD7), letters outside ASCII."""
    if not is_han(sign):
        return sign.isalpha() and not sign.isascii() and not _is_full_width(sign)
    try:
        code = sign.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return not 0xB0 <= code[0] <= 0xD7


def name_of(sign: str) -> str:
    """A character by number and name, itself first if it can be seen: “U+200B ZERO WIDTH SPACE”,
    “第 (U+7B2C)”, “é (U+00E9 LATIN SMALL LETTER E WITH ACUTE)”."""
    name = unicodedata.name(sign, "") or _CONTROL_NAMES.get(sign, "")
    number = f"U+{ord(sign):04X}"
    if is_han(sign):
        return f"{sign} ({number})"
    full = f"{number} {name}".rstrip()
    seen = sign.isprintable() and not _is_invisible(sign) and not unicodedata.combining(sign)
    return f"{sign} ({full})" if seen else full


def fault_of(sign: str, language: str) -> str | None:
    """Why a passage in this language cannot ask for a character: a key of `MESSAGES`, or None."""
    if is_typable(sign, language):
        return None
    for code, is_so in _FAULTS.items():
        if is_so(sign):
            return code
    return f"untypable_{language}"


def is_typable(sign: str, language: str) -> bool:
    """Whether a keyboard for the language brings the character forth."""
    if " " <= sign <= "~" or sign in _SHARED_SIGNS:
        return True
    if language == "zh":
        return sign in _CHINESE_SIGNS or _is_full_width(sign) or is_han(sign)
    return sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN ") and sign < "\u0250"


def _is_full_width(sign: str) -> bool:
    return "\uff01" <= sign <= "\uff5e"


def _is_damaged(sign: str) -> bool:
    return sign == _REPLACEMENT or unicodedata.category(sign) == "Cs"


def _is_emoji(sign: str) -> bool:
    if sign in _EMOJI_PARTS or "\U0001f000" <= sign <= "\U0001faff":
        return True
    return unicodedata.category(sign) == "So" and "\u2300" <= sign <= "\u2bff"


def _is_invisible(sign: str) -> bool:
    if ord(sign) in _TAGS or "\ufe00" <= sign <= "\ufe0f" or sign in "\u115f\u1160\u3164\uffa0":
        return True
    return unicodedata.category(sign) in {"Cf", "Zs", "Zl", "Zp"} or sign == "\u034f"


_FAULTS: dict[str, Callable[[str], bool]] = {
    "tab": lambda sign: sign == TAB,
    "damaged_character": _is_damaged,
    "control_character": lambda sign: unicodedata.category(sign) == "Cc",
    "private_character": lambda sign: unicodedata.category(sign) == "Co",
    "invisible_character": lambda sign: sign != "\ufe0f" and _is_invisible(sign),
    "unassigned_character": lambda sign: unicodedata.category(sign) == "Cn",
    "emoji": _is_emoji,
}
