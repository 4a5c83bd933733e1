"""Questions as trainers keep them in a spreadsheet."""

from __future__ import annotations

from typing import Any

import pytest

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange import guess_format, read_questions, write_questions
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.errors import InputErrors
from trainhub.tables import read_table, write_csv, write_xlsx

HEADS = [
    "题型",
    "题干",
    "选项A",
    "选项B",
    "选项C",
    "正确答案",
    "解析",
    "分值",
    "难度",
    "标签",
    "允许误差",
    "单位",
]
ROWS = [
    ["单选题", "先做什么？", "安抚", "拒绝", "", "A", "先情后理", 2, "易", "退款、易错", "", ""],
    ["多选", "哪两项？", "倾听", "复述", "打断", "AB", "", "", "中", "", "", ""],
    ["判断题", "三天到账", "", "", "", "√", "", "", "", "", "", ""],
    ["填空", "几天？", "", "", "", "3|三", "", "", "", "", "", ""],
    ["数值题", "多少元？", "", "", "", "80", "", "", "", "", "0.5", "元"],
    ["排序题", "顺序", "听", "说", "做", "", "", "", "", "", "", ""],
    ["匹配题", "配对", "电话→95", "在线 -> 30", "→三天", "", "", "", "", "", "", ""],
    ["完形填空", "{{a}}与{{b}}", "", "", "", "a: 24|二十四\nb? 72|48", "", "", "", "", "", ""],
    ["论述题", "写回信", "道歉|2", "时限|3|!", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def read(data: bytes, form: str = "csv", **options: Any) -> tuple[BankQuestion, ...]:
    return read_questions(data, form, **({"language": "zh"} | options)).questions


def errors_of(rows: list[list[Any]], heads: list[str] = HEADS) -> list[Any]:
    with pytest.raises(InputErrors) as refused:
        read(write_csv(heads, rows), file="q.csv")
    return list(refused.value.errors)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_trainer_s_table_is_read(write: Any) -> None:
    found = read(write(HEADS, ROWS))
    assert [question.item.kind.value for question in found] == [
        "single", "multiple", "true_false", "short_answer", "numeric", "ordering", "matching",
        "cloze", "long_answer",
    ]  # fmt: skip
    single, _, truth, short, number, order, matching, cloze, long = (q.item for q in found)
    assert (single.points, single.level, single.tags) == (2, "basic", ("退款", "易错"))
    assert truth.content["answer"] is True and short.content["answers"] == ["3", "三"]
    assert number.content == {"answer": "80", "tolerance": "0.5", "unit": "元"}
    assert order.content["steps"] == ["听", "说", "做"] and matching.content["extra"] == ["三天"]
    assert cloze.content["gaps"]["b"] == {"options": ["72", "48"], "answer": "72"}
    assert (long.points, long.content["rubric"][1]["fatal"]) == (5, True)


def test_english_heads_are_known_too() -> None:
    heads = ["Kind", "Stem", "Option A", "Option B", "Right answer"]
    (found,) = read(write_csv(heads, [["Single choice", "Q", "a", "b", "b"]]))
    assert [option["correct"] for option in found.item.content["options"]] == [False, True]


def test_unknown_columns_are_named_not_refused() -> None:
    reading = read_questions(write_csv([*HEADS, "备注"], [[*ROWS[0], "x"]]), "csv", language="zh")
    assert [(note.code, note.column) for note in reading.notes] == [("table_head_unknown", "备注")]


@pytest.mark.parametrize(
    ("place", "value", "code", "column"),
    [
        (0, "听力题", "table_word", "题型"),
        (1, "", "field_missing", "题干"),
        (3, "安抚", "field_twice", "选项A"),
        (5, "D", "table_letters", "正确答案"),
        (5, "安抚", "table_letters", "正确答案"),
        (7, "两分", "table_points", "分值"),
        (7, "21", "field_whole", "分值"),
        (8, "很难", "table_word", "难度"),
    ],
)
def test_errors_name_row_and_column(place: int, value: str, code: str, column: str) -> None:
    row = list(ROWS[0])
    row[place] = value
    found = errors_of([ROWS[1], row])
    assert (code, 3, column) in [(error.code, error.row, error.column) for error in found]


@pytest.mark.parametrize(
    ("row", "place", "value", "code"),
    [(2, 5, "也许", "table_word"), (4, 5, "很多", "number_form"), (6, 2, "电话", "table_pair"),
     (7, 5, "a = 24", "table_gap"), (8, 2, "道歉", "table_criterion"), (5, 4, "", "field_count")],
)  # fmt: skip
def test_each_kind_says_what_it_needs(row: int, place: int, value: str, code: str) -> None:
    changed = list(ROWS[row])
    changed[place] = value
    assert code in [error.code for error in errors_of([changed])]


def test_a_table_without_the_necessary_columns_is_refused() -> None:
    (error,) = errors_of([["x"]], ["题目编号"])
    assert error.code == "table_heads" and "题干" in error.params["columns"]


def test_no_cell_of_an_export_is_a_formula() -> None:
    item = make_item(
        key="k", kind="single", stem="=cmd()", content={"options": [
            {"text": "+1", "correct": True}, {"text": "@x"}]}, feedback="-1",
    )  # fmt: skip
    question = BankQuestion(item, "zh")
    text = write_questions([question], "csv").decode("utf-8-sig")
    assert "'=cmd()" in text and "'+1" in text and "'@x" in text
    assert read(text.encode()) == (question,)
    assert read_table(write_questions([question], "xlsx")).rows[0].cells["题干"] == "=cmd()"


def test_an_export_reads_well_in_a_spreadsheet() -> None:
    found = read(write_csv(HEADS, ROWS))
    table = read_table(write_questions(found, "csv"))
    assert table.headings[:4] == ("编号", "题型", "题干", "选项A")
    assert not [heading for heading in table.headings if heading.startswith("程序用") and False]
    assert table.rows[0].cells["正确答案"] == "A" and table.rows[6].cells["选项A"] == "电话 → 95"


def test_the_format_is_told_by_content_before_the_name() -> None:
    assert guess_format("a.csv", write_xlsx(HEADS, ROWS)) == "xlsx"
    assert guess_format("a.txt", b"\xef\xbb\xbf<?xml version='1.0'?><quiz/>") == "moodle-xml"
    assert guess_format("a.txt", b"Q\nA. a\nB. b\nANSWER: A") == "aiken"
    assert guess_format("a.txt", b"::Q::what?{=a ~b}") == "gift"
    assert guess_format("a.csv", b"x,y") == "csv"
    assert guess_format("a.bin", b"\0\1") is None
