"""Sound and unsound shift codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trainhub.rota.rules.shift_codes import (
    STANDARD_CODES,
    CodeDraft,
    CodeWords,
    check_code,
    folded,
    index_of,
    read_stretches,
    stretches_text,
)

DAY = CodeDraft("D", "白班", "Day", "other", "08:30", "17:30", "12:00-13:00")


def refusals(draft: CodeDraft, **taken: str) -> list[tuple[str, str | None]]:
    found = check_code(draft, {folded(word): code for word, code in taken.items()})
    return [(one.code, one.field) for one in found] if isinstance(found, list) else []


@pytest.mark.parametrize("draft", STANDARD_CODES, ids=lambda draft: draft.code)
def test_the_codes_we_bring_along_are_sound(draft: CodeDraft) -> None:
    assert refusals(draft) == []


def test_no_word_of_them_means_two_codes() -> None:
    words = [folded(w) for d in STANDARD_CODES for w in {d.code, *d.synonyms}]
    assert len(words) == len(set(words))


def test_a_night_shift_ends_the_next_morning() -> None:
    night = replace(DAY, starts="22:00", ends="07:00", breaks="02:00-03:00, 23:30-23:45")
    checked = check_code(night, {})
    assert not isinstance(checked, list)
    assert checked.span == (1320, 1860)
    assert checked.breaks == ((1410, 1425), (1560, 1620))


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"code": ""}, ("code_length", "code")),
        ({"name_zh": "x" * 61}, ("name_length", "name_zh")),
        ({"kind": "holiday"}, ("kind_unknown", "kind")),
        ({"starts": "morning"}, ("start_unreadable", "starts")),
        ({"ends": ""}, ("end_unreadable", "ends")),
        ({"ends": "05:00"}, ("shift_too_long", "ends")),
        ({"breaks": "lunch"}, ("stretch_unreadable", "breaks")),
        ({"breaks": "17:00-18:00"}, ("outside_shift", "breaks")),
        ({"breaks": "12:00-13:00, 12:30-14:00"}, ("stretches_overlap", "breaks")),
        ({"early_class": "08:30-09:00, 09:00-09:30"}, ("early_class_twice", "early_class")),
        ({"early_class": "12:30-13:30"}, ("early_class_in_break", "early_class")),
        ({"synonyms": tuple("abcdefghijklmnopqrstuvwxyzABCDE")}, ("synonyms_too_many", "synonyms")),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    change: dict[str, object], refused: tuple[str, str]
) -> None:
    assert refused in refusals(replace(DAY, **change))  # type: ignore[arg-type]


def test_a_day_off_has_no_times() -> None:
    assert refusals(replace(DAY, kind="rest")) == [("times_of_day_off", "starts")]


def test_a_word_that_is_taken_names_the_other_code() -> None:
    assert refusals(replace(DAY, synonyms=("Ｍ",)), m="M") == [("word_taken", "synonyms")]


def test_stretches_are_read_as_they_are_written() -> None:
    assert read_stretches("12:00–12:30、15:00～15:15", 540) == [(720, 750), (900, 915)]
    assert read_stretches("23:30-00:30", 1320) == [(1410, 1470)]
    assert read_stretches("", 540) == []
    assert read_stretches("12:00", 540) is None
    assert stretches_text([(720, 750), (1560, 1620)]) == "12:00-12:30, 02:00+1-03:00+1"


def test_a_code_wins_over_a_name_and_a_name_over_a_synonym() -> None:
    index = index_of([CodeWords(1, "A", ("早",), ("B", "夜")), CodeWords(2, "B", ("夜",))])
    assert index == {"a": 1, "b": 2, "早": 1, "夜": 2}
