"""Full-text search over the versions in force, alike on both engines.

Each engine's own index finds the rows (FTS5 on SQLite, a GIN index over `tsvector` on
PostgreSQL); the order is made of plain SQL, so that both give the same list: first pieces whose
title answers, then those that answer most often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, text

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


def _found(parts: Sequence[QueryPart], language: str | None) -> Select[int]:
    query = (
        select(SearchEntry.id)
        .join(CourseEdition, CourseEdition.id == SearchEntry.edition_id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(Course.retired_at.is_(None), _answers(parts))
    )
    if language is not None:
        query = query.where(CourseEdition.language == language)
    return query


def _answers(parts: Sequence[QueryPart]) -> ColumnElement[bool]:
    if db.session.get_bind().dialect.name == "postgresql":
        # Written as the index is, or PostgreSQL does not see that they are the same.
        condition = "to_tsvector('simple', search_entry.terms) @@ to_tsquery('simple', :sought)"
        return text(condition).bindparams(sought=tsquery(parts))  # type: ignore[return-value]  # SQL
    index = text("SELECT rowid FROM search_index WHERE search_index MATCH :sought")
    return SearchEntry.id.in_(index.bindparams(sought=fts5_query(parts)))


def _ordered(
    found: Select[int], parts: Sequence[QueryPart], reading: str
) -> Select[*tuple[Any, ...]]:
    title = func.lower(SearchEntry.title)
    in_title = [case((title.contains(sought(part), autoescape=True), 1), else_=0) for part in parts]
    terms = literal(" ") + SearchEntry.terms + literal(" ")
    often = [_occurrences(terms, part) for part in parts]
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
            _sum(often).desc(),
            SearchEntry.id,
        )
    )


def _occurrences(terms: ColumnElement[str], part: QueryPart) -> ColumnElement[int]:
    phrase = f" {part.phrase}" + ("" if part.prefix else " ")
    without = func.replace(terms, phrase, "")
    return (func.length(terms) - func.length(without)) // len(phrase)


def _sum(columns: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    total = columns[0]
    for column in columns[1:]:
        total = total + column
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
