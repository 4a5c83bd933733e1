"""What waits for the people who keep the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from trainhub.catalogue.models import Course, CourseDraft, CourseEdition, CourseVersion
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import db


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
    drafts, draft_count = _lines(_drafts(), limit)
    overdue, overdue_count = _lines(_overdue(today), limit)
    alone, alone_count = _lines(_untranslated(), limit)
    return Desk(drafts, overdue, alone, draft_count, overdue_count, alone_count)


def _lines(
    query: Select[str, str, str | None, datetime | None, date | None], limit: int
) -> tuple[tuple[DeskLine, ...], int]:
    rows = db.session.execute(query.add_columns(func.count().over()).limit(limit)).all()
    lines = tuple(DeskLine(row[0], row[1], row[2] or row[0], row[3], row[4]) for row in rows)
    return lines, rows[0][5] if rows else 0


def _texts() -> Select[str, str, str | None, datetime | None, date | None]:
    return (
        select(
            Course.key,
            CourseEdition.language,
            CourseVersion.title,
            CourseDraft.updated_at,
            CourseVersion.review_by,
        )
        .select_from(CourseEdition)
        .join(Course, Course.id == CourseEdition.course_id)
        .outerjoin(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .outerjoin(CourseDraft, CourseDraft.edition_id == CourseEdition.id)
        .where(Course.retired_at.is_(None))
    )


def _drafts() -> Select[str, str, str | None, datetime | None, date | None]:
    query = _texts().where(CourseDraft.edition_id.is_not(None))
    return query.order_by(CourseDraft.updated_at.desc(), Course.key)


def _overdue(today: date) -> Select[str, str, str | None, datetime | None, date | None]:
    return _texts().where(CourseVersion.review_by < today).order_by(CourseVersion.review_by)


def _untranslated() -> Select[str, str, str | None, datetime | None, date | None]:
    alone = (
        select(CourseEdition.course_id)
        .where(CourseEdition.published_version_id.is_not(None))
        .group_by(CourseEdition.course_id)
        .having(func.count() < len(LANGUAGES))
    )
    return (
        _texts()
        .where(Course.id.in_(alone), CourseEdition.published_version_id.is_not(None))
        .order_by(Course.key)
    )
