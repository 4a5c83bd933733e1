"""Typed answers are compared as a fair marker would, and quantities never change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from trainhub.catalogue.rules.folding import fold
from trainhub.catalogue.rules.lint_quiz import lint_quiz
from trainhub.catalogue.rules.marking import mark
from trainhub.catalogue.rules.matching import MATCHES, accepted_by
from trainhub.catalogue.rules.quiz_text import QuizItem, QuizText, make_item, parse_quiz
from trainhub.catalogue.rules.quiz_writing import dump_quiz
from trainhub.errors import InputErrors


def item(*answers: str, **content: Any) -> QuizItem:
    own = {"answers": list(answers)} | content
    return make_item(key="k", kind="short_answer", stem="?", content=own, feedback="f")


# --- words ----------------------------------------------------------------------------------

ALIKE = """
二十四 24|廿四 24|２４ 24|贰拾肆 24|twenty-four 24|Twenty_Four 24|七天 7天|两天 2天|两百五 250
一千零五 1005|一千零五十 1050|一万五 15000|一万零五 10005|十万五千 105000|3万5千 35000|1.5万 15000
1,000 1000|１，０００元 1000元|a_hundred 100|one_hundred_and_five 105|fifteen_hundred 1500
2.5_million 2500000|two_point_five_million 2500000|three_point_five 3.5|三点五 3.5|零点五 0.5
.5 0.5|百分之八十 80%|80_％ 80%|eighty_per_cent 80%|80_percent 80%|百分之百 100%|百分之零点五 0.5%
千分之五 5‰|三分之一 1/3|1_/_3 1/3|负五 -5|minus_five -5|−5 -5|二〇二六年 2026年|一零零八六 10086
九五折 95折|十分钟 10分钟|第一次 第1次|周三 周3|三点二十分 3点20分|3～5天 3-5天|3–5_days 3-5days
頭髮 头发|退換貨規則 退换货规则|乾淨 干净|台灣 台湾|皇后 皇后|先道歉，再解释。 先道歉再解释
ＡＢＣ abc|客_服 客服|“您好！” 您好|One_day 1day|五 5|① 1|third-party thirdparty
""".replace("\n", "|")

APART = """
3.5 35|-5 5|温度-5度 温度5度|80% 80|5‰ 5|10:30 1030|3/5 35|3-5 35|3_5 35|3、5 35|3,5 35
3½ 31/2|5² 52
1.000 1000|1,00 100|100,200,3 1002003|十，五 15|twenty,_five 25|one_two 12|three_four 34|三点五 35
两三天 23天|二三十 2310|十七八 178|三五天 35天|七七八八 7788|五一 51|八九成 89成|百分之八九十 90%
十分 10分|一起 1起|统一 统1|万一 10001|千万 10000000|一块 1块|一点 1点|一样 1样
一半 1半|进一步 进1步
someone some1|none n1|no_one No._1|the_one the_1|one_another 1_another|often of10|tenant 10ant
三分之一 31|三点五十 3.50|三点五分 3.5分|一亿五千 100005000|0.5 05|2.10 2.1|007 7|三 三十|万 10000
退款 退货|皇后 皇後面|A-5 A-6|5G 4G|赔付 不赔付
""".replace("\n", "|")


def pairs(table: str) -> list[tuple[str, str]]:
    rows = [row.split(" ") for row in table.split("|") if row]
    return [(one.replace("_", " "), other.replace("_", " ")) for one, other in rows]


@pytest.mark.parametrize(("typed", "key"), pairs(ALIKE))
def test_the_writing_of_words_and_numbers_does_not_count(typed: str, key: str) -> None:
    assert accepted_by(item("nothing like it", key).content, typed) == key
    assert accepted_by(item(typed).content, key) == typed


@pytest.mark.parametrize(("typed", "key"), pairs(APART))
def test_what_means_something_else_is_not_accepted(typed: str, key: str) -> None:
    assert accepted_by(item(key).content, typed) is None
    assert accepted_by(item(typed).content, key) is None


ANY = st.text(
    st.one_of(
        st.sampled_from("零〇一二两三四五六七八九十百千万亿点分之负第天元年月日 .,:/-%½²０９٣09"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=20,
)
ENGLISH = st.lists(
    st.sampled_from(
        "one two ten teen twenty hundred thousand million and a point minus percent o n e -".split()
    ),
    max_size=7,
).flatmap(lambda words: st.sampled_from(["", " ", "-"]).map(lambda gap: gap.join(words)))


@given(st.one_of(ANY, ENGLISH))
@example("o ne")
@example("百分之，八十")
@example("5万，万")
@settings(max_examples=400, deadline=None)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def in_chinese(number: int) -> str:
    """A whole number below 10¹² in the spelling of a school book, written here by itself."""
    signs = "零一二三四五六七八九"
    groups = []
    for place, big in enumerate(["", "万", "亿"]):
        part = number // 10 ** (4 * place) % 10_000
        text = ""
        for power in (3, 2, 1, 0):
            digit = part // 10**power % 10
            if digit:
                text += signs[digit] + ["", "十", "百", "千"][power]
            elif not text.endswith("零"):
                text += "零"
        groups.append(text.rstrip("零") + big if part else "零")
    whole = "".join(reversed(groups))
    while "零零" in whole:
        whole = whole.replace("零零", "零")
    return whole.strip("零") or "零"


def in_english(number: int) -> str:
    """A whole number below 10⁹ in words."""
    small = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen"
    ).split()
    tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
    if number < 20:
        return small[number]
    if number < 100:
        return tens[number // 10] + (f"-{small[number % 10]}" if number % 10 else "")
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            high, low = divmod(number, size)
            link = " and " if low < 100 else " "
            return f"{in_english(high)} {name}" + (f"{link}{in_english(low)}" if low else "")
    raise AssertionError(number)


WHOLE = st.one_of(
    st.integers(0, 99_999),
    st.integers(0, 10**12 - 1),
    st.builds(lambda n, p: n * 10**p, st.integers(1, 99), st.integers(0, 9)),
)


@given(WHOLE)
@example(10)
@example(110)
@example(20_000_005)
@settings(max_examples=300, deadline=None)
def test_a_number_in_any_spelling_is_its_digits(number: int) -> None:
    spelled = in_chinese(number)
    told = {
        f"{number}",
        f"{number:,}",
        f"{number}".translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        spelled,
        spelled.translate(
            str.maketrans("零一二三四五六七八九十百千", "〇壹贰叁肆伍陆柒捌玖拾佰仟")
        ),
        spelled.replace("万", "萬").replace("亿", "億"),
        spelled.replace("二千", "两千").replace("二百", "两百"),
    }
    if spelled.startswith("一十"):
        told.add(spelled[1:])
    if number < 10**9:
        told |= {in_english(number), in_english(number).replace("-", " ").upper()}
    assert {fold(text) for text in told} == {str(number)}
    assert fold(f"退款{spelled}元整") == (
        f"退款{number}元整" if len(spelled) > 1 or number else fold("退款零元整")
    )


@given(WHOLE, WHOLE)
@settings(max_examples=200, deadline=None)
def test_different_numbers_never_fold_alike(one: int, other: int) -> None:
    assume(one != other)
    assert fold(in_chinese(one)) != fold(in_chinese(other))
    assert fold(f"{one}.{other}") != fold(f"{one}{other}")
    assert fold(f"{one} {other}") != fold(f"{one}{other}")
    assert fold(f"-{one}") != fold(str(one))
    assert fold(f"{one}%") != fold(str(one))


# --- amounts, dates, codes, names -----------------------------------------------------------

STRICT = """
amount | 50元
  + ¥50;￥５０.00;五十元;50块;50 块钱;RMB 50;50 yuan;CNY50;人民币50元;50元整
  - 50;500元;5.0元;$50;50美元;-50元;50%;约50元;50-60元;五十几元;50元50元;
amount | 1,200.50元
  + 1200.5元;¥1,200.50;1 200.50 yuan
  - 1200.05元;12005元;1200元
amount | 3.5元
  + 三块五;3块5;3元5角;3.50元
  - 35元;3.05元;三块零五
amount | 15000元
  + 1.5万元;一万五元;15,000元
  - 1.5元;15元;150000元
amount | 80
  + 80;八十;80.0;80元;８０
  - 80%;-80;8;800;80 80
amount | 80%
  + 80％;百分之八十;80 percent;eighty per cent
  - 80;0.8;8%;80‰
amount | 7天
  + 七天;7 天
  - 7;7月;17天
amount | 20 GB
  + 20GB;20 gb;２０ＧＢ
  - 20;20 MB;20000 MB
date | 2026-11-23
  + 2026/11/23;2026.11.23;2026年11月23日;2026 年 11 月 23 号;二〇二六年十一月二十三日
  + 23 Nov 2026;November 23rd, 2026;the 23rd of November 2026;23/11/2026;11/23/2026
  - 2026-11-24;2025-11-23;11月23日;2026-11;23.11;20261123;2026-11-23 or 24;二三号
date | 11月23日
  + 11/23;11-23;23 November;Nov 23;十一月二十三号
  - 2026-11-23;11月;12月23日;1月123日
date | 2026-02-28
  + 28 February 2026
  - 2026-02-29;2026-02-30
date | 2026年12月
  + 2026-12;Dec 2026;2026年十二月
  - 十二月;2026-12-01
date | 03/04/2026
  + 03/04/2026;０３／０４／２０２６
  - 2026-03-04;2026-04-03;3/4/2026;04/03/2026
code | RF-20 a
  + RF-20 a;ＲＦ－２０　ａ; RF-20 a
  - RF20 a;rf-20 a;RF-20a;RF-20 A;RF–20 a;RF-二十 a
code | 0012
  + 0012;００１２
  - 12;012
name | 李娜
  + 李娜; 李娜 ;　李娜
  - 李 娜;李那;李娜娜
name | 馮芳
  + 馮芳
  - 冯芳
name | Li Na
  + li na;LI  NA;Ｌｉ　Ｎａ
  - LiNa;Li-Na;Li Ná
exact | AB-12
  + AB-12;  AB-12
  - ab-12;ＡＢ-12;AB 12
"""


def strict_rows() -> list[tuple[str, str, str, bool]]:
    """Way of comparing, key, what is typed, whether it is accepted."""
    rows, match, key = [], "", ""
    for line in STRICT.strip().splitlines():
        if line.startswith("  "):
            typed = line[4:].split(";")
            rows += [(match, key, each, line[2] == "+") for each in typed]
        else:
            match, key = line.split(" | ")
    return rows


@pytest.mark.parametrize(("match", "key", "typed", "right"), strict_rows())
def test_amounts_dates_codes_and_names_are_strict(
    match: str, key: str, typed: str, right: bool
) -> None:
    asked = item(key, match=match)
    assert accepted_by(asked.content, typed) == (key if right else None)
    assert mark(asked, typed).right == right


@given(st.sampled_from(MATCHES), ANY)
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_can_be_compared(match: str, text: str) -> None:
    keys = {"amount": "5元", "date": "2026-11-23"}
    asked = item(keys.get(match, "规则"), match=match)
    assert accepted_by(asked.content, text) in (None, *asked.content["answers"])


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("answer_amount", {"answers": ["about fifty"], "match": "amount"}),
        ("answer_amount", {"answers": ["50元", "50-60元"], "match": "amount"}),
        ("answer_date", {"answers": ["2026-02-30"], "match": "date"}),
        ("answer_empty", {"answers": ["。。"]}),
        ("match_strict", {"answers": ["a"], "strict": True, "match": "code"}),
        ("field_choice", {"answers": ["a"], "match": "regex"}),
        ("field_text", {"answers": [20261123], "match": "date"}),
    ],
)
def test_a_key_that_cannot_be_compared_so_is_refused(code: str, content: dict[str, Any]) -> None:
    with pytest.raises(InputErrors) as refused:
        make_item(key="k", kind="short_answer", stem="?", content=content)
    assert code in [error.code for error in refused.value.errors]


HEAD = "quiz: q\nlanguage: en\ntitle: T\npass_mark: 80\nitems:\n"
ITEM = "  - key: a\n    kind: short_answer\n    stem: s\n    answers:\n      - x-1\n"


@pytest.mark.parametrize("line", ["", "    strict: true\n", "    match: code\n"])
def test_a_quiz_file_keeps_its_words_for_comparing(line: str) -> None:
    text = HEAD + ITEM + line
    assert dump_quiz(parse_quiz(text)) == text


def test_the_long_word_for_strict_is_taken_too() -> None:
    lines = ("strict: true", "match: exact")
    short, long = (parse_quiz(HEAD + ITEM + f"    {line}\n") for line in lines)
    assert short == long
    assert parse_quiz(HEAD + ITEM + "    strict: true\n    match: exact\n") == long


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("50元", "answer_like_amount"),
        ("¥1,200", "answer_like_amount"),
        ("2026-11-23", "answer_like_date"),
        ("11月23日", "answer_like_date"),
        ("AB-1203", "answer_like_code"),
        ("RF20261", "answer_like_code"),
        ("7天", None),
        ("80%", None),
        ("24", None),
        ("5G", None),
        ("10086", None),
        ("先道歉", None),
        ("24/7", None),
        ("one-off", None),
    ],
)
def test_a_key_compared_too_loosely_is_found_at_its_line(answer: str, code: str | None) -> None:
    text = HEAD + f"  - key: a\n    kind: short_answer\n    stem: s\n    answers: ['{answer}']\n"
    found = lint_quiz(parse_quiz(text + "    feedback: f\n"))
    assert [(one.code, one.line) for one in found] == ([(code, 6)] if code else [])


def test_a_gap_and_an_ambiguous_date_are_looked_at_too() -> None:
    gaps = {"one": {"answers": ["03/04/2026"], "match": "date"}, "two": {"answers": ["20元"]}}
    cloze = make_item(
        key="c", kind="cloze", stem="{{one}} {{two}}", content={"gaps": gaps}, feedback="f"
    )
    assert mark(cloze, {"1": "03/04/2026", "2": "二十元"}).right
    found = lint_quiz(QuizText("q", "en", "Q", (cloze,)))
    assert [one.code for one in found] == ["answer_two_dates"]
