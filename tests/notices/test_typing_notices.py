"""People hear of their typing tests, once each time, in their language."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.notices.test_jobs import letters, mailbox
from tests.typing_tests.runs import ready, take
from tests.typing_tests.test_reviews import flagged
from trainhub.db import db, transaction
from trainhub.notices import jobs
from trainhub.notices.models import Notice
from trainhub.people.models import Role
from trainhub.typing_tests.models import TypingAssignment, TypingTest
from trainhub.typing_tests.services.retesting import ask_for_retest

__all__ = ["mailbox"]
DAY = timedelta(days=1)


def run(now: datetime) -> list[str]:
    jobs.collect_typing_notices(now)
    jobs.send_notices(now)
    return list(db.session.scalars(select(Notice.kind).order_by(Notice.id)))


def due(days: int, now: datetime) -> None:
    day = (now + timedelta(hours=8)).date() + timedelta(days=days)
    with transaction():
        db.session.execute(update(TypingAssignment).values(due_on=day))


def test_an_assignment_is_announced_once(app: Flask, mailbox: Path, make, now: datetime) -> None:
    test = ready(make.person("alice", locale="zh"))
    due(9, now)
    run(now)
    assert run(now + timedelta(minutes=1)) == ["typing_assigned"]
    (letter,) = letters(mailbox)
    assert "请参加打字测试：打字" in letter["Subject"]
    assert f"/typing/tests/{test.id}" in letter.get_content()
    assert "2026-12-02" in letter.get_content()


def test_a_team_is_told_person_by_person(app: Flask, mailbox: Path, make, now: datetime) -> None:
    red = make.team("Red")
    make.person("alice", team=red), make.person("bob", team=red), make.person("carol")
    test = ready()
    with transaction():
        db.session.add(TypingAssignment(test_id=test.id, team_id=red.id, created_at=now))
    assert run(now) == ["typing_assigned"] * 2
    assert sorted(letter["To"] for letter in letters(mailbox)) == [
        "alice@example.org",
        "bob@example.org",
    ]


@pytest.mark.parametrize(("days", "kind"), [(7, "due"), (3, "due"), (1, "due"), (-1, "overdue")])
def test_reminders_come_on_their_days(
    app: Flask, mailbox: Path, make, now: datetime, days: int, kind: str
) -> None:
    ready(make.person("alice"))
    due(days, now)
    with transaction():
        db.session.execute(update(TypingAssignment).values(created_at=now - 30 * DAY))
    assert run(now) == [f"typing_{kind}"]
    assert run(now + timedelta(hours=2)) == [f"typing_{kind}"]


def test_who_has_passed_is_left_alone(app: Flask, mailbox: Path, make, now: datetime) -> None:
    alice = make.person("alice")
    test = ready(alice)
    due(1, now)
    take(alice, now - DAY, test_id=test.id)
    assert run(now) == []


def test_a_retired_or_withdrawn_test_is_not_spoken_of(
    app: Flask, mailbox: Path, make, now: datetime
) -> None:
    ready(make.person("alice"))
    due(3, now)
    with transaction():
        db.session.execute(update(TypingAssignment).values(withdrawn_at=now))
    assert run(now) == []
    with transaction():
        db.session.execute(update(TypingAssignment).values(withdrawn_at=None))
        db.session.execute(update(TypingTest).values(retired_at=now))
    assert run(now) == []


def test_a_retest_is_asked_for_kindly(app: Flask, mailbox: Path, make, now: datetime) -> None:
    alice, tina = make.person("alice"), make.person("tina", Role.TRAINER)
    test = ready(alice)
    one = flagged(alice, test, now - DAY)
    with transaction():
        db.session.execute(update(TypingAssignment).values(created_at=now - 30 * DAY))
        ask_for_retest(one.id, reason="The window", actor=tina, now=now)
    assert run(now) == ["typing_retest"]
    (letter,) = letters(mailbox)
    assert "says nothing against you" in letter.get_content()
