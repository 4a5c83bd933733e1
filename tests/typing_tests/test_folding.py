"""What counts as the same sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.typing_tests.rules.folding import fold, normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("你好，ＯＫ！", "你好,OK!"),
        ("第一行\n第二行", "第一行 第二行"),
        ("一\r\n二", "一 二"),
        ("一　二", "一 二"),
        ("“好”‘好’", "\"好\"'好'"),
        ("￥３５．５０", "¥35.50"),
        ("cafe\u0301", "café"),
        ("｡", "。"),
    ],
)
def test_equal_signs_are_folded_to_one(one: str, other: str) -> None:
    assert fold(one, tests_width=False) == fold(other, tests_width=False)


def test_a_passage_that_tests_width_keeps_it() -> None:
    assert fold("Ａ，", tests_width=True) == "Ａ，"
    assert fold("　“", tests_width=True) == ' "'


@pytest.mark.parametrize("sign", ["𬭚", "𠮷", "😀", "。", "·", "…", "—", "ﬁ", "㎏"])
def test_other_signs_stay_what_they_are(sign: str) -> None:
    assert fold(sign, tests_width=False) == sign


@given(st.text(), st.booleans())
def test_folding_keeps_the_number_of_signs_and_is_done_once(text: str, tests_width: bool) -> None:
    folded = fold(text, tests_width=tests_width)
    assert len(folded) == len(normal(text))
    assert fold(folded, tests_width=tests_width) == folded
