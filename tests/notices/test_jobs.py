"""People are told what concerns them, once, in their language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from trainhub.catalogue.models import Course, Series
from trainhub.db import db, transaction
from trainhub.learning.models import Enrolment
from trainhub.notices import jobs, sending
from trainhub.notices.models import Notice
from trainhub.notices.rules import MOST_TRIES, wait_before_try
from trainhub.people import services as people
from trainhub.web import mail

STAGES = (jobs.collect_invitations, jobs.collect_course_notices, jobs.send_notices)


@pytest.fixture
def mailbox(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder mail goes to."""
    folder = app.config["SETTINGS"].instance / "mail"
    for old in folder.glob("*.eml"):
        old.unlink()
    return folder


def letters(folder: Path) -> list[Message]:
    return [message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*.eml")]


def body(letter: Message) -> str:
    """The text of a letter as people read it."""
    part = letter.get_body(("plain",))
    return part.get_content().replace("\r\n", "\n")


def run(now: datetime) -> None:
    for stage in STAGES:
        stage(now)


def enrolment_due(person, now: datetime, days: int) -> Enrolment:
    with transaction():
        series = Series(
            key="s", knowledge_line="service", position=1, title_zh="系列", title_en="Series"
        )
        course = Course(key="c", series=series, created_at=now)
        db.session.add(course)
        db.session.flush()
        enrolment = Enrolment(
            person_id=person.id,
            course_id=course.id,
            due_on=(now + timedelta(hours=8)).date() + timedelta(days=days),
            enrolled_at=now - timedelta(days=30),
        )
        db.session.add(enrolment)
    return enrolment


def test_an_invitation_is_mailed_once_with_a_link_that_works(
    app: Flask, mailbox: Path, make, now: datetime, client
) -> None:
    admin, alice = make.person("admin"), make.person("alice", locale="en")
    with transaction():
        people.invite(alice, kind="invite", actor=admin, now=now)
    run(now)
    run(now + timedelta(minutes=1))
    (letter,) = letters(mailbox)
    assert letter["To"] == "alice@example.org"
    link = next(line for line in letter.get_content().split() if line.startswith("http"))
    assert "alice" in client().get(link.removeprefix("http://localhost")).text.lower()


def test_mail_is_written_in_the_readers_language(
    app: Flask, mailbox: Path, make, now: datetime
) -> None:
    alice = make.person("alice", locale="zh", name="王芳")
    enrolment_due(alice, now, 3)
    run(now)
    (letter,) = letters(mailbox)
    assert "3 天" in letter["Subject"]
    assert "王芳，您好" in letter.get_content()


@pytest.mark.parametrize(
    ("days", "kinds"),
    [(7, ["due"]), (3, ["due"]), (1, ["due"]), (-1, ["overdue"]), (2, []), (-2, [])],
)
def test_reminders_come_on_their_days(
    app: Flask, mailbox: Path, make, now: datetime, days: int, kinds: list[str]
) -> None:
    enrolment_due(make.person("alice"), now, days)
    run(now)
    run(now + timedelta(hours=1))
    assert db.session.scalars(select(Notice.kind)).all() == kinds


def test_disabled_people_hear_nothing(app: Flask, mailbox: Path, make, now: datetime) -> None:
    enrolment_due(make.person("alice", disabled_at=datetime(2026, 1, 1, tzinfo=UTC)), now, 1)
    run(now)
    assert letters(mailbox) == []


def test_a_failing_mail_server_delays_and_does_not_lose(
    app: Flask, mailbox: Path, make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment_due(make.person("alice"), now, 1)

    def refuse(*args: object, **kwargs: object) -> None:
        raise mail.MailFailed("no route")

    with monkeypatch.context() as broken:
        broken.setattr(sending, "send_mail", refuse)
        run(now)
        run(now)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.tries, notice.sent_at, notice.error) == (1, None, "no route")
    jobs.send_notices(now + timedelta(minutes=1))
    assert len(letters(mailbox)) == 1
    assert db.session.scalars(select(Notice)).one().sent_at is not None


def test_waiting_between_tries_grows_and_is_bounded() -> None:
    waits = [wait_before_try(tries) for tries in range(1, MOST_TRIES + 10)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=6)
