"""A draft as its readers would get it, while it is being written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import render_template, url_for
from markupsafe import Markup

from trainhub.catalogue import queries
from trainhub.catalogue.markdown import RenderCache, Rendered
from trainhub.catalogue.models import CourseEdition
from trainhub.catalogue.queries.linting import newest_source, read_course, read_quiz
from trainhub.catalogue.queries.writing import list_pictures
from trainhub.catalogue.rules.blocks import CheckpointSegment, lesson_segments
from trainhub.catalogue.rules.course_text import CourseText
from trainhub.catalogue.rules.marking import is_marked_by_hand
from trainhub.catalogue.rules.quiz_text import QuizItem, QuizText
from trainhub.catalogue.views.questions import ShownQuestion, show_question
from trainhub.catalogue.views.rendering import course_address
from trainhub.catalogue.views.texts import WrittenText

_cache = RenderCache(24_000_000)
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class PreviewPart:
    """A stretch of HTML, or the questions of a checkpoint."""

    rendered: Rendered | None = None
    quiz: str = ""
    questions: tuple[ShownQuestion, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreviewLesson:
    """A lesson (or, without a title, the introduction)."""

    title: str
    key: str
    parts: tuple[PreviewPart, ...]


@dataclass(frozen=True)
class DraftPlace:
    """Where a draft's pictures lie, and in which language it is written."""

    series: str
    language: str
    pictures: frozenset[str]
    quizzes: dict[str, QuizText]
    for_trainer: bool

    def media_address(self, name: str) -> str | None:
        """The address of a picture of the series, None when it has not been uploaded."""
        if name not in self.pictures:
            return None
        return url_for("catalogue.show_series_picture", series_key=self.series, name=name)

    def render(self, text: str, prefix: str, heading_level: int = 3) -> Rendered:
        """A stretch of the draft as safe HTML; unchanged stretches are remembered."""
        return _cache.render(
            text,
            context=f"{self.series}/{hash(self.pictures)}",
            resolve_media=self.media_address,
            resolve_course=course_address,
            language=self.language,
            id_prefix=prefix,
            heading_level=heading_level,
            for_trainer=self.for_trainer,
        )

    def parts(self, body: str, prefix: str) -> tuple[PreviewPart, ...]:
        """A lesson's body as HTML and checkpoints by turns."""
        made = []
        for number, segment in enumerate(lesson_segments(body, for_trainer=self.for_trainer)):
            name = f"{prefix}-{number}"
            if isinstance(segment, CheckpointSegment):
                made.append(self.checkpoint(segment, name))
            else:
                made.append(PreviewPart(self.render(segment.text, f"{name}-")))
        return tuple(made)

    def checkpoint(self, segment: CheckpointSegment, name: str) -> PreviewPart:
        """The questions of a checkpoint; those that it cannot ask are named."""
        quiz = self.quizzes.get(segment.quiz)
        found = [_askable(quiz, key) for key in segment.items]
        show = partial(show_question, language=self.language, with_key=self.for_trainer)
        shown = [show(item, name=f"{name}-{item.key}") for item in found if item is not None]
        missing = [key for key, item in zip(segment.items, found, strict=True) if item is None]
        return PreviewPart(None, segment.quiz, tuple(shown), tuple(missing))


def _askable(quiz: QuizText | None, key: str) -> QuizItem | None:
    """A question that a checkpoint may ask, None if there is none."""
    item = quiz.find_item(key) if quiz else None
    return None if item is None or is_marked_by_hand(item.kind) else item


def preview_course(
    edition: CourseEdition, source: str, *, for_trainer: bool
) -> list[PreviewLesson]:
    """A course's text as a learner or a trainer gets it.

    A text with errors is shown in one piece, as far as it can be: an author in the middle of
    a sentence must not lose sight of the rest.
    """
    course, _ = read_course(source)
    series = edition.course.series
    place = DraftPlace(
        series.key,
        edition.language,
        frozenset(picture.name for picture in list_pictures(series.id)),
        _quizzes(course, edition.language),
        for_trainer,
    )
    if course is None:
        body = _FRONT.sub("", source.replace("\r\n", "\n"), count=1)
        whole = PreviewPart(place.render(body, "draft-", heading_level=4))
        return [PreviewLesson("", "", (whole,))]
    lessons = [PreviewLesson("", "", place.parts(course.intro, "intro"))]
    lessons += [
        PreviewLesson(lesson.title, lesson.key, place.parts(lesson.body, lesson.key))
        for lesson in course.lessons
    ]
    return lessons


def _quizzes(course: CourseText | None, language: str) -> dict[str, QuizText]:
    """The newest questions of the quizzes that a text asks."""
    keys = sorted({quiz for quiz, _ in course.checkpoint_items()}) if course else []
    editions = [(key, queries.find_quiz_edition(key, language)) for key in keys]
    read = [(key, read_quiz(newest_source(one))[0]) for key, one in editions if one]
    return {key: quiz for key, quiz in read if quiz is not None}


def preview_quiz(source: str, language: str, *, for_trainer: bool) -> Sequence[ShownQuestion]:
    """The questions of a quiz's text; none while it has errors."""
    quiz, _ = read_quiz(source)
    if quiz is None:
        return []
    return [
        show_question(item, language, name=f"try-{item.key}", with_key=for_trainer)
        for item in quiz.items
    ]


def preview_html(text: WrittenText, source: str, *, for_trainer: bool) -> Markup:
    """The preview of either kind of text as a fragment of a page."""
    if isinstance(text.edition, CourseEdition):
        lessons = preview_course(text.edition, source, for_trainer=for_trainer)
        return _fragment("catalogue/_preview_course.html", lessons=lessons)
    questions = preview_quiz(source, text.language, for_trainer=for_trainer)
    return _fragment("catalogue/_preview_quiz.html", questions=questions)


def _fragment(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 -- a template escapes
