"""A trainer decides whether people may enrol themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.catalogue.texts import library, take
from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.people.models import Role


@pytest.fixture
def key(app) -> str:
    take(library())
    return db.session.scalars(select(Course.key)).one()


def test_a_closed_course_offers_nobody_to_enrol(client, make, key: str) -> None:
    trainer = client(make.person("trainer", Role.TRAINER))
    agent = client(make.person("alice"))
    assert "On assignment only" in trainer.page(f"/courses/{key}").text
    trainer.post(f"/courses/{key}/self-enrolment", {"is_open": "0"})
    assert "Open it to everybody" in trainer.page(f"/courses/{key}").text
    agent.post(f"/learning/{key}/enrol", status=403)
    trainer.post(f"/courses/{key}/self-enrolment", {"is_open": "1"})
    agent.post(f"/learning/{key}/enrol")


def test_agents_do_not_decide(client, make, key: str) -> None:
    client(make.person("alice")).post(
        f"/courses/{key}/self-enrolment", {"is_open": "0"}, status=403
    )
