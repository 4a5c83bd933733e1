"""The `:::` blocks as sections of a page. Checkpoints are the reader's, not the renderer's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.util import AtomicString

from trainhub.catalogue.rules.blocks import BlockKind, is_closing, opening_kind

# The heading of a block without a title, in the language of the course (not of the reader).
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "case": "案例",
        "phrase": "话术",
        "exercise": "练习",
        "tip": "提示",
        "warning": "注意",
        "trainer": "内训师备注",
    },
    "en": {
        "case": "Case",
        "phrase": "Wording",
        "exercise": "Exercise",
        "tip": "Tip",
        "warning": "Take care",
        "trainer": "Trainer’s note",
    },
}
_MINUTES = {"zh": "{} 分钟", "en": "{} min"}
_TITLE = re.compile(r'\btitle="([^"]{0,200})"')
_GIVEN_MINUTES = re.compile(r'\bminutes="?([0-9]{1,3})\b')

TITLE_CLASS = "th-block-title"


class _Block(BlockProcessor):
    """Reads from an opening line to the closing one; an unclosed block takes the rest.

    `language` and `for_trainer` are set before each conversion.
    """

    language = "en"
    for_trainer = False

    def test(self, parent: Element, block: str) -> bool:
        line = block.strip("\n")
        return "\n" not in line and opening_kind(line) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        line = blocks.pop(0).strip("\n")
        inner: list[str] = []
        while blocks:
            block = blocks.pop(0)
            if is_closing(block.strip("\n")):
                break
            inner.append(block)
        kind = opening_kind(line) or ""
        if kind == BlockKind.CHECKPOINT or (kind == BlockKind.TRAINER and not self.for_trainer):
            return
        if kind not in _HEADINGS["en"]:
            self.parser.parseBlocks(parent, inner)
            return
        section = SubElement(parent, "section", {"class": f"th-block th-block-{kind}"})
        self._head(section, kind, line)
        body = SubElement(section, "div", {"class": "th-block-body"})
        self.parser.parseBlocks(body, inner)

    def _head(self, section: Element, kind: str, line: str) -> None:
        language = self.language if self.language in _HEADINGS else "en"
        heading = SubElement(section, "p", {"class": TITLE_CLASS})
        label = SubElement(heading, "span", {"class": "th-block-kind"})
        label.text = AtomicString(_HEADINGS[language][kind])
        title, minutes = _TITLE.search(line), _GIVEN_MINUTES.search(line)
        parts = [(title[1], "th-block-name")] if title and title[1].strip() else []
        if minutes:
            parts.append((_MINUTES[language].format(minutes[1]), "th-block-minutes"))
        for text, name in parts:
            self.lastChild(heading).tail = AtomicString(" ")  # type: ignore[union-attr]
            span = SubElement(heading, "span", {"class": name})
            span.text = AtomicString(text)


def add_blocks(md: Markdown) -> _Block:
    """Register the blocks with a parser; returns the processor, to be told of each text."""
    processor = _Block(md.parser)
    md.parser.blockprocessors.register(processor, "th-block", 95)
    return processor
