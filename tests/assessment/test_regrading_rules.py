"""Answers to one text of a question, read as answers to a corrected one."""

from __future__ import annotations

from typing import Any

import pytest

from trainhub.assessment.rules.matching_texts import CannotMatch, match_texts
from trainhub.assessment.rules.regrading import (
    Before,
    Counted,
    How,
    change_of,
    fingerprint,
    item_mark,
    sum_counted,
    tally,
)
from trainhub.catalogue.rules.item_views import choice_id, gap_ids, learner_view
from trainhub.catalogue.rules.marking import mark
from trainhub.catalogue.rules.quiz_text import QuizItem, make_item


def item(kind: str, content: dict[str, Any], stem: str = "A question?") -> QuizItem:
    return make_item(key="q", kind=kind, stem=stem, content=content)


def options(*texts: str, right: int = 0) -> dict[str, Any]:
    return {"options": [{"text": text, "correct": n == right} for n, text in enumerate(texts)]}


def carried(old: QuizItem, new: QuizItem, response: Any) -> Any:
    return match_texts(old, new).carry(response)


def test_a_corrected_key_is_followed_by_the_texts() -> None:
    old = item("single", options("Red", "Green", "Blue", right=0))
    new = item("single", options("Blue", "Red", "Green", right=0))
    assert mark(new, carried(old, new, choice_id(old, "Blue"))).right
    assert not mark(new, carried(old, new, choice_id(old, "Red"))).right
    assert match_texts(old, new).moved == ()


def test_changed_words_are_followed_by_their_place_and_shown() -> None:
    old = item("single", options("Red", "Gren", "Blue", right=1))
    new = item("single", options("Red", "Green", "Blue", right=1))
    matching = match_texts(old, new)
    assert [(one.old, one.new) for one in matching.moved] == [("Gren", "Green")]
    assert mark(new, matching.carry(choice_id(old, "Gren"))).right


def test_one_changed_text_that_also_moved_is_the_only_one_it_can_be() -> None:
    old = item("single", options("Gren", "Red", "Blue", right=0))
    new = item("single", options("Red", "Blue", "Green", right=2))
    assert mark(new, carried(old, new, choice_id(old, "Gren"))).right


def test_several_changed_texts_in_other_places_are_refused() -> None:
    old = item("single", options("Gren", "Bleu", "Red"))
    new = item("single", options("Red", "Green", "Blue"))
    with pytest.raises(CannotMatch, match="other places"):
        match_texts(old, new)


def test_a_choice_that_is_gone_is_refused_by_name() -> None:
    old = item("multiple", options("Red", "Green", "Blue"))
    with pytest.raises(CannotMatch, match="Blue"):
        match_texts(old, item("multiple", options("Red", "Green")))


def test_a_further_choice_does_no_harm() -> None:
    old = item("multiple", options("Red", "Green"))
    new = item("multiple", options("Red", "Green", "Blue"))
    ids = [choice_id(old, "Red"), choice_id(old, "Green")]
    assert carried(old, new, ids) == ids


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("true_false", {"answer": False}),
        ("long_answer", {"rubric": [{"key": "a", "text": "b", "points": 1}]}),
    ],
)
def test_another_kind_or_a_letter_is_refused(kind: str, content: dict[str, Any]) -> None:
    with pytest.raises(CannotMatch):
        match_texts(item("single", options("Red", "Green")), item(kind, content))


@pytest.mark.parametrize(
    ("kind", "content", "response"),
    [
        ("true_false", {"answer": True}, False),
        ("short_answer", {"answers": ["refund"]}, "Refund!"),
        ("numeric", {"answer": "80", "unit": "%"}, "80 %"),
    ],
)
def test_typed_answers_stay_as_they_are(kind: str, content: Any, response: Any) -> None:
    one = item(kind, content)
    assert carried(one, one, response) == response
    assert carried(one, one, None) is None


def test_steps_keep_their_order_through_new_words() -> None:
    old = item("ordering", {"steps": ["Greet", "Lisen", "Solve"]})
    new = item("ordering", {"steps": ["Greet", "Listen", "Solve"]})
    given = [choice_id(old, text) for text in ("Greet", "Lisen", "Solve")]
    assert mark(new, carried(old, new, given)).right
    with pytest.raises(CannotMatch):
        match_texts(old, item("ordering", {"steps": ["Greet", "Lisen", "Solve", "Thank"]}))


def test_pairs_are_followed_on_both_sides() -> None:
    old = item(
        "matching",
        {
            "pairs": [{"left": "A", "right": "one"}, {"left": "B", "right": "two"}],
            "extra": ["three"],
        },
    )
    new = item(
        "matching",
        {
            "pairs": [{"left": "A", "right": "two"}, {"left": "B", "right": "one"}],
            "extra": ["three"],
        },
    )
    view = learner_view(old, 1)
    left = {one["text"]: one["id"] for one in view["lefts"]}
    right = {one["text"]: one["id"] for one in view["rights"]}
    given = {left["A"]: right["two"], left["B"]: right["one"]}
    assert not mark(old, given).right
    assert mark(new, carried(old, new, given)).right


def test_gaps_are_followed_by_their_place() -> None:
    old = item(
        "cloze",
        {
            "gaps": {
                "who": {"answers": ["Li"]},
                "how": {"options": ["fast", "slow"], "answer": "slow"},
            }
        },
        stem="{{who}} is {{how}}.",
    )
    new = item(
        "cloze",
        {
            "gaps": {
                "name": {"answers": ["Li"]},
                "way": {"options": ["fast", "slow"], "answer": "fast"},
            }
        },
        stem="{{name}} is {{way}}.",
    )
    assert gap_ids(old) == {"1": "who", "2": "how"}
    given = {"1": "Li", "2": choice_id(old, "fast", "how")}
    assert mark(new, carried(old, new, given)).right
    with pytest.raises(CannotMatch):
        match_texts(old, item("cloze", {"gaps": {"who": {"answers": ["Li"]}}}, stem="{{who}}."))


ROWS = [Counted(1, 1_000_000, 1), Counted(2, 0, 1), Counted(3, 2_000_000, 2)]
BEFORE = Before(7, 1, "marked", 3_000_000, 4, True, 60)


def test_full_marks_are_for_everybody() -> None:
    mark_after = item_mark(How.FULL_MARKS, None, 1, 0)
    change = change_of(BEFORE, ROWS, 2, How.FULL_MARKS, mark_after)
    assert (change.after.mark_millionths, change.after.max_points) == (4_000_000, 4)
    assert change.is_changed and not change.passes_newly


def test_a_question_left_out_takes_its_points_along() -> None:
    change = change_of(BEFORE, ROWS, 3, How.LEFT_OUT, item_mark(How.LEFT_OUT, None, 2, 2_000_000))
    assert (change.after.mark_millionths, change.after.max_points) == (1_000_000, 2)
    assert change.fails_newly
    assert change.item_mark_after == 2_000_000, "its mark stays for whoever looks"


def test_left_out_questions_stay_out_of_later_sums() -> None:
    rows = [Counted(1, 1_000_000, 1, is_left_out=True), *ROWS[1:]]
    assert sum_counted(rows, 60).max_points == 3
    back = change_of(BEFORE, rows, 1, How.FULL_MARKS, 1_000_000)
    assert back.after.max_points == 4


def test_the_worth_of_a_question_stays_what_it_was_when_drawn() -> None:
    old = item("true_false", {"answer": True})
    new = make_item(key="q", kind="true_false", stem="?", content={"answer": False}, points=5)
    matching = match_texts(old, new)
    assert item_mark(How.BY_VERSION, False, 2, 0, item=new, matching=matching) == 2_000_000


def test_a_preview_is_known_again_only_if_nothing_moved() -> None:
    def shown(before: Before) -> str:
        change = change_of(before, ROWS, 2, How.FULL_MARKS, 1_000_000)
        return fingerprint(5, None, How.FULL_MARKS, [change])

    assert shown(BEFORE) == shown(BEFORE)
    moved = Before(7, 2, "marked", 3_000_000, 4, True, 60)
    assert shown(BEFORE) != shown(moved)


def test_the_figures_of_a_preview() -> None:
    up = change_of(BEFORE, ROWS, 2, How.FULL_MARKS, 1_000_000)
    same = change_of(BEFORE, ROWS, 1, How.FULL_MARKS, 1_000_000)
    down = change_of(BEFORE, ROWS, 3, How.LEFT_OUT, 2_000_000)
    found = tally([up, same, down])
    assert (found.attempts, found.changed, found.up, found.down) == (3, 2, 1, 1)
    assert (found.passes_newly, found.fails_newly) == (0, 1)
