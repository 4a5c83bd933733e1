"""The pure side of writing: differences, merging, skeletons, questions moved about."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.catalogue.rules import quiz_editing
from trainhub.catalogue.rules.course_text import parse_course
from trainhub.catalogue.rules.differences import Change, compare, count_changes, hunks, merged
from trainhub.catalogue.rules.quiz_text import parse_quiz
from trainhub.catalogue.rules.skeletons import (
    NewCourse,
    course_skeleton,
    course_to_translate,
    quiz_skeleton,
    quiz_to_translate,
    title_of,
)
from trainhub.errors import InputErrors, NotFound

LINES = st.lists(st.sampled_from(["", "甲", "乙丙", "one two", "one three"]), max_size=8)


def marked(pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)


def test_a_changed_chinese_sign_is_found_inside_its_line() -> None:
    rows = compare("客户打了三次电话。\n", "客户打了四次电话。\n")

    assert [row.change for row in rows] == [Change.CHANGED]
    assert marked(rows[0].old) == "客户打了[三]次电话。"
    assert marked(rows[0].new) == "客户打了[四]次电话。"


def test_english_is_compared_by_words() -> None:
    rows = compare("Say it first.", "Say it last.")

    assert marked(rows[0].new) == "Say it [last]."


def test_lines_with_nothing_in_common_are_two_lines() -> None:
    rows = compare("完全不同", "something else")

    assert [row.change for row in rows] == [Change.REMOVED, Change.ADDED]
    assert count_changes(rows) == (1, 1)


def test_unchanged_stretches_are_left_out_with_their_length() -> None:
    old = "\n".join(f"line {n}" for n in range(100))

    rows = compare(old, old.replace("line 50", "line fifty"))

    assert [row.count for row in rows if row.change is Change.SKIPPED] == [47, 46]


def test_a_huge_text_is_compared_in_time() -> None:
    started = time.process_time()

    compare("甲乙" * 200_000, "乙甲" * 200_000)
    compare("a\nb\n" * 50_000, "b\nc\n" * 50_000)

    assert time.process_time() - started < 3


@given(LINES, LINES)
def test_a_merge_of_one_side_everywhere_is_that_side(old: list[str], new: list[str]) -> None:
    one, other = "\n".join(old), "\n".join(new)
    places = range(sum(not hunk.same for hunk in hunks(one, other)))

    assert merged(one, other, dict.fromkeys(places, "old")) == one
    assert merged(one, other, dict.fromkeys(places, "new")) == other


def test_a_place_without_a_choice_keeps_both() -> None:
    assert merged("a\nmine\nz", "a\ntheirs\nz", {}) == "a\nmine\ntheirs\nz"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("title", ["投诉处理", 'Say "no": well', "true", "[x]", "# no comment"])
def test_a_skeleton_is_a_course_without_errors(language: str, title: str) -> None:
    new = NewCourse(title, "complaint-handling", 3, "service", language, "say-no", "bob")

    course = parse_course(course_skeleton(new))

    assert course.meta.title == title
    assert course.meta.language == language
    assert course.meta.group("other") == "say-no"


def test_a_translation_begins_with_the_same_keys() -> None:
    new = NewCourse("Say no", "complaint-handling", 3, "service", "en", "say-no", "bob")
    source = course_skeleton(new)

    other = parse_course(course_to_translate(source, "zh", "say-no"))

    assert other.meta.language == "zh"
    assert other.lesson_keys == parse_course(source).lesson_keys


def test_a_quiz_skeleton_can_be_translated() -> None:
    quiz = parse_quiz(quiz_skeleton("say-no", "en", "Saying no"))

    other = parse_quiz(quiz_to_translate(quiz, "zh"))

    assert (other.language, other.items) == ("zh", quiz.items)


def test_a_title_is_read_from_a_text_that_is_not_finished() -> None:
    assert title_of('---\ntitle: "Half a tex"\nsummary: [') == "Half a tex"
    assert title_of("nothing yet") == ""


def quiz_of(*keys: str):
    quiz = parse_quiz(quiz_skeleton("greeting", "en", "Greeting"))
    first = quiz.items[0]
    for key in keys:
        quiz = quiz_editing.with_item(quiz, type(first)(key, first.kind, first.stem, first.content))
    return quiz_editing.without_item(quiz, "first-question")


def keys_of(quiz) -> list[str]:
    return [item.key for item in quiz.items]


def test_questions_move_and_stop_at_the_ends() -> None:
    quiz = quiz_of("a", "b", "c")

    assert keys_of(quiz_editing.with_moved_item(quiz, "c", -1)) == ["a", "c", "b"]
    assert keys_of(quiz_editing.with_moved_item(quiz, "a", -1)) == ["a", "b", "c"]
    assert keys_of(quiz_editing.with_moved_item(quiz, "c", 5)) == ["a", "b", "c"]


def test_a_key_in_use_is_refused() -> None:
    quiz = quiz_of("a", "b")

    with pytest.raises(InputErrors):
        quiz_editing.with_item(quiz, quiz.items[0])
    with pytest.raises(InputErrors):
        quiz_editing.with_changed_item(quiz, "b", quiz.items[0])


def test_the_last_question_stays_and_unknown_ones_are_not_found() -> None:
    quiz = quiz_of("a")

    with pytest.raises(InputErrors):
        quiz_editing.without_item(quiz, "a")
    with pytest.raises(NotFound):
        quiz_editing.with_moved_item(quiz, "zz", 1)
