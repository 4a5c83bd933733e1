"""What a reader finds, on both engines."""

from __future__ import annotations

import pytest

from tests.catalogue.texts import course_text, library, source, take
from trainhub.catalogue import queries
from trainhub.catalogue.models import SearchEntry
from trainhub.catalogue.queries.search import search_courses
from trainhub.catalogue.rules.search_terms import query_terms
from trainhub.catalogue.rules.snippets import marked, snippet
from trainhub.catalogue.services.retiring import retire_course
from trainhub.db import db, transaction
from trainhub.ops.content import read_shipped_files

ZH = """
## 受理投诉 {#accept}

客户说：“我要投诉。”先听完，再复述。

## 结案 {#close}

跟进到客户确认。Call back within 24 hours.

::: trainer
这句秘密只给内训师看。
:::
"""


def shown(pieces) -> str:
    return "".join(f"[{one.text}]" if one.is_match else one.text for one in pieces)


def keys(words: str, **options) -> list[tuple[str, str]]:
    found = search_courses(words, reading="zh", **options)
    return [(hit.course_key, hit.lesson_key) for hit in found.hits]


@pytest.fixture
def complaints(app) -> None:
    text = course_text(language="zh", title="投诉处理", lessons=ZH, intro="概述。")
    take([*library(), source("courses/calls/complaints.zh.md", text)])


@pytest.mark.parametrize(
    ("words", "lessons"),
    [
        ("投诉", ["", "accept"]),
        ("客户", ["accept", "close"]),
        ("听", ["accept"]),
        ("客户确认", ["close"]),
        ("确认客户", []),
        ("跟进 HOURS", ["close"]),
        ("ｃａｌｌ 24", ["close"]),
    ],
)
def test_chinese_words_of_any_length_are_found(complaints, words: str, lessons: list[str]) -> None:
    found = [lesson for course, lesson in keys(words) if course == "complaints"]
    assert sorted(found) == sorted(lessons)


def test_an_english_word_is_found_by_its_beginning_but_not_by_its_middle(complaints) -> None:
    assert ("opening", "greeting") in keys("greet")
    assert keys("reeting") == []


def test_a_title_that_answers_comes_first(complaints) -> None:
    assert keys("投诉")[0] == ("complaints", "")


def test_trainers_notes_are_not_found(complaints) -> None:
    assert keys("秘密") == []


def test_only_the_version_in_force_is_found(app) -> None:
    take(library(intro="An elephant."))
    take(library(intro="A giraffe."))
    assert keys("elephant") == []
    assert keys("giraffe") == [("opening", "")]


def test_a_retired_course_is_not_found(app, now) -> None:
    take(library(intro="An elephant."))
    with transaction():
        course = queries.find_course("opening")
        retire_course(course, reason="outdated", actor=None, now=now)
    assert keys("elephant") == []


def test_a_search_can_be_limited_to_a_language(complaints) -> None:
    assert {course for course, _ in keys("call")} == {"complaints", "opening"}
    assert {course for course, _ in keys("call", language="en")} == {"opening"}


@pytest.mark.parametrize("words", ["", "   ", "“”", '" OR "', "'); DROP TABLE person", "a" * 5000])
def test_odd_queries_do_no_harm(complaints, words: str) -> None:
    search_courses(words, reading="en")
    assert keys("投诉")


def test_a_page_beyond_the_last_is_the_last(complaints) -> None:
    assert search_courses("call", reading="en", page=99).page == 1


def test_snippets_mark_what_was_found() -> None:
    parts = query_terms("投诉 客户")
    text = "序言" * 60 + "先听客户说完，客户的投诉才有下文。" + "尾声" * 60
    assert "[客户]说完，[客户]的[投诉]才有" in shown(snippet(text, parts))
    assert shown(snippet(text, parts)).startswith("…")
    assert shown(marked("Ｃall 客户", query_terms("call"))) == "[Ｃall] 客户"
    assert shown(marked("start art", query_terms("art"))) == "start [art]"


# How often each stands in the shipped courses is the same on both engines and by brute force.
@pytest.mark.parametrize(
    "words", ["客户", "投诉", "的", "customer", "phone call", "电话 客户", "24"]
)
def test_both_engines_find_what_reading_everything_would(app, shipped, words: str) -> None:
    parts = query_terms(words)
    expected = 0
    for terms in db.session.scalars(db.select(SearchEntry.terms)):
        padded = f" {terms} "
        expected += all(f" {p.phrase}{'' if p.prefix else ' '}" in padded for p in parts)
    assert search_courses(words, reading="en").total == expected > 0


@pytest.fixture
def shipped(app) -> None:
    take(read_shipped_files())
