"""Two workers at the same minute (somebody runs the tick by hand): nobody is told twice."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once
from tests.delivery.centre import WEDNESDAY, Centre
from trainhub import clock
from trainhub.db import db
from trainhub.notices import class_notices, jobs, sending, teaching_notices
from trainhub.notices.models import Notice


def test_all_is_told_and_sent_once(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = Centre()
    for number, hour in enumerate((9, 11, 13, 15)):
        people = centre.people[number : number + 2]
        centre.add_class(WEDNESDAY, hour * 60, now=now, course=centre.add_course(), people=people)
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(
        sending, "send_mail", lambda to, subject, *args, **more: sent.append((to, subject))
    )

    def tick() -> int:
        class_notices.collect(now)
        teaching_notices.collect(now)
        return jobs.send_notices(now)

    found = all_at_once(app, [tick] * 4)
    tick()
    assert sum(found) == 4 * 2 + 4, found
    assert len(sent) == 4 * 2 + 1  # the trainer's four are one message
    assert max(Counter(sent).values()) == 1
    assert all(db.session.scalars(select(Notice.sent_at)))


def test_what_is_claimed_late_in_a_long_run_is_sent_once(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail server takes two minutes a message; somebody runs the tick by hand meanwhile."""
    centre = Centre(people=8, need=0)
    for number, hour in enumerate((9, 11, 13, 15)):
        people = centre.people[2 * number :][:2]
        centre.add_class(WEDNESDAY, hour * 60, now=now, course=centre.add_course(), people=people)
    class_notices.collect(now)
    sent: list[tuple[str, str]] = []

    with ExitStack() as time:

        def deliver(to: str, _subject: str, _body: str, *, name: str, **_more: object) -> None:
            sent.append((to, name))
            later = now + timedelta(minutes=2 * len(sent))
            time.enter_context(clock.frozen(later))
            if len(sent) == 6:
                jobs.send_notices(later)

        monkeypatch.setattr(sending, "send_mail", deliver)
        jobs.send_notices(now)
    assert len(sent) == 4 * 2
    assert max(Counter(sent).values()) == 1
    moments = sorted(filter(None, db.session.scalars(select(Notice.sent_at))))
    assert moments[0] == now + timedelta(minutes=2)
    assert moments[-1] == now + timedelta(minutes=2 * 4 * 2)
