"""What somebody may not see does not reach them: pages, JSON, tables, headers, whatever."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.attacks.crawling import text_of, walk
from tests.attacks.permission_table import read_table
from tests.attacks.world import (
    BLUE,
    COHORT,
    DRAFT,
    EVE,
    EVES,
    FEEDBACK,
    KEY,
    NOTE,
    ROLES,
    UNSAID,
    World,
    moved,
    routes,
    state,
)
from trainhub.db import db
from trainhub.learning.models import Assignment

TABLE = read_table()
TEACHING = {NOTE, KEY, FEEDBACK, DRAFT, UNSAID}
PEOPLE = {BLUE, EVE, COHORT}
HIDDEN = {
    "nobody": TEACHING | PEOPLE | {EVES},
    "agent": TEACHING | PEOPLE | {EVES},
    "trainer": {EVES},
    "supervisor": TEACHING | PEOPLE | {EVES},
    "auditor": TEACHING | {EVES},  # reads the awards of everybody
    "planner": TEACHING | {EVES},  # owns everybody's rota, classes and training debt
    "administrator": {EVES},
}
# In small letters: a page that repeats what was asked for gives nothing away.
ASKED = (
    *(
        path + word.lower()
        for word in sorted(TEACHING | PEOPLE | {EVES})
        for path in ("/search?q=", "/people?state=all&q=", "/courses/opening/learners?q=")
    ),
    "/learning/opening/lessons/greeting?view=trainer",
    "/learning/opening/print?view=trainer",
    "/learning/opening/lessons/greeting?again=q1&again=q2",
    "/learning/unpublished",
    "/courses/unpublished",
    "/learning/unpublished/lessons/greeting",
    "/courses/opening/learners/xlsx",
    "/courses/opening/learners/csv?sort=team",
    "/courses/opening?language=zh",
    "/writing-desk?shelf=all",
    "/writing-desk?shelf=quizzes",
)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_gives_away_what_is_hidden(app: Flask, world: World, role: str) -> None:
    browser = world.browser(role)
    seen: set[str] = set()
    for path, answer in walk(app, world, browser, *ASKED):
        text = text_of(answer)
        leaked = {canary for canary in HIDDEN[role] if canary in text}
        assert not leaked, (path, leaked)
        seen |= {canary for canary in TEACHING | PEOPLE if canary in text}
    # The walk went far enough to find what this role is meant to see.
    assert seen == (TEACHING | PEOPLE) - HIDDEN[role]


def test_answering_one_question_gives_away_that_one_only(app: Flask, world: World) -> None:
    browser = world.browser("agent")
    path = "/learning/opening/lessons/greeting/answers"
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    for data in (
        {"only": "q3", "q3": "x"},
        {"only": "q2", "q2-key": "abcdef"},
        {"only": "q2", "q2": ["x"] * 3, "q2-key": "abcdef", "again": "q1"},
        {"only": "q1", "q1": "not-an-option", "q1-key": "abcdef"},
    ):
        answer = browser.client.post(path, data=data, headers=headers)
        assert FEEDBACK not in text_of(answer).replace(f"{FEEDBACK} typed", "")
        assert NOTE not in answer.text
        if "q2" not in data:
            assert KEY not in answer.text
            assert answer.status_code in {400, 409, 422}, data


FOREIGN = (
    "/people?team={team}&state=all",
    "/people?q=canaryeve&state=all&sort=team",
    "/people?page=2&state=all",
    "/courses/opening/learners?team={team}",
    "/courses/opening/learners?q=canaryeve&sort=name",
    "/courses/opening/learners?sort=team&standing=in_progress",
    "/courses/opening/learners/csv?team={team}",
    "/courses/opening/learners/xlsx?q=canary",
    "/courses/opening/questions",
    "/team-progress?team={team}",
    "/team-progress?page=2",
    "/assignments?page=1",
    "/assignments/new?team_ids={team}&person_ids={person}&words=canary",
    "/typing-tests",
    "/typing-tests/1",
    "/typing-tests/1/assign?team_ids={team}&person_ids={person}",
    "/typing-tests/1/curve?team={team}",
    "/typing-overview?q=eve",
    "/typing-overview?team={team}",
    "/typing-overview/people/{person}",
    "/typing-overview/csv",
)


def test_a_supervisor_meets_nobody_of_another_team(app: Flask, world: World) -> None:
    browser = world.browser("supervisor")
    team, person = world.foreign["team_id"], world.foreign["person_id"]
    for pattern in FOREIGN:
        path = pattern.format(team=team, person=person)
        text = text_of(browser.client.get(path))
        assert not {one for one in (EVE, BLUE, COHORT) if one in text}, path
    learners = browser.get("/courses/opening/learners/csv").text.splitlines()
    assert len(learners) == 3, "alice and bob below the head, and nobody else"
    found = browser.post("/assignments/new", {"words": "canaryeve", "find": "1"}, status=200)
    assert EVE not in found.text


def test_a_supervisor_asks_nothing_of_another_team(app: Flask, world: World) -> None:
    browser = world.browser("supervisor")
    course = db.session.scalars(db.select(Assignment.course_id)).first()
    before = state("audit_entry")
    for field, number in (
        ("team_ids", world.foreign["team_id"]),
        ("person_ids", world.foreign["person_id"]),
        ("cohort_ids", world.values["cohort_id"]),
    ):
        data = {"course_ids": course, field: number, "due_on": "2026-12-24"}
        answer = browser.client.post(
            "/assignments/new", data=data | {"csrf_token": browser.token()}
        )
        assert answer.status_code == 422, field
        assert not {one for one in (EVE, BLUE, COHORT) if one in answer.text}, field
    assert not moved(before, "audit_entry")


SQL = (
    "' OR '1'='1' UNION SELECT password_hash FROM person; DROP TABLE person;--",
    "name) AND (SELECT 1 FROM pg_sleep(3))--",
    "\x00",
    "9" * 30,
    "-1",
    "𝟙",
)
NAMES = (
    "q page sort order team role state standing language competency minutes before view edition "
    "again shelf old new all words limit offset course_ids person_ids next encoding programme "
    "programme_id cohort cohort_id requirement group model enrolment"
).split()


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_no_parameter_speaks_to_the_database(app: Flask, world: World, role: str) -> None:
    browser = world.browser(role)
    before = state("audit_entry")
    for route in routes(app, "GET"):
        path = route.path(world)
        if role == "administrator" and TABLE[route.endpoint, "GET"]["supervisor"] != "no":
            continue  # asked as the supervisor already
        for payload in SQL:
            asked = dict.fromkeys(NAMES, payload)
            answer = browser.client.get(path, query_string=asked)
            assert answer.status_code < 500, (path, payload)
            assert not {one for one in HIDDEN[role] if one in text_of(answer)}, (path, payload)
    assert not moved(before, "audit_entry")
