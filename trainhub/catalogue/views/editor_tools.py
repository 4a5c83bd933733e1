"""The buttons of the editor's toolbar: what each puts into the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

_WORDS = {
    "en": {
        "text": "text",
        "lesson": "New lesson",
        "title": "title",
        "body": "What is said here.",
        "column": "Column",
        "link": "words",
    },
    "zh": {
        "text": "文字",
        "lesson": "新的一节",
        "title": "标题",
        "body": "在这里写内容。",
        "column": "列",
        "link": "文字",
    },
}


@dataclass(frozen=True)
class Tool:
    """A button. `before` and `after` go around the selection, or around `inside` if none.

    `block` tools stand on lines of their own; `key` is pressed together with Ctrl.
    """

    icon: str
    label: Any
    before: str
    after: str = ""
    inside: str = ""
    block: bool = False
    key: str = ""


def tools_for(language: str) -> tuple[tuple[Tool, ...], ...]:
    """The groups of the toolbar; what they insert is in the language of the text."""
    words = _WORDS[language]
    text, body, title = words["text"], words["body"], words["title"]
    column = words["column"]
    table = f"| {column} | {column} |\n|---|---|\n|  |  |"
    return (
        (
            Tool("type-bold", _l("Bold"), "**", "**", text, key="b"),
            Tool("type-italic", _l("Italic"), "*", "*", text, key="i"),
            Tool("link-45deg", _l("Link"), "[", "](course:)", words["link"], key="k"),
        ),
        (
            Tool("type-h2", _l("Lesson"), "## ", " {#new-lesson}", words["lesson"], block=True),
            Tool("type-h3", _l("Heading"), "### ", "", title, block=True),
            Tool("list-ul", _l("List"), "- ", "", text, block=True),
            Tool("list-ol", _l("Numbered list"), "1. ", "", text, block=True),
            Tool("table", _l("Table"), table, "", "", block=True),
        ),
        (
            _marked("chat-left-text", _l("Case"), f'case title="{title}"', body),
            _marked("chat-quote", _l("Wording"), "phrase", body),
            _marked("people", _l("Exercise"), f'exercise minutes=8 title="{title}"', body),
            _marked("lightbulb", _l("Tip"), "tip", body),
            _marked("easel2", _l("Trainer's note"), "trainer minutes=3", body),
            Tool(
                "check2-square",
                _l("Checkpoint"),
                '::: checkpoint quiz=quiz-key items="item-key"\n:::',
                block=True,
            ),
        ),
    )


def _marked(icon: str, label: Any, opening: str, body: str) -> Tool:
    return Tool(icon, label, f"::: {opening}\n", "\n:::", body, block=True)
