"""Hours that fit a request: each judged by itself, and online rooms are rooms."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.delivery.asking import accept, approve, ask, propose
from tests.delivery.centre import MONDAY, NINE, Centre
from tests.delivery.test_named_people import asked
from tests.delivery.test_named_people import centre as request_centre  # noqa: F401  # a fixture
from tests.delivery.test_online import yuki  # noqa: F401  # a fixture
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import Room, TrainingRequest
from trainhub.delivery.queries.fitting_hours import list_fitting_hours
from trainhub.people.models import Person, Role
from trainhub.rota.models import ShiftCode, TypicalDay


@pytest.fixture
def centre(request_centre: Centre) -> Centre:  # noqa: F811  # the fixture of that name
    request_centre.teach_at_any_hour()
    return request_centre


def add_web(centre: Centre, seats: int = 30) -> None:
    """An online room at the trainer's site."""
    with transaction():
        db.session.add(Room(site_id=centre.site.id, name="Web", seats=seats, is_online=True))


def asked_of(centre: Centre, people: list[Person]) -> TrainingRequest:
    """A planner's request for people of whatever team in three days, the trainer's yes given."""
    made = ask(
        centre.planner, None, heads=len(people), person_ids=frozenset(one.id for one in people),
        wished_from=MONDAY, wished_until=MONDAY + timedelta(days=2),
    )  # fmt: skip
    reviewer = Make.person("rev", Role.PLANNER)
    approve(made, reviewer, centre.course)
    propose(made, reviewer, centre.trainer)
    accept(made, centre.trainer)
    with transaction():
        for day in db.session.query(TypicalDay):
            day.minimum = [0] * 48
    return made


def test_an_hour_does_not_count_the_people_of_another_that_was_tried(
    centre: Centre, now: datetime
) -> None:
    """Early classes of two shifts overlap: 09:00-10:00 and 09:30-10:30."""
    with transaction():
        late = ShiftCode(
            code="E", name_zh="E", name_en="E", kind="mid", starts_min=NINE, ends_min=18 * 60,
            early_class_starts_min=NINE + 30, early_class_ends_min=NINE + 90, breaks=[],
            synonyms=[],
        )  # fmt: skip
        db.session.add(late)
    centre.codes["E"] = late
    centre.rota(centre.people[3:6], "E", MONDAY)  # three early at 9, three at 9:30
    made = asked(centre, centre.people)
    with transaction():
        made.wished_until = MONDAY
    found = list_fitting_hours(made, now=now, language="en")
    comes = {one.starts_min: one.comes for one in found.best}
    assert comes == {NINE: 2, NINE + 30: 2}, "six there, four needed: two at either hour"


def test_people_of_another_site_are_offered_an_online_room(
    centre: Centre,
    yuki: Person,  # noqa: F811  # the fixture of that name
    now: datetime,
) -> None:
    add_web(centre)
    found = list_fitting_hours(asked_of(centre, [yuki]), now=now, language="en")
    assert [(one.room.name, one.starts_min, one.comes) for one in found.best] == [
        ("Web", NINE, 1)
    ] * 3, "the early class at ten in Tokyo is at nine here"
    assert found.tried == 3


def test_the_room_that_holds_more_of_them_is_taken(
    centre: Centre,
    yuki: Person,  # noqa: F811  # the fixture of that name
    now: datetime,
) -> None:
    add_web(centre, seats=2)
    made = asked_of(centre, [*centre.people[:2], yuki])
    best = list_fitting_hours(made, now=now, language="en").best
    assert {(one.room.name, one.comes) for one in best} == {(centre.other_room.name, 2)}
    with transaction():
        db.session.query(Room).filter_by(name="Web").update({"seats": 3})
    best = list_fitting_hours(made, now=now, language="en").best
    assert {(one.room.name, one.comes) for one in best} == {("Web", 3)}


def test_without_an_online_room_the_other_site_is_what_stands_against(
    centre: Centre,
    yuki: Person,  # noqa: F811  # the fixture of that name
    now: datetime,
) -> None:
    found = list_fitting_hours(asked_of(centre, [yuki]), now=now, language="en")
    assert not found.best
    assert found.against is not None and found.against.code == "SITE"
