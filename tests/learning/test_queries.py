"""What the overviews count, and in how many questions to the database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from tests.learning import content
from tests.learning.content import COURSE, Queries, form_for
from tests.learning.test_reader_views import LESSON, START, send
from trainhub.db import db, transaction
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.planning import list_loads
from trainhub.learning.queries.questions import list_recently_missed
from trainhub.learning.queries.standings import standing_is
from trainhub.learning.queries.teams import count_by_team_and_course, find_people_page
from trainhub.learning.rules import Standing, minutes_left, standing
from trainhub.people.models import Role

pytestmark = pytest.mark.usefixtures("library")
TODAY = date(2026, 11, 23)


def test_standings_in_the_database_are_those_of_the_rule(make, now) -> None:
    course = content.edition().course_id
    days = (None, -1, 0, 7, 8)
    for number, (completed, started, due) in enumerate(product((0, 1), (0, 1), days)):
        person = make.person(f"p{number}")
        with transaction():
            db.session.add(
                Enrolment(
                    person_id=person.id,
                    course_id=course,
                    enrolled_at=now,
                    due_on=None if due is None else TODAY + timedelta(days=due),
                    started_at=now if started else None,
                    completed_at=now if completed else None,
                    lessons_done=0,
                    lessons_total=0,
                    last_lesson_key="",
                )
            )
    for row in db.session.scalars(select(Enrolment)).all():
        expected = standing(
            completed=row.completed_at is not None,
            started=row.started_at is not None,
            due_on=row.due_on,
            today=TODAY,
        )
        found = [
            which
            for which in Standing
            if db.session.scalar(
                select(Enrolment.id).where(Enrolment.id == row.id, standing_is(which, TODAY))
            )
        ]
        assert found == [expected]


@pytest.fixture
def late_team(make, begin, now):
    """A supervisor with a red team: alice is late, bob due soon, carol done."""
    red = make.team("Red")
    gao = make.person("gao", Role.SUPERVISOR, supervises=red)
    people = [make.person(name, team=red) for name in ("carol", "bob", "alice")]
    for person, (days, done) in zip(people, ((5, True), (3, False), (-2, False)), strict=True):
        enrolment = begin(person)
        with transaction():
            enrolment = db.session.get(Enrolment, enrolment.id)
            enrolment.due_on = TODAY + timedelta(days=days)
            enrolment.completed_at = now if done else None
    return gao, red


def test_a_team_is_counted_red_first(late_team) -> None:
    gao, red = late_team
    [count] = count_by_team_and_course(gao, TODAY, [red.id]).values()
    assert (count.enrolled, count.completed, count.late, count.soon) == (3, 1, 1, 1)
    rows = find_people_page(gao, today=TODAY).rows
    assert [row.name for row in rows] == ["Alice", "Bob", "Carol"]
    assert [row.name for row in find_people_page(gao, today=TODAY, only_urgent=True).rows] == [
        "Alice", "Bob",
    ]  # fmt: skip


def test_a_supervisors_home_says_who_needs_them(client, late_team) -> None:
    home = client(late_team[0]).page("/")
    assert "1 late" in home.text
    assert "Alice" in home.text
    assert "Carol" not in home.text


def test_a_planner_sees_minutes_and_nobodys_name(client, late_team, make) -> None:
    with transaction():
        [alice] = db.session.scalars(select(Enrolment).where(Enrolment.due_on < TODAY))
        alice.lessons_done = 1
    [load] = list_loads(TODAY)
    assert (load.team, load.late, load.weeks) == (
        "Red",
        minutes_left(60, 1, 3),
        {date(2026, 11, 23): 60},
    )
    home = client(make.person("plan", Role.PLANNER)).page("/")
    assert "Training still to be placed" in home.text
    assert "Alice" not in home.text


def test_a_trainer_sees_which_questions_fail(begin, client, make) -> None:
    for number in range(5):
        person = make.person(f"p{number}")
        begin(person)
        send(client(person), form_for("truth", False) | {"q3-key": "key-1"})
        send(client(person), form_for("truth", True) | {"q3-key": "key-2"})
    [missed] = list_recently_missed("en")
    assert (missed.stem, missed.tries.right, missed.tries.count) == ("Say your name.", 0, 5)
    lin = make.person("lin", Role.TRAINER)
    assert "Say your name." in client(lin).page("/").text
    page = client(lin).page(f"/courses/{COURSE}/questions")
    assert "0%" in page.text
    assert "too few answers" in page.text


PAGES = (
    ("lin", f"/courses/{COURSE}/learners"),
    ("lin", f"/courses/{COURSE}/questions"),
    ("lin", "/assignments"),
    ("lin", "/"),
    ("lin", f"/courses/{COURSE}"),
    ("gao", "/team-progress"),
    ("gao", "/"),
    ("gao", f"/courses/{COURSE}/learners/csv"),
    ("plan", "/"),
    ("first", "/"),
    ("first", "/learning"),
    ("first", START),
    ("first", LESSON),
)


def test_the_number_of_queries_does_not_grow_with_rows(begin, client, make, now) -> None:
    red = make.team("Red")
    cast = {
        "gao": make.person("gao", Role.SUPERVISOR, supervises=red),
        "lin": make.person("lin", Role.TRAINER),
        "plan": make.person("plan", Role.PLANNER),
        "first": make.person("first", team=red),
    }

    def grow(names) -> None:
        for name in names:
            person = cast.get(name) or make.person(name, team=red)
            begin(person)
            send(client(person), form_for("truth", False) | {"q3-key": "key-1"})
            client(cast["lin"]).post(
                "/assignments/new",
                {"course_ids": content.edition().course_id, "person_ids": person.id,
                 "due_on": "2026-12-01"},
            )  # fmt: skip

    grow(["first", "second"])
    before = {page: count(client(cast[page[0]]), page[1]) for page in PAGES}
    content.import_second_course()
    grow([f"more{number}" for number in range(6)])
    after = {page: count(client(cast[page[0]]), page[1]) for page in PAGES}
    assert after == before
    homes = {page: asked for page, asked in after.items() if page[1] == "/"}
    assert max(homes.values()) <= 30, homes  # home asks every subject what needs me now
    assert max(asked for page, asked in after.items() if page not in homes) <= 24, after


def count(browser, path: str) -> int:
    browser.client.get(path)  # what is only asked once is not counted
    with Queries() as queries:
        assert browser.client.get(path).status_code == 200, path
    return len(queries)
