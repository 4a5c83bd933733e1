"""XML as a small tree whose elements know their line; no DTD, no entities, bounded depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from trainhub.assessment.rules.exchange.gathering import Gathering, Place
from trainhub.errors import N_

MAX_DEPTH = 40
MAX_NODES = 400_000
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")

_MESSAGES = {
    "xml_unreadable": N_("This is no readable XML: %(problem)s"),
    "xml_unsafe": N_("The XML has a document type or entities of its own; these are not read."),
    "xml_deep": N_("The XML is nested more than %(most)s levels deep."),
    "xml_large": N_("The XML has more than %(most)s elements. Divide it."),
}


@dataclass
class Node:
    """An element. `text` is its own text, that of its children left out."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 1
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def find(self, tag: str) -> Node | None:
        """The first child of that name, or None."""
        return next((child for child in self.children if child.tag == tag), None)

    def every(self, tag: str) -> Iterator[Node]:
        """The children of that name."""
        return (child for child in self.children if child.tag == tag)

    def said(self, tag: str) -> str:
        """The text of a child, or of the `<text>` within it, without white space around it."""
        child = self.find(tag)
        inner = child.find("text") if child else None
        return (inner or child).text.strip() if child else ""

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(line=self.line)

    def fingerprint(self, *, without: str) -> str:
        """Stands for the element and all below it, but for children named `without`."""
        attributes = sorted(self.attributes.items())
        digest = sha256(repr((self.tag, attributes, self.text.split())).encode("utf-8", "replace"))
        for child in self.children:
            if child.tag != without:
                digest.update(child.fingerprint(without=without).encode())
        return digest.hexdigest()


class _TooMuch(Exception):
    """Raised within the parser; `code` says what there is too much of."""

    def __init__(self, code: str, most: int) -> None:
        super().__init__(code)
        self.code, self.most = code, most


class _Builder:
    """The parser's target."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.texts: list[list[str]] = []
        self.count = 0
        self.parser: DefusedXMLParser | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        assert self.parser is not None
        self.count += 1
        if len(self.open) >= MAX_DEPTH:
            raise _TooMuch("xml_deep", MAX_DEPTH)
        if self.count > MAX_NODES:
            raise _TooMuch("xml_large", MAX_NODES)
        line = self.parser.parser.CurrentLineNumber
        node = Node(tag.rpartition("}")[2], dict(attributes), line)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        self.texts.append([])

    def end(self, tag: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def data(self, data: str) -> None:
        if self.texts:
            self.texts[-1].append(data)

    def close(self) -> Node | None:
        return self.root


def parse_xml(text: str, gathering: Gathering) -> Node:
    """The root element. Gives up through `gathering`, with the line, where it cannot be read."""
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, encoding="utf-8", forbid_dtd=True)
    builder.parser = parser
    try:
        parser.feed(_without_declaration(text).encode("utf-8", "replace"))
        root = parser.close()
    except DefusedXmlException:
        place = Place(line=parser.parser.CurrentLineNumber)
        gathering.give_up("xml_unsafe", _MESSAGES["xml_unsafe"], place)
    except ParseError as error:
        problem = re.sub(r": line \d+, column \d+$", "", str(error))
        place = Place(line=error.position[0])
        gathering.give_up("xml_unreadable", _MESSAGES["xml_unreadable"], place, problem=problem)
    except _TooMuch as error:
        place = Place(line=parser.parser.CurrentLineNumber)
        gathering.give_up(error.code, _MESSAGES[error.code], place, most=error.most)
    assert isinstance(root, Node)
    return root


def _without_declaration(text: str) -> str:
    """The text without `<?xml … encoding=…?>`, lines kept: it has been decoded already."""
    found = _DECLARATION.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text
