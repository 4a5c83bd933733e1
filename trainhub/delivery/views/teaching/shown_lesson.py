"""The lesson a class is at: with notes for its trainer, without them for the wall."""

from __future__ import annotations

from trainhub.delivery.models import TrainingSession
from trainhub.errors import NotFound
from trainhub.learning.queries import progress as queries
from trainhub.learning.views.items import item_on_page
from trainhub.learning.views.lesson_page import (
    LessonPage,
    pieces_of,
    sources_of,
    text_place,
    trainer_page,
)
from trainhub.learning.views.shown import asked_language
from trainhub.web.text import asked_text


def find_lesson_page(session: TrainingSession, *, for_trainer: bool) -> LessonPage | None:
    """The lesson asked for in the address, else the course's first; None where nothing of the
    course is published. Raises `NotFound` for a lesson the course does not have.

    Without `for_trainer` it carries neither notes nor answers.
    """
    course_key = session.course.key
    version = queries.find_published(course_key, asked_language())
    if version is None:
        return None
    heads = queries.lesson_heads(version.id)
    asked = asked_text("lesson", 80) or (heads[0].key if heads else "")
    head = next((one for one in heads if one.key == asked), None)
    lesson = queries.find_lesson(version.id, asked)
    if head is None or lesson is None:
        raise NotFound()
    if for_trainer:
        return trainer_page(version, course_key, asked)
    place = text_place(version, course_key)
    items = {
        pair: item_on_page(source, place, seed=session.id)
        for pair, source in sources_of(version.id, lesson).items()
    }
    return LessonPage(
        version=version, place=place, lesson=lesson, head=head, heads=heads,
        pieces=pieces_of(place, lesson, items), marks={}, done=frozenset(),
    )  # fmt: skip
