"""Reading a long trail: in pieces, so that nobody who writes waits for it."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from tests.audit.test_heads import _without_triggers
from tests.conftest import NOON
from trainhub.audit import queries
from trainhub.audit.queries import AuditCriteria, find_broken_entry, has_more_than, stream_entries
from trainhub.audit.services import append_entry
from trainhub.db import db, transaction

ENTRIES = 23


def append(name: str) -> None:
    with transaction():
        append_entry("team.added", actor=None, object_type="team", object_key=name, now=NOON)


@pytest.fixture(autouse=True)
def trail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trail of several pieces and stretches."""
    monkeypatch.setattr(queries, "PIECE", 4)
    monkeypatch.setattr(queries, "STRETCH", 9)
    for number in range(1, ENTRIES + 1):
        append(f"Team {number}" if number % 3 else "Third")


@pytest.mark.parametrize(
    "criteria", [AuditCriteria(), AuditCriteria(words="team"), AuditCriteria(action="team.added")]
)
def test_every_entry_comes_once_the_newest_first(criteria: AuditCriteria) -> None:
    found = [entry.number for entry in stream_entries(criteria)]
    assert found == (
        list(range(ENTRIES, 0, -1))
        if not criteria.words
        else [number for number in range(ENTRIES, 0, -1) if number % 3]
    )


@pytest.mark.parametrize("number", [1, 4, 5, 8, 12, ENTRIES])
def test_a_change_in_any_piece_is_named(number: int) -> None:
    _without_triggers(f"UPDATE audit_entry SET reason = 'x' WHERE number = {number}")
    db.session.remove()
    assert find_broken_entry() == number


@pytest.mark.parametrize("number", [1, 4, 5, 9])
def test_an_entry_taken_out_is_named_by_the_one_after_it(number: int) -> None:
    _without_triggers(f"DELETE FROM audit_entry WHERE number = {number}")
    db.session.remove()
    assert find_broken_entry() == number + 1


def test_an_entry_slipped_in_before_the_first_is_named() -> None:
    columns = "at, actor_name, action, object_type, object_key, changes, reason, request_id"
    _without_triggers(
        f"INSERT INTO audit_entry (number, {columns}, previous_hash, hash) "
        f"SELECT -3, {columns}, 'x', 'y' FROM audit_entry WHERE number = 1"
    )
    db.session.remove()
    assert find_broken_entry() == -3


def test_how_many_fit_is_told_across_stretches() -> None:
    thirds = AuditCriteria(object_type="team", object_key="Third")
    for most in (0, 6, 7, 30):
        assert has_more_than(thirds, most) is (most < ENTRIES // 3)
        assert has_more_than(AuditCriteria(words="third"), most) is (most < ENTRIES // 3)
    assert has_more_than(AuditCriteria(), ENTRIES - 1)
    assert not has_more_than(AuditCriteria(), ENTRIES)


@pytest.mark.parametrize("criteria", [AuditCriteria(), AuditCriteria(words="team")])
def test_others_write_while_the_trail_is_taken_away(app: Flask, criteria: AuditCriteria) -> None:
    """A statement left open on SQLite would keep their COMMIT waiting for ten seconds."""
    under_way = stream_entries(criteria)
    next(under_way)
    written: list[bool] = []

    def write() -> None:
        with app.app_context():
            append("Meanwhile")
            written.append(True)

    other = threading.Thread(target=write)
    other.start()
    other.join(5)
    assert written == [True]
    assert len(list(under_way)) in {ENTRIES - 1, ENTRIES - 1 - ENTRIES // 3}
