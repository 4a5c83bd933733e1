"""A response in words, for its author. Made from what a candidate may see, never from the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext


def answer_words(view: Mapping[str, Any], response: Any) -> list[str]:
    """The lines of a response: the texts chosen or typed. `view` is `learner_view`'s."""
    if response is None:
        return []
    match view["kind"]:
        case "single" | "multiple":
            chosen = [response] if isinstance(response, str) else list(response)
            texts = _texts(view["options"])
            return [texts.get(one, "") for one in sorted(chosen, key=list(texts).index)]
        case "true_false":
            return [gettext("True") if response else gettext("False")]
        case "ordering":
            texts = _texts(view["steps"])
            return [f"{place}. {texts.get(one, '')}" for place, one in enumerate(response, start=1)]
        case "matching":
            lefts, rights = _texts(view["lefts"]), _texts(view["rights"])
            return [
                f"{text} → {rights.get(response.get(left), '–')}" for left, text in lefts.items()
            ]
        case "cloze":
            return [f"({gap['id']}) {_gap_words(gap, response)}" for gap in view["gaps"]]
        case _:
            return [str(response)]


def _texts(choices: list[dict[str, str]]) -> dict[str, str]:
    return {one["id"]: one["text"] for one in choices}


def _gap_words(gap: Mapping[str, Any], response: Mapping[str, str]) -> str:
    given = response.get(gap["id"], "")
    return (_texts(gap["options"]).get(given, "") if gap["options"] else given) or "–"
