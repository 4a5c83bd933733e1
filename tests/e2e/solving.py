"""Answering the questions of a shipped course as somebody who knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trainhub.catalogue.rules.course_text import CourseText, LessonText, parse_course
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, parse_quiz
from trainhub.demo.answers import right_response
from trainhub.paths import COURSES, QUIZZES


def shipped_course(slug: str, language: str) -> CourseText:
    """A course of `courses/` as its file says."""
    (file,) = COURSES.glob(f"*/{slug}.{language}.md")
    return parse_course(file.read_text("utf-8"))


def questions_of(lesson: LessonText, language: str) -> Iterator[tuple[str, QuizItem]]:
    """The questions of a lesson with the prefix of their fields."""
    number = 0
    for point in lesson.checkpoints:
        quiz = parse_quiz((QUIZZES / f"{point.quiz}.{language}.yaml").read_text("utf-8"))
        for key in point.items:
            number += 1
            item = quiz.find_item(key)
            assert item is not None
            yield f"q{number}", item


def _tick(tab: Any, name: str, given: Any) -> None:
    for option in given if isinstance(given, list) else [given]:
        tab.check(f"#{name}-{str(option).lower()}")


def _type(tab: Any, name: str, given: Any) -> None:
    tab.fill(f"#{name}-text", given)


def _order(tab: Any, name: str, given: Any) -> None:
    if tab.locator(f"[name='{name}-{given[0]}']").is_visible():
        for place, step in enumerate(given, start=1):
            tab.select_option(f"[name='{name}-{step}']", str(place))
        return
    steps = f"[data-item='{name}'] [data-ordering] select"
    for place, step in enumerate(given):
        names = tab.eval_on_selector_all(steps, "all => all.map(one => one.name)")
        row = f"[data-item='{name}'] li:has([name='{name}-{step}'])"
        for _ in range(names.index(f"{name}-{step}") - place):
            tab.click(f"{row} [data-move='-1']")


def _put(tab: Any, name: str, given: Any) -> None:
    for part, text in given.items():
        field = tab.locator(f"[name='{name}-{part}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


_FILL = {
    Kind.SINGLE: _tick,
    Kind.MULTIPLE: _tick,
    Kind.TRUE_FALSE: _tick,
    Kind.SHORT_ANSWER: _type,
    Kind.NUMERIC: _type,
    Kind.ORDERING: _order,
    Kind.MATCHING: _put,
    Kind.CLOZE: _put,
}


def fill_in(tab: Any, name: str, item: QuizItem, response: Any = None) -> None:
    """Put a response (the right one unless given) into a question's fields."""
    tab.wait_for_load_state()  # without scripts the last answer has brought a new page
    _FILL[item.kind](tab, name, right_response(item) if response is None else response)


def check_answer(tab: Any, name: str) -> None:
    """Press the button of a question and wait for its outcome."""
    tab.click(f"[data-item='{name}'] button[name=only]")
    tab.locator(f"[data-item='{name}'] button[name=only]").wait_for(state="detached")
