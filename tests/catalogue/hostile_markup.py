"""A judge of HTML that shares nothing with the code it judges."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TEXT_TAGS = """
a abbr blockquote br code dd del div dl dt em h2 h3 h4 h5 h6 hr img li mark ol p pre section span
strong sub sup table tbody td th thead tr ul
"""
_MATH_TAGS = """
math mrow mi mn mo ms mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot
mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none mfenced
"""
_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "div": {"tabindex"},
    "pre": {"tabindex"},
}
_MATH_ATTRIBUTE = re.compile(r"[a-z]+")
_LINK = re.compile(r"(?:https?:|mailto:|#|/(?!/)|(?!//)[^:/]+(?:[/?#]|$))[^<>\"\\]*", re.IGNORECASE)
_PICTURE = re.compile(r"/m/[^/\\\s]+|data:image/svg\+xml;base64,[A-Za-z0-9+/=]+")
_CLASS = re.compile(
    r"th-[a-z-]+|text-(start|center|end)|highlight|filename|footnote[a-z-]*|[a-z][a-z0-9]{0,3}"
)
# Names the interface's framework gives power to; no text may wear them.
_POWERFUL = {"btn", "modal", "show", "d-block", "position-fixed", "fixed-top", "row", "col", "nav"}


class Judge(HTMLParser):
    """Collects what should not be there in `faults`."""

    def __init__(self, id_prefix: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags = set(_TEXT_TAGS.split())
        self.math = set(_MATH_TAGS.split())
        self.id_prefix = id_prefix
        self.ids: set[str] = set()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.tags | self.math:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if not self._allowed(tag, name, value or ""):
                self.faults.append(f"<{tag} {name}={value!r}>")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")

    def _allowed(self, tag: str, name: str, value: str) -> bool:
        if name == "class":
            names = value.split()
            return all(map(_CLASS.fullmatch, names)) and not _POWERFUL & set(names)
        if name == "id":
            new = value not in self.ids and value.startswith(self.id_prefix) and " " not in value
            self.ids.add(value)
            return new
        if tag in self.math:
            plain = not name.startswith("on") and name not in ("href", "src", "style")
            return plain and bool(_MATH_ATTRIBUTE.fullmatch(name)) and "script:" not in value
        if name not in _ATTRIBUTES.get(tag, set()):
            return False
        if name == "href":
            return bool(_LINK.fullmatch(value))
        return name != "src" or bool(_PICTURE.fullmatch(value))


def faults(html: str, id_prefix: str = "t-") -> list[str]:
    """Every element, attribute, address or class that a rendered text must not have."""
    judge = Judge(id_prefix)
    judge.feed(html)
    judge.close()
    return judge.faults
