"""People hear once of a seat that is offered and of a survey that is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.delivery.classrooms import MONDAY, NINE, Centre, at
from tests.delivery.test_debt_views import hold
from tests.notices.test_jobs import letters, mailbox
from trainhub.db import db, transaction
from trainhub.delivery.jobs.classes import offer_make_ups
from trainhub.delivery.services.teaching.surveys import answer_survey
from trainhub.notices import after_class_notices, jobs
from trainhub.notices.models import Notice

__all__ = ["mailbox"]
END = at(NINE + 60)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre(heads=2)


def run(now: datetime) -> list[tuple[str, str]]:
    """Who was told what, in the order of telling."""
    after_class_notices.collect(now)
    jobs.send_notices(now)
    db.session.rollback()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(row.person.username, row.kind) for row in rows]


def test_who_attended_is_asked_once_and_who_did_not_is_offered(
    centre: Centre, mailbox: Path
) -> None:
    came, away = centre.people
    with transaction():
        away.locale = "zh"
    session = centre.add_class()
    hold(centre, session, came)
    centre.put_on_shift(FRIDAY, [away])
    centre.add_class(FRIDAY, people=[])
    offer_make_ups(END)
    expected = [(away.username, "seat_offered"), (came.username, "survey_open")]
    assert run(END) == expected
    assert run(END + timedelta(minutes=1)) == expected
    subjects = sorted(letter["Subject"] for letter in letters(mailbox))
    assert len(subjects) == 2
    assert subjects[0].startswith("What did you think of")


def test_nobody_is_asked_again_after_answering(centre: Centre, mailbox: Path) -> None:
    session = centre.add_class()
    hold(centre, session, centre.people[0])
    with transaction():
        answer_survey(session.id, centre.people[0].id, [5, 5, 5, 5], "", now=END)
    assert run(END) == []
    assert letters(mailbox) == []
