"""The text of a bank question: which pictures it shows, and whether two texts are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.rules.references import media_names_in

KEY_LENGTH = 80

# How long a prepared agent needs, in seconds; a guess to begin with, the figures tell better.
EXPECTED_S = {
    Kind.TRUE_FALSE: 30,
    Kind.SINGLE: 45,
    Kind.SHORT_ANSWER: 45,
    Kind.MULTIPLE: 60,
    Kind.NUMERIC: 60,
    Kind.CLOZE: 60,
    Kind.ORDERING: 75,
    Kind.MATCHING: 75,
    Kind.LONG_ANSWER: 300,
}


def picture_names(item: QuizItem) -> set[str]:
    """The names that any text of the question shows as `media/<name>`."""
    texts = (item.stem, item.feedback, *_strings(item.content))
    return {name for text in texts for name in media_names_in(text)}


def candidates_picture_names(item: QuizItem) -> set[str]:
    """Those of `picture_names` that stand in what a candidate sees before any explanation."""
    return {name for text in _strings(learner_view(item, "")) for name in media_names_in(text)}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def content_hash(item: QuizItem, picture_hashes: Mapping[str, str]) -> str:
    """SHA-256 over everything that a candidate or a marker sees.

    `picture_hashes` maps the names of the pictures shown to the SHA-256 of their bytes.
    """
    seen = {
        "kind": item.kind.value,
        "points": item.points,
        "stem": item.stem,
        "feedback": item.feedback,
        "content": item.content,
        "pictures": dict(picture_hashes),
    }
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def bank_key(quiz_key: str, item_key: str, *, plain: bool = True) -> str:
    """The bank's key of a catalogue question.

    Not `plain` (the plain one is taken: `a-b` has a `c`, and `a` a `b-c`) or too long, it ends in
    a part that only these two keys give.
    """
    key = f"{quiz_key}-{item_key}"
    if plain and len(key) <= KEY_LENGTH:
        return key
    mark = sha256(f"{quiz_key}\n{item_key}".encode()).hexdigest()[:8]
    return f"{key[: KEY_LENGTH - 9].rstrip('-')}-{mark}"
