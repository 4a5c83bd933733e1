"""Markdown as the catalogue understands it: one chain to safe HTML, one to plain text.

Neighbours: `rules.blocks` says what a `:::` block is; nobody else turns Markdown into HTML.
"""

from trainhub.catalogue.markdown.cache import RenderCache
from trainhub.catalogue.markdown.chain import Rendered, no_course, no_media, render
from trainhub.catalogue.markdown.finishing import CourseResolver, MediaResolver, TocEntry
from trainhub.catalogue.markdown.gaps import fill_gaps
from trainhub.catalogue.markdown.plain import plain_text

__all__ = [
    "CourseResolver",
    "MediaResolver",
    "RenderCache",
    "Rendered",
    "TocEntry",
    "fill_gaps",
    "no_course",
    "no_media",
    "plain_text",
    "render",
]
