"""Lessons made of weak characters."""

from __future__ import annotations

from trainhub.typing_tests.rules.lessons import LESSON_SIGNS, lesson_of_weak

ZH = [
    "您好，请问有什么可以帮您？\n我们会尽快处理退款，请您放心等待。",
    "退换货需要七天，退款需要三天。",
]
EN = ["We will refund the money within three days.", "Please wait for the courier."]


def test_chinese_lessons_are_clauses_that_hold_the_weak_signs() -> None:
    lesson = lesson_of_weak(["退", "款"], ZH, "zh", seed=1)
    assert sorted(lesson.split("\n")) == sorted(
        ["我们会尽快处理退款，", "退换货需要七天，", "退款需要三天。"]
    )


def test_english_lessons_are_words_that_hold_the_weak_letters() -> None:
    lesson = lesson_of_weak(["w", "th"], EN, "en", seed=1)
    assert set(lesson.split()) == {"we", "will", "the", "within", "three", "wait"}


def test_the_seed_decides_the_order_and_nothing_else() -> None:
    lessons = [lesson_of_weak(["e"], EN, "en", seed=seed).split() for seed in (1, 1, 2)]
    assert lessons[0] == lessons[1] != lessons[2]
    assert sorted(lessons[0]) == sorted(lessons[2])


def test_a_lesson_has_an_end() -> None:
    many = [f"第{number}次退款已经完成。" for number in range(100, 200)]
    lesson = lesson_of_weak(["退"], many, "zh", seed=1)
    assert LESSON_SIGNS["zh"] <= len(lesson.replace("\n", "")) < LESSON_SIGNS["zh"] + 30


def test_nothing_fits_nothing() -> None:
    assert lesson_of_weak(["龘"], ZH, "zh", seed=1) == ""
    assert lesson_of_weak([], ZH, "zh", seed=1) == ""
