"""An item as a learner may see it: no key, no feedback, and no order that gives the key away.

Everything a learner chooses among carries an identifier made from its own text, so neither the
identifier nor the order tells which is right. The same identifiers stand in responses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from trainhub.catalogue.rules.quiz_kinds import GAP
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem


def choice_id(item: QuizItem, text: str, side: str = "") -> str:
    """The identifier of an option, a step, or one side of a pair within its item."""
    return _identifier(item.key, side, text)


@lru_cache(maxsize=20_000)  # every paper and every row of an export asks for the same few
def _identifier(key: str, side: str, text: str) -> str:
    return sha256(f"{key}\n{side}\n{text}".encode()).hexdigest()[:12]


def gap_ids(item: QuizItem) -> dict[str, str]:
    """The gaps of a cloze by the identifier a learner sees: their place in the stem, from 1."""
    return {str(place): name for place, name in enumerate(item.content["gaps"], start=1)}


def shuffled(texts: Iterable[str], item: QuizItem, seed: int | str) -> list[str]:
    """The texts in an order that only `seed` and the item decide."""

    def place(text: str) -> bytes:
        return sha256(f"{seed}\n{item.key}\n{text}".encode()).digest()

    return sorted(texts, key=place)


def learner_view(
    item: QuizItem, seed: int | str, *, shuffle_options: bool = True
) -> dict[str, Any]:
    """The item without key and feedback, as JSON.

    Always `key`, `kind`, `points`, `stem`; then by kind:

    - single, multiple: `options: [{id, text}]`, in the author's order if not `shuffle_options`
    - numeric: `unit`
    - ordering: `steps: [{id, text}]`, never in the right order
    - matching: `lefts: [{id, text}]` in the author's order, `rights: [{id, text}]`
    - long_answer: `limit` in characters
    - cloze: `gaps: [{id, options: [{id, text}] | null}]`; in the stem the gaps are `{{1}}`, …
    """
    view = {"key": item.key, "kind": item.kind.value, "points": item.points, "stem": item.stem}
    return view | _shown(item, seed, shuffle_options)


def _shown(item: QuizItem, seed: int | str, shuffle_options: bool) -> dict[str, Any]:
    """What the kind adds to the view."""
    match item.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            texts = [option["text"] for option in item.content["options"]]
            ordered = shuffled(texts, item, seed) if shuffle_options else texts
            return {"options": _choices(item, ordered)}
        case Kind.NUMERIC:
            return {"unit": item.content["unit"]}
        case Kind.ORDERING:
            return {"steps": _choices(item, _mixed(item, seed))}
        case Kind.MATCHING:
            pairs = item.content["pairs"]
            rights = {pair["right"] for pair in pairs} | set(item.content["extra"])
            return {
                "lefts": _choices(item, [pair["left"] for pair in pairs], "left"),
                "rights": _choices(item, shuffled(rights, item, seed), "right"),
            }
        case Kind.CLOZE:
            return _cloze(item, seed)
        case Kind.LONG_ANSWER:
            return {"limit": item.content["limit"]}
        case Kind.TRUE_FALSE | Kind.SHORT_ANSWER:
            return {}


def _choices(item: QuizItem, texts: Sequence[str], side: str = "") -> list[dict[str, str]]:
    return [{"id": choice_id(item, text, side), "text": text} for text in texts]


def _mixed(item: QuizItem, seed: int | str) -> list[str]:
    """The steps out of order: handing the list back untouched must not earn full marks."""
    right = item.content["steps"]
    steps = shuffled(right, item, seed)
    return steps[1:] + steps[:1] if steps == right else steps


def _cloze(item: QuizItem, seed: int | str) -> dict[str, Any]:
    ids = {name: gap_id for gap_id, name in gap_ids(item).items()}
    gaps = []
    for name, gap in item.content["gaps"].items():
        choices = None
        if "options" in gap:
            choices = _choices(item, shuffled(gap["options"], item, f"{seed}\n{name}"), name)
        gaps.append({"id": ids[name], "options": choices})

    def numbered(found: Any) -> str:
        return "{{" + ids[found[1].strip()] + "}}"

    return {"stem": GAP.sub(numbered, item.stem), "gaps": gaps}
