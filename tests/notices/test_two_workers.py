"""Two workers at the same minute (somebody runs the tick by hand): nobody is told twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once
from tests.delivery.centre import WEDNESDAY, Centre
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
