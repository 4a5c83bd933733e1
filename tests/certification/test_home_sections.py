"""The home page: what is next for oneself and who needs a supervisor, whatever lies behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from flask import Flask

from tests.certification.awarding import EXAM, HOUR, NOW
from tests.certification.counting import count_queries
from tests.certification.programmes import (
    complete,
    enrolled,
    published,
    requirement,
    sit,
    values,
)
from tests.certification.test_matrix_size import crowd
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.queries.roads import find_road
from trainhub.certification.views.matrix.home import pressing_of
from trainhub.certification.views.standing.roads import next_for
from trainhub.db import db
from trainhub.people.models import Person, Role
from trainhub.web.settings import current_settings

Browse = Callable[..., CheckingClient]
START = NOW.date() - timedelta(days=3)
MOST_STATEMENTS = {"agent": 26, "supervisor": 2, "administrator": 2}


def test_the_agents_section_costs_the_same_for_one_programme_and_for_three(app: Flask) -> None:
    ann = Make.person("ann", team=Make.team("Red"))
    for number in range(3):
        enrolled(
            published(
                values(
                    requirement("opening", due_days=30 - number), EXAM | {"due_days": 40},
                    programme=f"programme-{number}",
                )
            ),
            ann, starts_on=START,
        )  # fmt: skip
        review_enrolments(NOW)
        with app.test_request_context():
            next_for(db.session.get_one(Person, ann.id))
            took = count_queries(lambda: next_for(db.session.get_one(Person, ann.id)))
        assert took <= MOST_STATEMENTS["agent"] + 4 * number
    with app.test_request_context():
        found = next_for(db.session.get_one(Person, ann.id))
    assert found is not None
    keys = [enrolment.programme.key for enrolment, _road, _next in found["shown"]]
    assert keys == ["programme-2", "programme-1", "programme-0"], "what is due first stands first"


def test_sections_of_teams_cost_the_same_for_twenty_and_for_five_thousand(app: Flask) -> None:
    red = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    admin = Make.person("ada", Role.ADMINISTRATOR)
    programme = published(
        values(*(requirement(key, due_days=9) for key in ("opening", "farewell")))
    )
    first = 0
    for people in (20, 4980):
        crowd(programme, red, first, people)
        first += people
        for role, person in (("supervisor", boss), ("administrator", admin)):
            with app.test_request_context():
                viewer = db.session.get_one(Person, person.id)
                assert viewer.supervised_team_ids is not None
                pressing_of(viewer)
                took = count_queries(partial(pressing_of, viewer))
            assert took <= MOST_STATEMENTS[role]


def test_the_supervisors_section_names_states_that_need_somebody(
    app: Flask, client: Browse
) -> None:
    red = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    programme = published(values(requirement("opening", due_days=2)))
    browser = client(boss)
    assert "My teams' certification" not in browser.get("/").get_data(as_text=True)
    made = enrolled(programme, Make.person("ann", team=red), starts_on=date(2026, 11, 1))
    review_enrolments(NOW)
    page = browser.get("/").get_data(as_text=True)
    assert "Late 1" in page
    assert f"/certification?programme={programme.id}&amp;state=late" in page
    complete(made.person, "opening", at=NOW + HOUR)
    review_enrolments(NOW + 2 * HOUR)
    assert "Nobody is late or at risk" in browser.get("/").get_data(as_text=True)


def test_equal_results_share_a_place_among_those_of_the_cohort(app: Flask) -> None:
    parts = [{"requirement": "exam", "weight": 3}, {"requirement": "opening", "weight": 1}]
    composite = requirement(
        "sum", "composite", settings={"parts": parts, "pass_permille": 800}
    )  # fmt: skip
    programme = published(values(EXAM, requirement("opening"), composite))
    cohort = Make.cohort("November")
    people = []
    for number, percent in enumerate((90, 95, 90, None, 81)):
        made = enrolled(programme, Make.person(f"agent{number}"), starts_on=START)
        people.append(made)
        complete(made.person, "opening", at=NOW - HOUR)
        if percent is not None:
            sit(made.person, "entry", percent, at=NOW - HOUR, attempt=number + 1)
    outside = enrolled(programme, Make.person("outside"), starts_on=START)
    complete(outside.person, "opening", at=NOW - HOUR)
    sit(outside.person, "entry", 99, at=NOW - HOUR, attempt=77)
    for one in people:
        one.cohort_id = cohort.id
    db.session.commit()
    review_enrolments(NOW)
    places = []
    for one in people:
        ranks = find_road(one, now=NOW, centre_zone=current_settings().zone).ranks
        places.append((ranks["sum"].place, ranks["sum"].among) if "sum" in ranks else None)
    assert places == [(2, 4), (1, 4), (2, 4), None, (4, 4)]
