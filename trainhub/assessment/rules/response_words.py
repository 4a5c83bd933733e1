"""A response as a person reads it in a table, and the order in which its choices stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trainhub.catalogue.rules.item_views import choice_id, gap_ids, learner_view
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem

BETWEEN = " | "


def response_in_words(item: QuizItem, response: Any) -> str:
    """The response with texts in place of identifiers; "" for none. Several parts are parted
    by a bar. An identifier that the question does not have is shown as it is.
    """
    match response:
        case None:
            return ""
        case bool():
            return "true" if response else "false"
        case str() if item.kind == Kind.SINGLE:
            return _texts(item).get(response, response)
        case list():
            texts = _texts(item)
            return BETWEEN.join(str(texts.get(one, one)) for one in response)
        case dict() if item.kind == Kind.MATCHING:
            return BETWEEN.join(_pairs(item, response))
        case dict():
            return BETWEEN.join(_gaps(item, response))
        case _:
            return str(response)


def order_in_words(item: QuizItem, seed: str) -> str:
    """The options, steps, right sides or gap choices in the order in which this paper showed
    them; "" where there is nothing to order. An empty seed is a paper that did not shuffle.
    """
    view = learner_view(item, seed, shuffle_options=bool(seed))
    shown = view.get("options") or view.get("steps") or view.get("rights")
    if shown:
        return BETWEEN.join(choice["text"] for choice in shown)
    gaps = [gap["options"] for gap in view.get("gaps", []) if gap["options"]]
    return BETWEEN.join(" / ".join(choice["text"] for choice in gap) for gap in gaps)


def _texts(item: QuizItem) -> dict[str, str]:
    if item.kind == Kind.ORDERING:
        return {choice_id(item, step): step for step in item.content["steps"]}
    options: Iterable[Mapping[str, str]] = item.content.get("options", ())
    return {choice_id(item, option["text"]): option["text"] for option in options}


def _pairs(item: QuizItem, response: Mapping[str, str]) -> Iterator[str]:
    pairs = item.content["pairs"]
    rights = {pair["right"] for pair in pairs} | set(item.content["extra"])
    texts = {choice_id(item, right, "right"): right for right in rights}
    for pair in pairs:
        given = response.get(choice_id(item, pair["left"], "left"))
        if given is not None:
            yield f"{pair['left']} → {texts.get(given, given)}"


def _gaps(item: QuizItem, response: Mapping[str, str]) -> Iterator[str]:
    for gap_id, name in gap_ids(item).items():
        given = response.get(gap_id, "")
        options = item.content["gaps"][name].get("options", ())
        texts = {choice_id(item, text, name): text for text in options}
        yield f"{gap_id}: {texts.get(given, given)}"
