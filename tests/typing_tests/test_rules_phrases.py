"""Lists of quick phrases, and passages made of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainhub.tables import read_table
from trainhub.typing_tests.rules.phrases import (
    LONGEST_PHRASE,
    compose,
    phrases_of_lines,
    phrases_of_table,
)


def test_lines_in_brackets_begin_groups() -> None:
    found = phrases_of_lines(
        "您好。\n【退货】\n\n请保持商品完好。\n[发票]\n请提供抬头。\n", "zh", group="问候"
    )
    assert not found.errors
    assert [(one.group, one.text, one.row) for one in found.phrases] == [
        ("问候", "您好。", 1), ("退货", "请保持商品完好。", 4), ("发票", "请提供抬头。", 6),
    ]  # fmt: skip


def test_every_fault_names_its_row() -> None:
    text = f"Good day.\nx\nGood day.\nBad\u200bsign\n{'y' * (LONGEST_PHRASE + 1)}\n好好"
    found = phrases_of_lines(text, "en")
    assert [(one.row, one.code) for one in found.errors] == [
        (2, "phrase_short"), (3, "phrase_twice"), (4, "phrase_character"), (5, "phrase_long"),
        (6, "phrase_character"),
    ]  # fmt: skip
    assert found.errors[1].params == {"first": 1}


def test_a_table_needs_a_column_for_phrases() -> None:
    table = read_table("类别,话术\n退货,请保持商品完好。\n,您好。\n".encode(), "list.csv")
    found = phrases_of_table(table, "zh", group="其他")
    assert [(one.group, one.text, one.row) for one in found.phrases] == [
        ("退货", "请保持商品完好。", 2), ("其他", "您好。", 3),
    ]  # fmt: skip
    table = read_table("类别,话术\n退货,好\n".encode(), "list.csv")
    assert [(one.row, one.column) for one in phrases_of_table(table, "zh").errors] == [(2, "话术")]
    assert phrases_of_table(read_table(b"a,b\n1,2\n", "x.csv"), "zh").errors[0].row == 1


def test_an_empty_list_says_so() -> None:
    assert [one.code for one in phrases_of_lines(" \n\n", "zh").errors] == ["phrase_list"]


@given(st.lists(st.text(min_size=1), unique=True, min_size=1), st.integers(1, 40), st.integers(0))
def test_the_seed_alone_decides_what_is_chosen(phrases: list[str], count: int, seed: int) -> None:
    once = compose(phrases, count=count, seed=seed)
    assert compose(list(reversed(phrases)), count=count, seed=seed) == once
    chosen = min(count, len(phrases))
    assert sum(map(len, phrases)) + chosen - 1 >= len(once) >= chosen
