"""A due run happens once, and a run that was cut short is finished by the next holder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from trainhub.db import transaction
from trainhub.ops import runs


def claim(holder: str, due_at: datetime, now: datetime) -> int | None:
    with transaction():
        return runs.claim_run("tick", due_at, holder, now)


def test_a_due_run_is_claimed_once(app: Flask, now: datetime) -> None:
    assert claim("alice", now, now) is not None
    assert claim("alice", now, now) is None
    assert claim("bob", now, now) is None
    assert claim("bob", now + timedelta(minutes=1), now) is not None


def test_a_finished_run_is_nobodys_orphan(app: Flask, now: datetime) -> None:
    run_id = claim("alice", now, now)
    assert run_id is not None
    with transaction():
        runs.finish_run(run_id, "alice", "done", now)
    assert runs.list_orphaned_runs("bob") == []


def test_a_run_cut_short_is_adopted_by_one(app: Flask, now: datetime) -> None:
    claim("alice", now, now)
    (orphan,) = runs.list_orphaned_runs("bob")
    with transaction():
        assert runs.adopt_run(orphan, "bob", now)
    with transaction():
        assert not runs.adopt_run(orphan, "charlie", now)


def test_who_lost_a_run_cannot_report_on_it(app: Flask, now: datetime) -> None:
    run_id = claim("alice", now, now)
    assert run_id is not None
    (orphan,) = runs.list_orphaned_runs("bob")
    with transaction():
        runs.adopt_run(orphan, "bob", now)
        runs.finish_run(run_id, "alice", "done", now)
    assert runs.find_last_run("tick") is None


def test_old_runs_are_forgotten(app: Flask, now: datetime) -> None:
    claim("alice", now - timedelta(days=31), now)
    claim("alice", now, now)
    with transaction():
        assert runs.forget_old_runs(now) == 1


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-23T18:59:59", "2026-11-22T19:00:00"),
        ("2026-11-23T19:00:00", "2026-11-23T19:00:00"),
        ("2026-11-24T18:00:00", "2026-11-23T19:00:00"),
    ],
)
def test_the_night_in_shanghai_is_at_three(at: str, due: str) -> None:
    latest = runs.every_night(ZoneInfo("Asia/Shanghai"))
    wanted = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert latest(datetime.fromisoformat(at).replace(tzinfo=UTC)) == wanted


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Kolkata"],
)
def test_every_night_of_a_year_is_due_once_whatever_the_clocks_do(zone: str) -> None:
    latest = runs.every_night(ZoneInfo(zone))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    hours = [start + timedelta(minutes=30 * step) for step in range(365 * 48)]
    nights = sorted({latest(hour) for hour in hours})
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(nights))
    assert 365 <= len(nights) <= 366
