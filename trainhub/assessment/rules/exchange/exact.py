"""What a format cannot say, said beside it: a question's body as one line of JSON.

The line carries a fingerprint of the visible text it belongs to. Whoever changes the visible
text and leaves the line is told so; the line never wins silently over an edit.
"""

from __future__ import annotations

import json
import re
from typing import Any

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange.keys import short_hash

_BODY = ("kind", "stem", "content", "feedback")
_MORE = ("points", "objective", "tags")
_LIKE_XLSX_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def fingerprint(seen: str) -> str:
    """Stands for the visible text; white space does not count."""
    return short_hash(" ".join(seen.split()))


def exact_line(question: BankQuestion, found: BankQuestion | None, seen: str) -> str:
    """The JSON that makes `question` out of `found`, which is what the visible text gives.

    Empty where nothing is missing. ASCII only, in one line. Pictures travel elsewhere.
    """
    missing = _missing(question, found)
    if not missing:
        return ""
    values = {name: getattr(question.item, name) for name in missing}
    line = json.dumps({"of": fingerprint(seen), **values}, separators=(",", ":"))
    return _LIKE_XLSX_ESCAPE.sub(r"\\u005f", line)


def _missing(question: BankQuestion, found: BankQuestion | None) -> list[str]:
    if found is None:
        return [*_BODY, *_MORE]
    missing = [name for name in _MORE if getattr(question.item, name) != getattr(found.item, name)]
    if any(getattr(question.item, name) != getattr(found.item, name) for name in _BODY):
        missing = [*_BODY, *missing]
    return missing


def read_exact(line: str) -> dict[str, Any] | None:
    """The values of such a line, or None where it is none. `of` is the fingerprint."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not isinstance(values.get("of"), str):
        return None
    known = {name: value for name, value in values.items() if name in (*_BODY, *_MORE, "of")}
    fits = all(isinstance(known.get(name, ""), str) for name in ("kind", "stem", "feedback"))
    fits = fits and isinstance(known.get("content", {}), dict)
    fits = (
        fits
        and isinstance(known.get("tags", []), list)
        and "bool" not in str(type(known.get("points", 1)))
    )
    return known if fits else None


def says_body(line: str) -> bool:
    """Whether such a line makes the visible text superfluous (a damaged one is refused later)."""
    values = read_exact(line)
    return values is None or "content" in values
