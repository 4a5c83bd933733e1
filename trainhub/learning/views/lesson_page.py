"""Putting one lesson's page together from rows: for its learner, or for a trainer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from trainhub.catalogue.models import CourseVersion, Lesson
from trainhub.catalogue.views.rendering import TextPlace, render_pieces
from trainhub.errors import NotFound
from trainhub.learning.models import CheckpointResponse, Enrolment, LessonNote
from trainhub.learning.queries import progress as queries
from trainhub.learning.queries.progress import LessonHead, Progress
from trainhub.learning.rules import (
    CheckpointMark,
    checkpoint_marks,
    lessons_done,
    remaining_minutes,
)
from trainhub.learning.views.items import ItemOnPage, ItemSource, item_on_page

ItemKey = tuple[str, str]


@dataclass(frozen=True)
class PiecePage:
    """A stretch of text, or a checkpoint with its questions."""

    html: Markup | None
    quiz: str = ""
    items: tuple[ItemOnPage, ...] = ()


@dataclass(frozen=True)
class LessonPage:
    """Everything the reader's page shows. `enrolment` is None where nothing is kept."""

    version: CourseVersion
    place: TextPlace
    lesson: Lesson
    head: LessonHead
    heads: tuple[LessonHead, ...]
    pieces: tuple[PiecePage, ...]
    marks: dict[str, CheckpointMark]
    done: frozenset[str]
    progress: Progress | None = None
    enrolment: Enrolment | None = None
    note: LessonNote | None = None

    @property
    def course_key(self) -> str:
        """The course's key."""
        return self.place.course_key

    @property
    def previous(self) -> LessonHead | None:
        """The lesson before."""
        return self.heads[self.head.position - 2] if self.head.position > 1 else None

    @property
    def following(self) -> LessonHead | None:
        """The lesson after."""
        return self.heads[self.head.position] if self.head.position < len(self.heads) else None

    @property
    def minutes_left(self) -> int:
        """Minutes of the lessons that are not done."""
        return remaining_minutes([one.plan for one in self.heads], self.done)

    @property
    def is_read(self) -> bool:
        """Whether the learner has said so."""
        return self.progress is not None and self.head.key in self.progress.read_keys

    @property
    def questions_open(self) -> int:
        """Questions of this lesson without an answer."""
        return sum(mark.asked - mark.answered for mark in self.marks.values())

    @property
    def resume_permille(self) -> int:
        """How far to scroll down: where the learner left a lesson that is not yet read."""
        row = self.progress.rows.get(self.head.key) if self.progress else None
        return row.scroll_permille if row is not None and row.completed_at is None else 0

    def item(self, name: str) -> ItemOnPage:
        """The question with this field name."""
        return next(item for piece in self.pieces for item in piece.items if item.name == name)


def text_place(version: CourseVersion, course_key: str) -> TextPlace:
    """Where a version's texts come from, for their pictures and links."""
    return TextPlace(course_key, version.edition.language, version.number)


def sources_of(version_id: int, lesson: Lesson) -> dict[ItemKey, ItemSource]:
    """The questions a lesson asks, in order, numbered through."""
    pairs = [(quiz, key) for quiz, key in lesson.checkpoint_items]
    rows = queries.list_items(version_id, pairs)
    return {
        pair: ItemSource(rows[pair], pair[0], number, number, len(pairs))
        for number, pair in enumerate(pairs, start=1)
        if pair in rows
    }


def learner_page(
    enrolment: Enrolment, lesson_key: str, *, again: Collection[str] = ()
) -> LessonPage:
    """A lesson as its learner gets it. `again` names questions to be tried once more."""
    assert enrolment.version is not None
    progress = queries.progress_of(enrolment)
    done = lessons_done(progress.plans, progress.read_keys, progress.scores)
    return _page(
        enrolment.version,
        enrolment.course.key,
        lesson_key,
        progress.lessons,
        seed=enrolment.id,
        newest=queries.newest_responses(enrolment, lesson_key),
        again=again,
        done=done,
        scores=progress.scores,
        progress=progress,
        enrolment=enrolment,
        note=queries.find_note(enrolment, lesson_key),
    )


def trainer_page(version: CourseVersion, course_key: str, lesson_key: str) -> LessonPage:
    """A lesson with trainers' notes and solutions. Nothing of it is kept."""
    heads = queries.lesson_heads(version.id)
    return _page(version, course_key, lesson_key, heads, seed=0, for_trainer=True)


def _page(
    version: CourseVersion,
    course_key: str,
    lesson_key: str,
    heads: tuple[LessonHead, ...],
    *,
    seed: int,
    newest: dict[ItemKey, CheckpointResponse] | None = None,
    again: Collection[str] = (),
    for_trainer: bool = False,
    done: frozenset[str] = frozenset(),
    scores: dict[ItemKey, int] | None = None,
    **rest: Any,
) -> LessonPage:
    lesson = queries.find_lesson(version.id, lesson_key)
    if lesson is None:
        raise NotFound()
    head = next(one for one in heads if one.key == lesson_key)
    place = text_place(version, course_key)
    items = {
        pair: item_on_page(
            source,
            place,
            seed=seed,
            newest=(newest or {}).get(pair),
            again=source.name in again,
            solution=for_trainer,
        )
        for pair, source in sources_of(version.id, lesson).items()
    }
    return LessonPage(
        version=version,
        place=place,
        lesson=lesson,
        head=head,
        heads=heads,
        pieces=pieces_of(place, lesson, items, for_trainer=for_trainer),
        marks=checkpoint_marks(head.plan, scores or {}),
        done=done,
        **rest,
    )


def pieces_of(
    place: TextPlace,
    lesson: Lesson,
    items: dict[ItemKey, ItemOnPage],
    *,
    for_trainer: bool = False,
    id_prefix: str = "",
) -> tuple[PiecePage, ...]:
    """A lesson's text and checkpoints by turns."""
    found = []
    for piece in render_pieces(
        place, lesson.body, for_trainer=for_trainer, id_prefix=id_prefix, heading_level=2
    ):
        if piece.rendered is not None:
            found.append(PiecePage(piece.rendered.html))
            continue
        asked = [items[piece.quiz, key] for key in piece.items if (piece.quiz, key) in items]
        found.append(PiecePage(None, piece.quiz, tuple(asked)))
    return tuple(found)
