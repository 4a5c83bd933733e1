"""Candidates hear of their exam, once each time, in their language."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests.assessment.papers import AT_THE_END, attempt_of, ready_sitting
from tests.notices.test_jobs import letters, mailbox
from trainhub.assessment import services
from trainhub.assessment.rules.states import EndedBy
from trainhub.db import db, transaction
from trainhub.notices import jobs
from trainhub.notices.models import Notice

__all__ = ["mailbox"]


def run(now: datetime) -> list[str]:
    jobs.collect_exam_notices(now)
    jobs.send_notices(now)
    return list(db.session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_a_call_comes_once_and_names_the_window(
    app: Flask, mailbox: Path, make, now: datetime
) -> None:
    ready_sitting(make.person("alice", locale="zh"), opens_at=now + timedelta(days=1, hours=6))
    run(now)
    assert run(now + timedelta(minutes=1)) == ["exam_called"]
    (letter,) = letters(mailbox)
    assert "请参加考试：上岗考试" in letter["Subject"]
    assert "45 分钟" in letter.get_content()


def test_a_reminder_comes_on_the_day_before(app: Flask, mailbox: Path, make, now: datetime) -> None:
    ready_sitting(make.person("alice"), opens_at=now + timedelta(days=3))
    run(now)
    assert run(now + timedelta(days=2, minutes=1)) == ["exam_called", "exam_soon"]
    assert run(now + timedelta(days=2, hours=5)) == ["exam_called", "exam_soon"]


def test_who_has_begun_is_not_called(app: Flask, mailbox: Path, make, now: datetime) -> None:
    alice = make.person("alice")
    sitting = ready_sitting(alice)
    with transaction():
        services.start_attempt(sitting.id, alice, "en", now=now)
    assert run(now) == []


def test_a_cancelled_exam_is_called_off(app: Flask, mailbox: Path, make, now: datetime) -> None:
    sitting = ready_sitting(make.person("alice"), opens_at=now + timedelta(days=1))
    run(now)
    with transaction():
        sitting.cancelled_at = now
    assert run(now) == ["exam_called", "exam_cancelled"]


def test_a_released_result_is_announced_without_telling_it(
    app: Flask, mailbox: Path, make, now: datetime
) -> None:
    alice, tess = make.person("alice"), make.person("tess")
    sitting = ready_sitting(alice, settings=AT_THE_END)
    with transaction():
        attempt = services.start_attempt(sitting.id, alice, "en", now=now)
        services.close_attempt(attempt.id, by=EndedBy.CANDIDATE, now=now)
    assert run(now + timedelta(hours=1)) == []
    later = now + timedelta(hours=3)
    with transaction():
        services.release_sitting(sitting, actor=tess, now=later)
    assert run(later) == ["exam_result"]
    (letter,) = letters(mailbox)
    assert f"/attempts/{attempt_of(alice).id}/result" in letter.get_content()
