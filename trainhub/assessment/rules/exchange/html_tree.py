"""HTML of other systems as a small tree: forgiving, bounded in depth, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trainhub.assessment.rules.exchange.html_tokens import Tag, tokens

MAX_DEPTH = 40
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SKIPPED = frozenset("script style head title template object iframe noscript audio video".split())
# An opening one of these closes an open one of the same group.
_CLOSES = {
    "li": {"li"},
    "p": {"p"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "option": {"option"},
}
_BARRIERS = frozenset("table ul ol td th li div blockquote".split())


@dataclass
class Element:
    """An element; its children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Every element below this one."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def text(self) -> str:
        """The text of everything below, as written."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse_html(source: str) -> Element:
    """The tree below a root element. Never raises: what is broken is read as well as can be."""
    builder = _Builder()
    for token in tokens(source):
        if isinstance(token, str):
            builder.add_text(token)
        elif token.is_closing:
            builder.close(token.name)
        else:
            builder.open_tag(token)
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Element("root")
        self.open = [self.root]
        self.skipped = 0

    def open_tag(self, tag: Tag) -> None:
        if tag.name in _SKIPPED:
            self.skipped += 1
        if self.skipped:
            return
        self._close_before(tag.name)
        element = Element(tag.name, tag.attributes)
        self.open[-1].children.append(element)
        if tag.name not in _VOID and len(self.open) < MAX_DEPTH:
            self.open.append(element)

    def close(self, name: str) -> None:
        if name in _SKIPPED:
            self.skipped = max(0, self.skipped - 1)
            return
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == name:
                del self.open[place:]
                return

    def add_text(self, text: str) -> None:
        if not self.skipped:
            self.open[-1].children.append(text)

    def _close_before(self, tag: str) -> None:
        closing = _CLOSES.get(tag, set())
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag in closing:
                del self.open[place:]
                return
            if self.open[place].tag in _BARRIERS:
                return
