"""The fields of a question's form as a response; one reading for pages with and without scripts.

A question's fields begin with its `name`: `q3` for one choice, text or number (and, repeated,
for several choices), `q3-<id>` for the place of a step, the partner of a left side, a gap.
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.errors import N_, InputError, InputErrors

_TRUTH = {"true": True, "false": False}
_TWICE = N_("Give each step a place of its own.")


def read_response(item: QuizItem, name: str, form: MultiDict[str, str]) -> Any:
    """The response in the form, in the shapes of `catalogue.rules.responses`; None if nothing
    was chosen or typed. Raises `InputErrors` for two steps in one place.
    """
    match item.kind:
        case Kind.MULTIPLE:
            return form.getlist(name) or None
        case Kind.TRUE_FALSE:
            text = form.get(name, "")
            return _TRUTH.get(text, text or None)
        case Kind.ORDERING:
            return _ordered(item, name, form)
        case Kind.MATCHING:
            lefts = learner_view(item, 0)["lefts"]
            return _filled(name, [left["id"] for left in lefts], form)
        case Kind.CLOZE:
            gaps = learner_view(item, 0)["gaps"]
            return _filled(name, [gap["id"] for gap in gaps], form)
        case _:
            return form.get(name, "").strip() or None


def _filled(name: str, ids: list[str], form: MultiDict[str, str]) -> dict[str, str] | None:
    given = {each: form.get(f"{name}-{each}", "").strip() for each in ids}
    return {each: text for each, text in given.items() if text} or None


def _ordered(item: QuizItem, name: str, form: MultiDict[str, str]) -> list[str] | None:
    ids = [step["id"] for step in learner_view(item, 0)["steps"]]
    places = _filled(name, ids, form)
    if places is None:
        return None
    if len(set(places.values())) != len(places):
        raise InputErrors([InputError("response_twice", _TWICE, field=item.key)])
    return sorted(places, key=lambda each: (len(places[each]), places[each]))
