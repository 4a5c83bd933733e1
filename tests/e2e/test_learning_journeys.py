"""Taking a course in a real browser: to its end, over two devices, through a broken network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browsing import Visitor
from tests.e2e.solving import check_answer, fill_in, questions_of, shipped_course
from trainhub.catalogue.rules.course_text import CourseText
from trainhub.demo.answers import wrong_response

pytestmark = pytest.mark.e2e


def start(visitor: Visitor, slug: str, language: str) -> None:
    """Start a course, enrolling oneself, in a language."""
    tab = visitor.tab
    visitor.go(f"/learning/{slug}")
    tab.click(f"form[action$='/start']:has([name=language][value={language}]) button")
    tab.wait_for_url("**/lessons/**")


def take(tab: Any, course: CourseText, language: str) -> None:
    """Go through every lesson, answering rightly, until the course is complete."""
    for lesson in course.lessons:
        tab.wait_for_url(f"**/lessons/{lesson.key}*")
        for name, item in questions_of(lesson, language):
            fill_in(tab, name, item)
            check_answer(tab, name)
        tab.click("form[action$='/done'] button")
    tab.wait_for_url("**/completed")


@pytest.mark.parametrize(
    ("username", "slug", "language"),
    [("chen.jing", "typing-at-work", "zh"), ("emma.clarke", "selling-closing", "en")],
)
def test_a_course_is_taken_from_start_to_completion(
    visit: Callable[..., Visitor], username: str, slug: str, language: str
) -> None:
    visitor = visit(username, language=language)
    course = shipped_course(slug, language)
    start(visitor, slug, language)
    take(visitor.tab, course, language)
    assert course.meta.title in visitor.tab.inner_text("main")
    visitor.go("/learning")
    assert course.meta.title in visitor.tab.inner_text("main")


def test_a_wrong_answer_is_explained_and_can_be_tried_again(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit("emma.clarke", language="en")
    start(visitor, "quick-phrases", "en")
    tab = visitor.tab
    course = shipped_course("quick-phrases", "en")
    lesson = next(one for one in course.lessons if one.checkpoints)
    visitor.go(f"/learning/quick-phrases/lessons/{lesson.key}")
    name, item = next(iter(questions_of(lesson, "en")))
    right = tab.locator(f"[data-item={name}]")
    assert item.feedback.split()[0] not in right.inner_text()
    fill_in(tab, name, item, wrong_response(item))
    check_answer(tab, name)
    assert "Not right" in right.inner_text() or "Partly" in right.inner_text()
    tab.click(f"[data-item={name}] [data-again]")
    fill_in(tab, name, item)
    check_answer(tab, name)
    assert "Right" in right.inner_text()


def test_reading_goes_on_at_the_same_place_on_another_device(
    visit: Callable[..., Visitor],
) -> None:
    desk, phone = visit("chen.jing", language="zh"), visit("chen.jing", language="zh", width=390)
    start(desk, "selling-needs", "zh")
    course = shipped_course("selling-needs", "zh")
    third = course.lessons[2]
    desk.go(f"/learning/selling-needs/lessons/{third.key}")
    desk.tab.fill("#note", "下一个班次先问三个问题")
    with desk.tab.expect_response(lambda answer: answer.url.endswith("/note")):
        desk.tab.locator("#note").blur()
    phone.go("/learning/selling-needs/continue")
    assert third.key in phone.tab.url
    assert phone.tab.input_value("#note") == "下一个班次先问三个问题"


def test_an_answer_survives_a_broken_network(visit: Callable[..., Visitor]) -> None:
    visitor = visit("emma.clarke", language="en")
    start(visitor, "complaint-four-steps", "en")
    tab = visitor.tab
    course = shipped_course("complaint-four-steps", "en")
    lesson = next(one for one in course.lessons if one.checkpoints)
    visitor.go(f"/learning/complaint-four-steps/lessons/{lesson.key}")
    name, item = next(iter(questions_of(lesson, "en")))
    fill_in(tab, name, item)
    visitor.context.set_offline(True)
    tab.click(f"[data-item={name}] button[name=only]")
    tab.get_by_text("Not saved, retrying").first.wait_for()
    visitor.context.set_offline(False)
    tab.locator(f"[data-item={name}] button[name=only]").wait_for(state="detached")
    assert "Right" in tab.inner_text(f"[data-item={name}]")
    visitor.go(f"/learning/complaint-four-steps/lessons/{lesson.key}")
    assert "try 2" not in tab.inner_text(f"[data-item={name}]")


def test_a_course_can_be_taken_without_scripts(visit: Callable[..., Visitor]) -> None:
    visitor = visit("emma.clarke", language="en", java_script_enabled=False)
    start(visitor, "selling-opening", "en")
    take(visitor.tab, shipped_course("selling-opening", "en"), "en")


def test_lessons_turn_by_the_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit("emma.clarke", language="en")
    start(visitor, "mot-advanced", "en")
    course = shipped_course("mot-advanced", "en")
    visitor.tab.keyboard.press("j")
    visitor.tab.wait_for_url(f"**/lessons/{course.lessons[1].key}*")
    visitor.tab.locator("#note").focus()
    visitor.tab.keyboard.press("k")
    assert course.lessons[1].key in visitor.tab.url
    visitor.tab.locator("#note").blur()
    visitor.tab.keyboard.press("k")
    visitor.tab.wait_for_url(f"**/lessons/{course.lessons[0].key}*")
