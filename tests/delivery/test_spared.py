"""The page of a campaign says who of its people needs no seat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask

from tests.checking import CheckingClient
from tests.delivery.planning import campaign, centre, planner
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerCourse, TrainerProfile
from trainhub.delivery.queries.planning.spared import Spared, count_spared
from trainhub.delivery.queries.planning.uncovered_needs import count_open
from trainhub.ledger.models import Verb
from trainhub.ledger.services import append_record

Browsers = Callable[..., CheckingClient]


def test_who_had_the_course_and_who_teaches_it_needs_no_seat(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(people=5)
    one, (first, second, *_) = campaign(made), made.people
    assert count_spared(one.id) == Spared()
    with transaction():
        db.session.add(TrainerProfile(person_id=first.id, site_id=made.site.id))
        db.session.add(
            TrainerCourse(
                person_id=first.id, course_id=made.courses[0].id, certified_on=date(2026, 1, 5)
            )
        )
        append_record(
            second.id, Verb.ATTENDED, object_type="course", object_key=made.courses[0].key,
            dedupe_key="before", occurred_at=now, now=now,
        )  # fmt: skip
    assert count_spared(one.id) == Spared(certified=1, before=1)
    assert count_spared(one.id).total + count_open(one.id) == 5
    text = client(planner()).get(f"/campaigns/{one.id}").text
    assert "2 more seats are not needed:" in text
    assert "1 for people who attended the course before" in text
    assert "1 for people certified to teach a course of it" in text
