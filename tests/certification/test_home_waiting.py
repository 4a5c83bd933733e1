"""The home page: work that waits for a rater's marks, and what waits for a supervisor's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from tests.certification.awarding import NOW
from tests.certification.counting import count_queries
from tests.certification.programmes import complete, enrolled, published, requirement, values
from tests.certification.test_matrix_size import crowd
from tests.certification.test_observing import evenly
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import ObservedCase, Rating
from trainhub.certification.queries.competencies import list_to_rate
from trainhub.certification.services.competency_models import find_model, load_shipped_models
from trainhub.certification.services.observing import hand_in_rating, open_case, save_rating
from trainhub.certification.services.summaries import hand_in
from trainhub.certification.views.standing.home import waiting_for
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Browse = Callable[..., CheckingClient]
WAITS = "Waiting for your word"
SUMMARY = requirement(
    "summary", "summary", settings={"headings": {"zh": ["学到"], "en": ["Learned"]},
                                    "min_characters": 5},
)  # fmt: skip


def home(browser: CheckingClient) -> str:
    return browser.get("/").get_data(as_text=True)


def asked(person: Person, *raters: Person, what: str = "Refund call") -> ObservedCase:
    with transaction():
        model = find_model("complaint-handling")
        assert model is not None
        return open_case(person, model, what=what, held_on=NOW.date() - timedelta(days=1),
                         raters=raters, actor=raters[0], now=NOW)  # fmt: skip


def test_a_rater_sees_what_waits_for_their_marks_and_no_longer(app: Flask, client: Browse) -> None:
    with transaction():
        load_shipped_models(NOW - timedelta(days=30))
    red = Make.team("Red")
    ann = Make.person("ann", team=red)
    lin, other = (Make.person(name, Role.TRAINER) for name in ("lin", "other"))
    assert "for your marks" not in home(client(lin))
    asked(ann, lin, other)
    asked(ann, lin, what="Parcel call")
    page = home(client(lin))
    assert "2 pieces of work wait for your marks" in page
    assert "Ann: Refund call" in page and "Ann: Parcel call" in page
    assert "1 piece of work waits for your marks" in home(client(other))
    first, second = list_to_rate(lin, most=9)
    assert f"/ratings/{first.id}" in page
    for rating_id in (first.id, second.id):
        with transaction():
            rating = db.session.get_one(Rating, rating_id)
            save_rating(rating, evenly(4), (), "", revision=rating.revision)
            hand_in_rating(rating, now=NOW)
    assert "for your marks" not in home(client(lin))


def test_a_supervisor_sees_summaries_and_the_last_word_of_their_own_teams(
    app: Flask, client: Browse
) -> None:
    red, blue = Make.team("Red"), Make.team("Blue")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    stranger = Make.person("stranger", Role.SUPERVISOR, supervises=blue)
    programme = published(values(requirement("opening"), SUMMARY, requirement("word", "sign_off")))
    made = enrolled(programme, Make.person("ann", team=red))
    review_enrolments(NOW)
    assert WAITS not in home(client(boss)), "the sign-off waits for everything else"
    with transaction():
        hand_in(made, "summary", "Learned a lot of things", revision=0, now=NOW)
    review_enrolments(NOW + timedelta(minutes=1))
    page = home(client(boss))
    assert "Ann: Read the summary and answer it" in page
    assert f"/programme-enrolments/{made.id}#requirement-summary" in page
    assert "Decide on the sign-off" not in page
    assert WAITS not in home(client(stranger))


def test_the_sign_off_stands_there_once_it_is_the_last_thing(app: Flask, client: Browse) -> None:
    red = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    programme = published(values(requirement("opening"), requirement("word", "sign_off")))
    made = enrolled(programme, Make.person("ann", team=red))
    own = enrolled(programme, boss)
    for one in (made, own):
        complete(one.person, "opening", at=NOW)
    review_enrolments(NOW + timedelta(minutes=1))
    page = home(client(boss))
    assert "Ann: Decide on the sign-off" in page and f"/programme-enrolments/{made.id}#" in page
    assert f"/programme-enrolments/{own.id}#" not in page, "nobody signs their own"


def test_what_waits_costs_the_same_for_twenty_and_for_a_thousand(app: Flask) -> None:
    red = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    programme = published(values(requirement("opening"), requirement("word", "sign_off")))
    first = 0
    for people in (20, 980):
        crowd(programme, red, first, people)
        first += people
        viewer = db.session.get_one(Person, boss.id)
        assert viewer.supervised_team_ids is not None
        assert count_queries(lambda who=viewer: waiting_for(who)) <= 1
