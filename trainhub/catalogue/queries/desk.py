"""What waits for the people who keep the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    func,
    literal,
    select,
    union_all,
)

from trainhub.catalogue.models import Course, CourseDraft, CourseEdition, CourseVersion
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import db

_DRAFTS, _OVERDUE, _ALONE = "drafts", "overdue", "alone"


@dataclass(frozen=True)
class DeskLine:
    """A course's text that needs somebody. `at` is when its draft was saved, `day` its date."""

    key: str
    language: str
    title: str
    at: datetime | None = None
    day: date | None = None


@dataclass(frozen=True)
class Desk:
    """The texts that need somebody, at most `limit` of each kind, and how many there are."""

    drafts: tuple[DeskLine, ...]
    overdue: tuple[DeskLine, ...]
    untranslated: tuple[DeskLine, ...]
    draft_count: int
    overdue_count: int
    untranslated_count: int

    @property
    def is_clear(self) -> bool:
        """Whether nothing waits."""
        return not (self.drafts or self.overdue or self.untranslated)


def find_desk(today: date, limit: int = 5) -> Desk:
    """Drafts not published yet, texts to be read again, courses in one language only."""
    kinds = [
        _kind(_DRAFTS, limit, CourseDraft.updated_at.desc(), CourseDraft.edition_id.is_not(None)),
        _kind(_OVERDUE, limit, CourseVersion.review_by, CourseVersion.review_by < today),
        _kind(_ALONE, limit, Course.key, _is_alone()),
    ]
    lines: dict[str, list[DeskLine]] = {_DRAFTS: [], _OVERDUE: [], _ALONE: []}
    counts = dict.fromkeys(lines, 0)
    for row in sorted(db.session.execute(union_all(*kinds)), key=lambda row: row.place):
        line = DeskLine(row.key, row.language, row.title or row.key, row.updated_at, row.review_by)
        lines[row.kind].append(line)
        counts[row.kind] = row.all_of_it
    drafts, overdue, alone = (tuple(found) for found in lines.values())
    return Desk(drafts, overdue, alone, *counts.values())


def _kind(
    name: str, limit: int, first: SQLColumnExpression[Any], *conditions: ColumnElement[bool]
) -> Select[Any]:
    """The first lines of one kind, each with its place and how many there are of it."""
    every = (
        select(
            literal(name).label("kind"),
            Course.key,
            CourseEdition.language,
            CourseVersion.title,
            CourseDraft.updated_at,
            CourseVersion.review_by,
            func.count().over().label("all_of_it"),
            func.row_number().over(order_by=(first, Course.key, CourseEdition.id)).label("place"),
        )
        .select_from(CourseEdition)
        .join(Course, Course.id == CourseEdition.course_id)
        .outerjoin(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .outerjoin(CourseDraft, CourseDraft.edition_id == CourseEdition.id)
        .where(Course.retired_at.is_(None), *conditions)
        .subquery()
    )
    return select(every).where(every.c.place <= limit)


def _is_alone() -> ColumnElement[bool]:
    """Whether a text in force is the only one of its course."""
    alone = (
        select(CourseEdition.course_id)
        .where(CourseEdition.published_version_id.is_not(None))
        .group_by(CourseEdition.course_id)
        .having(func.count() < len(LANGUAGES))
    )
    return and_(Course.id.in_(alone), CourseEdition.published_version_id.is_not(None))
