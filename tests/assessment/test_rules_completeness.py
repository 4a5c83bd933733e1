"""Whether an answer leaves something open."""

from __future__ import annotations

from typing import Any

import pytest

from trainhub.assessment.rules.completeness import is_half_filled
from trainhub.catalogue.rules.quiz_text import make_item

PAIRS = {"pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}], "extra": ["3"]}
GAPS = {"gaps": {"who": {"answers": ["x"]}, "when": {"answers": ["y"]}}}
OPTIONS = {"options": [{"text": "Red", "correct": True}, {"text": "Blue"}]}


@pytest.mark.parametrize(
    ("kind", "content", "response", "is_half"),
    [
        ("matching", PAIRS, None, False),
        ("matching", PAIRS, {"l1": "r1"}, True),
        ("matching", PAIRS, {"l1": "r1", "l2": "r2"}, False),
        ("cloze", GAPS, {"1": "x", "2": ""}, True),
        ("cloze", GAPS, {"1": "x", "2": "y"}, False),
        ("single", OPTIONS, "x", False),
    ],
)
def test_what_is_half_filled(
    kind: str, content: dict[str, Any], response: Any, is_half: bool
) -> None:
    stem = "{{who}} {{when}}" if kind == "cloze" else "What?"
    item = make_item(key="a", kind=kind, stem=stem, content=content)
    assert is_half_filled(item, response) is is_half
