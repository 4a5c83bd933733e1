"""What can be typed, the form in which passages are kept, their facts, and texts long enough."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.errors import InputErrors
from trainhub.typing_tests.rules.characters import fault_of, is_han, is_rare, name_of
from trainhub.typing_tests.rules.passage_facts import (
    Difficulty,
    PassageFacts,
    difficulty_of,
    keystrokes_of,
)
from trainhub.typing_tests.rules.passages import (
    FASTEST_KEYSTROKES,
    LEAST_CHARACTERS,
    MOST_CHARACTERS,
    MOST_NAMED,
    PassageDraft,
    check_draft,
    check_passage,
    enough_text,
    facts_of,
    least_keystrokes,
    normal_text,
)
from trainhub.typing_tests.rules.settings import PassageKind

PLAIN = {
    "zh": "您好，这里是客服中心，请问有什么可以帮您？" * 3,
    "en": "How can I help you today? " * 4,
}
TEXTS = st.text(st.characters(codec="utf-8"), max_size=120)


def faults(text: str, language: str) -> list[str]:
    return [error.code for error in check_passage(text, language)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("\u200b", "invisible_character"),  # zero width space
        ("\u200d", "invisible_character"),  # joiner
        ("\ufeff", "invisible_character"),  # byte order mark
        ("\u00ad", "invisible_character"),  # soft hyphen
        ("\u202e", "invisible_character"),  # right to left override
        ("\u2066", "invisible_character"),  # isolate
        ("\u2028", "invisible_character"),  # line separator
        ("\u3164", "invisible_character"),  # Hangul filler
        ("\ufe01", "invisible_character"),  # variation selector
        ("\U000e0041", "invisible_character"),  # tag letter
        ("\0", "control_character"),
        ("\x1b", "control_character"),
        ("\x85", "control_character"),
        ("\t", "tab"),
        ("\ue000", "private_character"),
        ("\U0010fffd", "private_character"),
        ("\u0378", "unassigned_character"),
        ("\uffff", "unassigned_character"),
        ("\ud800", "damaged_character"),
        ("\U0001f600", "emoji"),
        ("\u2764", "emoji"),
        ("\U0001f1e8", "emoji"),
        ("\u20e3", "emoji"),
    ],
)
def test_a_sign_that_nobody_can_type_is_named_with_its_place(
    sign: str, code: str, language: str
) -> None:
    text = PLAIN[language] + "\n" + PLAIN[language][:4] + sign + PLAIN[language]
    (error,) = check_passage(text, language)
    assert (error.code, error.line, error.params["at"]) == (code, 2, 5)
    assert f"U+{ord(sign):04X}" in error.params["name"] or code == "tab"
    assert error.field == "text"


@pytest.mark.parametrize(
    ("language", "sign"),
    [("zh", "Д"), ("zh", "é"), ("zh", "⼀"), ("zh", "①"), ("zh", "Φ"), ("zh", "\u0301"),
     ("en", "第"), ("en", "，"), ("en", "Д"), ("en", "ａ"), ("en", "→")],
)  # fmt: skip
def test_signs_of_another_keyboard_are_refused(language: str, sign: str) -> None:
    assert faults(PLAIN[language] + "," + sign + "," + PLAIN[language], language) == [
        f"untypable_{language}"
    ]


def test_what_an_input_method_brings_can_be_asked_for() -> None:
    for sign in "，。、；：？！（）《》【】—…￥·“”Ａ１〇𠮷鿍ab1~":
        assert fault_of(sign, "zh") is None, sign
    for sign in "é£€~\"'":
        assert fault_of(sign, "en") is None, sign


def test_a_name_shows_what_can_be_seen() -> None:
    assert name_of("\u200b") == "U+200B ZERO WIDTH SPACE"
    assert name_of("第") == "第 (U+7B2C)"
    assert name_of("\0") == "U+0000 NUL"
    assert name_of("é") == "é (U+00E9 LATIN SMALL LETTER E WITH ACUTE)"


def test_only_so_many_faults_are_named_and_the_rest_counted() -> None:
    errors = check_passage(PLAIN["en"] + "\u200b" * (MOST_NAMED + 7), "en")
    assert len(errors) == MOST_NAMED + 1
    assert errors[-1].params == {"count": 7}


def test_a_text_in_the_wrong_language_is_one_fault() -> None:
    assert faults(PLAIN["zh"], "en") == ["language"]
    draft = PassageDraft("zh", PassageKind.PROSE, "Title", PLAIN["en"])
    with pytest.raises(InputErrors) as refused:
        check_draft(draft)
    assert [one.code for one in refused.value.errors] == ["language"]
    assert check_draft(PassageDraft("zh", PassageKind.DIGITS, "数字", "1234 " * 20))


def test_length_counts_what_is_kept() -> None:
    assert faults("\n \n" + "a" * (LEAST_CHARACTERS - 1) + "  \n\n", "en") == ["passage_short"]
    assert faults("a" * LEAST_CHARACTERS, "en") == []
    assert faults("a" * MOST_CHARACTERS, "en") == []
    assert faults("a" * (MOST_CHARACTERS + 1), "en") == ["passage_long"]


@pytest.mark.parametrize("title", ["", "  ", "x" * 121, "a\u200bb", "a\x00b"])
def test_a_title_can_be_read(title: str) -> None:
    with pytest.raises(InputErrors) as refused:
        check_draft(PassageDraft("en", PassageKind.PROSE, title, PLAIN["en"]))
    assert [one.field for one in refused.value.errors] == ["title"]


@pytest.mark.parametrize(
    ("language", "text", "kept", "noted"),
    [
        ("en", "a\r\nb\rc\nd", "a\nb\nc\nd", {"line_ends"}),
        ("en", "a\r\nb", "a\nb", set()),
        ("en", "a\u00a0b\u2009c", "a b c", {"hard_spaces"}),
        ("en", "caf" + "e\u0301", "café", {"composed"}),
        ("en", "“it’s” – a… b", '"it\'s" - a... b', {"plain_signs"}),
        ("zh", "“好”——…", "“好”——…", set()),
        ("zh", "　　第一段。\n\n　　第二段。 ", "第一段。\n第二段。", {"blank_lines"}),
        ("zh", "甲　乙", "甲　乙", set()),
        ("en", "a  b", "a b", {"blank_lines"}),
    ],
)
def test_a_text_is_brought_into_one_form(
    language: str, text: str, kept: str, noted: set[str]
) -> None:
    normal = normal_text(text, language)
    assert normal.text == kept
    assert {notice.code for notice in normal.notices} == noted


@given(TEXTS, st.sampled_from(["zh", "en"]))
def test_bringing_into_form_twice_changes_nothing(text: str, language: str) -> None:
    once = normal_text(text, language).text
    assert normal_text(once, language) == normal_text(once, language).__class__(once)
    assert unicodedata.is_normalized("NFC", once)


@given(TEXTS, st.sampled_from(["zh", "en"]))
def test_what_passes_the_check_can_be_typed(text: str, language: str) -> None:
    if not check_passage(text, language):
        kept = normal_text(text, language).text
        assert all(sign == "\n" or fault_of(sign, language) is None for sign in kept)
        assert not check_passage(kept, language)
        facts = facts_of(kept, language)
        assert facts.characters == len(kept) <= facts.keystrokes
        assert 0 <= facts.rare <= 1
        assert 0 <= facts.special <= 1


def test_han_of_every_plane_are_han_and_rare_ones_rare() -> None:
    assert all(map(is_han, "一鿍〇𠮷𰻞"))
    assert not any(map(is_han, "⼀，a1ア"))
    assert not any(map(is_rare, "的座啊一，aＡ1"))  # 啊 and 座 are first and last of level 1
    assert all(map(is_rare, "亍齄囫囵忐忑𠮷é"))


@pytest.mark.parametrize(
    ("language", "text", "keys"),
    [
        ("en", "abc", 3),
        ("en", "Abc", 4),
        ("en", "a\nb", 3),
        ("en", "a?", 3),
        ("zh", "你好", 6),  # ni hao, and one to choose
        ("zh", "你好你好你", 14),  # 12 letters, two looks into the candidates
        ("zh", "你，好", 8),  # ni 1, comma 1, hao 1
        ("zh", "《", 2),
        ("zh", "Ab1", 6),  # shift, three signs, two to switch
        ("zh", "12", 2),
        ("zh", "？", 2),
        ("zh", "绿", 3),  # lv and one to choose
    ],
)
def test_keystrokes_follow_the_formula(language: str, text: str, keys: int) -> None:
    assert keystrokes_of(text, language) == keys


def test_difficulty_follows_its_points() -> None:
    assert difficulty_of(0, 0) is Difficulty.EASY
    assert difficulty_of(0, 0.04) is Difficulty.NORMAL
    assert difficulty_of(0.0134, 0) is Difficulty.NORMAL  # one rare for three signs
    assert difficulty_of(0, 0.15) is Difficulty.HARD


def test_facts_come_back_as_they_were_stored() -> None:
    facts = facts_of(PLAIN["zh"], "zh")
    assert PassageFacts.from_dict(facts.as_dict()) == facts


@given(st.lists(st.sampled_from([PLAIN["zh"], PLAIN["en"]]), min_size=1, max_size=4),
       st.integers(30, 1_200))  # fmt: skip
def test_nobody_gets_to_the_end_of_enough_text(parts: list[str], duration_s: int) -> None:
    text = enough_text([(one, keystrokes_of(one, "zh")) for one in parts], duration_s)
    assert text.startswith(parts[0])
    assert keystrokes_of(text, "zh") >= FASTEST_KEYSTROKES * duration_s / 60 - len(parts)


def test_enough_text_takes_no_more_passages_than_needed() -> None:
    a, b = "a" * 600, "b" * 600
    assert enough_text([("a" * 1_100, 1_100), ("b", 1)], 60) == "a" * 1_100
    assert enough_text([(a, 600), (b, 600), ("c", 1)], 60) == a + "\n" + b
    assert enough_text([(a, 600)], 60) == a + "\n" + a


def test_the_least_keys_of_a_text_are_never_more_than_it_takes() -> None:
    for language, text in PLAIN.items():
        assert len(text) <= least_keystrokes(text) <= keystrokes_of(text, language)
