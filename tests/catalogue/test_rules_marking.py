"""Answers are marked fairly, reproducibly, and never give the key away."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.test_rules_quiz_text import items
from trainhub.catalogue.rules.folding import fold, read_number
from trainhub.catalogue.rules.item_views import choice_id, gap_ids, learner_view
from trainhub.catalogue.rules.marking import MarkedByHand, is_marked_by_hand, mark
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, make_item
from trainhub.catalogue.rules.responses import check_response_shape
from trainhub.errors import InputErrors


def item(kind: str, stem: str = "Stem", **content: Any) -> QuizItem:
    return make_item(key="k", kind=kind, stem=stem, content=content, feedback="CANARY feedback")


def options(*texts: str, right: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"text": text, "correct": text in right, "feedback": "CANARY"} for text in texts]


SINGLE = item("single", options=options("a", "b", "c", right=("b",)))
MULTIPLE = item("multiple", options=options("a", "b", "c", "d", right=("a", "b")))
TRUE = item("true_false", answer=True)
SHORT = item("short_answer", answers=["七天无理由", "7 days"])
STRICT = item("short_answer", answers=["AB-12"], strict=True)
NUMERIC = item("numeric", answer=80, tolerance="0.5", unit="字/分")
ORDERING = item("ordering", steps=["one", "two", "three", "four"])
MATCHING = item(
    "matching",
    pairs=[{"left": "l1", "right": "r1"}, {"left": "l2", "right": "r2"}],
    extra=["CANARY-free extra"],
)
CLOZE = item(
    "cloze",
    "Say {{canary-greeting}} within {{seconds}} seconds.",
    gaps={
        "canary-greeting": {"options": ["hello", "bye"], "answer": "hello"},
        "seconds": {"answers": ["10"]},
    },
)
LONG = item(
    "long_answer",
    rubric=[{"key": "canary-one", "text": "CANARY criterion", "points": 3, "fatal": True}],
    model_answer="CANARY answer",
    limit=5,
)
ALL = [SINGLE, MULTIPLE, TRUE, SHORT, STRICT, NUMERIC, ORDERING, MATCHING, CLOZE]


def ids(of: QuizItem, *texts: str, side: str = "") -> list[str]:
    return [choice_id(of, text, side) for text in texts]


def score(of: QuizItem, response: Any) -> Fraction:
    return mark(of, response).score


def test_a_single_choice_is_right_or_wrong() -> None:
    assert [score(SINGLE, *ids(SINGLE, text)) for text in "abc"] == [0, 1, 0]


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [("ab", 1), ("a", Fraction(1, 2)), ("abc", Fraction(1, 2)), ("ac", 0), ("cd", 0), ("", 0)],
)
def test_wrong_ticks_take_away_from_right_ones(ticked: str, expected: Fraction) -> None:
    assert score(MULTIPLE, ids(MULTIPLE, *ticked)) == expected


def test_true_or_false() -> None:
    assert (score(TRUE, True), score(TRUE, False)) == (1, 0)


@pytest.mark.parametrize(
    "typed", ["七天无理由", " 七天 无理由。", "７ＤＡＹＳ", "7-days!", "7  Days"]
)
def test_width_case_spaces_and_punctuation_do_not_count(typed: str) -> None:
    assert mark(SHORT, typed).right


@pytest.mark.parametrize("typed", ["八天无理由", "", "。", "七天", "17 days"])
def test_another_wording_is_wrong(typed: str) -> None:
    assert not mark(SHORT, typed).right


def test_a_strict_answer_is_compared_exactly() -> None:
    assert mark(STRICT, " AB-12 ").right  # spaces around it are no part of it
    assert not mark(STRICT, "ab-12").right
    assert not mark(STRICT, "AB12").right
    assert not mark(STRICT, "ＡＢ-12").right


def test_numbers_keep_what_makes_them_numbers() -> None:
    assert fold("3.5") != fold("35")
    assert fold("-5") != fold("5")
    assert fold("80%") != fold("80")
    assert fold("10:30") != fold("1030")
    assert fold("1,000 元") == fold("1000元")


@pytest.mark.parametrize(
    "typed", ["80", "８０", "80.0", " 80 字/分", "80字／分", "+80", "80.5", "79.5", 80, 80.5]
)
def test_a_number_counts_however_it_is_typed(typed: Any) -> None:
    assert mark(NUMERIC, typed).right


@pytest.mark.parametrize(
    "typed", ["81", "80 元", "80%", "eighty", "8 0", "80 80", "", "-80", 80.51]
)
def test_another_number_is_wrong(typed: Any) -> None:
    assert not mark(NUMERIC, typed).right


def test_thousands_may_be_separated() -> None:
    assert (
        read_number("1,234,567.5")
        == read_number("１，２３４，５６７．５")
        == read_number("1234567.5")
    )
    assert read_number("−1 234") == -1234
    assert read_number("12,34") is None
    assert read_number("85 %", "%") == read_number("85%", "％") == 85
    assert read_number("85", "%") == 85
    assert read_number("1e400") is None
    assert read_number("9" * 10_000) is None


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["one", "two", "three", "four"], 1),
        (["two", "one", "three", "four"], Fraction(2, 3)),
        (["one", "three", "two", "four"], Fraction(2, 3)),
        (["two", "three", "four", "one"], Fraction(2, 3)),
        (["four", "three", "two", "one"], 0),
    ],
)
def test_an_order_earns_its_right_neighbours(order: list[str], expected: Fraction) -> None:
    assert score(ORDERING, ids(ORDERING, *order)) == expected


def test_pairs_and_gaps_earn_their_share() -> None:
    left, right = ids(MATCHING, "l1", "l2", side="left"), ids(MATCHING, "r1", "r2", side="right")
    assert score(MATCHING, dict(zip(left, right, strict=True))) == 1
    assert score(MATCHING, {left[0]: right[0]}) == Fraction(1, 2)
    assert score(MATCHING, {left[0]: right[1]}) == 0
    assert gap_ids(CLOZE) == {"1": "canary-greeting", "2": "seconds"}
    hello = choice_id(CLOZE, "hello", "canary-greeting")
    assert score(CLOZE, {"1": hello, "2": "１０。"}) == 1
    assert score(CLOZE, {"1": hello}) == Fraction(1, 2)
    assert score(CLOZE, {"1": "", "2": "11"}) == 0


def test_a_mark_tells_part_by_part_what_was_right() -> None:
    given = mark(MULTIPLE, ids(MULTIPLE, "a", "c"))
    assert [part.right for part in given.parts] == [True, False, False, True]
    assert given.parts[0].feedback == "CANARY"
    assert given.feedback == "CANARY feedback"
    order = mark(ORDERING, ids(ORDERING, "two", "one", "three", "four"))
    assert [(part.given, part.expected) for part in order.parts[:2]] == [
        ("two", "one"),
        ("one", "two"),
    ]
    assert json.loads(json.dumps(given.as_dict()))["score"] == 0.0


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.kind)
def test_no_answer_earns_nothing_and_is_allowed(each: QuizItem) -> None:
    check_response_shape(each, None)
    assert score(each, None) == 0


FOREIGN: list[Any] = [
    [], {}, [[]], [None], [1], {"a": 1}, {"a": "b"}, "foreign", "x" * 1_001, 1, 1.5, True, math.nan,
    math.inf, 10**30, "a\0b", ("a",), b"a", ["foreign"], {"1": ["a"]}, {"1": {"a": "b"}}, object(),
]  # fmt: skip
WELCOME: dict[Kind, list[Any]] = {
    Kind.MULTIPLE: [[]],
    Kind.TRUE_FALSE: [True],
    Kind.SHORT_ANSWER: ["foreign"],
    Kind.NUMERIC: ["foreign", 1, 1.5],
    Kind.MATCHING: [{}],
    Kind.CLOZE: [{}],
}


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.kind)
def test_what_does_not_belong_is_refused(each: QuizItem) -> None:
    for response in FOREIGN:
        fits = any(
            type(response) is type(fine) and response == fine for fine in WELCOME.get(each.kind, [])
        )
        if not fits:
            with pytest.raises(InputErrors):
                mark(each, response)


def test_a_choice_of_another_question_is_refused() -> None:
    other = make_item(key="other", kind="single", stem="s", content=dict(SINGLE.content))
    with pytest.raises(InputErrors) as refused:
        mark(SINGLE, choice_id(other, "b"))
    assert refused.value.errors[0].code == "response_foreign"


def test_a_long_answer_is_for_people_to_mark() -> None:
    assert [kind for kind in Kind if is_marked_by_hand(kind)] == [Kind.LONG_ANSWER]
    with pytest.raises(MarkedByHand) as refused:
        mark(LONG, "text")
    assert "“k”" in refused.value.text()


def test_a_long_answer_may_have_its_limit_of_characters_and_no_more() -> None:
    for fine in (None, "", "12345", "12\r\n45", "一二三四五", "😀😀😀😀😀"):
        check_response_shape(LONG, fine)
    for wrong in ("123456", "12\n\n45", 5, True, ["a"], {}, "a\0b", "\ud800"):
        with pytest.raises(InputErrors):
            check_response_shape(LONG, wrong)


def test_the_rubric_stays_with_the_markers() -> None:
    assert learner_view(LONG, 1) == {
        "key": "k", "kind": "long_answer", "points": 3, "stem": "Stem", "limit": 5
    }  # fmt: skip


@pytest.mark.parametrize("each", [*ALL, LONG], ids=lambda each: each.kind)
def test_a_learner_never_gets_the_key(each: QuizItem) -> None:
    for seed in range(20):
        view = learner_view(each, seed)
        text = json.dumps(view, ensure_ascii=False)
        assert "CANARY" not in text.replace("CANARY-free", "")
        assert "canary" not in text
        assert "correct" not in text
        assert "answer" not in text.replace("short_answer", "").replace("long_answer", "")


def test_the_order_shown_tells_nothing() -> None:
    seeds = range(400)
    first = [learner_view(SINGLE, seed)["options"][0]["text"] for seed in seeds]
    assert all(90 < first.count(text) < 180 for text in "abc")  # 133 expected, 9.4 deviation
    right = ORDERING.content["steps"]
    shown = [[step["text"] for step in learner_view(ORDERING, seed)["steps"]] for seed in seeds]
    assert right not in shown
    assert learner_view(SINGLE, 7) == learner_view(SINGLE, 7)


def test_the_author_may_keep_the_order_of_options() -> None:
    shown = learner_view(SINGLE, 3, shuffle_options=False)["options"]
    assert [option["text"] for option in shown] == ["a", "b", "c"]


# --- for every item -------------------------------------------------------------------------


def right_response(of: QuizItem) -> Any:
    content = of.content
    match of.kind:
        case Kind.SINGLE:
            return next(choice_id(of, o["text"]) for o in content["options"] if o["correct"])
        case Kind.MULTIPLE:
            return [choice_id(of, o["text"]) for o in content["options"] if o["correct"]]
        case Kind.TRUE_FALSE | Kind.NUMERIC:
            return content["answer"]
        case Kind.SHORT_ANSWER:
            return content["answers"][-1]
        case Kind.ORDERING:
            return ids(of, *content["steps"])
        case Kind.MATCHING:
            return {
                choice_id(of, pair["left"], "left"): choice_id(of, pair["right"], "right")
                for pair in content["pairs"]
            }
        case _:
            gaps = content["gaps"]
            return {
                gap_id: choice_id(of, gaps[name]["answer"], name)
                if "options" in gaps[name]
                else gaps[name]["answers"][0]
                for gap_id, name in gap_ids(of).items()
            }


def a_response(view: dict[str, Any], draw: Any) -> Any:
    """Some answer a learner could give to what is shown."""
    choose = lambda choices: draw(st.sampled_from(choices))["id"]  # noqa: E731
    match view["kind"]:
        case "single":
            return choose(view["options"])
        case "multiple":
            return [option["id"] for option in view["options"] if draw(st.booleans())]
        case "true_false":
            return draw(st.booleans())
        case "short_answer":
            return draw(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=20))
        case "numeric":
            return draw(st.one_of(st.integers(-9, 99), st.floats(-1e9, 1e9), st.just("８0")))
        case "ordering":
            return [step["id"] for step in draw(st.permutations(view["steps"]))]
        case "matching":
            return {left["id"]: choose(view["rights"]) for left in view["lefts"]}
        case _:
            gaps = view["gaps"]
            return {gap["id"]: choose(gap["options"]) if gap["options"] else "x" for gap in gaps}


MARKABLE = items().filter(lambda item: not is_marked_by_hand(item.kind))


@given(MARKABLE, st.data())
@settings(max_examples=120, deadline=None)
def test_every_answer_to_what_is_shown_can_be_marked(each: QuizItem, data: st.DataObject) -> None:
    response = a_response(learner_view(each, data.draw(st.integers())), data.draw)
    given_mark = mark(each, json.loads(json.dumps(response)))
    assert 0 <= given_mark.score <= 1
    assert given_mark.right == (given_mark.score == 1)
    assert given_mark == mark(each, response)
    if given_mark.right and each.kind is not Kind.NUMERIC:
        assert all(part.right for part in given_mark.parts)


@given(MARKABLE)
@settings(max_examples=80, deadline=None)
def test_the_key_earns_full_marks(each: QuizItem) -> None:
    assert mark(each, right_response(each)).right


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)


@given(items(), JSON)
@settings(max_examples=120, deadline=None)
def test_any_json_is_marked_or_refused_by_name(each: QuizItem, response: Any) -> None:
    refused: tuple[Any, ...] = ()
    try:
        check_response_shape(each, response)
        if not is_marked_by_hand(each.kind):
            mark(each, response)
    except InputErrors as error:
        refused = error.errors
    assert all(error.code.startswith("response_") for error in refused)
