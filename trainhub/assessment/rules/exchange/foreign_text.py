"""Texts of other systems by their format: as our Markdown, or as one plain line."""

from __future__ import annotations

import re

from trainhub.assessment.rules.exchange.escaping import plain_as_markdown
from trainhub.assessment.rules.exchange.html_markdown import (
    Conversion,
    chosen_language,
    html_to_markdown,
    html_to_plain,
)

MARKDOWN, HTML, PLAIN, AUTO = "markdown", "html", "plain", "moodle"
_LOOKS_LIKE_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,2000})?/?>|&#?\w{1,10};")
_MLANG = re.compile(r"\{\s*mlang(?P<languages>\s+[^{}]{1,100})?\s*\}")


def no_picture(address: str) -> str | None:
    """For formats without pictures: each is shown as its description."""
    return None


def markdown_of(text: str, form: str, conversion: Conversion) -> str:
    """The text as our Markdown. `form` is one of this module's formats."""
    text = one_language(text, conversion.language)
    if form == MARKDOWN:
        return text
    if form == HTML:
        return html_to_markdown(text, conversion)
    if form == AUTO and _LOOKS_LIKE_HTML.search(text):
        return html_to_markdown(text.strip("\n").replace("\n", "<br>"), conversion)
    return plain_as_markdown(text)


def line_of(text: str, form: str, language: str) -> str:
    """The text as one plain line, for answers, steps and sides of pairs."""
    text = one_language(text, language)
    if form == HTML or (form == AUTO and _LOOKS_LIKE_HTML.search(text)):
        return html_to_plain(text, language)
    return " ".join(text.split())


def one_language(text: str, language: str) -> str:
    """The text without the parts that `{mlang xx}…{mlang}` marks as another language."""
    if "mlang" not in text:
        return text
    marks = list(_MLANG.finditer(text))
    names = [
        name.strip()
        for mark in marks
        for name in (mark["languages"] or "").split(",")
        if name.strip()
    ]
    kept = chosen_language(names, language)
    parts, place, shown = [], 0, True
    for mark in marks:
        if shown:
            parts.append(text[place : mark.start()])
        place = mark.end()
        languages = [name.strip() for name in (mark["languages"] or "").split(",")]
        shown = not mark["languages"] or kept in languages
    return "".join([*parts, text[place:] if shown else ""])
