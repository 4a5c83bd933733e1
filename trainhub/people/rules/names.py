"""Which names are names: folding, and what could pass itself off as another."""

from __future__ import annotations

import re
import unicodedata

from trainhub.errors import N_, InputError

USERNAME_LENGTHS = (2, 60)
NAME_LENGTH = 80
EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_EMPLOYEE_NO = re.compile(r"[0-9A-Z][0-9A-Z._/-]{0,39}")
_USERNAME_PUNCTUATION = frozenset("._-·")
# Invisible characters that are neither control nor format characters by category.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))
}


def fold_username(text: str) -> str:
    """The user name as stored and compared: NFKC, case folded, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def fold_email(text: str) -> str:
    """The address as stored and compared. Case does not tell mailboxes apart here."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def fold_employee_no(text: str) -> str:
    """The employee number as stored and compared: NFKC, capitals."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def fold_name(text: str) -> str:
    """The name as stored: NFKC, single blanks between its parts."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_han(character: str) -> bool:
    """Whether it is a Chinese character, those of the astral planes included.

    By code range, because Python's character names know only the Unicode of its own release.
    """
    code = ord(character)
    return (
        0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFD
        or character == "〇"
    )


def _script(character: str) -> str:
    """The first word of the character's Unicode name, East Asian scripts as one."""
    script = unicodedata.name(character, "UNKNOWN").split()[0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"} else script


def mixes_scripts(text: str) -> bool:
    """Whether letters of two alphabets stand together, as in a look-alike of another name.

    Chinese, Japanese and Korean may stand beside any one alphabet.
    """
    letters = (char for char in text if char.isalpha() and not is_han(char))
    return len({_script(char) for char in letters} - {"CJK"}) > 1


def list_username_errors(username: str) -> list[InputError]:
    """Why the folded user name is not accepted: Latin letters, digits, Chinese, ``. _ - ·``."""
    least, most = USERNAME_LENGTHS
    if not least <= len(username) <= most:
        message = N_("A user name has %(least)s to %(most)s characters.")
        lengths = {"least": least, "most": most}
        return [InputError("name_invalid", message, lengths, field="username")]
    plain = all(
        (char.isascii() and char.isalnum()) or char in _USERNAME_PUNCTUATION or is_han(char)
        for char in username
    )
    if not plain or username[0] in _USERNAME_PUNCTUATION:
        message = N_("A user name is made of a-z, digits, Chinese characters and . _ - ·")
        return [InputError("name_invalid", message, field="username")]
    return []


def list_name_errors(name: str) -> list[InputError]:
    """Why the folded name is not accepted: too long, invisible characters, mixed alphabets."""
    if not name or len(name) > NAME_LENGTH:
        message = N_("A name has 1 to %(most)s characters.")
        return [InputError("name_invalid", message, {"most": NAME_LENGTH}, field="name")]
    if any(not _is_visible(name, at) for at in range(len(name))):
        message = N_("The name holds a character that cannot be seen.")
        return [InputError("name_invalid", message, field="name")]
    if mixes_scripts(name):
        message = N_("The name mixes letters of different alphabets.")
        return [InputError("name_invalid", message, field="name")]
    return []


def _is_visible(text: str, at: int) -> bool:
    character = text[at]
    if is_han(character) or character == " ":
        return True
    if 0xE0100 <= ord(character) <= 0xE01EF:  # picks the shape of the Chinese character before it
        return at > 0 and is_han(text[at - 1])
    return unicodedata.category(character)[0] not in "CZ" and character not in _INVISIBLE


def list_email_errors(email: str) -> list[InputError]:
    """Why the folded address is not accepted."""
    if len(email) <= EMAIL_LENGTH and _EMAIL.fullmatch(email):
        return []
    return [InputError("email_invalid", N_("This is not an e-mail address."), field="email")]


def list_employee_no_errors(employee_no: str) -> list[InputError]:
    """Why the folded employee number is not accepted."""
    if _EMPLOYEE_NO.fullmatch(employee_no):
        return []
    message = N_("An employee number is made of digits, A-Z and . _ / -")
    return [InputError("employee_no_invalid", message, field="employee_no")]
