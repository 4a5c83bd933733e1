"""One question of a Moodle XML file while it is read: its texts, pictures and answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from trainhub.assessment.rules.exchange import foreign_text as texts
from trainhub.assessment.rules.exchange.gathering import Draft, Gathering
from trainhub.assessment.rules.exchange.html_markdown import Conversion
from trainhub.assessment.rules.exchange.picture_files import PictureFiles
from trainhub.assessment.rules.exchange.xml_nodes import Node
from trainhub.errors import N_

# Characters of one text and of all texts of a file that are converted at most.
MAX_TEXT = 100_000
MAX_TEXTS = 6_000_000
# Answers looked at; every kind refuses fewer than these.
MAX_ANSWERS = 100

_FORMATS = {
    "html": texts.HTML,
    "markdown": texts.MARKDOWN,
    "plain_text": texts.PLAIN,
    "moodle_auto_format": texts.AUTO,
}
_MESSAGES = {
    "text_long": N_("A text has more than %(most)s characters."),
    "texts_long": N_("The texts of the file are too long together. Divide it."),
    "feedback_merged": N_("Feedback for single answers now stands after the general feedback."),
}


@dataclass(frozen=True)
class MoodleAnswer:
    """An `<answer>`; `share` is its fraction in per cent."""

    node: Node
    share: Decimal

    @property
    def is_right(self) -> bool:
        """Whether it earns everything; Moodle writes 99.99999 at times."""
        return self.share > 99


class MoodleQuestion:
    """Gives the readers of the types what they need."""

    def __init__(self, node: Node, draft: Draft, gathering: Gathering) -> None:
        self.node, self.draft, self.gathering = node, draft, gathering
        self.language = draft.language or gathering.language
        self.files = PictureFiles(gathering)
        self.merged: list[str] = []
        self.own_names: dict[int, dict[str, str]] = {}

    def note(self, code: str, message: str, **params: Any) -> None:
        """Say what was left out of this question."""
        self.gathering.note(code, message, self.node.place, **params)

    def take_files(self) -> None:
        """Keep every embedded picture, whichever text it belongs to."""
        waiting = [self.node]
        while waiting:
            node = waiting.pop()
            for file in node.every("file"):
                name = file.attributes.get("name", "")
                safe = self.files.add_base64(name, file.text, file.place)
                if safe:
                    self.own_names.setdefault(id(node), {})[name] = safe
            waiting += node.children
        self.draft.pictures = self.files.pictures

    def source(self, node: Node | None) -> tuple[str, str]:
        """The raw text of an element and its format; bounded."""
        if node is None:
            return "", texts.PLAIN
        inner = node.find("text")
        text = inner.text if inner else node.text
        self.gathering.characters += len(text)
        if self.gathering.characters > MAX_TEXTS:
            self.gathering.give_up("texts_long", _MESSAGES["texts_long"], node.place)
        if len(text) > MAX_TEXT and "base64," not in text:
            self.gathering.refuse("text_long", _MESSAGES["text_long"], node.place, most=MAX_TEXT)
            return "", texts.PLAIN
        return text, _FORMATS.get(node.attributes.get("format", ""), texts.HTML)

    def markdown(self, node: Node | None) -> str:
        """The text of an element as Markdown."""
        text, form = self.source(node)
        return self.converted(text, form, node)

    def converted(self, text: str, form: str, node: Node | None) -> str:
        """The text of an element as Markdown, its pictures under their new names."""
        place = node.place if node else self.draft.place
        self.files.names |= self.own_names.get(id(node), {})
        if form == texts.MARKDOWN:
            for name, safe in self.files.names.items():
                text = text.replace(f"@@PLUGINFILE@@/{name}", f"media/{safe}")
        conversion = Conversion(lambda src: self.files.resolve(src, place), self.language)
        return texts.markdown_of(text, form, conversion)

    def line(self, node: Node | None, *, form: str | None = None) -> str:
        """The text of an element as one plain line."""
        text, own = self.source(node)
        return texts.line_of(text, form or own, self.language)

    def answers(self, tag: str = "answer") -> Iterator[MoodleAnswer]:
        """The answers with their shares; one without a fraction earns nothing."""
        for node in islice(self.node.every(tag), MAX_ANSWERS):
            try:
                share = Decimal(node.attributes.get("fraction", "0")[:30])
            except InvalidOperation:
                share = Decimal(0)
            yield MoodleAnswer(node, share if share.is_finite() else Decimal(0))

    def keep_feedback(self, answer: MoodleAnswer) -> None:
        """Feedback of an answer that our kind has no place for."""
        text = self.markdown(answer.node.find("feedback"))
        if text and text not in self.merged:
            self.merged.append(text)

    def merge_feedback(self) -> None:
        """Put it behind the general feedback, and say so."""
        if self.merged:
            self.note("feedback_merged", _MESSAGES["feedback_merged"])
            parts = [self.draft.feedback, *self.merged]
            self.draft.feedback = "\n\n".join(part for part in parts if part)
