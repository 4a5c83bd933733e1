"""The rules of accounts, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.people import rules
from trainhub.people.pinyin import name_key, search_key
from trainhub.people.rules import Role


def password_code(password: str, *context: str) -> str:
    errors = rules.list_password_errors(password, context)
    return errors[0].code if errors else ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short but lovely", ""),
        ("天气真好我们去公园散步吃冰淇淋", ""),
        ("fourteen chars", "password_too_short"),
        ("x7" * 65, "password_too_long"),
        ("Password123Password123", "password_common"),
        ("P@ssw0rd!P@ssw0rd!", "password_common"),
        ("qwertyuiopasdfghjkl", "password_common"),
        ("12345678901234567", "password_common"),
        ("wodemima888888888", "password_common"),
        ("abcabcabcabcabcabc", "password_common"),
        ("woaini5201314woaini", "password_common"),
        ("aaaaaaaaaaaaaaaaaaaa", "password_common"),
        ("TrainHub-Alice-Red-Team", "password_guessable"),
        ("zhang san 2024 zhang san", "password_guessable"),
        ("a password\x00with a null", "password_unusable"),
    ],
)
def test_passwords_are_judged_by_length_and_by_what_attackers_try(password, code) -> None:
    assert password_code(password, "alice", "Alice", "Red Team", "zhang san") == code


def test_a_second_factor_lets_eight_characters_do() -> None:
    assert not rules.list_password_errors("kettle 9", has_second_factor=True)


def test_the_block_list_is_long_and_its_entries_are_refused() -> None:
    entries = [entry for entry in rules.block_list() if len(entry) >= 8]
    assert len(entries) >= 10_000
    for entry in sorted(entries)[:: len(entries) // 400]:
        assert rules.list_password_errors(entry, has_second_factor=True), entry
        assert rules.list_password_errors(entry.ljust(15, "1")), entry


def test_two_spellings_of_one_password_are_one() -> None:
    assert rules.normalised("cafe\u0301 au lait") == rules.normalised("caf\u00e9 au lait")


@pytest.mark.parametrize(
    ("typed", "stored"), [("Ａlice", "alice"), ("  Bob ", "bob"), ("李丽", "李丽"), ("A·B", "a·b")]
)
def test_user_names_are_folded(typed, stored) -> None:
    folded = rules.fold_username(typed)
    assert folded == stored and not rules.list_username_errors(folded)


@pytest.mark.parametrize(
    "name",
    ["аlice", "ali\u200bce", "alice\u202e", "αlice", "a", "x" * 61, "a@b.c", "=cmd", "a b", ""],
)
def test_user_names_that_pass_for_others_are_refused(name) -> None:
    assert [e.code for e in rules.list_username_errors(rules.fold_username(name))] == [
        "name_invalid"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "欧阳·娜娜",
        "买买提·艾力",
        "𠮷田",
        "\U00031350氏",
        "䶮",
        "Ann O'Neil",
        "José",
        "王 Bob",
        "{{ 7*7 }}",
        "=1+1",
        "葛\U000e0100飾",
        "Ж. Иванова",
        "さくら Kei",
    ],
)
def test_names_of_people_are_names(name) -> None:
    assert not rules.list_name_errors(rules.fold_name(name))


@pytest.mark.parametrize(
    "name",
    ["", "a\u200bb", "a\u202eb", "Аlice", "x" * 81, "a\x00b", "a\ud800", "x\ue000", "\u2800"],
)
def test_names_that_hide_something_are_refused(name) -> None:
    assert rules.list_name_errors(rules.fold_name(name))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("曾国藩", "zeng guo fan"), ("单雄信", "shan xiong xin"), ("解缙", "xie jin"),
        ("仇英", "qiu ying"), ("查良镛", "zha liang yong"), ("区凯琳", "ou kai lin"),
        ("欧阳·娜娜", "ou yang na na"), ("长孙无忌", "zhang sun wu ji"),
        ("Alice Wang", "alice wang"), ("王 Bob", "wang bob"),
    ],
)  # fmt: skip
def test_names_sort_by_pinyin_with_the_surname_reading(name, key) -> None:
    assert name_key(name) == key


def test_a_person_is_found_by_pinyin_and_initials() -> None:
    assert search_key("曾国藩", "zgf1", None, "E7") == "曾国藩 zengguofan zgf zgf1 e7"


@given(st.text(max_size=90))
def test_folding_twice_changes_nothing(text) -> None:
    for fold in (rules.fold_name, rules.fold_username, rules.fold_email, rules.fold_employee_no):
        once = fold(text)
        assert fold(once) == once


@given(st.text(max_size=40))
def test_pinyin_reads_any_name(text) -> None:
    assert len(search_key(rules.fold_name(text), "u")) <= 900


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("agent;trainer", {Role.AGENT, Role.TRAINER}),
        ("客服代表、内训师", {Role.AGENT, Role.TRAINER}),
        ("班长； 排班员", {Role.SUPERVISOR, Role.PLANNER}),
        ("Administrator", {Role.ADMINISTRATOR}),
        ("", None),
    ],
)
def test_roles_are_read_in_both_languages(text, roles) -> None:
    assert rules.read_roles(text) == (roles, None)


@pytest.mark.parametrize(
    "text", ["2026-11-02", "2026/11/2", "2026.11.02", "2026年11月2日", "20261102", "２０２６-11-02"]
)
def test_start_dates_are_read_as_spreadsheets_write_them(text) -> None:
    person, errors = rules.read_person(
        {"username": "bob", "name": "Bob", "start_date": text}, 2, "f"
    )
    assert not errors and str(person.entry.start_on) == "2026-11-02"


@pytest.mark.parametrize("text", ["2026-13-01", "11/02/2026", "soon", "26-1-1", "0001-01-01"])
def test_what_is_no_date_is_named_by_row_and_column(text) -> None:
    _, errors = rules.read_person(
        {"username": "bob", "name": "Bob", "start_date": text}, 7, "f.csv"
    )
    assert [(e.code, e.file, e.row, e.column) for e in errors] == [
        ("date_invalid", "f.csv", 7, "start_date")
    ]


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    seconds = [rules.account_delay(misses).total_seconds() for misses in (4, 5, 6, 10, 15, 1000)]
    assert seconds == [0, 1, 2, 32, 900, 900]


def test_a_link_is_bound_to_its_row_and_the_secret() -> None:
    class Row:
        id, kind, nonce = 7, "reset", "n"

    token = rules.link_token("secret", Row)
    assert rules.link_id(token) == 7
    assert token != rules.link_token("other", Row)
    for wrong in ("", "x", "7", "-1-ab", "９-ab", "99999999999-ab"):
        assert rules.link_id(wrong) is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/17 Safari/605.1", "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0", "WeChat, Android"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_browsers_are_named_as_their_owners_know_them(header, name) -> None:
    assert rules.browser_name(header) == name
