"""A quiz file is read strictly, written back alike, and never trusted."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, QuizText, make_item, parse_quiz
from trainhub.catalogue.rules.quiz_writing import dump_quiz, item_as_mapping
from trainhub.errors import InputErrors

HOSTILE = [
    tuple(entry.split("\n", 1))
    for entry in (Path(__file__).parent / "payloads/hostile_quizzes.txt")
    .read_text("utf-8")
    .removesuffix("\n")
    .split("\n%%\n")
]
HEAD = "quiz: q\nlanguage: en\ntitle: T\nitems:\n"


def as_file(text: str) -> str:
    return HEAD + f"  - {{{text[1:]}}}\n" if text.startswith("@") else text


def errors_of(text: str) -> list[Any]:
    with pytest.raises(InputErrors) as refused:
        parse_quiz(text, file="q.en.yaml")
    return list(refused.value.errors)


def test_there_are_enough_hostile_files() -> None:
    assert len(HOSTILE) >= 46


@pytest.mark.parametrize(("code", "text"), HOSTILE)
def test_a_hostile_file_is_refused_at_once_and_by_name(code: str, text: str) -> None:
    began = time.process_time()
    errors = errors_of(as_file(text))
    assert time.process_time() - began < 1
    assert code in [error.code for error in errors]
    assert all(error.file == "q.en.yaml" and error.text() for error in errors)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "a: " * 50_000, "? " * 50_000, "'" * 99_999],
    ids=["brackets", "braces", "dashes", "colons", "question marks", "quotes"],
)
def test_a_file_of_signs_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    assert errors_of(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ud800", "\uffff"])
def test_a_character_no_database_takes_is_refused_with_its_line(bad: str) -> None:
    (error,) = errors_of(f"quiz: q\ntitle: a{bad}b\n")
    assert (error.code, error.line) == ("text_characters", 2)


def test_a_file_over_two_megabytes_is_refused_unread() -> None:
    assert errors_of("#" * (2 * 1024 * 1024 + 1))[0].code == "quiz_long"


def test_errors_name_the_line_and_the_item() -> None:
    text = HEAD + "  - key: greet\n    kind: ordering\n    stem: s\n    steps: [a]\n"
    (error,) = errors_of(text)
    assert (error.line, error.field) == (8, "items.greet.steps")


def test_every_error_is_named_in_one_go() -> None:
    text = HEAD + "  - {key: A, kind: true_false, stem: s, answer: 3, points: 0}\n"
    assert {error.code for error in errors_of(text)} == {
        "field_key",
        "field_yes_no",
        "field_whole",
    }


def test_a_byte_order_mark_and_dos_line_ends_are_accepted() -> None:
    text = "\ufeff" + (HEAD + "  - {key: a, kind: true_false, stem: s, answer: true}\n")
    assert parse_quiz(text.replace("\n", "\r\n")).find_item("a")


def test_a_form_meets_the_same_rules_as_a_file() -> None:
    with pytest.raises(InputErrors) as refused:
        make_item(key="a", kind="single", stem="s", content={"options": [{"text": "x"}]})
    assert refused.value.errors[0].field == "options"


def test_a_form_may_give_numbers_as_text() -> None:
    item = make_item(key="a", kind="numeric", stem="s", content={"answer": "80.50"})
    assert item.content == {"answer": "80.5", "tolerance": "0", "unit": ""}


def long_answer(**content: Any) -> QuizItem:
    rubric = [
        {"key": "takes-up-feeling", "text": "Takes up what the customer feels", "points": 2},
        {"key": "no-promise", "text": "Promises no date", "points": 3, "fatal": True},
    ]
    content = {"rubric": rubric} | content
    points = content.pop("points", None)
    return make_item(
        key="reply", kind="long_answer", stem="Write the reply.", content=content, points=points
    )


def test_a_long_answer_is_worth_what_its_criteria_are_worth() -> None:
    assert long_answer().points == long_answer(points=5).points == 5
    assert long_answer().content["limit"] == 2_000
    assert [one["fatal"] for one in long_answer().content["rubric"]] == [False, True]


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("points", {"points": 4}),
        ("rubric", {"rubric": []}),
        ("rubric", {"rubric": [{"key": "a", "text": "t", "points": 1}] * 2}),
        ("rubric", {"rubric": [{"key": f"a{n}", "text": "t", "points": 1} for n in range(9)]}),
        ("rubric.1.key", {"rubric": [{"key": "A b", "text": "t", "points": 1}]}),
        ("rubric.1.text", {"rubric": [{"key": "a", "text": "t" * 501, "points": 1}]}),
        ("rubric.1.text", {"rubric": [{"key": "a", "points": 1}]}),
        ("rubric.1.points", {"rubric": [{"key": "a", "text": "t"}]}),
        ("rubric.1.points", {"rubric": [{"key": "a", "text": "t", "points": 21}]}),
        ("rubric.1.points", {"rubric": [{"key": "a", "text": "t", "points": 1.5}]}),
        ("rubric.1.fatal", {"rubric": [{"key": "a", "text": "t", "points": 1, "fatal": "no"}]}),
        ("limit", {"limit": 10_001}),
        ("limit", {"limit": 0}),
        ("answers", {"answers": ["x"]}),
    ],
)
def test_a_rubric_that_cannot_be_marked_by_is_refused(field: str, content: dict[str, Any]) -> None:
    with pytest.raises(InputErrors) as refused:
        long_answer(**content)
    assert {error.field for error in refused.value.errors} == {field}


def test_level_and_enemies_stand_in_the_file_only_when_they_say_something() -> None:
    text = HEAD + "  - {key: a, kind: true_false, stem: s, answer: true, level: standard}\n"
    item = parse_quiz(text).items[0]
    assert (item.level, item.enemies) == ("standard", ())
    assert {"level", "enemies"}.isdisjoint(item_as_mapping(item))
    said = text.replace("level: standard", "level: advanced, enemies: [refund-window, b]")
    assert parse_quiz(said).items[0].enemies == ("refund-window", "b")
    assert parse_quiz(dump_quiz(parse_quiz(said))) == parse_quiz(said)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("field_choice", "level: hard"),
        ("field_choice", "level: 3"),
        ("field_key", "enemies: [Refund Window]"),
        ("field_twice", "enemies: [a, a]"),
        ("field_list", "enemies: a"),
    ],
)
def test_a_level_or_group_that_does_not_exist_is_refused(code: str, wrong: str) -> None:
    text = HEAD + f"  - {{key: a, kind: true_false, stem: s, answer: true, {wrong}}}\n"
    assert [error.code for error in errors_of(text)] == [code]


# --- round trip -----------------------------------------------------------------------------

KEYS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
ODD = st.sampled_from(
    ["true", "3:1", "[x", "- a", "# a", "a: b", "~", "'", '"', "😀", "中文", "　"]
)
TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cc"]),
    min_size=1,
    max_size=30,
)
PLAIN = st.one_of(TEXT, ODD).filter(str.strip)
MARKDOWN = st.lists(st.one_of(TEXT, ODD, st.just("")), min_size=1, max_size=4).map("\n".join)
STEM = MARKDOWN.filter(str.strip).map(lambda text: text.replace("{{", "{"))


def tidy(texts: list[str]) -> list[str]:
    return [" ".join(text.split()) for text in texts]


def distinct(low: int, high: int) -> st.SearchStrategy[list[str]]:
    words = st.lists(PLAIN, min_size=low, max_size=high).map(tidy)
    return words.filter(lambda texts: all(texts) and len(set(texts)) == len(texts))


@st.composite
def contents(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """A kind, a stem and a content that fits."""
    kind, stem = draw(st.sampled_from(list(Kind))), draw(STEM)
    match kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            texts = draw(distinct(2, 6))
            right = draw(st.integers(0, len(texts) - 1))
            options = [
                {"text": text, "correct": place == right, "feedback": draw(MARKDOWN)}
                for place, text in enumerate(texts)
            ]
            return kind, stem, {"options": options}
        case Kind.TRUE_FALSE:
            return kind, stem, {"answer": draw(st.booleans())}
        case Kind.SHORT_ANSWER:
            return kind, stem, {"answers": draw(distinct(1, 3)), "strict": True}
        case Kind.NUMERIC:
            number = st.decimals(-(10**9), 10**9, places=3).map(str)
            tolerance = st.decimals(0, 100, places=2).map(str)
            content = {"answer": draw(number), "tolerance": draw(tolerance)}
            return kind, stem, content | {"unit": draw(st.sampled_from(["", "字/分", "%"]))}
        case Kind.ORDERING:
            return kind, stem, {"steps": draw(distinct(3, 8))}
        case Kind.MATCHING:
            texts = draw(distinct(5, 8))
            pairs = [{"left": texts[0], "right": texts[1]}, {"left": texts[2], "right": texts[1]}]
            return kind, stem, {"pairs": pairs, "extra": texts[3:]}
        case Kind.LONG_ANSWER:
            rubric = [
                {"key": f"part-{place}", "text": text, "points": draw(st.integers(1, 20))}
                | draw(st.sampled_from([{}, {"fatal": True}, {"fatal": False}]))
                for place, text in enumerate(draw(distinct(1, 8)))
            ]
            limit = draw(st.sampled_from([1, 2_000, 10_000]))
            return kind, stem, {"rubric": rubric, "model_answer": draw(MARKDOWN), "limit": limit}
        case _:
            options = draw(distinct(2, 4))
            gaps = {
                "one": {"answers": draw(distinct(1, 3)), "strict": True},
                "two-2": {"options": options, "answer": options[0]},
            }
            return kind, "{{one}} {{two-2}} " + stem, {"gaps": gaps}


@st.composite
def items(draw: st.DrawFn, key: str = "k") -> QuizItem:
    kind, stem, content = draw(contents())
    return make_item(
        key=key,
        kind=kind,
        stem=stem,
        content=content,
        points=None if kind is Kind.LONG_ANSWER else draw(st.integers(1, 20)),
        objective=draw(st.one_of(st.just(""), KEYS)),
        tags=draw(distinct(0, 3)),
        feedback=draw(MARKDOWN),
        level=draw(st.sampled_from(["", "basic", "standard", "advanced"])),
        enemies=draw(st.lists(KEYS, max_size=3, unique=True)),
    )


@st.composite
def quizzes(draw: st.DrawFn) -> QuizText:
    keys = draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
    return QuizText(
        key=draw(KEYS),
        language=draw(st.sampled_from(["zh", "en"])),
        title=draw(distinct(1, 1))[0],
        items=tuple(draw(items(key)) for key in keys),
        pass_mark=draw(st.integers(1, 100)),
    )


@given(quizzes())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_alike(quiz: QuizText) -> None:
    text = dump_quiz(quiz)
    assert parse_quiz(text) == quiz
    assert dump_quiz(parse_quiz(text)) == text


@given(items())
@settings(max_examples=60, deadline=None)
def test_an_item_survives_the_question_form(item: QuizItem) -> None:
    fields = item_as_mapping(item)
    names = ("key", "kind", "stem", "points", "objective", "tags", "feedback", "level", "enemies")
    known = {name: fields.pop(name) for name in names if name in fields}
    assert make_item(content=fields, **known) == item


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_quiz_or_a_named_error(text: str) -> None:
    errors: tuple[Any, ...] = ()
    try:
        parse_quiz(text)
    except InputErrors as refused:
        errors = refused.errors
    assert all(error.text() for error in errors)
