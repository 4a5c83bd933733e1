"""Whether an answer leaves something of its question open."""

from __future__ import annotations

from typing import Any

from trainhub.catalogue.rules.quiz_text import Kind, QuizItem


def is_half_filled(item: QuizItem, response: Any) -> bool:
    """Whether an answer is there but pairs of it are not matched, or gaps not filled."""
    match item.kind:
        case Kind.MATCHING:
            parts = len(item.content["pairs"])
        case Kind.CLOZE:
            parts = len(item.content["gaps"])
        case _:
            return False
    return isinstance(response, dict) and 0 < sum(map(bool, response.values())) < parts
