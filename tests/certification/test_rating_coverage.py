"""Not enough evidence rather than a guess: what a rating has to cover, and gates not seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.certification.test_observing import (
    KEYS,
    MODEL,
    Place,
    evenly,
    hand_in,
    rated,
    rating_of,
)
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.evidence import Fact
from trainhub.certification.evidence.observation import judge
from trainhub.certification.models import Award, ObservedCase
from trainhub.certification.rules.competencies.raters import (
    covered_permille,
    gates_of,
    is_enough,
    settle,
)
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.standing.findings import Evidence, State
from trainhub.db import db

Client = Callable[..., CheckingClient]
GATES = [one.key for one in gates_of(MODEL)]
_SOME = st.dictionaries(st.sampled_from(KEYS), st.integers(1, 5))


def without(*keys: str, mark: int = 5) -> dict[str, int]:
    return {key: value for key, value in evenly(mark).items() if key not in keys}


@given(_SOME, st.sampled_from(KEYS), st.integers(1, 5))
def test_seeing_more_never_covers_less(points: dict[str, int], key: str, mark: int) -> None:
    more = points | {key: mark}
    assert 0 <= covered_permille(MODEL, points) <= covered_permille(MODEL, more) <= 1000
    assert is_enough(MODEL, rated(more)) or not is_enough(MODEL, rated(points))
    assert covered_permille(MODEL, points) == covered_permille(MODEL, dict.fromkeys(points, 1))


@given(_SOME)
def test_a_gate_is_seen_missed_or_not_and_never_two_of_them(points: dict[str, int]) -> None:
    settled = settle(MODEL, [rated(points)])
    assert set(settled.unseen_gates) == set(GATES) - set(points)
    assert set(settled.missed_gates) == {key for key in GATES if points.get(key, 3) < 3}


@pytest.mark.parametrize(
    ("points", "enough"),
    [
        ({KEYS[0]: 5}, False),
        (dict.fromkeys(KEYS[:5], 5), False),  # 49.7 % of the weight
        (dict.fromkeys(KEYS[:6], 5), False),  # 59.79 %: just too little
        (dict.fromkeys(KEYS[:7], 5), True),  # 66.9 %
        (evenly(1), True),
        ({}, False),
    ],
)
def test_what_is_enough_is_the_share_of_the_model(points: dict[str, int], enough: bool) -> None:
    assert is_enough(MODEL, rated(points)) is enough


def test_a_fatal_criterion_needs_nothing_beside_it() -> None:
    assert is_enough(MODEL, rated({}, "rude"))


def test_what_one_of_two_raters_saw_of_a_gate_was_seen() -> None:
    first, second = rated(without(GATES[0])), rated(evenly(5), rater="b")
    assert settle(MODEL, [first, second]).unseen_gates == ()
    both = settle(MODEL, [first, rated(without(GATES[0]), rater="b")])
    assert both.unseen_gates == (GATES[0],)
    assert both.covered_permille == covered_permille(MODEL, without(GATES[0]))


WORK = Requirement(
    "work", "observation", {"en": "Work"},
    settings={"model": "m", "cases": 1, "min_permille": 700, "raters": 1},
)  # fmt: skip


@pytest.mark.parametrize(
    ("case", "state", "said"),
    [
        ({}, State.MET, "observations good"),
        ({"unseen_gates": 1}, State.OPEN, "gate not seen"),
        ({"is_enough": False}, State.OPEN, "too little seen"),
        ({"missed_gates": 1}, State.FAILED, "observations good"),
        ({"permille": 600}, State.FAILED, "observations good"),
        ({"permille": 600, "unseen_gates": 1}, State.FAILED, "observations good"),
        ({"is_fatal": True, "unseen_gates": 1}, State.FAILED, "observations good"),
    ],
)
def test_a_gate_not_seen_neither_fails_nor_counts(
    case: dict[str, object], state: State, said: str, now: datetime
) -> None:
    values = {"is_settled": True, "permille": 900, "is_fatal": False, "raters": 1} | case
    fact = Fact(Evidence("observation", now, now.date(), {"observed_case_id": 1}, {}, ""), values)
    found = judge(WORK, [fact], date(2026, 11, 23), {})
    assert found.state == state
    assert said in found.said.message


@pytest.fixture
def place(app: Flask, make: type[Make], now: datetime) -> Place:
    return Place(make, now, raters=1)


def send(client: Client, place: Place, case: ObservedCase, *, status: int, **typed: str) -> str:
    rating = rating_of(case, place.one)
    return client(place.one).post(
        f"/ratings/{rating.id}",
        {**typed, "act": "hand-in", "revision": str(rating.revision)},
        status=status,
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "carries 9.2 % of the weight; at least 60 %"), ("zh", "占权重的 9.2%，至少达到 60%")],
)
def test_too_little_is_refused_and_stays_in_the_form(
    place: Place, client: Client, language: str, words: str
) -> None:
    case = place.open(client, place.one)
    rating = rating_of(case, place.one)
    browser = client(place.one, language=language)
    typed = {f"points-{KEYS[0]}": "4", "comment": "Cut off early", "act": "hand-in"}
    page = browser.post(f"/ratings/{rating.id}", typed | {"revision": "1"}, status=422)
    assert words in page.text
    assert "Cut off early" in page.text
    assert 'value="4" data-weight="924" checked' in page.text
    assert rating_of(case, place.one).handed_in_at is None
    assert db.session.get(ObservedCase, case.id).state == "open"


def open_for_the_programme(client: Client, place: Place) -> ObservedCase:
    typed = {
        "model": "complaint-handling", "what": "call 4711", "second": "0",
        "held_on": place.now.date().isoformat(), "first": str(place.one.id),
    }  # fmt: skip
    client(place.boss).post(place.new, typed, status=302)
    return db.session.scalars(select(ObservedCase)).one()


def test_the_case_and_the_road_say_that_a_gate_was_not_seen(place: Place, client: Client) -> None:
    case = open_for_the_programme(client, place)
    typed = {f"points-{key}": "5" for key in KEYS if key != GATES[0]}
    send(client, place, case, status=302, **typed)
    agent = client(place.agent)
    assert "Gate not seen" in agent.get(f"/observations/{case.id}").text
    road = agent.get(f"/programme-enrolments/{place.enrolment.id}").text
    assert "0 of 1 observations good; gate not seen: 1 more" in road
    assert db.session.scalars(select(Award)).all() == []


def test_a_gate_that_was_missed_fails_it_whatever_the_sum(place: Place, client: Client) -> None:
    case = open_for_the_programme(client, place)
    typed = {f"points-{key}": "2" if key == GATES[0] else "5" for key in KEYS}
    send(client, place, case, status=302, **typed)
    assert "Gate not reached" in client(place.agent).get(f"/observations/{case.id}").text
    assert db.session.scalars(select(Award)).all() == []


def test_a_whole_observation_still_grants(place: Place, client: Client) -> None:
    case = open_for_the_programme(client, place)
    hand_in(client, case, place.one, 4)
    assert len(db.session.scalars(select(Award)).all()) == 1
