"""Responses and orders of options as people read them in a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.pseudonyms import pseudonym
from trainhub.assessment.rules.response_words import order_in_words, response_in_words
from trainhub.catalogue.rules.item_views import choice_id, learner_view
from trainhub.catalogue.rules.quiz_text import QuizItem, make_item

OPTIONS = [{"text": text, "correct": text == "one"} for text in ("one", "two", "three")]
CONTENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "single": ("?", {"options": OPTIONS}),
    "multiple": ("?", {"options": OPTIONS}),
    "true_false": ("?", {"answer": True}),
    "short_answer": ("?", {"answers": ["x"]}),
    "numeric": ("?", {"answer": "80"}),
    "ordering": ("?", {"steps": ["first", "second", "third"]}),
    "matching": (
        "?",
        {"pairs": [{"left": t, "right": t.upper()} for t in ("a", "b")], "extra": ["C"]},
    ),
    "cloze": (
        "{{x}} and {{y}}",
        {"gaps": {"x": {"options": ["red", "blue"], "answer": "red"}, "y": {"answers": ["3"]}}},
    ),
}


def item(kind: str) -> QuizItem:
    stem, content = CONTENTS[kind]
    return make_item(key="q", kind=kind, stem=stem, content=content)


def ids(of: QuizItem, *texts: str, side: str = "") -> list[str]:
    return [choice_id(of, text, side) for text in texts]


@pytest.mark.parametrize(
    ("kind", "response", "words"),
    [
        ("single", ids(item("single"), "two")[0], "two"),
        ("single", "gone", "gone"),
        ("single", None, ""),
        ("multiple", ids(item("multiple"), "three", "one"), "three | one"),
        ("multiple", [], ""),
        ("true_false", False, "false"),
        ("short_answer", "退款", "退款"),
        ("numeric", 3.5, "3.5"),
        ("numeric", "８０ 字/分", "８０ 字/分"),
        ("ordering", ids(item("ordering"), "second", "first", "third"), "second | first | third"),
        (
            "matching",
            {
                ids(item("matching"), "b", side="left")[0]: ids(
                    item("matching"), "C", side="right"
                )[0]
            },
            "b → C",
        ),
        (
            "cloze",
            {"1": ids(item("cloze"), "blue", side="x")[0], "2": "drei"},
            "1: blue | 2: drei",
        ),
    ],
)
def test_a_response_reads_as_its_texts(kind: str, response: Any, words: str) -> None:
    assert response_in_words(item(kind), response) == words


@given(st.sampled_from(sorted(CONTENTS)), st.sampled_from(["", "4:1", "seed"]))
def test_the_order_is_the_one_the_paper_showed(kind: str, seed: str) -> None:
    shown = order_in_words(item(kind), seed)
    view = learner_view(item(kind), seed, shuffle_options=bool(seed))
    texts = [one["text"] for one in view.get("options", view.get("steps", []))]
    assert not texts or shown == " | ".join(texts)
    if kind in {"true_false", "short_answer", "numeric"}:
        assert shown == ""
    if kind == "cloze":
        assert sorted(shown.split(" / ")) == ["blue", "red"]
    if kind == "single" and not seed:
        assert shown == "one | two | three"


def test_a_pseudonym_is_one_persons_and_needs_the_secret() -> None:
    assert pseudonym(1, "a") == pseudonym(1, "a")
    assert len({pseudonym(1, "a"), pseudonym(2, "a"), pseudonym(1, "b")}) == 3
