"""The one chain from Markdown to HTML that every text of the catalogue goes through.

prepare → Python-Markdown (raw HTML off) → tree walk (links, pictures, formulas, identifiers)
→ allow-list. The result is safe to put into a page as it is.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import tostring

from markdown import Markdown
from markupsafe import Markup, escape
from pymdownx import slugs

from trainhub.catalogue.markdown.block_syntax import add_blocks
from trainhub.catalogue.markdown.cjk import add_joining
from trainhub.catalogue.markdown.defusing import restored
from trainhub.catalogue.markdown.drawing import diagram
from trainhub.catalogue.markdown.finishing import (
    CourseResolver,
    MediaResolver,
    Page,
    TocEntry,
    add_finisher,
)
from trainhub.catalogue.markdown.inline_syntax import add_marks
from trainhub.catalogue.markdown.links import speed_up_links
from trainhub.catalogue.markdown.preparing import prepare
from trainhub.catalogue.markdown.sanitising import sanitise
from trainhub.catalogue.rules.blocks import learner_text

_BACK = {"zh": "回到正文的脚注 {}", "en": "Back to footnote {} in the text"}
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p[ >]).)*)</p>\s*", re.DOTALL)


@dataclass(frozen=True)
class Rendered:
    """HTML that is safe to show, and the headings in it."""

    html: Markup
    toc: tuple[TocEntry, ...] = ()

    @cached_property
    def inline(self) -> Markup:
        """The HTML without the paragraph around it if it is just one (for labels)."""
        found = _ONE_PARAGRAPH.fullmatch(self.html)
        return Markup(found[1]) if found else self.html  # noqa: S704 -- part of checked HTML


def no_media(name: str) -> str | None:
    """A resolver for texts that have no pictures: each is shown as its description."""
    return None


def no_course(group: str, lesson: str | None) -> str | None:
    """A resolver for texts that lead to no courses: each link is shown as its text."""
    return None


def render(
    text: str,
    *,
    resolve_media: MediaResolver = no_media,
    resolve_course: CourseResolver = no_course,
    language: str = "en",
    id_prefix: str = "",
    heading_level: int = 3,
    for_trainer: bool = False,
) -> Rendered:
    """Markdown as safe HTML. Never raises for a text; what cannot be read is shown as it is.

    `resolve_media(name)` gives the local address of a picture, `resolve_course(group, lesson)`
    that of a course or lesson, or None. `language` is that of the text. `id_prefix` keeps the
    identifiers of several texts on one page apart. `heading_level` is the level that "###"
    gets on the page. Trainer's notes are left out unless `for_trainer`; checkpoints always.
    """
    page = Page(resolve_media, resolve_course, language, id_prefix, heading_level)
    shown = text if for_trainer else learner_text(text)
    try:
        written = _parser(language).convert(shown, page, for_trainer=for_trainer)
    except (RecursionError, ValueError, IndexError, AttributeError, TypeError, AssertionError):
        # A text that breaks the parser must not take the page with it.
        return Rendered(Markup('<pre class="th-source" tabindex="0">{}</pre>').format(shown))
    clean = sanitise(restored(written))
    return Rendered(Markup(clean), tuple(page.toc))  # noqa: S704 -- just sanitised


class _Parser:
    """A configured Python-Markdown; not to be shared between threads."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.md = Markdown(
            extensions=[
                "tables",
                "footnotes",
                "attr_list",
                "def_list",
                "abbr",
                "sane_lists",
                "toc",
                "pymdownx.highlight",
                "pymdownx.superfences",
            ],
            extension_configs=self._settings(),
        )
        self.md.preprocessors.deregister("html_block")
        self.md.inlinePatterns.deregister("html")
        add_marks(self.md)
        speed_up_links(self.md)
        add_joining(self.md)
        self.blocks = add_blocks(self.md)
        self.finisher = add_finisher(self.md)

    def _settings(self) -> dict[str, dict[str, Any]]:
        fence = {"name": "mermaid", "class": "mermaid", "format": self._diagram}
        return {
            "toc": {"slugify": slugs.slugify(case="lower"), "marker": ""},
            "footnotes": {"BACKLINK_TITLE": _BACK.get(self.language, _BACK["en"])},
            "pymdownx.highlight": {"guess_lang": False, "linenums": None},
            "pymdownx.superfences": {"custom_fences": [fence]},
        }

    def _diagram(self, source: str, *args: Any, **kwargs: Any) -> str:
        drawn = diagram(source, language=self.language)
        if drawn is None:
            return f"<pre><code>{escape(source)}</code></pre>"
        return f'<div class="th-diagram-frame">{tostring(drawn, "unicode", method="html")}</div>'

    def convert(self, text: str, page: Page, *, for_trainer: bool) -> str:
        self.md.reset()
        self.finisher.page = page
        self.blocks.language = page.language
        self.blocks.for_trainer = for_trainer
        return self.md.convert(prepare(text))


_parsers = threading.local()


def _parser(language: str) -> _Parser:
    """This thread's parser; building one takes longer than a short text."""
    key = language if language in _BACK else "en"
    found: _Parser | None = getattr(_parsers, key, None)
    if found is None:
        found = _Parser(key)
        setattr(_parsers, key, found)
    return found
