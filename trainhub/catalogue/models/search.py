"""What can be found, and the engine's own index over it."""

from __future__ import annotations

from sqlalchemy import DDL, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from trainhub.db import db


class SearchEntry(db.Model):
    """One searchable piece (a course's head or a lesson) of a version in force.

    `terms` is the text cut into the terms of `rules.search_terms`; the engine's own index
    (FTS5 or tsvector) lies over it.
    """

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_edition_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("course_edition.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)


SEARCH_INDEX = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "terms, content='search_entry', content_rowid='id', tokenize='unicode61')",
        "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
        "INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END",
        "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
        "INSERT INTO search_index(search_index, rowid, terms) "
        "VALUES ('delete', old.id, old.terms); END",
    ],
    # A table of its own, as FTS5 has one: a row found is not cut into terms again, as it would
    # be with an index over an expression.
    "postgresql": [
        "CREATE TABLE search_index ("
        "rowid INTEGER PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE, "
        "terms TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_index_terms ON search_index USING gin (terms)",
        "CREATE OR REPLACE FUNCTION index_search_entry() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO search_index (rowid, terms) "
        "VALUES (new.id, to_tsvector('simple', new.terms)); RETURN new; END $$",
        "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry "
        "FOR EACH ROW EXECUTE FUNCTION index_search_entry()",
    ],
}
for _dialect, _statements in SEARCH_INDEX.items():
    for _statement in _statements:
        # SQLAlchemy leaves DDL untyped.
        _made = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(
            SearchEntry.__table__,
            "after_create",
            _made.execute_if(dialect=_dialect),
        )
