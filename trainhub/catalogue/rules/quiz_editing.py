"""Changing a quiz question by question: each act gives a new quiz."""

from __future__ import annotations

from dataclasses import replace

from trainhub.catalogue.rules.quiz_text import QuizItem, QuizText
from trainhub.errors import N_, InputError, InputErrors, NotFound

_TWICE = N_("Another question of this quiz has the key “%(key)s”.")
_LAST = N_("A quiz has at least one question: add another before you delete this one.")


def _place(quiz: QuizText, key: str) -> int:
    for place, item in enumerate(quiz.items):
        if item.key == key:
            return place
    raise NotFound()


def _check_free(quiz: QuizText, key: str) -> None:
    if quiz.find_item(key) is not None:
        raise InputErrors([InputError("item_key_twice", _TWICE, {"key": key}, field="key")])


def with_item(quiz: QuizText, item: QuizItem) -> QuizText:
    """The quiz with a question more, at its end. Raises `InputErrors` for a key in use."""
    _check_free(quiz, item.key)
    return replace(quiz, items=(*quiz.items, item))


def with_changed_item(quiz: QuizText, key: str, item: QuizItem) -> QuizText:
    """The quiz with the question `key` replaced. Raises `NotFound` or, for a key in use,
    `InputErrors`.
    """
    place = _place(quiz, key)
    if item.key != key:
        _check_free(quiz, item.key)
    return replace(quiz, items=(*quiz.items[:place], item, *quiz.items[place + 1 :]))


def without_item(quiz: QuizText, key: str) -> QuizText:
    """The quiz without a question. Raises `InputErrors` for the last one."""
    place = _place(quiz, key)
    if len(quiz.items) == 1:
        raise InputErrors([InputError("item_last", _LAST)])
    return replace(quiz, items=(*quiz.items[:place], *quiz.items[place + 1 :]))


def with_moved_item(quiz: QuizText, key: str, steps: int) -> QuizText:
    """The quiz with a question moved `steps` towards the end (negative: the beginning)."""
    place = _place(quiz, key)
    items = list(quiz.items)
    item = items.pop(place)
    items.insert(max(0, min(len(items), place + steps)), item)
    return replace(quiz, items=tuple(items))
