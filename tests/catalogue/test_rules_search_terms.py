"""Search finds what reading everything would find, in Chinese and in English."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.catalogue.rules.search_terms import fts5_query, index_terms, query_terms, tsquery

TEXTS = [
    "客户投诉处理流程",
    "客户，投诉",
    "先安抚客户，再处理投诉。",
    "手机WiFi设置",
    "Handling complaints on the phone",
    "Ｆｕｌｌ－ｗｉｄｔｈ　ＣＡＦÉ",
    "二〇二六年 24 小时",
]


@pytest.fixture(name="index", scope="module")
def fts_index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(terms, tokenize='unicode61')")
    rows = [(index_terms(text),) for text in TEXTS]
    connection.executemany("INSERT INTO t (terms) VALUES (?)", rows)
    yield connection
    connection.close()


def found(index: sqlite3.Connection, query: str) -> list[str]:
    match = fts5_query(query_terms(query))
    rows = index.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (match,))
    return [TEXTS[row[0] - 1] for row in rows]


def test_a_run_of_chinese_becomes_its_pairs() -> None:
    assert index_terms("客户投诉") == "客户 户投 投诉 诉"
    assert index_terms("用WiFi 6") == "用 wifi 6"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("客户", [0, 1, 2]),
        ("投诉", [0, 1, 2]),
        ("客户投诉", [0]),
        ("客户 投诉", [0, 1, 2]),
        ("诉", [0, 1, 2]),
        ("程", [0]),
        ("处理投诉", [2]),
        ("complaint", [4]),
        ("COMPLAINTS phone", [4]),
        ("wifi设置", [3]),
        ("cafe", [5]),
        ("24", [6]),
        ("没有", []),
    ],
)
def test_words_of_any_length_are_found(
    index: sqlite3.Connection, query: str, expected: list[int]
) -> None:
    assert found(index, query) == [TEXTS[place] for place in expected]


@pytest.mark.parametrize(
    "query",
    ['"', "'", "a' OR 1=1 --", "客户*", "NEAR(a b)", "title:x", "-a", "^", "(", "a & !b", "\0"],
)
def test_signs_of_the_engines_mean_nothing(index: sqlite3.Connection, query: str) -> None:
    parts = query_terms(query)
    if parts:
        assert isinstance(found(index, query), list)
    inside = "".join(term for part in parts for term in part.terms)
    assert inside.isalnum() or not inside
    assert tsquery(parts).count("'") == 2 * sum(len(part.terms) for part in parts)


def test_an_empty_query_has_no_parts() -> None:
    assert query_terms("  ，。!? ") == ()


@given(st.text("客户投诉处理，a b1", max_size=12), st.text("客户投诉处理", min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_chinese_word_is_found_exactly_where_it_stands(text: str, word: str) -> None:
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE t USING fts5(terms, tokenize='unicode61')")
    index.execute("INSERT INTO t (terms) VALUES (?)", (index_terms(text),))
    match = fts5_query(query_terms(word))
    rows = index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match,)).fetchone()
    index.close()
    assert bool(rows[0]) == (word in text)


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_terms_hold_no_sign_an_engine_would_read(text: str) -> None:
    assert not set(index_terms(text)) & set("\"'&|!():*<>^-+,.{}[]%_\0\n\t")
