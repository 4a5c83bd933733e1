"""Markdown as people write it, Chinese above all, becomes the page they meant."""

from __future__ import annotations

import threading

import pytest
from markupsafe import Markup

from trainhub.catalogue.markdown import Rendered, fill_gaps, plain_text, render
from trainhub.catalogue.markdown.cjk import join_lines


def html(text: str, **more: object) -> str:
    return str(page(text, **more).html).strip()


def page(text: str, **more: object) -> Rendered:
    given = {"resolve_media": lambda name: f"/m/{name}", "id_prefix": "t-"} | more
    return render(text, **given)  # type: ignore[arg-type]


def one_paragraph(text: str, **more: object) -> str:
    return html(text, **more).removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**首先要倾听：**不要打断", "<strong>首先要倾听：</strong>不要打断"),
        ("这是**“重点”**内容", "这是<strong>“重点”</strong>内容"),
        ("他说**（注意）**很重要", "他说<strong>（注意）</strong>很重要"),
        ("这是==“重点”==内容", "这是<mark>“重点”</mark>内容"),
        ("==重点==内容", "<mark>重点</mark>内容"),
        ("~~（旧）~~新", "<del>（旧）</del>新"),
        ("*“强调”*是", "<em>“强调”</em>是"),
        ("**==两者==**", "<strong><mark>两者</mark></strong>"),
        ("3~5天，6~8天", "3~5天，6~8天"),
        ("a == b，c == d", "a == b，c == d"),
        ("价格$5和$10，共$15", "价格$5和$10，共$15"),
        ("It costs $5 or $6.", "It costs $5 or $6."),
        (r"\$x\$ and \=\=y\=\=", "$x$ and ==y=="),
        ("第一行，\n第二行", "第一行，第二行"),
        ("**重点**\n第二行\n  第三行", "<strong>重点</strong>第二行第三行"),
        ("他说“好”\n“不好”", "他说“好”\n“不好”"),
        ("English\nlines", "English\nlines"),
        ("中文\nEnglish", "中文\nEnglish"),
        ("`a`\n中文", "<code>a</code>\n中文"),
        ("#1 in the queue", "#1 in the queue"),
    ],
)
def test_marks_stand_beside_chinese(text: str, expected: str) -> None:
    assert one_paragraph(text) == expected


def test_lines_join_only_where_both_sides_are_wide() -> None:
    assert join_lines("客户\n投诉") == "客户投诉"
    assert join_lines("안녕\n하세요") == "안녕\n하세요"
    assert join_lines("说：\n“好”") == "说：“好”"


def items(text: str) -> str:
    return html(text).replace("\n", "").replace("<p>", "").replace("</p>", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("步骤：\n- 甲\n- 乙", "步骤：<ul><li>甲</li><li>乙</li></ul>"),
        ("步骤：\n1. 甲\n2. 乙", "步骤：<ol><li>甲</li><li>乙</li></ol>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n    - b\n        - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("- a\n  - b\n    - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n\n  more\n- b", "<ul><li>amore</li><li>b</li></ul>"),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("> 说\n> - 甲", "<blockquote>说<ul><li>甲</li></ul></blockquote>"),
        ("- [ ] 甲", '<ul><li class="th-task">☐ 甲</li></ul>'),
        ("* [x] 乙", '<ul><li class="th-task">☑ 乙</li></ul>'),
    ],
)
def test_lists_are_read_as_they_are_typed(text: str, expected: str) -> None:
    assert items(text) == expected


def test_a_year_at_the_start_of_a_wrapped_line_begins_no_list() -> None:
    assert "<ol" not in html("It was founded in\n1998. It grew.")


def test_code_is_left_alone() -> None:
    text = "```\n客户\n投诉\n- a\n::: tip\n```"
    assert "客户\n投诉\n- a\n::: tip\n" in html(text)


def test_code_in_a_list_stays_in_its_item() -> None:
    shown = items("- a\n\n  ```python\n  x = 1\n  ```\n- b")
    assert shown.index('<div class="highlight">') < shown.index("<li>b")
    assert shown.count("<ul>") == 1


def test_a_table_may_follow_a_sentence_and_scrolls() -> None:
    shown = html("见下表：\n| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<div class="th-table" tabindex="0"><table>' in shown
    assert '<td class="text-end">2</td>' in shown
    assert "style" not in shown


def test_blocks_become_sections_with_a_heading_in_the_language_of_the_text() -> None:
    shown = html('::: case title="雨夜"\n- 甲\n:::', language="zh")
    assert shown.startswith('<section class="th-block th-block-case">')
    assert '<h3 class="th-block-title">' in shown
    assert (
        '<span class="th-block-kind">案例</span> <span class="th-block-name">雨夜</span>' in shown
    )
    assert "<li>甲</li>" in shown
    assert "8 min" in html("::: exercise minutes=8\nx\n:::")


def test_a_block_heading_stands_one_level_below_the_heading_before_it() -> None:
    shown = html("### A\n\n::: tip\nx\n:::\n", heading_level=2)
    assert '<h2 id="t-a">A</h2>' in shown
    assert '<h3 class="th-block-title">' in shown


def test_trainers_notes_are_for_trainers() -> None:
    text = "::: trainer minutes=2\nSecret\n:::\n\nx"
    assert html(text) == "<p>x</p>"
    assert "Secret" in html(text, for_trainer=True)


def test_pictures_are_local_or_words() -> None:
    assert 'src="/m/a.png"' in html("![A map](media/a.png)")
    assert html("![A map](media/a.png)", resolve_media=lambda name: None) == (
        '<p><span class="th-missing-picture">A map</span></p>'
    )


def test_links_lead_to_courses_and_lessons() -> None:
    def resolve(group: str, lesson: str | None) -> str | None:
        return f"/c/{group}/{lesson}" if group == "known" else None

    assert 'href="/c/known/None"' in html("[x](course:known)", resolve_course=resolve)
    assert 'href="/c/known/end"' in html("[x](course:known#end)", resolve_course=resolve)
    assert "th-dead-link" in html("[x](course:lost)", resolve_course=resolve)
    assert 'rel="noopener noreferrer"' in html("[x](https://intranet.example)")


def test_formulas_are_drawn_without_script() -> None:
    shown = html(r"$\frac{a}{b}$ 与 $\text{正确率} \times 100$")
    assert shown.count("<math") == 2
    assert "<mtext>正确率</mtext>" in shown
    assert '<math display="block">' in html("$$\nx^2\n$$")


def test_a_formula_that_cannot_be_read_is_shown() -> None:
    assert r"<code>\frac{</code>" in html(r"$\frac{$")


def test_a_diagram_is_a_picture_that_says_what_it_shows() -> None:
    shown = html("```mermaid\nflowchart TD\n A[来电] --> B{解决?}\n```", language="zh")
    assert '<img src="data:image/svg+xml;base64,' in shown
    assert "来电; 解决?" in shown
    described = html("```mermaid\nflowchart TD\n accTitle: Two steps\n A[x] --> B[y]\n```")
    assert 'alt="Diagram: Two steps"' in described


def test_a_diagram_that_cannot_be_drawn_is_shown_as_code() -> None:
    assert "<code>nonsense" in html("```mermaid\nnonsense\n```")


def test_headings_are_listed_with_unique_prefixed_addresses() -> None:
    shown = page("### 开场 *白*\n\n### 开场 *白*\n\n#### End {#end}")
    assert [(entry.title, entry.level) for entry in shown.toc] == [
        ("开场 白", 3),
        ("开场 白", 3),
        ("End", 4),
    ]
    ids = [entry.id for entry in shown.toc]
    assert ids == ["t-开场-白", "t-开场-白_1", "t-end"]
    assert all(f'id="{each}"' in shown.html for each in ids)


def test_footnotes_of_two_texts_do_not_meet() -> None:
    shown = html("a[^1]\n\n[^1]: b", id_prefix="s2-", language="zh")
    assert 'href="#s2-fn:1"' in shown
    assert 'id="s2-fn:1"' in shown
    assert "回到正文的脚注 1" in shown


def test_labels_get_their_text_without_a_paragraph() -> None:
    assert page("**a**").inline == "<strong>a</strong>"
    assert page("a\n\nb").inline == page("a\n\nb").html


def test_a_cloze_gets_its_fields() -> None:
    stem = page("Say {{1}} in {{2}} s.").html
    filled = fill_gaps(stem, {"1": Markup("<input>")})
    assert "Say <input> in {{2}} s." in filled


def test_threads_do_not_disturb_each_other() -> None:
    wrong: list[str] = []

    def work(number: int) -> None:
        for _ in range(30):
            shown = html(f"### H{number}\n\n![a](media/{number}.png)[^1]\n\n[^1]: {number}")
            if f"/m/{number}.png" not in shown or f'id="t-h{number}"' not in shown:
                wrong.append(shown)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# --- words without marks --------------------------------------------------------------------

COURSE = """\
第一行，
第二行有**重点**和[链接](https://x.example)、`代码`。

### 标题 {#title}

- [ ] 待办
1. 一

| 列 | 值 |
|---|---|
| 甲 | 乙 |

::: case title="雨夜"
“您好。”
:::

::: trainer
秘密
:::

::: checkpoint quiz=q items=a
:::

![一张图](media/a.png) 见脚注[^1]。

[^1]: 说明。
"""


def test_plain_text_keeps_the_words_and_drops_the_marks() -> None:
    assert plain_text(COURSE).split("\n") == [
        "第一行，第二行有重点和链接、代码。",
        "标题",
        "待办",
        "一",
        "列 值",
        "甲 乙",
        "雨夜",
        "“您好。”",
        "一张图 见脚注。",
        "说明。",
    ]


def test_plain_text_holds_trainers_notes_only_when_asked() -> None:
    assert "秘密" not in plain_text(COURSE)
    assert "秘密" in plain_text(COURSE, for_trainer=True)
