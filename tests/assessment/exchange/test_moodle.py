"""Question files as real Moodle sites write them come through, Chinese and pictures included."""

from __future__ import annotations

import base64
import html
import re
import time
from typing import Any

import pytest

from tests.assessment.exchange.questions import picture
from trainhub.assessment.rules.bank import BankQuestion, ItemStatus
from trainhub.assessment.rules.exchange import Reading, read_questions
from trainhub.catalogue.markdown import render
from trainhub.errors import InputErrors

PNG = base64.b64encode(picture()).decode()


def quiz(*questions: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>"
    ).encode()


def question(kind: str, inner: str, *, name: str = "第1题", stem: str = "<p>题干</p>") -> str:
    return (
        f'<!-- question: 123 -->\n<question type="{kind}">\n<name><text>{name}</text></name>\n'
        f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>\n'
        '<generalfeedback format="html"><text></text></generalfeedback>\n'
        "<defaultgrade>1.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden>\n"
        f"<idnumber></idnumber>\n{inner}\n</question>"
    )


def answer(share: str, text: str, feedback: str = "", *, form: str = "html", more: str = "") -> str:
    return (
        f'<answer fraction="{share}" format="{form}"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback>{more}</answer>\n'
    )


def read(*questions: str, **options: Any) -> Reading:
    return read_questions(quiz(*questions), "moodle-xml", **({"language": "zh"} | options))


def one(*questions: str, **options: Any) -> BankQuestion:
    (found,) = read(*questions, **options).questions
    return found


def errors_of(data: bytes) -> list[Any]:
    with pytest.raises(InputErrors) as refused:
        read_questions(data, "moodle-xml", language="zh", file="q.xml")
    return list(refused.value.errors)


def shown(markdown: str) -> str:
    """What a learner reads of a text."""
    return html.unescape(re.sub(r"</?(?:p|br)>", "", str(render(markdown).html))).strip()


def codes(reading: Reading) -> list[str]:
    return [note.code for note in reading.notes]


CHOICE = answer("100", "<p>安抚情绪</p>") + answer("0", "<p>解释政策</p>", "<p>太早了。</p>")


def test_a_choice_with_the_editor_s_html_becomes_markdown() -> None:
    stem = (
        '<p dir="ltr" style="text-align: left;"><span style="font-size: 1rem;">客户来电称&nbsp;“三'
        "天前"
        "申请的<b>退款</b>还没到账”，您应<em>首先</em>：<br></span></p>\n<p></p>"
    )
    found = one(question("multichoice", f"<single>true</single>{CHOICE}", stem=stem))
    assert found.item.stem == "客户来电称 “三天前申请的**退款**还没到账”，您应*首先*："
    assert found.item.content["options"] == [
        {"text": "安抚情绪", "correct": True, "feedback": ""},
        {"text": "解释政策", "correct": False, "feedback": "太早了。"},
    ]
    assert (found.language, found.status, found.topic) == ("zh", ItemStatus.DRAFT, "general")


def test_several_right_options_by_thirds_are_several() -> None:
    thirds = "".join(answer("33.33333", each) for each in ("甲", "乙", "丙"))
    inner = f"<single>false</single>{thirds}{answer('-33.33333', '丁')}"
    found = one(question("multichoice", inner))
    assert found.item.kind == "multiple"
    assert [option["correct"] for option in found.item.content["options"]] == [True] * 3 + [False]


def test_partial_marks_are_dropped_with_a_word() -> None:
    inner = "<single>true</single>" + CHOICE + answer("50", "半对")
    reading = read(question("multichoice", inner))
    assert codes(reading) == ["shares_dropped"]
    assert [o["correct"] for o in reading.questions[0].item.content["options"]] == [
        True,
        False,
        False,
    ]


def test_true_or_false_keeps_its_feedback() -> None:
    inner = answer("0", "true", "<p>不对。</p>", form="moodle_auto_format") + answer(
        "100", "false", "对了。"
    )
    reading = read(question("truefalse", inner))
    assert reading.questions[0].item.content == {"answer": False}
    assert reading.questions[0].item.feedback == "不对。\n\n对了。"
    assert codes(reading) == ["feedback_merged"]


def test_short_answers_with_wildcards_and_the_catch_all() -> None:
    inner = "<usecase>1</usecase>" + "".join(
        answer(share, text, form="moodle_auto_format")
        for share, text in (("100", "7 天无理由"), ("100", "*七天*"), ("50", "一周"), ("0", "*"))
    )
    reading = read(question("shortanswer", inner))
    assert reading.questions[0].item.content == {"answers": ["7 天无理由", "七天"], "strict": True}
    assert set(codes(reading)) == {"wildcard_dropped", "shares_dropped"}


def test_a_number_with_tolerance_and_unit() -> None:
    inner = answer("100", "1,280.50", more="<tolerance>0.5</tolerance>") + (
        "<units><unit><multiplier>1</multiplier><unit_name>元</unit_name></unit></units>"
    )
    found = one(question("numerical", inner))
    assert found.item.content == {"answer": "1280.5", "tolerance": "0.5", "unit": "元"}


def test_matching_with_a_wrong_right_side() -> None:
    sides = (("电话", "95 分钟"), ("在线", "30 秒"), ("", "三天"))
    inner = "".join(
        f'<subquestion format="html"><text><![CDATA[<p>{left}</p>]]></text>'
        f"<answer><text>{right}</text></answer></subquestion>"
        for left, right in sides
    ).replace("<p></p>", "")
    found = one(question("matching", inner))
    assert found.item.content["pairs"][1] == {"left": "在线", "right": "30 秒"}
    assert found.item.content["extra"] == ["三天"]


def test_embedded_answers_become_gaps() -> None:
    stem = (
        "<p>投诉应在 {1:SHORTANSWER:=24~=二十四#对~%50%12} 小时内答复，"
        "在 {2:MULTICHOICE:48~=72 小时~一周} 内解决，共 {1:NUMERICAL:=3:0} 步。</p>"
    )
    found = one(question("cloze", "", stem=stem))
    assert found.item.kind == "cloze"
    assert found.item.stem == "投诉应在 {{1}} 小时内答复，在 {{2}} 内解决，共 {{3}} 步。"
    assert found.item.content["gaps"]["1"]["answers"] == ["24", "二十四"]
    assert found.item.content["gaps"]["2"] == {
        "options": ["48", "72 小时", "一周"],
        "answer": "72 小时",
    }
    assert found.item.points == 4


def test_words_to_select_become_gaps() -> None:
    words = "".join(
        f"<selectoption><text>{text}</text><group>{group}</group></selectoption>"
        for text, group in (("倾听", 1), ("打断", 1), ("复述", 2), ("反驳", 2))
    )
    found = one(question("gapselect", words, stem="<p>先[[1]]，再[[3]]。</p>"))
    assert found.item.stem == "先{{1}}，再{{2}}。"
    assert found.item.content["gaps"]["2"] == {"options": ["复述", "反驳"], "answer": "复述"}


def test_ordering_and_essay() -> None:
    steps = "".join(answer(str(at), text) for at, text in enumerate(("听", "说", "做"), 1))
    notes = "<![CDATA[<ul><li>道歉</li><li>时限</li></ul>]]>"
    essay = f'<graderinfo format="html"><text>{notes}</text></graderinfo>'
    order, long = read(
        question("ordering", steps), question("essay", essay, stem="<p>写回复</p>")
    ).questions
    assert order.item.content == {"steps": ["听", "说", "做"]}
    assert long.item.kind == "long_answer" and long.item.content["model_answer"] == "- 道歉\n- 时限"
    assert long.item.content["rubric"][0]["text"] == "整体作答"


def test_an_embedded_picture_comes_along_under_a_safe_name() -> None:
    stem = '<p>看图：<img src="@@PLUGINFILE@@/%E6%88%AA%E5%9B%BE%201.PNG" alt="工单截图"></p>'
    made = question("multichoice", f"<single>true</single>{CHOICE}", stem=stem).replace(
        "]]></text></questiontext>",
        f']]></text><file name="截图 1.PNG" path="/" encoding="base64">{PNG}</file></questiontext>',
    )
    found = one(made)
    assert found.item.stem == "看图：![工单截图](media/1.png)"
    assert found.pictures == {"1.png": picture()}


def test_two_pictures_of_one_name_stay_two() -> None:
    other = base64.b64encode(picture(color="red")).decode()
    shown = '<img src="@@PLUGINFILE@@/a.png" alt="A">'
    file = '<file name="a.png" path="/" encoding="base64">{}</file>'
    text = f"<text><![CDATA[{shown}]]></text>"
    option = f'<answer fraction="100" format="html">{text}{file.format(other)}</answer>'
    made = question("multichoice", option + answer("0", "无"), stem=shown)
    found = one(
        made.replace("]]></text></questiontext>", f"]]></text>{file.format(PNG)}</questiontext>")
    )
    names = [found.item.stem, found.item.content["options"][0]["text"]]
    assert len(set(names)) == 2 and len(found.pictures) == 2
    assert found.pictures[names[0].split("/")[1][:-1]] == picture()


def test_a_picture_that_is_not_in_the_file_is_named() -> None:
    stem = '<p><img src="https://elsewhere.example/x.png" alt="图表">?</p>'
    reading = read(question("truefalse", answer("100", "true"), stem=stem))
    assert codes(reading) == ["picture_elsewhere"]
    assert reading.questions[0].item.stem == "图表?"


def test_tables_lists_formulas_and_raised_digits_stay() -> None:
    stem = (
        '<table class="table"><tbody><tr><td><p>渠道</p></td><td>时限</td></tr><tr>'
        "<td>微信|支付宝</td>"
        "<td>1–3<br>天</td></tr></tbody></table><ol><li>一</li><li>二<ul><li>内</li></ul></li></ol>"
        "<p>面积 m<sup>2</sup>，$$x^2$$，价格$5</p>"
    )
    found = one(question("truefalse", answer("100", "true"), stem=stem))
    assert found.item.stem == (
        "| 渠道 | 时限 |\n| --- | --- |\n| 微信\\|支付宝 | 1–3 天 |\n\n"
        "1. 一\n2. 二\n    - 内\n\n面积 m²，$x^2$，价格\\$5"
    )


@pytest.mark.parametrize(
    ("stem", "language", "shown"),
    [
        ("{mlang zh_cn}退款{mlang}{mlang en}Refund{mlang}", "zh", "退款"),
        ("{mlang zh_cn}退款{mlang}{mlang en}Refund{mlang}", "en", "Refund"),
        ("{mlang en}Refund{mlang}{mlang other}退款{mlang}", "zh", "退款"),
        ('<span lang="zh_cn" class="multilang">退款</span>'
         '<span lang="en" class="multilang">Refund</span>', "en", "Refund"),
    ],
)  # fmt: skip
def test_of_several_languages_the_asked_one_is_taken(stem: str, language: str, shown: str) -> None:
    found = one(question("truefalse", answer("100", "true"), stem=stem), language=language)
    assert (found.item.stem, found.language) == (shown, language)


def test_texts_that_look_like_markdown_are_shown_as_they_were() -> None:
    written = "5*3*2 为____个 _x_ [a](b) # 1. - <b> &lt; `c` ==d== | $x$"
    source = written.replace("&", "&amp;").replace("<", "&lt;")
    stem = one(question("truefalse", answer("100", "true"), stem=f"<p>{source}</p>")).item.stem
    assert shown(stem) == written


def test_categories_tags_grades_and_hidden_questions() -> None:
    category = (
        '<question type="category"><category><text>$course$/top/客服/退款 规则</text></category>'
        '<info format="html"><text></text></info></question>'
    )
    body = question("truefalse", answer("100", "true"))
    body = body.replace("<hidden>0", "<hidden>1").replace(">1.0000000<", ">2.5000000<")
    body = body.replace("<idnumber></idnumber>", "<idnumber>TK-001</idnumber>")
    tags = "<tags><tag><text>退款</text></tag><tag><text>易错</text></tag></tags></question>"
    reading = read(category, body.replace("</question>", tags))
    found = reading.questions[0]
    assert (found.item.key, found.topic, found.status) == ("tk-001", "tui-kuan-gui-ze", "retired")
    assert (found.item.tags, found.item.points) == (("退款", "易错"), 3)
    assert reading.topics == {"tui-kuan-gui-ze": "退款 规则"}
    assert codes(reading) == ["points_rounded"]


def test_an_asked_topic_wins_over_categories() -> None:
    category = '<question type="category"><category><text>top/A</text></category></question>'
    assert (
        one(category, question("truefalse", answer("100", "true")), topic="refunds").topic
        == "refunds"
    )


def test_what_is_no_question_here_is_left_out_with_its_line() -> None:
    reading = read(
        question("truefalse", answer("100", "true")),
        question("description", ""),
        question("calculated", ""),
    )
    assert codes(reading) == ["moodle_description", "moodle_type"]
    assert [note.line for note in reading.notes] == [14, 23]
    assert len(reading.questions) == 1


def test_questions_without_a_key_keep_theirs_from_one_import_to_the_next() -> None:
    made = question("truefalse", answer("100", "true"), name="判断题")
    assert one(made).item.key == one(made).item.key
    titled = question("truefalse", answer("100", "true"), name="Refund window")
    assert one(titled).item.key == "refund-window"


def test_errors_name_the_line_of_the_question_and_of_the_option() -> None:
    bad = question("multichoice", f"<single>true</single>\n{answer('0', '甲')}{answer('0', '')}")
    data = quiz(question("truefalse", answer("100", "true")), bad)
    found = {(error.code, error.line) for error in errors_of(data)}
    assert found == {("options_one_correct", 14), ("field_missing", 22)}
    assert {error.file for error in errors_of(data)} == {"q.xml"}


def test_a_file_saved_as_gbk_is_read() -> None:
    text = quiz(
        question("truefalse", answer("100", "true"), stem="<p>退款时限是三天吗？</p>")
    ).decode()
    data = text.replace("UTF-8", "GB2312").encode("gb18030")
    (found,) = read_questions(data, "moodle-xml", language="zh").questions
    assert found.item.stem == "退款时限是三天吗？"


LAUGHS = (
    '<!DOCTYPE q [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><quiz>&j;</quiz>"
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("xml_unsafe", LAUGHS),
        ("xml_unsafe", '<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>'),
        ("xml_unsafe", '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'),
        ("xml_deep", "<quiz>" + "<a>" * 100 + "</a>" * 100 + "</quiz>"),
        ("xml_unreadable", "<quiz>\n<question>\n</quiz>"),
        ("xml_unreadable", "<quiz>&undefined;</quiz>"),
        ("moodle_root", "<html></html>"),
        ("questions_none", "<quiz></quiz>"),
        ("text_characters", "<quiz>\x01</quiz>"),
    ],
)
def test_hostile_or_broken_xml_is_refused_at_once(code: str, text: str) -> None:
    began = time.process_time()
    assert [error.code for error in errors_of(text.encode())] == [code]
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "sign",
    ["<", "<!--", "<a ", "<![", "&", "<p>", "`", "\\(", "$$", "<a href='", "<table><tr><td>"],
)
def test_html_of_signs_takes_no_time(sign: str) -> None:
    stem = (sign * 90_000)[:90_000]
    began = time.process_time()
    with pytest.raises(InputErrors):
        read(question("truefalse", "", stem=stem))
    assert time.process_time() - began < 4


def test_a_picture_that_is_none_is_refused_or_left_out() -> None:
    def with_file(name: str, data: bytes) -> str:
        made = question("truefalse", answer("100", "true"))
        file = f'<file name="{name}" encoding="base64">{base64.b64encode(data).decode()}</file>'
        return made.replace("</questiontext>", f"{file}</questiontext>")

    assert codes(read(with_file("a.svg", b"<svg onload='x'/>"))) == ["file_left_out"]
    broken = errors_of(quiz(with_file("a.png", picture()[:30])))
    assert [(error.code, error.line) for error in broken] == [("file_type_not_allowed", 6)]


def test_script_in_a_question_never_arrives() -> None:
    stem = '<p onclick="x()">A<script>alert(1)</script><a href="javascript:x">B</a></p>'
    assert one(question("truefalse", answer("100", "true"), stem=stem)).item.stem == "AB"
