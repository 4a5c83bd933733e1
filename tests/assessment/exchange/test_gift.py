"""GIFT and Aiken as people write them, and files that mean harm."""

from __future__ import annotations

import time
from typing import Any

import pytest

from trainhub.assessment.rules.bank import BankQuestion, Level
from trainhub.assessment.rules.exchange import Reading, read_questions, write_questions
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.errors import InputErrors


def read(text: str, form: str = "gift", **options: Any) -> Reading:
    return read_questions(text.encode(), form, **({"language": "zh"} | options))


def one(text: str, **options: Any) -> BankQuestion:
    (found,) = read(text, **options).questions
    return found


def errors_of(text: str, form: str = "gift") -> list[Any]:
    with pytest.raises(InputErrors) as refused:
        read_questions(text.encode(), form, language="zh", file="q.gift")
    return list(refused.value.errors)


def test_a_choice_with_feedback() -> None:
    found = one("::退款::客户要求退款，先做什么？{\n=安抚#对\n~拒绝#不对\n####先情后理\n}")
    assert found.item.stem == "客户要求退款，先做什么？"
    assert found.item.content["options"] == [
        {"text": "安抚", "correct": True, "feedback": "对"},
        {"text": "拒绝", "correct": False, "feedback": "不对"},
    ]
    assert found.item.feedback == "先情后理"


def test_several_right_ones_by_weights() -> None:
    found = one("哪两项？{~%50%倾听 ~%50%复述 ~%-50%打断 ~%-50%反驳}")
    assert found.item.kind == "multiple"
    assert [option["correct"] for option in found.item.content["options"]] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("word", "truth"), [("T", True), ("TRUE", True), ("false", False), ("F", False)]
)
def test_true_or_false(word: str, truth: bool) -> None:
    assert one(f"三天内到账。{{{word}}}").item.content == {"answer": truth}


def test_a_missing_word_leaves_a_blank() -> None:
    found = one("退款需要{=3 =三}个工作日。")
    assert (found.item.stem, found.item.kind) == ("退款需要_____个工作日。", "short_answer")
    assert found.item.content["answers"] == ["3", "三"]


@pytest.mark.parametrize(
    ("given", "answer", "tolerance"),
    [("80", "80", "0"), ("80:0.5", "80", "0.5"), ("79..81", "80", "1"), ("=80:1#对", "80", "1"),
     ("-1.50", "-1.5", "0")],
)  # fmt: skip
def test_numbers_with_tolerance_and_ranges(given: str, answer: str, tolerance: str) -> None:
    content = one(f"多少？{{#{given}}}").item.content
    assert (content["answer"], content["tolerance"]) == (answer, tolerance)


def test_matching_and_essay() -> None:
    matching, essay = read(
        "配对 {=电话 -> 95% =在线 -> 30 秒 = -> 三天}\n\n写一封回信。{}"
    ).questions
    assert matching.item.content["pairs"][0] == {"left": "电话", "right": "95%"}
    assert matching.item.content["extra"] == ["三天"]
    assert essay.item.kind == "long_answer"


def test_escaped_signs_and_line_breaks() -> None:
    found = one("[markdown]a\\{b\\}\\: c\\n\\nd \\\\ e{=x\\=y ~\\~z\\#1}")
    assert found.item.stem == "a{b}: c\n\nd \\ e"
    assert [option["text"] for option in found.item.content["options"]] == ["x=y", "~z#1"]


def test_html_and_plain_formats() -> None:
    html, plain = read("[html]<p>A<b>B</b></p>{T}\n\n[plain]5*3*2{T}").questions
    assert (html.item.stem, plain.item.stem) == ("A**B**", "5\\*3\\*2")


def test_marks_in_comments_and_categories() -> None:
    found = one(
        "$CATEGORY: $course$/top/客服/退款\n\n"
        "// [id:TK 1] [tag:易错] [tag:a\\]b] [level:basic] [status:live]"
        " [points:3] [enemies:a b]\nA{T}"
    )
    assert (found.item.key, found.topic, found.level) == ("tk-1", "tui-kuan", Level.BASIC)
    assert (found.item.tags, found.item.points, found.enemies) == (("易错", "a]b"), 3, ("a", "b"))
    assert found.status == "live"


def test_what_gift_cannot_say_other_readers_can_still_show() -> None:
    item = make_item(key="k", kind="ordering", stem="排序", content={"steps": ["听", "说", "做"]})
    text = write_questions([BankQuestion(item, "zh")], "gift").decode()
    assert "=听 -> 1\n" in text and "trainhub:" not in text
    gaps = {
        "gaps": {"a": {"answers": ["24", "二十四"]}, "b": {"options": ["72", "48"], "answer": "72"}}
    }
    cloze = make_item(key="k", kind="cloze", stem="{{a}} 与 {{b}}", content=gaps)
    text = write_questions([BankQuestion(cloze, "zh")], "gift").decode()
    assert "=a -> 24" in text and "=b -> 72" in text and "// trainhub: {" in text


def test_an_edit_beside_the_line_for_programs_is_not_lost_silently() -> None:
    gaps = {"gaps": {"a": {"answers": ["24", "二十四"], "strict": True}}}
    item = make_item(key="k", kind="cloze", stem="{{a}} 小时", content=gaps)
    text = write_questions([BankQuestion(item, "zh")], "gift").decode()
    (error,) = errors_of(text.replace("小时", "分钟"))
    assert error.code == "exact_outdated" and text.split("\n")[error.line - 1].startswith(
        "// trainhub"
    )
    without = "\n".join(line for line in text.split("\n") if "trainhub:" not in line)
    assert one(without.replace("小时", "分钟")).item.kind == "short_answer"
    assert errors_of(text.replace('"of"', '"off"'))[0].code == "exact_broken"


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        ("gift_brace_open", 3, "A{T}\n\nB{=x\n\n}"),
        ("gift_brace_stray", 2, "A\n}x{"),
        ("gift_brace_stray", 2, "A{=b\n~c{}"),
        ("gift_title", 1, "::A{T}"),
        ("gift_answers", 3, "// c\n\nA{x ~b =c}"),
        ("gift_pair", 3, "A{=a->b\n=b->c\n=d}"),
        ("gift_number", 2, "A\n{#viel}"),
        ("options_some_correct", 1, "A{~a ~b}"),
        ("field_missing", 3, "A{=a\n~b\n~}"),
        ("item_key_twice", 5, "// [id:a]\nA{T}\n\n\n// [id:a]\nB{T}"),
        ("value_unknown", 1, "// [level:hard]\nA{T}"),
        ("topic_form", 1, "// [topic:退款]\nA{T}"),
        ("questions_none", None, "nothing here"),
        ("exact_broken", 1, "// trainhub: {]\nA{T}"),
        ("file_unreadable", 1, "// picture a.png: §\nA{T}"),
    ],
)
def test_errors_name_their_line(code: str, line: int | None, text: str) -> None:
    assert (code, line) in [(error.code, error.line) for error in errors_of(text)]


def test_every_error_is_named_at_once_up_to_two_hundred() -> None:
    found = errors_of("A{~a ~b}\n\n" * 300)
    assert len(found) == 201 and found[-1].code == "errors_many"
    assert [error.line for error in found[:3]] == [1, 3, 5]


@pytest.mark.parametrize(
    "text",
    ["{" * 100_000, "::" * 100_000, "\\" * 100_001, "a{" + "~" * 90_000 + "}", "[" * 100_000,
     "a{" + "=%" * 50_000 + "}", "a{#" + "1" * 90_000 + "}", "$CATEGORY:" * 9_000,
     "// [tag:" * 20_000,
     "a{" + "=x->" * 30_000 + "}", "{mlang " * 20_000 + "{T}"],
)  # fmt: skip
def test_a_file_of_signs_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    assert errors_of(text)
    assert time.process_time() - began < 3


def test_too_large_too_many_and_of_another_form() -> None:
    assert errors_of("a" * (2 * 1024 * 1024 + 1))[0].code == "file_too_large"
    assert errors_of("A{T}\n\n" * 2_001)[-1].code == "questions_many"
    assert errors_of("<?xml version='1.0'?><quiz/>")[0].code == "format_differs"
    assert errors_of("Q\nA. a\nB. b\nANSWER: A")[0].code == "format_differs"
    assert errors_of(" \n ")[0].code == "file_empty"
    assert errors_of("A" * 10_001 + "{T}")[0].code == "field_long"


def test_a_gb18030_file_is_read_and_a_doubtful_one_asked_about() -> None:
    data = "客户要求退款，坐席应当先安抚情绪。{T}".encode("gb18030")
    (found,) = read_questions(data, "gift", language="zh").questions
    assert found.item.stem.startswith("客户要求退款")
    with pytest.raises(InputErrors) as asked:
        read_questions("客戶要求退款，應當先安撫情緒。{T}".encode("big5"), "gift", language="zh")
    assert asked.value.errors[0].code == "encoding_not_recognised"


AIKEN = (
    "客户要求退款，\n先做什么？\nA. 安抚\nB) 拒绝\n\nC、转接\nANSWER: b\n\n"
    "第二题？\nＡ．甲\nＢ．乙\n答案：Ａ\n"
)


def test_aiken_in_either_width() -> None:
    first, second = read(AIKEN, "aiken", topic="refunds").questions
    assert first.item.stem == "客户要求退款，  \n先做什么？"
    assert [option["correct"] for option in first.item.content["options"]] == [False, True, False]
    assert second.item.content["options"][0] == {"text": "甲", "correct": True, "feedback": ""}
    assert first.topic == "refunds"


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        ("aiken_options", 2, "Q\nANSWER: A"),
        ("aiken_order", 3, "Q\nA. a\nC. c\nANSWER: A"),
        ("aiken_answer", 4, "Q\nA. a\nB. b\nANSWER: C"),
        ("aiken_answer", 4, "Q\nA. a\nB. b\nANSWER: AB"),
        ("aiken_missing", 1, "Q\nA. a\nB. b\n\nR\nA. a\nB. b\nANSWER: A"),
        ("aiken_missing", 5, "Q\nA. a\nB. b\nANSWER: A\nR"),
        ("aiken_stem", 1, "A. a\nB. b\nANSWER: A"),
        ("field_count", 1, "Q\nA. a\nANSWER: A"),
    ],
)
def test_aiken_errors_name_their_line(code: str, line: int, text: str) -> None:
    assert (code, line) in [(error.code, error.line) for error in errors_of(text, "aiken")]
