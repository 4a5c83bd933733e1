"""The last walk over the tree: links, pictures, formulas, headings, identifiers, tasks.

What leaves here holds only addresses that were resolved or checked. `sanitising` checks the
written HTML once more against its allow-list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from trainhub.catalogue.markdown.block_syntax import TITLE_CLASS
from trainhub.catalogue.markdown.defusing import restored
from trainhub.catalogue.markdown.drawing import formula
from trainhub.catalogue.markdown.inline_syntax import MATH_TAG

MediaResolver = Callable[[str], str | None]
CourseResolver = Callable[[str, str | None], str | None]


@dataclass(frozen=True)
class TocEntry:
    """A heading within the text: where it is, what it says, how deep (2 to 6)."""

    id: str
    title: str
    level: int


@dataclass
class Page:
    """What one conversion is told, and the table of contents it finds."""

    resolve_media: MediaResolver
    resolve_course: CourseResolver
    language: str = "en"
    id_prefix: str = ""
    heading_level: int = 3
    toc: list[TocEntry] = field(default_factory=list)


_COURSE = re.compile(r"course:([a-z0-9-]{1,80})(?:#([a-z0-9-]{1,80}))?")
_MEDIA = re.compile(r"(?:\./)?media/([^/\\]{1,200})")
_UNFIT = re.compile(r"[<>\"\\^`{|}\[\]]|^//|^[^/?#]*[^a-zA-Z0-9+./?#-][^/?#]*:")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINKED = ("http:", "https:", "mailto:")
_TASK = re.compile(r"\[([ xX])\][ ]+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")
_ALIGN_CLASSES = {"left": "text-start", "center": "text-center", "right": "text-end"}


class Finisher(Treeprocessor):
    """Runs after every other tree processor; `page` is set before each conversion."""

    page: Page

    def run(self, root: Element) -> None:
        parents = {child: parent for parent in root.iter() for child in parent}
        for element in list(root.iter()):
            self._finish(element, parents)
        self._headings(root)
        self._identifiers(root)

    def _finish(self, element: Element, parents: dict[Element, Element]) -> None:
        match element.tag:
            case "a":
                self._link(element)
            case "img":
                self._picture(element)
            case "li":
                _task(element)
            case "td" | "th":
                _cell(element)
            case "table":
                _framed(element, parents[element])
            case str() as tag if tag == MATH_TAG:
                _formula(element)

    def _link(self, element: Element) -> None:
        address = self.address(_plain_address(element.get("href", "")))
        if address is None:
            element.attrib.clear()
            element.tag = "span"
            element.set("class", "th-dead-link")
        else:
            element.set("href", address)

    def address(self, written: str) -> str | None:
        """The address of a page for one that was written, or None if it leads nowhere."""
        if not written or _UNFIT.search(written):
            return None
        if found := _COURSE.fullmatch(written):
            return self.page.resolve_course(found[1], found[2])
        if found := _MEDIA.fullmatch(written):
            return self.page.resolve_media(found[1])
        if written.startswith("#"):
            return "#" + self.identifier(written[1:])
        if _SCHEME.match(written):
            return written if written.lower().startswith(_LINKED) else None
        return written

    def identifier(self, written: str) -> str:
        """An `id` that cannot meet those of other texts on the page."""
        return self.page.id_prefix + "".join(written.split())

    def _picture(self, element: Element) -> None:
        found = _MEDIA.fullmatch(_plain_address(element.get("src", "")))
        address = self.page.resolve_media(found[1]) if found else None
        alternative = element.get("alt", "")
        title = element.get("title")
        element.attrib.clear()
        if address is None:
            element.tag = "span"
            element.text = AtomicString(alternative)
            element.set("class", "th-missing-picture")
            return
        element.set("src", address)
        element.set("alt", alternative)
        element.set("loading", "lazy")
        if title:
            element.set("title", title)

    def _headings(self, root: Element) -> None:
        """Move headings to their place on the page and note them for the contents."""
        top = self.page.heading_level
        level = top - 1
        for element in root.iter():
            if element.tag in _HEADINGS:
                level = min(6, max(top, int(element.tag[1]) + top - 3))
                element.tag = f"h{level}"
                written = "-".join(element.get("id", "").split())
                element.set("id", written)
                title = " ".join("".join(_texts(element)).split())
                self.page.toc.append(TocEntry(self.identifier(written), title, level))
            elif element.get("class") == TITLE_CLASS:
                element.tag = f"h{min(6, level + 1)}"

    def _identifiers(self, root: Element) -> None:
        seen: set[str] = set()
        for element in root.iter():
            written = element.attrib.pop("id", "")
            identifier = self.identifier(written)
            if written.strip() and identifier not in seen:
                element.set("id", identifier)
                seen.add(identifier)


def _plain_address(written: str) -> str:
    """The address as a browser would read it: entities resolved, no control characters."""
    plain = restored(html.unescape(written.replace(AMP_SUBSTITUTE, "&")))
    return "".join(each for each in plain if each > " " and not "\x7f" <= each <= "\x9f")


def _texts(element: Element) -> Iterator[str]:
    if element.tag == "math" or element.get("class") == "footnote-ref":
        return
    yield re.sub("\x02[^\x03]*\x03", "", element.text or "")
    for child in element:
        yield from _texts(child)
        yield re.sub("\x02[^\x03]*\x03", "", child.tail or "")


def _task(element: Element) -> None:
    """`[ ]` and `[x]` at the start of a list item become signs; there are no forms here."""
    holder = element
    if not (element.text or "").strip() and len(element) and element[0].tag == "p":
        holder = element[0]
    found = _TASK.match((holder.text or "").lstrip())
    if found:
        rest = (holder.text or "").lstrip()[found.end() :]
        holder.text = ("☐ " if found[1] == " " else "☑ ") + rest
        element.set("class", "th-task")


def _cell(element: Element) -> None:
    found = _ALIGN.search(element.attrib.pop("style", ""))
    if found:
        element.set("class", _ALIGN_CLASSES[found[1]])
    if element.tag == "th" and not len(element) and not (element.text or "").strip():
        element.tag = "td"  # an empty heading names nothing


def _framed(table: Element, parent: Element) -> None:
    """A frame that scrolls sideways, reachable by keyboard."""
    frame = Element("div", {"class": "th-table", "tabindex": "0"})
    place = list(parent).index(table)
    frame.tail, table.tail = table.tail, None
    parent[place] = frame
    frame.append(table)


def _formula(element: Element) -> None:
    display = element.get("display", "inline")
    source, tail = element.text or "", element.tail
    element.attrib.clear()
    element.tag = "div" if display == "block" else "span"
    element.set("class", "th-math")
    drawn = formula(source, display=display)
    if drawn is None:
        drawn = Element("code")
        drawn.text = AtomicString(source)
    element.text = None
    element.append(drawn)
    element.tail = tail


def add_finisher(md: Markdown) -> Finisher:
    """Register the last walk with a parser; returns it, to be told of each page."""
    finisher = Finisher(md)
    md.treeprocessors.register(finisher, "th-finish", -10)
    return finisher
