"""Full-text search over the versions in force, alike on both engines.

Each engine's own index finds the rows (FTS5 on SQLite, a GIN index over `tsvector` on
PostgreSQL), both the same ones. Pieces whose title answers come first, then those that answer
best by the engine's own measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    column,
    func,
    literal_column,
    select,
    table,
)

from trainhub.catalogue.models import Course, CourseEdition, SearchEntry, Series
from trainhub.catalogue.rules.search_terms import QueryPart, fts5_query, query_terms, tsquery
from trainhub.catalogue.rules.snippets import SnippetPiece, marked, snippet, sought
from trainhub.db import db

PAGE_SIZE = 20


@dataclass(frozen=True)
class SearchHit:
    """One place found: a course (`lesson_key` empty) or one of its lessons."""

    course_key: str
    course_title: str
    series_title: str
    language: str
    lesson_key: str
    title: tuple[SnippetPiece, ...]
    snippet: tuple[SnippetPiece, ...]


@dataclass(frozen=True)
class SearchResult:
    """One page of what was found; `total` counts everything found."""

    hits: tuple[SearchHit, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PAGE_SIZE)


def search_courses(
    words: str, *, reading: str, language: str | None = None, page: int = 1
) -> SearchResult:
    """The pieces of published courses that hold every word of a query.

    `reading` is the language of the page (texts in it come first among equals), `language`
    limits the search to texts in one language. Retired courses are not found.
    """
    parts = query_terms(words)
    if not parts:
        return SearchResult((), 0, 1)
    found = _found(parts, language)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page = max(1, min(page, -(-total // PAGE_SIZE) or 1))
    rows = db.session.execute(
        _ordered(found, parts, reading).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    titles = _course_titles({row.edition_id for row in rows})
    hits = tuple(_hit(row, titles, parts, reading) for row in rows)
    return SearchResult(hits, total, page)


_INDEX = table("search_index", column("rowid"), column("terms"))


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def _found(parts: Sequence[QueryPart], language: str | None) -> Select[int]:
    query = (
        select(SearchEntry.id)
        .join(_INDEX, _INDEX.c.rowid == SearchEntry.id)
        .join(CourseEdition, CourseEdition.id == SearchEntry.edition_id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(Course.retired_at.is_(None), _answers(parts))
    )
    if language is not None:
        query = query.where(CourseEdition.language == language)
    return query


def _answers(parts: Sequence[QueryPart]) -> ColumnElement[bool]:
    if _is_postgresql():
        return _INDEX.c.terms.op("@@")(_tsquery(parts))
    # FTS5 names the table where other SQL names a column.
    return literal_column("search_index").op("MATCH")(fts5_query(parts))


def _tsquery(parts: Sequence[QueryPart]) -> ColumnElement[Any]:
    return func.to_tsquery(literal_column("'simple'::regconfig"), tsquery(parts))


def _distance(parts: Sequence[QueryPart]) -> ColumnElement[Any]:
    """The engine's measure of how well a piece answers: the smaller, the better."""
    if _is_postgresql():
        return -func.ts_rank(_INDEX.c.terms, _tsquery(parts))
    return func.bm25(literal_column("search_index"))


def _ordered(
    found: Select[int], parts: Sequence[QueryPart], reading: str
) -> Select[*tuple[Any, ...]]:
    title = func.lower(SearchEntry.title)
    in_title = [case((title.contains(sought(part), autoescape=True), 1), else_=0) for part in parts]
    return (
        found.join(Series, Series.id == Course.series_id)
        .with_only_columns(
            SearchEntry.edition_id,
            SearchEntry.lesson_key,
            SearchEntry.title,
            SearchEntry.text,
            Course.key.label("course_key"),
            CourseEdition.language,
            Series.title_zh,
            Series.title_en,
        )
        .order_by(
            _sum(in_title).desc(),
            case((CourseEdition.language == reading, 0), else_=1),
            case((SearchEntry.lesson_key == "", 0), else_=1),
            _distance(parts),
            SearchEntry.id,
        )
    )


def _sum(columns: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    total = columns[0]
    for each in columns[1:]:
        total = total + each
    return total


def _course_titles(edition_ids: set[int]) -> dict[int, str]:
    heads = select(SearchEntry.edition_id, SearchEntry.title).where(
        SearchEntry.edition_id.in_(edition_ids), SearchEntry.lesson_key == ""
    )
    return dict(db.session.execute(heads).all())


def _hit(row: Any, titles: dict[int, str], parts: Sequence[QueryPart], reading: str) -> SearchHit:
    return SearchHit(
        course_key=row.course_key,
        course_title=titles.get(row.edition_id, row.title),
        series_title=row.title_zh if reading == "zh" else row.title_en,
        language=row.language,
        lesson_key=row.lesson_key,
        title=marked(row.title, parts),
        snippet=snippet(row.text, parts),
    )
