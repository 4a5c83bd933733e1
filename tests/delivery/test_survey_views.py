"""The survey, what it shows, and the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from tests.checking import CheckingClient
from tests.delivery.classrooms import MONDAY, NINE, Centre, at
from tests.delivery.test_debt_views import hold
from trainhub import clock
from trainhub.db import db
from trainhub.delivery.models import SurveyAnswer, SurveyTicket, TrainingSession

Browser = Callable[..., CheckingClient]
START, END = at(NINE), at(NINE + 60)
CLOSED = END + timedelta(days=7, minutes=1)
FULL = {"content": "5", "trainer": "5", "usefulness": "5", "fit": "5"}


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre(heads=6)


@pytest.fixture
def held(centre: Centre) -> TrainingSession:
    """Everybody came but the last."""
    session = centre.add_class()
    hold(centre, session, *centre.people[:5])
    return session


def answer(
    client: Browser, centre: Centre, session: TrainingSession, count: int, **more: str
) -> None:
    with clock.frozen(END + timedelta(hours=1)):
        for person in centre.people[:count]:
            client(person).post(f"/surveys/{session.id}", FULL | more)


def see(client: Browser, centre: Centre, at_: datetime, path: str = "/satisfaction") -> str:
    with clock.frozen(at_):
        return client(centre.planner).page(path).text


def test_only_who_attended_is_asked_and_once(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    path = f"/surveys/{held.id}"
    with clock.frozen(END + timedelta(hours=1)):
        client(centre.people[5]).get(path, status=404)
        client(centre.trainer).get(path, status=404)
        agent = client(centre.people[0])
        assert "What did you think of it?" in agent.page("/").text
        agent.post(path, FULL)
        agent.post(path, FULL, status=409)
        assert "your answer is in" in agent.page(path).text
    assert len(db.session.scalars(select(SurveyAnswer)).all()) == 1


def test_an_answer_holds_nothing_of_who_gave_it_or_when(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    answer(client, centre, held, 1, comment="well done")
    names = {column.key for column in inspect(SurveyAnswer).columns}
    assert names == {
        "key", "training_session_id", "content", "trainer", "usefulness", "fit", "comment",
    }  # fmt: skip
    assert {column.key for column in inspect(SurveyTicket).columns} == {
        "training_session_id", "person_id", "opened_at", "closes_at", "is_answered",
    }  # fmt: skip


def test_a_missing_point_is_named_and_nothing_stored(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    with clock.frozen(END + timedelta(hours=1)):
        agent = client(centre.people[0])
        text = agent.post(
            f"/surveys/{held.id}", FULL | {"fit": "9", "comment": "kept"}, status=422
        ).text
        assert "Choose one of the five." in text and "kept" in text
        agent.post(f"/surveys/{held.id}", FULL)


def test_nothing_is_shown_under_five_answers(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    answer(client, centre, held, 4, comment="only four of us")
    assert "No figures yet" in see(client, centre, CLOSED)
    course = f"/satisfaction/courses/{held.course_id}"
    assert "only four of us" not in see(client, centre, CLOSED, course)


def test_five_answers_are_shown_once_the_survey_has_closed(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    answer(client, centre, held, 5, comment="five of us")
    assert "No figures yet" in see(client, centre, CLOSED - timedelta(days=1))
    assert "100.0%" in see(client, centre, CLOSED)
    course = see(client, centre, CLOSED, f"/satisfaction/courses/{held.course_id}")
    assert "five of us" in course and "+0.0 percentage points" in course
    assert "100.0%" in see(client, centre, CLOSED, f"/delivery-records/{held.id}")


def test_a_small_class_is_not_told_apart_from_the_others(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    answer(client, centre, held, 5)
    small = centre.add_class(MONDAY + timedelta(days=1), people=centre.people[5:])
    hold(centre, small, centre.people[5])
    with clock.frozen(small.ends_at + timedelta(hours=1)):
        ones = dict.fromkeys(FULL, "1") | {"comment": "I alone"}
        client(centre.people[5]).post(f"/surveys/{small.id}", ones)
    late = CLOSED + timedelta(days=2)
    assert "100.0%" in see(client, centre, late)
    assert "I alone" not in see(client, centre, late, f"/satisfaction/courses/{held.course_id}")


def test_the_archive_shows_each_reader_their_own(
    centre: Centre, held: TrainingSession, client: Browser, make: Any
) -> None:
    from trainhub.people.models import Role

    path = f"/delivery-records/{held.id}"
    name = centre.people[0].name
    for reader in (centre.planner, centre.trainer, centre.chief):
        text = client(reader).page(path).text
        assert name in text
        assert "5/6" in client(reader).page("/delivery-records").text
    assert "Roster and history" in client(centre.planner).page(path).text
    assert "Roster and history" not in client(centre.chief).page(path).text
    other = client(make.person("elsewhere", Role.SUPERVISOR))
    other.get(path, status=404)
    assert "No class was held" in other.page("/delivery-records").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_archive_and_figures_are_taken_away(
    centre: Centre, held: TrainingSession, client: Browser, kind: str
) -> None:
    planner = client(centre.planner)
    assert planner.get(f"/delivery-records/{kind}").data
    assert planner.get(f"/satisfaction/{kind}").data
    if kind == "csv":
        assert "opening" in planner.get("/delivery-records/csv").text.lower()


def test_the_pages_speak_chinese(centre: Centre, held: TrainingSession, client: Browser) -> None:
    answer(client, centre, held, 5)
    with clock.frozen(CLOSED):
        planner = client(centre.planner, language="zh")
        for path in ("/satisfaction", f"/satisfaction/courses/{held.course_id}",
                     "/delivery-records", f"/delivery-records/{held.id}"):  # fmt: skip
            planner.get(path)
    with clock.frozen(END + timedelta(hours=2)):
        client(centre.people[0], language="zh").get(f"/surveys/{held.id}")
