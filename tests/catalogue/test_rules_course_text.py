"""A course file: front matter, lessons, marked blocks; errors with their lines."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.catalogue.rules.blocks import (
    CheckpointSegment,
    MarkdownSegment,
    learner_text,
    lesson_segments,
)
from trainhub.catalogue.rules.course_text import parse_course
from trainhub.catalogue.rules.front_matter import parse_course_meta, parse_series
from trainhub.errors import InputErrors

MATTER = """\
title: A call
summary: What it is about.
series: first-series
order: 1
minutes: 60
knowledge_line: service
objectives:
  - key: listen
    text: Listen first
language: en
"""
COURSE = f"---\n{MATTER}---\nHello.\n\n## One {{#one}}\n\nText.\n\n## Two {{#two}}\n\nMore.\n"


def codes(refused: pytest.ExceptionInfo[InputErrors]) -> dict[str, int | None]:
    return {error.code: error.line for error in refused.value.errors}


def refused_course(text: str) -> dict[str, int | None]:
    with pytest.raises(InputErrors) as refused:
        parse_course(text, file="a.en.md")
    assert all(error.file == "a.en.md" and error.text() for error in refused.value.errors)
    return codes(refused)


def refused_matter(text: str) -> dict[str, int | None]:
    began = time.process_time()
    with pytest.raises(InputErrors) as refused:
        parse_course_meta(text, first_line=2)
    assert time.process_time() - began < 1
    return codes(refused)


def with_body(body: str) -> str:
    return COURSE.replace("Text.", body)


# --- the whole file -------------------------------------------------------------------------


def test_a_course_is_read() -> None:
    course = parse_course(COURSE)
    assert course.meta.title == "A call"
    assert course.meta.group("slug") == "slug"
    assert [(lesson.key, lesson.title, lesson.line) for lesson in course.lessons] == [
        ("one", "One", 15),
        ("two", "Two", 19),
    ]
    assert course.intro.strip() == "Hello."


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_change_nothing_but_the_source(ends: str, mark: str) -> None:
    source = mark + COURSE.replace("\n", ends)
    course, plain = parse_course(source), parse_course(COURSE)
    assert course.source == source
    assert (course.meta, course.intro, course.lessons) == (plain.meta, plain.intro, plain.lessons)


def test_headings_in_code_are_no_lessons() -> None:
    course = parse_course(with_body("```\n## Not a lesson\n```\n\n~~~~\n## nor {#this}\n~~~\n~~~~"))
    assert course.lesson_keys == ("one", "two")


def test_a_lesson_needs_a_key_of_its_own() -> None:
    assert refused_course(COURSE.replace(" {#two}", "")) == {"lesson_key_missing": 19}
    assert refused_course(COURSE.replace("{#two}", "{#Two}")) == {"lesson_key_form": 19}
    assert refused_course(COURSE.replace("{#two}", "{#one}")) == {"lesson_key_twice": 19}


def test_a_course_needs_front_matter_and_lessons() -> None:
    assert refused_course("# Hello") == {"front_matter_missing": 1}
    assert refused_course("---\ntitle: x\n") == {"front_matter_missing": 1}
    assert refused_course(f"---\n{MATTER}---\nText") == {"lessons_missing": 13}


def test_a_course_may_not_be_larger_than_a_megabyte() -> None:
    assert "file_long" in refused_course(COURSE + "字" * 350_000)


def test_every_error_of_a_file_is_named_in_one_go() -> None:
    text = with_body("::: nonsense\nx\n:::").replace("order: 1", "order: first")
    assert refused_course(text) == {"field_whole": 5, "block_unknown": 17}


# --- front matter ---------------------------------------------------------------------------


def test_a_review_date_is_a_date() -> None:
    assert parse_course_meta(MATTER + "review_by: 2027-06-30\n").review_by == date(2027, 6, 30)
    assert refused_matter(MATTER + "review_by: soon\n") == {"field_date": 12}
    assert refused_matter(MATTER + "review_by: 2027-02-31\n") == {"field_date": 12}
    assert refused_matter(MATTER + "review_by: 2027-06-30 10:00:00\n") == {"field_date": 12}


def test_a_slip_in_a_key_does_not_vanish() -> None:
    assert refused_matter(MATTER + "competency: [teamwork]\n") == {"field_unknown": 12}


def test_values_of_the_wrong_kind_are_refused() -> None:
    for wrong in ("title: [a]", "title: 12", "minutes: 45", "minutes: true", "order: -1"):
        key = wrong.partition(":")[0]
        lines = [wrong if line.startswith(key + ":") else line for line in MATTER.splitlines()]
        assert refused_matter("\n".join(lines)), wrong
    for more in ("competencies: [flying]", "competencies: teamwork", "prerequisites: [a, a]"):
        assert refused_matter(f"{MATTER}{more}\n"), more


BOMB = "\n".join(
    [f"l0: &l0 [{', '.join(['x'] * 9)}]"]
    + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "yaml_alias"),
        ("a: &a\n  b: *a\n", "yaml_alias"),
        ("title: !!python/object/apply:os.system [id]\n", "yaml_tag"),
        ("title: !include /etc/passwd\n", "yaml_tag"),
        ("title: !!python/name:os.system\n", "yaml_tag"),
        (MATTER + "title: again\n", "yaml_duplicate"),
        (MATTER.replace("    text: Listen first", "    key: twice"), "yaml_duplicate"),
        ("a: " + "[" * 6 + "x" + "]" * 6, "yaml_deep"),
        ("a: " + "[" * 8_000, "yaml_deep"),
        ("a: " + "{b: " * 2_000, "yaml_deep"),
        ("\n".join(" " * depth + "a:" for depth in range(150)), "yaml_deep"),
        ("? {a: b}\n: c\n", "yaml_key"),
        ("- a\n", "field_mapping"),
        ("", "front_matter_empty"),
        ("# only a remark\n", "front_matter_empty"),
        ("x" * 17_000, "front_matter_long"),
        ("字" * 6_000, "front_matter_long"),
        ("title: 'open\n", "yaml_unreadable"),
        ("title: a\x00b\n", "text_characters"),
        ("--- \na: b\n--- \nc: d\n", "yaml_documents"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_hostile_front_matter_is_refused_at_once(text: str, code: str) -> None:
    assert code in refused_matter(text)


def test_a_series_is_named_in_both_languages() -> None:
    text = "knowledge_line: service\norder: 10\ntitle: {zh: 系列, en: Series}\n"
    series = parse_series(text + "summary:\n  zh: 说明。\n  en: What for.\n")
    assert series.title == {"zh": "系列", "en": "Series"}
    with pytest.raises(InputErrors) as refused:
        parse_series(text + "summary: {zh: 说明。}\n")
    assert refused.value.errors[0].field == "summary.en"


# --- blocks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("::: tip\nx", {"block_unclosed": 17}),
        (":::", {"block_not_open": 17}),
        ("::: tip\n::: case\n:::\n", {"block_nested": 18}),
        ("::: joke\n:::", {"block_unknown": 17}),
        ("::: exercise\nx\n:::", {"block_minutes_missing": 17}),
        ("::: exercise minutes=0\nx\n:::", {"block_minutes": 17}),
        ("::: exercise minutes=many\nx\n:::", {"block_minutes": 17}),
        ("::: tip minutes=3\nx\n:::", {"block_attribute_unknown": 17}),
        ("::: case title=“x”y z\nx\n:::", {"block_attribute": 17}),
        ('::: case title="a" title="b"\nx\n:::', {"block_attribute_twice": 17}),
        ("::: checkpoint\n:::", {"checkpoint_quiz": 17, "checkpoint_items": 17}),
        ('::: checkpoint quiz=q items="a a"\n:::', {"checkpoint_items": 17}),
        ("::: checkpoint quiz=q items=a\nText\n:::", {"checkpoint_text": 17}),
        ("```\nopen", {"fence_unclosed": 17}),
    ],
)
def test_a_block_out_of_order_is_named_with_its_line(body: str, expected: dict[str, Any]) -> None:
    found = refused_course(with_body(body))
    found.pop("lesson_key_missing", None)
    assert found == expected


def test_a_checkpoint_before_the_first_lesson_is_refused() -> None:
    text = COURSE.replace("Hello.", "::: checkpoint quiz=q items=a\n:::")
    assert refused_course(text) == {"checkpoint_in_introduction": 13}


def test_blocks_in_code_are_text() -> None:
    course = parse_course(with_body("```\n::: trainer\nnot a note\n:::\n```"))
    assert course.lessons[0].blocks == ()
    assert "not a note" in learner_text(course.lessons[0].body)


LESSON = """\
Before.

::: trainer minutes=5
Secret.

```
::: tip
still secret
:::
```
:::

::: checkpoint quiz=q items="a b"
:::

::: tip
Shown.
:::

[c]: https://intranet.example
"""


def test_trainers_notes_never_reach_a_learner() -> None:
    text = learner_text(LESSON)
    assert "ecret" not in text
    assert "Shown." in text
    assert text.count("\n") == LESSON.count("\n")


@pytest.mark.parametrize(
    "slip",
    [
        "::: trainer\nSecret.",
        "::: trainer\n::: tip\nx\n:::\nSecret.\n:::",
        "  ::: trainer\nSecret.\n:::",
        ":::trainer\nSecret.\n:::",
        ":::: trainer minutes=x\nSecret.\n::::",
        "::: trainer\n```\n:::\nSecret.",
    ],
)
def test_a_slip_of_the_author_hides_too_much_rather_than_too_little(slip: str) -> None:
    assert "Secret" not in learner_text(slip)


def test_a_lesson_falls_into_text_and_checkpoints() -> None:
    before, checkpoint, after = lesson_segments(LESSON, first_line=10)
    assert isinstance(before, MarkdownSegment)
    assert before.text.startswith("Before.")
    assert checkpoint == CheckpointSegment("q", ("a", "b"), 22)
    assert isinstance(after, MarkdownSegment)
    assert "::: tip" in after.text
    assert "ecret" not in before.text + after.text


def test_definitions_serve_every_stretch_of_a_lesson() -> None:
    before, _, after = lesson_segments(LESSON)
    assert isinstance(before, MarkdownSegment)
    assert isinstance(after, MarkdownSegment)
    assert before.text.count("[c]: https") == after.text.count("[c]: https") == 1


def test_a_trainer_sees_the_notes() -> None:
    first = lesson_segments(LESSON, for_trainer=True)[0]
    assert isinstance(first, MarkdownSegment)
    assert "Secret." in first.text


PIECES = st.sampled_from(
    ["text", "::: trainer", "::: tip", ":::", "```", "~~~", "    ```", "> ```", "", "SECRET", "- x"]
)


@given(st.lists(PIECES, max_size=14))
@settings(max_examples=150, deadline=None)
def test_what_parses_shows_learners_exactly_the_text_outside_notes(lines: list[str]) -> None:
    """Whatever the fences: a lesson that is accepted shows no line of a trainer's note."""
    body = "\n".join(lines)
    try:
        course = parse_course(with_body(body))
    except InputErrors:
        return
    notes = [block for block in course.lessons[0].blocks if block.kind == "trainer"]
    hidden = sum(block.body.count("SECRET") for block in notes)
    shown = learner_text(course.lessons[0].body).count("SECRET")
    assert shown + hidden == body.count("SECRET")


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_course_or_a_named_error(text: str) -> None:
    with pytest.raises(InputErrors) as refused:
        parse_course(text)
    assert all(error.text() for error in refused.value.errors)
