"""Traditional and simplified Chinese."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def simplified(text: str) -> str:
    """The text in simplified Chinese; what is simplified already, or no Chinese, stays.

    Goes by words where a sign alone is not enough: 乾淨 becomes 干净, 乾坤 stays.
    """
    if all(sign < "\u2e80" for sign in text):
        return text
    converted: str = _converter().convert(text)
    return converted


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # reads large tables, so only when Chinese comes

    return OpenCC("t2s")
