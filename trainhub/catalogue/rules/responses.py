"""What a response may look like, by kind. Responses are JSON; None means "not answered".

- single: the `id` of an option
- multiple: a list of different option ids, possibly empty
- true_false: `true` or `false`
- short_answer: text of at most 1,000 characters
- numeric: text as typed ("８０ 字/分"), or a finite number
- ordering: a list of all step ids
- matching: `{left id: right id}`, lefts may be missing
- long_answer: text of at most the item's `limit` of characters, a line end counting as one
- cloze: `{gap id: text or option id}`, gaps may be missing
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from trainhub.catalogue.rules.item_views import choice_id, gap_ids
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.rules.storable import unstorable
from trainhub.errors import N_, InputError, InputErrors

Response = None | bool | str | int | float | list[str] | dict[str, str]

MAX_ANSWER = 1_000
MAX_NUMBER = 64

_MESSAGES = {
    "response_form": N_("This answer does not have the form this question needs."),
    "response_foreign": N_("This answer names something that is not part of the question."),
    "response_twice": N_("This answer names something twice."),
    "response_incomplete": N_("Put all the steps in order."),
    "response_long": N_("An answer may have at most %(limit)s characters."),
    "response_characters": N_("This answer holds a character that cannot be stored."),
}


def check_response_shape(item: QuizItem, response: object) -> None:
    """Raise `InputErrors` unless the response can be marked for this item."""
    if response is not None:
        _CHECKS[item.kind](item, response)


def _refuse(item: QuizItem, code: str, **params: Any) -> InputErrors:
    return InputErrors([InputError(code, _MESSAGES[code], params, field=item.key)])


def _one_of(item: QuizItem, response: object, ids: Collection[str]) -> None:
    if not isinstance(response, str):
        raise _refuse(item, "response_form")
    if response not in ids:
        raise _refuse(item, "response_foreign")


def _typed(item: QuizItem, response: object, limit: int = MAX_ANSWER) -> None:
    if not isinstance(response, str):
        raise _refuse(item, "response_form")
    if len(response) > limit:
        raise _refuse(item, "response_long", limit=limit)
    if unstorable(response):
        raise _refuse(item, "response_characters")


def _different(item: QuizItem, response: object, ids: Collection[str]) -> None:
    if not isinstance(response, list) or len(response) > len(ids):
        raise _refuse(item, "response_form")
    for each in response:
        _one_of(item, each, ids)
    if len(set(response)) != len(response):
        raise _refuse(item, "response_twice")


def _option_ids(item: QuizItem) -> set[str]:
    return {choice_id(item, option["text"]) for option in item.content["options"]}


def _single(item: QuizItem, response: object) -> None:
    _one_of(item, response, _option_ids(item))


def _multiple(item: QuizItem, response: object) -> None:
    _different(item, response, _option_ids(item))


def _true_false(item: QuizItem, response: object) -> None:
    if not isinstance(response, bool):
        raise _refuse(item, "response_form")


def _short_answer(item: QuizItem, response: object) -> None:
    _typed(item, response)


def _long_answer(item: QuizItem, response: object) -> None:
    # Browsers count a line end as one character and send two (CR LF).
    text = response.replace("\r\n", "\n") if isinstance(response, str) else response
    _typed(item, text, item.content["limit"])


def _numeric(item: QuizItem, response: object) -> None:
    if isinstance(response, bool):
        raise _refuse(item, "response_form")
    if isinstance(response, int):
        if abs(response) >= 10**18:
            raise _refuse(item, "response_long", limit=MAX_NUMBER)
    elif isinstance(response, float):
        if not math.isfinite(response) or abs(response) >= 1e18:
            raise _refuse(item, "response_form")
    else:
        _typed(item, response, MAX_NUMBER)


def _ordering(item: QuizItem, response: object) -> None:
    steps = {choice_id(item, step) for step in item.content["steps"]}
    _different(item, response, steps)
    if isinstance(response, list) and len(response) != len(steps):
        raise _refuse(item, "response_incomplete")


def _matching(item: QuizItem, response: object) -> None:
    pairs = item.content["pairs"]
    lefts = {choice_id(item, pair["left"], "left") for pair in pairs}
    rights = {pair["right"] for pair in pairs} | set(item.content["extra"])
    right_ids = {choice_id(item, right, "right") for right in rights}
    for left, right in _mapping(item, response).items():
        _one_of(item, left, lefts)
        _one_of(item, right, right_ids)


def _cloze(item: QuizItem, response: object) -> None:
    names = gap_ids(item)
    for gap_id, answer in _mapping(item, response).items():
        _one_of(item, gap_id, names)
        gap = item.content["gaps"][names[gap_id]]
        if "options" not in gap:
            _typed(item, answer, MAX_ANSWER)
        elif answer != "":
            name = names[gap_id]
            _one_of(item, answer, {choice_id(item, text, name) for text in gap["options"]})


def _mapping(item: QuizItem, response: object) -> Mapping[Any, Any]:
    if not isinstance(response, dict):
        raise _refuse(item, "response_form")
    return response


_CHECKS: Mapping[Kind, Callable[[QuizItem, object], None]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.CLOZE: _cloze,
    Kind.LONG_ANSWER: _long_answer,
}
