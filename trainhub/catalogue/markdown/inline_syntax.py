"""Inline marks of the house: ==mark==, ~~strike~~, $mathematics$.

The marks of pymdown-extensions follow flanking rules that leave Chinese such as
==“重点”==内容 unmarked, so these are our own. A dollar sign before a digit closes nothing:
价格$5和$10 is two prices.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, HashHeaderProcessor
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.util import AtomicString

_MARK = r"(==)(?![\s=])((?:(?!==).)+?)(?<!\s)==(?!=)"
_STRIKE = r"(~~)(?![\s~])((?:(?!~~).)+?)(?<!\s)~~(?!~)"
# Chinese stands in a formula only inside \\text{…}; otherwise two prices would make one.
_MATH = (
    r"(?<!\$)\$(?![\s$])"
    r"((?:\\(?:text|mbox|mathrm)\{[^{}$\x02\x03]*\}|\\[^$\x02\x03]"
    r"|[^\\$\x02\x03\u3000-\u9fff\uff00-\uffef])+?)"
    r"(?<!\s)\$(?![\d$])"
)

MATH_TAG = "th-math"  # replaced by `finishing` before anything is written


class _InlineMath(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802 -- the parser's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element(MATH_TAG)
        element.text = AtomicString(m[1])
        return element, m.start(0), m.end(0)


class _BlockMath(BlockProcessor):
    """A paragraph that is one `$$…$$`."""

    def test(self, parent: Element, block: str) -> bool:
        text = block.strip()
        return len(text) > 4 and text[:2] == text[-2:] == "$$" and "$$" not in text[2:-2]

    def run(self, parent: Element, blocks: list[str]) -> None:
        element = Element(MATH_TAG, {"display": "block"})
        element.text = AtomicString(blocks.pop(0).strip()[2:-2].strip())
        parent.append(element)


class _Heading(HashHeaderProcessor):
    """A heading has a space after its signs: "#1 in the queue" is a sentence."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ]+(?P<header>(?:\\.|[^\\])*?)#*(?:\n|$)")


def add_marks(md: Markdown) -> None:
    """Register the inline marks, mathematics and headings with a parser."""
    parser: BlockParser = md.parser
    md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$", "=", "~"]
    md.inlinePatterns.register(_InlineMath(_MATH, md), "th-math", 189)
    md.inlinePatterns.register(SimpleTagInlineProcessor(_MARK, "mark"), "th-mark", 58)
    md.inlinePatterns.register(SimpleTagInlineProcessor(_STRIKE, "del"), "th-strike", 57)
    parser.blockprocessors.register(_BlockMath(parser), "th-math", 79)
    parser.blockprocessors.register(_Heading(parser), "hashheader", 70)
    # "text" over "---" is a line under a paragraph here, not a heading without a key.
    parser.blockprocessors.deregister("setextheader")
