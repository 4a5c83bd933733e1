"""A published text as its reader gets it: safe HTML by turns with checkpoints.

The one place that knows under which address a text's pictures and links lie. Used by the
pages of the catalogue, by the learner's pages to its right and by `content render`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from trainhub.catalogue.markdown import RenderCache, Rendered
from trainhub.catalogue.rules.blocks import CheckpointSegment, lesson_segments

_cache = RenderCache()


@dataclass(frozen=True)
class TextPlace:
    """Where a text comes from: a version of a course in a language."""

    course_key: str
    language: str
    number: int

    def media_address(self, name: str) -> str | None:
        """The address of a picture as this version shows it."""
        return url_for(
            "catalogue.show_picture",
            course_key=self.course_key,
            language=self.language,
            number=self.number,
            name=name,
        )


@dataclass(frozen=True)
class Piece:
    """A stretch of HTML, or a checkpoint: the items of a quiz to ask here."""

    rendered: Rendered | None = None
    quiz: str = ""
    items: tuple[str, ...] = ()


def course_address(group: str, lesson: str | None) -> str:
    """The address of a course's page, at one of its lessons if named."""
    anchor = f"lesson-{lesson}" if lesson else None
    return url_for("catalogue.show_course", course_key=group, _anchor=anchor)


def render_text(
    place: TextPlace,
    text: str,
    *,
    for_trainer: bool = False,
    id_prefix: str = "",
    heading_level: int = 3,
) -> Rendered:
    """A Markdown text of a version as safe HTML; kept, as versions never change."""
    return _cache.render(
        text,
        context=f"{place.course_key}/{place.language}/{place.number}",
        resolve_media=place.media_address,
        resolve_course=course_address,
        language=place.language,
        id_prefix=id_prefix,
        heading_level=heading_level,
        for_trainer=for_trainer,
    )


def render_pieces(
    place: TextPlace,
    body: str,
    *,
    for_trainer: bool = False,
    id_prefix: str = "",
    heading_level: int = 3,
) -> list[Piece]:
    """A lesson's body as HTML and checkpoints by turns, as a learner (or trainer) gets it."""
    pieces = []
    for number, segment in enumerate(lesson_segments(body, for_trainer=for_trainer), start=1):
        if isinstance(segment, CheckpointSegment):
            pieces.append(Piece(quiz=segment.quiz, items=segment.items))
            continue
        rendered = render_text(
            place,
            segment.text,
            for_trainer=for_trainer,
            id_prefix=f"{id_prefix}{number}-",
            heading_level=heading_level,
        )
        pieces.append(Piece(rendered))
    return pieces
