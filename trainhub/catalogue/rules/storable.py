"""Which characters every database of ours takes: PostgreSQL refuses NUL, UTF-8 surrogates."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def unstorable(text: str) -> re.Match[str] | None:
    """The first character of a text that is not to be stored (control, surrogate), or None."""
    return _UNSTORABLE.search(text)
