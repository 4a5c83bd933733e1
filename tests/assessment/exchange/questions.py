"""Bank questions of every kind with texts that are hard to write down."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from trainhub.assessment.rules.bank import BankQuestion, ItemStatus, Level
from trainhub.catalogue.rules.quiz_text import Kind, make_item

HARD = st.sampled_from(
    [
        "a{b}c", "\\", "\\n", "C:\\n", "~", "%50%x", "=1+1", "＝和", "-2", "@x", "#!", "####",
        "a:b",
        "::t::", "->", "→", "[markdown]x", "[html]<b>", "<b>x</b>", "&nbsp;", "&lt;", "]]>", "'q'",
        '"q"', "a,b;c", "退款 “三天”", "😀", "　x", "//", "// trainhub: {}", "$CATEGORY: x",
        "$$x^2$$",
        "TRUE", "T", "a|b", "*", "a*b*c", "{1:MC:=a~b}", "{mlang zh}中{mlang}", "@@PLUGINFILE@@/x",
        "_x0041_", "\ue000", "\ufffd", "\ufdd0", "1e3", "007", "是", "ANSWER: A", "A. x", "'=1",
        "+",
        "#x#", "[[1]]", "x ? y", "\u200b", "\u2028".strip() or "y", "http://a.b/c?d=e&f",
    ]
)  # fmt: skip
SIGNS = st.text(
    alphabet=st.one_of(
        st.sampled_from("{}\\~=#:%->|[]()<>&\"'*_`$ 。，？中文ab1"),
        st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
        ),
    ),
    min_size=1,
    max_size=20,
)
KEYS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)


def _storable(text: str) -> bool:
    return not any(0xFDD0 <= ord(sign) <= 0xFDEF or ord(sign) & 0xFFFE == 0xFFFE for sign in text)


PLAIN = (
    st.one_of(SIGNS, HARD, st.tuples(HARD, HARD).map(" ".join))
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
LINES = st.lists(st.one_of(SIGNS, HARD, st.just(""), st.just("    code")), min_size=1, max_size=4)
MARKDOWN = LINES.map("\n".join).filter(str.strip)
NO_GAPS = MARKDOWN.map(lambda text: text.replace("{{", "{ {"))


def distinct(low: int, high: int) -> st.SearchStrategy[list[str]]:
    return st.lists(PLAIN, min_size=low, max_size=high, unique=True)


@st.composite
def contents(draw: st.DrawFn, kind: Kind) -> tuple[str, dict[str, Any]]:
    """A stem and a content of that kind."""
    stem = draw(NO_GAPS)
    match kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            texts = draw(distinct(2, 5))
            right = draw(st.integers(0, len(texts) - 1))
            more = kind is Kind.MULTIPLE and draw(st.booleans())
            options = [
                {
                    "text": text,
                    "correct": place == right or (more and place == 0),
                    "feedback": draw(st.one_of(st.just(""), MARKDOWN)),
                }
                for place, text in enumerate(texts)
            ]
            return stem, {"options": options}
        case Kind.TRUE_FALSE:
            return stem, {"answer": draw(st.booleans())}
        case Kind.SHORT_ANSWER:
            return stem, {"answers": draw(distinct(1, 3)), "strict": True}
        case Kind.NUMERIC:
            number = st.decimals(-(10**9), 10**9, places=3).map(str)
            tolerance = draw(st.decimals(0, 100, places=2).map(str))
            unit = draw(st.sampled_from(["", "字/分", "%", "]x\\", "}"]))
            return stem, {"answer": draw(number), "tolerance": tolerance, "unit": unit}
        case Kind.ORDERING:
            return stem, {"steps": draw(distinct(3, 8))}
        case Kind.MATCHING:
            texts = draw(distinct(5, 7))
            pairs = [{"left": texts[0], "right": texts[1]}, {"left": texts[2], "right": texts[1]}]
            return stem, {"pairs": pairs, "extra": texts[3:]}
        case Kind.LONG_ANSWER:
            rubric = [
                {"key": f"c{place}", "text": text, "points": 2, "fatal": draw(st.booleans())}
                for place, text in enumerate(draw(distinct(1, 3)))
            ]
            return stem, {"rubric": rubric, "model_answer": draw(MARKDOWN), "limit": 300}
        case Kind.CLOZE:
            names = draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
            gaps: dict[str, Any] = {}
            for name in names:
                texts = draw(distinct(2, 4))
                typed = {"answers": texts, "strict": True}
                gaps[name] = draw(st.sampled_from([typed, {"options": texts, "answer": texts[-1]}]))
            shown = " x ".join("{{" + name + "}}" for name in names)
            return f"{stem}\n{shown}", {"gaps": gaps}


@st.composite
def questions(draw: st.DrawFn, *, pictures: bool = True) -> BankQuestion:
    """Any question."""
    kind = draw(st.sampled_from(list(Kind)))
    stem, content = draw(contents(kind))
    shows = pictures and kind is not Kind.CLOZE and draw(st.booleans())
    item = make_item(
        key=draw(KEYS),
        kind=kind.value,
        stem=stem + ("\n\n![图](media/shown-1.png)" if shows else ""),
        content=content,
        points=None if kind is Kind.LONG_ANSWER else draw(st.integers(1, 20)),
        objective=draw(st.sampled_from(["", "find-moments"])),
        tags=draw(
            st.lists(PLAIN.map(lambda tag: tag[:40].strip()).filter(bool), max_size=3, unique=True)
        ),
        feedback=draw(st.one_of(st.just(""), MARKDOWN)),
        level=draw(st.sampled_from(list(Level))).value,
        enemies=draw(st.sampled_from([(), ("refund-window",), ("a", "b")])),
    )
    return BankQuestion(
        item,
        draw(st.sampled_from(["zh", "en"])),
        draw(KEYS),
        Level(item.level),
        draw(st.sampled_from(list(ItemStatus))),
        item.enemies,
        {"shown-1.png": picture()} if shows else {},
    )


def several(*, pictures: bool = True) -> st.SearchStrategy[list[BankQuestion]]:
    """One or two questions whose keys differ."""
    return st.lists(
        questions(pictures=pictures),
        min_size=1,
        max_size=2,
        unique_by=lambda question: (question.item.key, question.language),
    )


def picture(kind: str = "PNG", color: str = "teal") -> bytes:
    """A small picture's bytes."""
    out = io.BytesIO()
    Image.new("RGB", (6, 4), color).save(out, kind)
    return out.getvalue()
