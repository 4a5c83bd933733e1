"""Moodle's embedded answers: `{1:SHORTANSWER:=a~=b}` in a text, read and written."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_TYPED = ("SHORTANSWER", "SA", "MW")
_TYPED_STRICT = ("SHORTANSWER_C", "SAC", "MWC")
_NUMBER = ("NUMERICAL", "NM")
_GAP = re.compile(
    r"\{(?P<weight>\d{0,4}):(?P<kind>[A-Z_]{2,20}):(?P<answers>(?:\\.|[^\\}]){1,20000})\}",
    re.DOTALL,
)
_ANSWER = re.compile(r"(?:\\.|[^\\~])+", re.DOTALL)
_START = re.compile(r"\s*(?:(?P<right>=)|%(?P<share>-?\d{1,3}(?:\.\d{0,10})?)%)?")
_FEEDBACK = re.compile(r"(?<!\\)#")
# Stands for a gap while the text around it is converted.
_TOKEN = "\ufdd0{}\ufdd1"
_TOKENS = re.compile("\ufdd0(\\d+)\ufdd1")


@dataclass
class Gaps:
    """The gaps of a text by name; `notes` are codes of what was left out."""

    text: str = ""
    gaps: dict[str, dict[str, Any]] = field(default_factory=dict)
    weight: int = 0
    notes: set[str] = field(default_factory=set)


def cut_gaps(source: str, line_of: Callable[[str], str]) -> Gaps:
    """Take the gaps out of a text; `line_of` turns an answer into plain text."""
    found = Gaps()

    def token(match: re.Match[str]) -> str:
        gap = _gap(match["kind"], match["answers"], line_of, found.notes)
        if gap is None:
            found.notes.add("cloze_kind")
            return match[0]
        name = str(len(found.gaps) + 1)
        found.gaps[name] = gap
        found.weight += int(match["weight"] or 1)
        return _TOKEN.format(name)

    found.text = _GAP.sub(token, re.sub("[\ufdd0\ufdd1]", "", source))
    return found


def gaps_put_back(text: str) -> str:
    """The converted text with our `{{1}}` where the gaps were."""
    return _TOKENS.sub(r"{{\1}}", text)


def token_of(name: str) -> str:
    """What stands for a gap while its text is converted."""
    return _TOKEN.format(name)


def _gap(
    kind: str, source: str, line_of: Callable[[str], str], notes: set[str]
) -> dict[str, Any] | None:
    answers = [_answer(each[0], line_of, notes) for each in _ANSWER.finditer(source)]
    right = list(dict.fromkeys(text for text, share in answers if share == 100 and text))
    if any(0 < share < 100 for _, share in answers):
        notes.add("shares_dropped")
    if kind in (*_TYPED, *_TYPED_STRICT):
        return {"answers": right, "strict": kind in _TYPED_STRICT}
    if kind in _NUMBER:
        numbers = [text.partition(":") for text in right]
        if any(tolerance.strip(" 0.") for _, _, tolerance in numbers):
            notes.add("tolerance_dropped")
        return {"answers": [number.strip() for number, _, _ in numbers], "strict": False}
    if not kind.startswith(("MULTICHOICE", "MC")) or len(right) != 1:
        return None
    return {"options": list(dict.fromkeys(text for text, _ in answers)), "answer": right[0]}


def _answer(source: str, line_of: Callable[[str], str], notes: set[str]) -> tuple[str, Decimal]:
    start = _START.match(source)
    assert start is not None
    text, *feedback = _FEEDBACK.split(source[start.end() :], maxsplit=1)
    if feedback and feedback[0].strip():
        notes.add("feedback_dropped")
    share = Decimal(100) if start["right"] else Decimal(start["share"] or 0)
    return line_of(re.sub(r"\\(.)", r"\1", html.unescape(text), flags=re.DOTALL)), share


def written_gap(gap: Mapping[str, Any]) -> str:
    """A gap as Moodle has it."""
    if "options" in gap:
        answers = [("=" if text == gap["answer"] else "", text) for text in gap["options"]]
        return "{1:MULTICHOICE:" + "~".join(sign + _guarded(text) for sign, text in answers) + "}"
    kind = "SHORTANSWER_C" if gap["strict"] else "SHORTANSWER"
    return f"{{1:{kind}:" + "~".join("=" + _guarded(text) for text in gap["answers"]) + "}"


def _guarded(text: str) -> str:
    return re.sub(r"[\\}~#\"/]", r"\\\g<0>", text)
