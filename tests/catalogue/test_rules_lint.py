"""The linter finds what an author would want to know, and is quiet about a sound course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from trainhub.catalogue.rules.course_text import CourseText, parse_course
from trainhub.catalogue.rules.estimates import estimate_course, lesson_minutes, reading_minutes
from trainhub.catalogue.rules.findings import Finding
from trainhub.catalogue.rules.lint import Translation, lint_course
from trainhub.catalogue.rules.lint_quiz import lint_pair, lint_quiz
from trainhub.catalogue.rules.quiz_text import QuizText, make_item
from trainhub.catalogue.rules.references import media_names

COURSE = """\
---
title: A call
summary: What it is about.
series: first-series
order: 1
minutes: 15
knowledge_line: service
objectives:
  - {key: listen, text: Listen first}
language: en
review_by: 2027-06-30
---
## One {#one}

Text. ![A map](media/map.png) [Two](course:other#start)

::: exercise minutes=13
Do it.
:::

::: checkpoint quiz=q items=ask
:::

## Two {#two}

### A part

More.
"""
TODAY = date(2026, 11, 23)


def quiz(language: str = "en", **changes: Any) -> QuizText:
    given = {"kind": "true_false", "stem": "s", "objective": "listen", "feedback": "f"}
    item = make_item(key="ask", content={"answer": True}, **(given | changes))
    return QuizText("q", language, "Q", (item,))


def in_chinese(course: CourseText) -> CourseText:
    return replace(course, meta=replace(course.meta, language="zh"))


def lint(text: str = COURSE, **changes: Any) -> list[Finding]:
    course = parse_course(text)
    given: dict[str, Any] = {
        "quizzes": {"q": quiz()},
        "known_courses": {"other": ["start"]},
        "media_names": ["map.png"],
        "translations": [Translation(in_chinese(parse_course(COURSE)), {"q": quiz("zh")})],
        "today": TODAY,
    }
    return lint_course(course, **(given | changes))


def codes(findings: list[Finding]) -> list[str]:
    assert all(finding.text() and finding.as_dict() for finding in findings)
    return [finding.code for finding in findings]


def test_a_sound_course_has_no_findings() -> None:
    assert lint() == []


@pytest.mark.parametrize(
    ("old", "new", "expected", "line"),
    [
        ("minutes: 15", "minutes: 60", "minutes_differ", 1),
        ("{key: listen,", "{key: speak,", "objective_untested", 1),
        ("media/map.png", "media/lost.png", "media_missing", 15),
        ("course:other#", "course:lost#", "course_link_dead", 15),
        ("other#start", "other#middle", "lesson_link_dead", 15),
        ("quiz=q", "quiz=lost", "quiz_missing", 21),
        ("items=ask", "items=tell", "item_missing", 21),
        ("2027-06-30", "2026-11-22", "review_overdue", 1),
        ("language: en", "language: en\nprerequisites: [lost]", "prerequisite_unknown", 1),
        ("### A part", "#### A part", "heading_order", 26),
        ("### A part", "# A part", "heading_top", 26),
        ("### A part\n\nMore.", "", "lesson_empty", 24),
        ("{#two}", "{#three}", "lessons_differ", 1),
    ],
)
def test_each_weakness_is_found_at_its_line(old: str, new: str, expected: str, line: int) -> None:
    found = {finding.code: finding for finding in lint(COURSE.replace(old, new))}
    assert found[expected].line == line


def test_a_missing_translation_is_found() -> None:
    (finding,) = lint(translations=[])
    assert (finding.code, finding.params) == ("translation_missing", {"language": "zh"})


def test_differences_between_the_languages_are_found() -> None:
    chinese = in_chinese(parse_course(COURSE.replace("key: listen", "key: hear")))
    (item,) = quiz("zh", points=3).items
    other = QuizText("q", "zh", "Q", (item, replace(item, key="more")))
    found = lint(translations=[Translation(chinese, {"q": other})])
    assert codes(found) == ["objectives_differ", "items_differ", "item_kind_differs"]
    assert found[0].params["keys"] == "hear, listen"


def test_questions_without_feedback_or_objective_are_found() -> None:
    assert codes(lint(quizzes={"q": quiz(feedback="")})) == ["item_no_feedback"]
    found = codes(lint(quizzes={"q": quiz(objective="fly")}))
    assert found == ["objective_untested", "objective_unknown"]


def test_a_checkpoint_that_asks_a_long_answer_is_an_error_at_its_line() -> None:
    rubric = [{"key": "a", "text": "t", "points": 1}]
    content = {"rubric": rubric, "model_answer": "Why so."}
    long = make_item(key="ask", kind="long_answer", objective="listen", stem="s", content=content)
    (finding,) = lint(
        quizzes={"q": QuizText("q", "en", "Q", (long,))},
        translations=[
            Translation(in_chinese(parse_course(COURSE)), {"q": QuizText("q", "zh", "Q", (long,))})
        ],
    )
    assert (finding.code, finding.severity, finding.line) == ("item_by_hand", "error", 21)


def test_languages_that_would_examine_differently_are_found() -> None:
    rubric = [{"key": "a", "text": "t", "points": 1}, {"key": "b", "text": "u", "points": 2}]
    item = make_item(key="w", kind="long_answer", stem="s", content={"rubric": rubric})
    mine = QuizText("q", "en", "Q", (item,))
    others = [
        replace(item, level="basic"),
        replace(item, enemies=("x",)),
        make_item(key="w", kind="long_answer", stem="s", content={"rubric": rubric[::-1]}),
    ]
    found = [codes(list(lint_pair(mine, QuizText("q", "zh", "Q", (one,))))) for one in others]
    assert found == [["item_level_differs"], ["item_level_differs"], ["rubric_differs"]]
    assert not list(lint_pair(mine, QuizText("q", "zh", "Q", (replace(item, stem="x"),))))


def singles(right_at: list[int], longest: bool) -> QuizText:
    items = []
    for number, right in enumerate(right_at):
        options = [
            {"text": "x" * (9 if (place == right) == longest else 4) + str(place),
             "correct": place == right, "feedback": "f"}
            for place in range(4)
        ]  # fmt: skip
        content = {"options": options}
        items.append(make_item(key=f"i{number}", kind="single", stem="s", content=content))
    return QuizText("q", "en", "Q", tuple(items))


def test_patterns_that_give_the_key_away_are_found() -> None:
    assert codes(lint_quiz(singles([0, 1, 2, 3, 0], longest=True))) == ["right_longest"]
    assert codes(lint_quiz(singles([1, 1, 1, 2, 1], longest=False))) == ["right_position"]
    assert codes(lint_quiz(singles([0, 1, 2, 3, 0], longest=False))) == []


def test_links_in_code_are_no_links() -> None:
    course = parse_course(
        COURSE.replace("Text.", "`![x](media/no.png)`\n\n```\n](media/no2.png)\n```\n")
    )
    assert media_names(course) == {"map.png"}


def test_reading_time_follows_the_published_pace() -> None:
    assert reading_minutes("字" * 300) == 1
    assert reading_minutes("word " * 180) == 1
    assert reading_minutes("字，" * 150 + "word " * 90) == 1
    assert reading_minutes("```\n" + "word " * 500 + "\n```") == 0
    assert reading_minutes("[字](course:some-very-long-address)") == pytest.approx(1 / 300)


def test_cases_are_read_aloud_and_notes_count_their_minutes() -> None:
    assert lesson_minutes("::: case\n" + "字" * 600 + "\n:::") == 4
    assert lesson_minutes("::: tip\n" + "字" * 600 + "\n:::") == 2
    assert lesson_minutes("::: trainer minutes=5\n" + "字" * 600 + "\n:::") == 5
    assert lesson_minutes("") == 1
    estimate = estimate_course(parse_course(COURSE))
    assert (estimate.exercises, estimate.checkpoints) == (13, 1)
