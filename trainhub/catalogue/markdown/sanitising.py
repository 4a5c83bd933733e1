"""The allow-list that every rendered text passes last.

Also of class names: a text must not dress itself as a part of the interface.
"""

from __future__ import annotations

import re
from functools import cache

import nh3
from pygments.token import STANDARD_TYPES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MATH_TAGS = _words(
    """
    math mrow mi mn mo ms mtext mspace msub msup msubsup munder mover munderover
    mfrac msqrt mroot mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts
    mprescripts none mfenced
    """
)
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
TAGS = (
    _words(
        """
        a abbr blockquote br code dd del div dl dt em hr img li mark ol p pre section
        span strong sub sup table tbody td th thead tr ul
        """
    )
    | _HEADING_TAGS
    | _MATH_TAGS
)
_WITH_ID = _HEADING_TAGS | {"li", "p", "sup", "section", "table", "dt", "dd", "blockquote", "a"}
_MATH_ATTRIBUTES = _words(
    """
    accent accentunder align columnalign columnlines columnspacing depth display
    displaystyle fence form height largeop linethickness lspace mathvariant maxsize
    minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator
    stretchy symmetric width
    """
)
_OWN_CLASSES = _words(
    """
    th-block th-block-case th-block-phrase th-block-exercise th-block-tip
    th-block-warning th-block-trainer th-block-body th-block-title th-block-kind
    th-block-name th-block-minutes th-table th-math th-diagram th-diagram-frame
    th-dead-link th-missing-picture th-task th-source text-start text-center
    text-end highlight filename footnote footnote-ref footnote-backref linenos
    linenodiv
    """
)
_CODE_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)

_LOCAL_PICTURE = re.compile(r"/(?![/\\])[^\s\\]*|data:image/svg\+xml;base64,[A-Za-z0-9+/=]+")
_LINK = re.compile(r"(?!data:)", re.IGNORECASE)


def _filtered(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src" and not _LOCAL_PICTURE.fullmatch(value):
        return None
    if name == "href" and not _LINK.match(value.strip()):
        return None
    return value


@cache
def _cleaner() -> nh3.Cleaner:
    attributes: dict[str, set[str]] = {tag: set(_MATH_ATTRIBUTES) for tag in _MATH_TAGS}
    attributes |= {tag: {"id"} for tag in _WITH_ID}
    attributes["*"] = set()  # else the sanitiser's own default lets `title` and `lang` through
    attributes["a"] = {"href", "title", "id"}
    attributes["abbr"] = {"title"}
    attributes["img"] = {"src", "alt", "title", "loading"}
    attributes["ol"] = {"start"}
    attributes["div"] = {"tabindex"}
    classes = {tag: set(_OWN_CLASSES) for tag in TAGS}
    classes["span"] |= _CODE_CLASSES
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=attributes,
        attribute_filter=_filtered,
        allowed_classes=classes,
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style"},
    )


def sanitise(html: str) -> str:
    """The HTML with everything removed that is not on the allow-list."""
    return _cleaner().clean(html)
