"""The page of a person's competencies, and the rating form that keeps its draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.certification.test_observing import KEYS, SHIPPED, Place, hand_in, rating_of
from tests.checking import CheckingClient
from tests.factories import Make
from tests.learning import content
from trainhub import clock
from trainhub.certification.models import ObservedCase
from trainhub.certification.rules.competencies.model import Area, Indicator, ModelContent
from trainhub.certification.rules.competencies.reading import read_model, write_model
from trainhub.certification.rules.competencies.scoring import (
    Level,
    Rated,
    fresh_until,
    freshness,
    gone_on,
    stand_on,
)
from trainhub.certification.services.competency_models import publish_model, take_model
from trainhub.db import db, transaction

Client = Callable[..., CheckingClient]
TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)


def model_of(heavy: int) -> ModelContent:
    """Two indicators, `heavy` % and the rest; fresh for 100 days, fading over 100."""
    titles = {"zh": "甲", "en": "a"}
    rated = (
        Indicator("heavy", titles, 100 * heavy),
        Indicator("light", titles, 10_000 - 100 * heavy),
    )
    return ModelContent((Area("all", titles, 10_000, rated),), (), 100, 100, 600)


def test_old_ratings_lose_their_force_in_the_score() -> None:
    rated = [Rated("heavy", 1000, TODAY, 1), Rated("light", 500, TODAY - 150 * DAY, 2)]
    # (60 × 1000 × 1 + 40 × 500 × ½) ÷ (60 × 1 + 40 × ½) = 875
    standing = stand_on(model_of(60), rated, TODAY)
    assert (standing.permille, standing.covered_permille) == (875, 600)
    assert standing.level is Level.GOOD


def test_just_under_the_share_of_fresh_weight_names_no_level() -> None:
    rated = [Rated("heavy", 1000, TODAY, 1), Rated("light", 500, TODAY - 150 * DAY, 2)]
    assert stand_on(model_of(59), rated, TODAY).level is Level.NOT_ENOUGH


def test_a_new_rating_outweighs_an_old_one_of_the_same_thing() -> None:
    rated = [Rated("heavy", 1000, TODAY, 2), Rated("heavy", 400, TODAY - 150 * DAY, 1)]
    # (1000 × 1 + 400 × ½) ÷ 1½ = 800
    assert stand_on(model_of(60), rated, TODAY).indicators[0].permille == 800


def test_the_days_that_the_page_names_are_those_of_the_rule() -> None:
    model, on = model_of(60), date(2026, 1, 1)
    assert freshness(model, on, fresh_until(model, on)) == 1000
    assert freshness(model, on, fresh_until(model, on) + DAY) == 990
    assert freshness(model, on, gone_on(model, on)) == 0
    assert freshness(model, on, gone_on(model, on) - DAY) == 10


@pytest.fixture
def place(app: Flask, make: type[Make], now: datetime) -> Place:
    return Place(make, now, raters=1)


def grow_old(case: ObservedCase, days: int) -> None:
    with transaction():
        found = db.session.get(ObservedCase, case.id)
        assert found is not None
        found.held_on -= timedelta(days=days)


def test_fresh_fading_and_too_old_are_told_apart(place: Place, client: Client) -> None:
    path = f"/people/{place.agent.id}/competencies"
    case = place.open(client, place.one)
    hand_in(client, case, place.one, 4)
    assert "Not enough evidence for a level" not in client(place.boss).get(path).text
    grow_old(case, 200)
    fading = client(place.boss).get(path).text
    assert "fading" in fading
    assert "Not enough evidence for a level" in fading
    assert "too little fresh evidence to add up" in fading
    grow_old(case, 200)
    old = client(place.boss).get(path).text
    assert "too old to count" in old
    assert "Nothing has been observed yet" not in old
    client(place.agent, language="zh").get("/my-competencies")


def test_gaps_name_courses_in_use_and_supervisors_may_assign_them(
    place: Place, client: Client, now: datetime
) -> None:
    content.import_library()
    course = content.edition("en").course
    text = write_model(SHIPPED).replace("mot-advanced", content.COURSE)
    with transaction():
        model, _state = take_model(read_model(text), actor=None, now=now)
        publish_model(model, revision=None, actor=None, now=now)
    case = place.open(client, place.one)
    hand_in(client, case, place.one, 3)
    shown = client(place.boss).get(f"/people/{place.agent.id}/competencies").text
    assert f"/learning/{content.COURSE}" in shown
    assert "no course for it yet" in shown, "courses that are not here are no links"
    assert f"person_ids={place.agent.id}&amp;course_ids={course.id}" in shown
    own = client(place.agent).get("/my-competencies").text
    assert f"/learning/{content.COURSE}" in own
    assert "course_ids=" not in own


def draft(points: object, fatal: object = (), comment: object = "") -> str:
    return json.dumps({"points": points, "fatal": list(fatal), "comment": comment})


def test_the_form_keeps_what_is_chosen_by_itself(place: Place, client: Client) -> None:
    case = place.open(client, place.one)
    rating = rating_of(case, place.one)
    path = f"/ratings/{rating.id}/draft"
    sent = {"source": draft({KEYS[0]: 4}, ["rude"], "好\0"), "seen": "1"}
    with clock.frozen(datetime(2026, 12, 1, 6, 5, 9, tzinfo=UTC)):
        assert client(place.one).post_json(path, sent) == {"seen": "2", "saved": "14:05:09"}
    browser = client(place.one)
    kept = rating_of(case, place.one)
    assert (kept.scores, kept.fatal, kept.comment) == ({KEYS[0]: 4}, ["rude"], "好")
    assert kept.handed_in_at is None
    browser.post_json(path, sent, status=409)
    assert "1 of 11 rated" in browser.get(f"/ratings/{rating.id}").text
    client(place.two).post_json(path, sent, status=404)
    hand_in(client, case, place.one, 4)
    late = {"source": draft({KEYS[0]: 1}), "seen": str(rating_of(case, place.one).revision)}
    browser.post_json(path, late, status=409)
    assert rating_of(case, place.one).scores[KEYS[0]] == 4


@pytest.mark.parametrize(
    "source",
    [
        "", "[]", "{}", "[" * 5_000, draft({"no-such": 3}), draft({KEYS[0]: 6}),
        draft({KEYS[0]: True}), draft({KEYS[0]: "3"}), draft([]), draft({}, ["no-such"]),
        draft({}, [3]), draft({}, (), 7), draft({}, (), None),
    ],
)  # fmt: skip
def test_what_is_no_draft_is_refused(place: Place, client: Client, source: str) -> None:
    rating = rating_of(place.open(client, place.one), place.one)
    browser = client(place.one)
    browser.post_json(f"/ratings/{rating.id}/draft", {"source": source, "seen": "1"}, status=422)
    browser.post_json(f"/ratings/{rating.id}/draft", [source], status=422)
