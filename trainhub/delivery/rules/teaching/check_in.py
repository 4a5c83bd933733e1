"""The code on the trainer's screen: six digits that change every half minute.

Derived from a secret of the server and a nonce of the class, so that a code is worth nothing
without the one, and opening check-in anew ends every earlier code.
"""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime
from hashlib import sha256

STEP_S = 30
DIGITS = 6
NEIGHBOURS = (0, -1, 1)  # the one before is still being typed; clocks of two servers differ


def step_of(at: datetime) -> int:
    """The number of the half minute `at` lies in."""
    return int(at.timestamp()) // STEP_S


def seconds_left(at: datetime) -> int:
    """Seconds until the next code."""
    return STEP_S - int(at.timestamp()) % STEP_S


def code_at(secret: str, session_id: int, nonce: str, step: int) -> str:
    """The code of a class in one half minute."""
    message = f"check-in:{session_id}:{nonce}:{step}".encode()
    digest = hmac.new(secret.encode(), message, sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def read_code(text: str) -> str:
    """What somebody typed, as a code: full-width digits, spaces and dashes are forgiven."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())[: DIGITS + 1]


def is_code(secret: str, session_id: int, nonce: str, typed: str, at: datetime) -> bool:
    """Whether `typed` is the code of this class now, or was or will be in the neighbouring half
    minute. Compared in constant time; no class without a nonce has a code.
    """
    if not nonce or len(typed) != DIGITS or not typed.isascii():
        return False
    step = step_of(at)
    found = [
        hmac.compare_digest(code_at(secret, session_id, nonce, step + shift), typed)
        for shift in NEIGHBOURS
    ]
    return any(found)
