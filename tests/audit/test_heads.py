"""What the chain alone does not show: an end cut off, a chain made anew, a forged head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import NOON
from trainhub.audit.models import AuditEntry
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.audit.rules import GENESIS, chained_hash, entry_content, head_key, signed
from trainhub.audit.services import append_entry
from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.ops import nightly
from trainhub.ops.audit_heads import HeadFault, check_heads, heads_file, read_heads, write_head
from trainhub.ops.doctor import examine


@pytest.fixture
def settings(app: Flask) -> Iterator[Settings]:
    """The settings of an instance with five entries and last night's head."""
    found: Settings = app.config["SETTINGS"]
    heads_file(found).unlink(missing_ok=True)
    for number in range(5):
        _append(f"Team {number}")
    write_head(found, NOON)
    yield found
    heads_file(found).unlink(missing_ok=True)


def _append(name: str) -> None:
    with transaction():
        append_entry("team.added", actor=None, object_type="team", object_key=name, now=NOON)


def _without_triggers(*statements: str) -> None:
    """What somebody does who holds the database itself."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
            return
        name = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        triggers = connection.execute(text(name), {"table": "audit_entry"}).all()
        for trigger, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        for statement in statements:
            connection.execute(text(statement))
        for _, made in triggers:
            connection.execute(text(made))


def _finding(settings: Settings, name: str) -> tuple[bool, str]:
    db.session.remove()
    return next((one.ok, one.value) for one in examine(settings, NOON) if one.name == name)


def test_a_trail_that_grew_bears_its_heads_out(settings: Settings) -> None:
    _append("Later")
    write_head(settings, NOON)
    assert [head.number for head in check_heads(settings)] == [5, 6]


def test_one_byte_changed_is_found(settings: Settings) -> None:
    _without_triggers("UPDATE audit_entry SET object_key = 'Team 8' WHERE number = 3")
    db.session.remove()
    assert find_broken_entry() == 3


def test_an_end_cut_off_is_found_by_the_head_alone(settings: Settings) -> None:
    _without_triggers("DELETE FROM audit_entry WHERE number > 3")
    db.session.remove()
    assert find_broken_entry() is None
    with pytest.raises(HeadFault, match=r"ends at entry 3, and had entry 5 .* after entry 3"):
        check_heads(settings)


def test_a_chain_made_anew_is_found_by_the_head_alone(settings: Settings) -> None:
    entries = [AuditEntry(**_columns(entry)) for entry in reversed(list_entries())]
    entries[1].object_key = "Somebody else's team"
    previous = GENESIS
    for entry in entries:
        entry.previous_hash = previous
        previous = entry.hash = chained_hash(previous, entry.at, entry_content(entry))
    _without_triggers("DELETE FROM audit_entry")
    db.session.remove()
    with transaction():
        db.session.add_all(entries)
    assert find_broken_entry() is None
    with pytest.raises(HeadFault, match="written anew"):
        check_heads(settings)


def _columns(entry: AuditEntry) -> dict[str, object]:
    return {column.name: getattr(entry, column.name) for column in AuditEntry.__table__.columns}


def test_a_forged_head_is_found(settings: Settings) -> None:
    _without_triggers("DELETE FROM audit_entry WHERE number > 3")
    db.session.remove()
    end = list_entries(limit=1)[0]
    real = read_heads(settings)[0]
    forged = replace(real, number=end.number, hash=end.hash)
    _write(settings, forged)
    with pytest.raises(HeadFault, match=r"line 1 .* was changed"):
        check_heads(settings)
    _write(settings, signed(forged, head_key("another secret")))
    with pytest.raises(HeadFault, match="was changed"):
        check_heads(settings)


def test_a_head_taken_out_is_found(settings: Settings) -> None:
    _append("Later")
    _write(settings, write_head(settings, NOON))
    with pytest.raises(HeadFault, match="taken out"):
        check_heads(settings)


def _write(settings: Settings, *heads: object) -> None:
    lines = [json.dumps(asdict(head)) + "\n" for head in heads]  # type: ignore[call-overload]
    heads_file(settings).write_text("".join(lines), "utf-8")


def test_another_secret_is_told_as_such(settings: Settings) -> None:
    with pytest.raises(HeadFault, match="another secret"):
        check_heads(replace(settings, secret_key="a new secret, as long as the one before it"))


def test_a_restore_is_on_record_and_excuses_only_what_it_took_back(settings: Settings) -> None:
    _without_triggers("DELETE FROM audit_entry WHERE number > 3")
    db.session.remove()
    write_head(settings, NOON, "restored")
    assert [head.event for head in check_heads(settings)] == ["night", "restored"]
    _without_triggers("DELETE FROM audit_entry WHERE number > 2")
    db.session.remove()
    with pytest.raises(HeadFault, match="entry 3"):
        check_heads(settings)


def test_a_line_cut_short_by_the_power_is_no_head(settings: Settings) -> None:
    with heads_file(settings).open("ab") as out:
        out.write(b'{"at": "2026')
    assert len(check_heads(settings)) == 1
    write_head(settings, NOON)
    assert len(check_heads(settings)) == 2
    with heads_file(settings).open("ab") as out:
        out.write(b"what is this\n")
    with pytest.raises(HeadFault, match="line 3"):
        check_heads(settings)


def test_the_night_checks_and_signs_and_the_doctor_tells(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainhub.ops.doctor.list_pending", lambda engine: [])
    night = next(job for job in nightly.jobs_of(settings, lambda now: {}) if "audit" in job.name)
    assert "5 entries" in night.run(NOON)
    assert _finding(settings, "audit heads")[0]
    _without_triggers("DELETE FROM audit_entry WHERE number > 3")
    db.session.remove()
    with pytest.raises(HeadFault):
        night.run(NOON)
    assert len(read_heads(settings)) == 2, "no head is signed for what was cut off"
    ok, value = _finding(settings, "audit heads")
    assert not ok and "cut off" in value
