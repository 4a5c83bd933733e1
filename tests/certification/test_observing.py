"""Observed work: blind raters, a third where two disagree, competencies, models."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.certification.programmes import enrolled, published, requirement, values
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.audit.models import AuditEntry
from trainhub.certification.models import (
    Award,
    CompetencyModel,
    CompetencyModelVersion,
    ObservedCase,
    Rating,
)
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.competencies.raters import (
    POINTS,
    Scores,
    agreement,
    needs_third,
    permille_of,
    settle,
)
from trainhub.certification.rules.competencies.reading import check_model, read_model, write_model
from trainhub.certification.rules.competencies.scoring import Level, Rated, freshness, stand_on
from trainhub.certification.services.competency_models import (
    change_model,
    find_model,
    load_shipped_models,
)
from trainhub.db import db, transaction
from trainhub.paths import COMPETENCIES
from trainhub.people.models import Person, Role

Client = Callable[..., CheckingClient]
SHIPPED = read_model((COMPETENCIES / "complaint-handling.yaml").read_text("utf-8"))
MODEL = SHIPPED.content
KEYS = [one.key for _area, one, _weight in MODEL.indicators()]
_POINTS = st.dictionaries(st.sampled_from(KEYS), st.integers(1, 5), min_size=1)


def test_the_shipped_model_is_the_table_of_the_source() -> None:
    assert [one.weight for one in MODEL.areas] == [3815, 3347, 2838]
    inner = [[one.weight for one in area.indicators] for area in MODEL.areas]
    assert inner == [[2423, 2248, 2714, 2615], [3452, 3016, 2124, 1408], [3121, 3657, 3222]]
    combined = [weight for _area, _one, weight in MODEL.indicators()]
    assert combined == [924, 858, 1035, 998, 1155, 1009, 711, 471, 886, 1038, 914]
    assert check_model(MODEL) == []
    assert all(set(one.anchors) == {"1", "3", "5"} for _area, one, _weight in MODEL.indicators())
    assert read_model(write_model(SHIPPED)) == SHIPPED


def rated(points: dict[str, int], *fatal: str, rater: str = "a") -> Scores:
    return Scores(rater, points, frozenset(fatal))


def evenly(mark: int) -> dict[str, int]:
    return dict.fromkeys(KEYS, mark)


@given(_POINTS)
def test_a_rating_lies_between_its_lowest_and_its_highest_mark(points: dict[str, int]) -> None:
    permille = permille_of(MODEL, rated(points))
    assert permille is not None
    assert POINTS[min(points.values())] <= permille <= POINTS[max(points.values())]


@given(_POINTS, _POINTS)
def test_the_order_of_raters_changes_nothing(one: dict[str, int], two: dict[str, int]) -> None:
    first, second = rated(one), rated(two, rater="b")
    assert needs_third(MODEL, first, second, 800) == needs_third(MODEL, second, first, 800)
    assert settle(MODEL, [first, second]).permille == settle(MODEL, [second, first]).permille


@pytest.mark.parametrize(
    ("one", "two", "third"),
    [
        (rated(evenly(4)), rated(evenly(4)), False),
        (rated(evenly(5)), rated(evenly(4)), True),  # twenty points apart
        (rated(evenly(4)), rated(evenly(4), "rude"), True),
        (rated(evenly(4)), rated(evenly(4) | {KEYS[0]: 3}), True),  # passes, does not pass
        (rated(evenly(3)), rated(evenly(3) | {KEYS[0]: 4}), False),
    ],
)
def test_when_a_third_rater_is_needed(one: Scores, two: Scores, third: bool) -> None:
    assert needs_third(MODEL, one, two, 800) is third


def test_the_two_closest_of_three_count_and_fatal_needs_a_majority() -> None:
    one, two, three = rated(evenly(5), "rude"), rated(evenly(2)), rated(evenly(3), rater="c")
    settled = settle(MODEL, [one, two, three])
    assert settled.permille == 500
    assert not settled.is_fatal
    assert settle(MODEL, [one, rated(evenly(2), "rude"), three]).is_fatal


def test_agreement_is_a_share_and_a_kappa() -> None:
    pairs = [(900, 850), (900, 700), (500, 550), (500, 500)]
    found = agreement([(one, other, 800) for one, other in pairs])
    assert (found.pairs, found.within_permille) == (4, 750)
    assert found.kappa == pytest.approx(0.5)
    assert agreement([(900, 900, 800)]).kappa is None
    assert agreement([]).within_permille is None


def test_freshness_holds_then_fades_to_nothing() -> None:
    on = date(2026, 1, 1)
    shares = [freshness(MODEL, on, on + timedelta(days=days)) for days in (0, 180, 270, 360, 900)]
    assert shares == [1000, 1000, 500, 0, 0]


def test_too_little_fresh_evidence_names_no_level() -> None:
    today = date(2026, 11, 23)
    few = [Rated(key, 1000, today, 1) for key in KEYS[:5]]
    assert stand_on(MODEL, few, today).level == Level.NOT_ENOUGH
    every = [Rated(key, 1000, today, 1) for key in KEYS]
    assert stand_on(MODEL, every, today).level == Level.EXCELLENT
    assert stand_on(MODEL, every, today + timedelta(days=200)).level == Level.NOT_ENOUGH
    weak_gate = [Rated(key, 400 if key == "communication" else 1000, today, 1) for key in KEYS]
    assert stand_on(MODEL, weak_gate, today).level == Level.DEVELOPING


class Place:
    """A team with its supervisor, an agent whose work is asked for, and two trainers."""

    def __init__(self, make: type[Make], now: datetime, raters: int = 2) -> None:
        with transaction():
            load_shipped_models(now - timedelta(days=1))
        red, blue = make.team("Red"), make.team("Blue")
        self.boss = make.person("boss", Role.SUPERVISOR, supervises=red)
        self.other = make.person("other", Role.SUPERVISOR, supervises=blue)
        self.one = make.person("one", Role.TRAINER)
        self.two = make.person("two", Role.TRAINER)
        self.three = make.person("three", Role.TRAINER)
        self.agent = make.person("wang", team=red, name="Wang Canary")
        settings = {"model": "complaint-handling", "cases": 1, "min_permille": 700,
                    "raters": raters}  # fmt: skip
        programme = published(values(requirement("work", "observation", settings=settings)))
        self.enrolment = enrolled(programme, self.agent, starts_on=now.date())
        self.now = now

    @property
    def new(self) -> str:
        return (
            f"/people/{self.agent.id}/observations/new"
            f"?enrolment={self.enrolment.id}&requirement=work"
        )

    def open(self, client: Client, *raters: Person) -> ObservedCase:
        ids = [str(one.id) for one in raters] + ["0"]
        typed = {
            "model": "complaint-handling", "what": "call 4711",
            "held_on": self.now.date().isoformat(), "first": ids[0], "second": ids[1],
        }  # fmt: skip
        # The requirement asks for two: what one rates is observed beside it.
        path = self.new if len(raters) > 1 else self.new.partition("?")[0]
        client(self.boss).post(path, typed, status=302)
        return db.session.scalars(select(ObservedCase).order_by(ObservedCase.id.desc())).first()


@pytest.fixture
def place(app: Flask, make: type[Make], now: datetime) -> Place:
    return Place(make, now)


def rating_of(case: ObservedCase, rater: Person) -> Rating:
    db.session.expire_all()
    return db.session.scalars(
        select(Rating).where(Rating.case_id == case.id, Rating.rater_id == rater.id)
    ).one()


def hand_in(
    client: Client, case: ObservedCase, rater: Person, mark: int, comment: str = "", *fatal: str
) -> CheckingClient:
    rating = rating_of(case, rater)
    typed = {f"points-{key}": str(mark) for key in KEYS}
    typed |= {f"fatal-{key}": "1" for key in fatal}
    browser = client(rater)
    browser.get("/ratings")
    browser.get(f"/ratings/{rating.id}")
    browser.post(
        f"/ratings/{rating.id}",
        typed | {"comment": comment, "act": "hand-in", "revision": str(rating.revision)},
        status=302,
    )
    return browser


def test_raters_never_see_each_other_before_it_is_settled(place: Place, client: Client) -> None:
    case = place.open(client, place.one, place.two)
    hand_in(client, case, place.one, 5, "Secret Canary")
    path = f"/observations/{case.id}"
    for person in (place.two, place.boss, place.one, place.agent):
        browser = client(person)
        for address in (path, "/ratings" if person is not place.agent else "/my-competencies"):
            page = browser.get(address)
            assert "Secret Canary" not in page.text, (person.username, address)
            assert "Counts as" not in page.text
    mine = rating_of(case, place.two).id
    assert "Secret Canary" not in client(place.two).get(f"/ratings/{mine}").text
    theirs = rating_of(case, place.one).id
    client(place.two).get(f"/ratings/{theirs}", status=404)
    hand_in(client, case, place.two, 5)
    for person in (place.two, place.boss, place.agent):
        assert "Secret Canary" in client(person).get(path).text


def test_two_who_agree_settle_it_and_the_award_follows(place: Place, client: Client) -> None:
    case = place.open(client, place.one, place.two)
    hand_in(client, case, place.one, 4)
    assert db.session.scalars(select(Award)).all() == []
    hand_in(client, case, place.two, 4)
    db.session.expire_all()
    assert db.session.get(ObservedCase, case.id).result["permille"] == 800
    award = db.session.scalars(select(Award)).one()
    boss = client(place.boss)
    for browser in (boss, client(place.agent)):
        assert f'"/observations/{case.id}"' in browser.get(f"/awards/{award.id}").text
    boss.post(f"/observations/{case.id}/void", {"reason": ""}, status=302)
    boss.post(f"/observations/{case.id}/void", {"reason": "wrong call"}, status=302)
    db.session.expire_all()
    assert db.session.get(Award, award.id).state == "under_review"
    assert "wrong call" in client(place.agent).get(f"/observations/{case.id}").text


def test_two_who_disagree_need_a_third(place: Place, client: Client) -> None:
    case = place.open(client, place.one, place.two)
    hand_in(client, case, place.one, 5)
    hand_in(client, case, place.two, 3)
    boss = client(place.boss)
    page = boss.get("/observations?shelf=third")
    assert "Wang Canary" in page.text
    path = f"/observations/{case.id}"
    assert "Counts as" not in boss.get(path).text
    road = f"/programme-enrolments/{place.enrolment.id}"
    names = "Name a third rater for the observed work"
    assert names in boss.get(road).text and "/observations?shelf=third" in boss.get(road).text
    assert f"Wang Canary: {names}" in boss.get("/").text
    assert "the supervisor&#39;s turn" in client(place.agent).get(road).text
    boss.post(f"{path}/third-rater", {"rater": str(place.one.id)}, status=302)
    assert len(db.session.scalars(select(Rating)).all()) == 2, "a rater does not rate twice"
    boss.post(f"{path}/third-rater", {"rater": str(place.three.id)}, status=302)
    for address in (road, "/"):
        assert names not in boss.get(address).text
    assert "Finish the rating of the observed work" in boss.get(road).text
    hand_in(client, case, place.three, 3)
    db.session.expire_all()
    assert db.session.get(ObservedCase, case.id).result["permille"] == 600
    assert "Cases rated twice" in boss.get("/observations/agreement").text


def test_every_act_on_a_case_is_on_record_without_its_scores(place: Place, client: Client) -> None:
    case = place.open(client, place.one, place.two)
    hand_in(client, case, place.one, 5)
    hand_in(client, case, place.two, 3)
    client(place.boss).post(
        f"/observations/{case.id}/third-rater", {"rater": str(place.three.id)}, status=302
    )
    hand_in(client, case, place.three, 3)
    query = select(AuditEntry).where(AuditEntry.object_type == "observed_case")
    kept = list(db.session.scalars(query.order_by(AuditEntry.number)))
    assert [(one.action, one.actor_name) for one in kept] == [
        ("observation.opened", place.boss.name),
        ("observation.rated", place.one.name),
        ("observation.rated", place.two.name),
        ("observation.third_asked", place.boss.name),
        ("observation.rated", place.three.name),
    ]
    assert all(one.changes["person"] == [None, place.agent.name] for one in kept)
    assert kept[0].changes["raters"] == [None, f"{place.one.name}, {place.two.name}"]
    assert kept[-1].changes["state"] == ["open", "settled"]
    assert not any(set(one.changes) & {"points", "scores", "permille", "fatal"} for one in kept)


def test_a_fatal_criterion_fails_it_whatever_the_sum(place: Place, client: Client) -> None:
    case = place.open(client, place.one, place.two)
    for rater in (place.one, place.two):
        hand_in(client, case, rater, 5, "", "rude")
    assert db.session.scalars(select(Award)).all() == []
    assert "fatal criterion" in client(place.agent).get(f"/observations/{case.id}").text


def test_handed_in_is_final_and_a_stale_window_overwrites_nothing(
    place: Place, client: Client
) -> None:
    case = place.open(client, place.one)
    rating = rating_of(case, place.one)
    browser = client(place.one)
    path, key = f"/ratings/{rating.id}", f"points-{KEYS[0]}"
    browser.post(path, {key: "3", "revision": "1"}, status=302)
    page = browser.post(path, {key: "5", "revision": "1"}, status=422)
    assert "changed in another window" in page.text
    assert rating_of(case, place.one).scores == {KEYS[0]: 3}
    page = browser.post(path, {"revision": "2", "act": "hand-in"}, status=422)
    assert "Rate at least one thing" in page.text
    hand_in(client, case, place.one, 4)
    browser.post(path, {key: "1", "revision": "3"}, status=302)
    assert rating_of(case, place.one).scores[KEYS[0]] == 4


def test_only_who_answers_for_somebody_opens_and_lists(place: Place, client: Client) -> None:
    case = place.open(client, place.one, place.two)
    other = client(place.other)
    other.get(place.new, status=404)
    other.get(f"/observations/{case.id}", status=404)
    assert "Canary" not in other.get("/observations").text
    other.post(f"/observations/{case.id}/void", {"reason": "x"}, status=404)
    other.get(f"/people/{place.agent.id}/competencies", status=404)
    client(place.three).get(f"/observations/{case.id}", status=404)
    client(place.agent).get(f"/people/{place.agent.id}/observations/new", status=403)


def test_two_raters_are_two_people(place: Place, client: Client) -> None:
    path = place.new.partition("?")[0]
    typed = {"model": "complaint-handling", "what": "call 1", "held_on": str(place.now.date()),
             "first": str(place.one.id), "second": str(place.one.id)}  # fmt: skip
    refused = client(place.boss).post(path, typed, status=422)
    assert "Choose two different people." in refused.text
    assert db.session.scalars(select(ObservedCase)).all() == []


def test_work_cannot_lie_ahead_and_nobody_rates_themselves(place: Place, client: Client) -> None:
    typed = {"model": "complaint-handling", "what": "call", "second": "0"}
    ahead = (place.now.date() + timedelta(days=2)).isoformat()
    boss = client(place.boss)
    boss.post(place.new, typed | {"held_on": ahead, "first": str(place.one.id)}, status=422)
    today = place.now.date().isoformat()
    for rater in (place.agent.id, place.other.id, 0):
        boss.post(place.new, typed | {"held_on": today, "first": str(rater)}, status=422)
    assert db.session.scalars(select(ObservedCase)).all() == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_a_person_shows_levels_and_gaps(
    place: Place, client: Client, language: str
) -> None:
    path = f"/people/{place.agent.id}/competencies"
    empty = client(place.boss, language=language).get(path)
    case = place.open(client, place.one)
    hand_in(client, case, place.one, 3)
    page = client(place.boss, language=language).get(path)
    mine = client(place.agent, language=language).get("/my-competencies")
    if language == "en":
        assert "Not enough evidence" in empty.text
        for text in (page.text, mine.text):
            assert "Developing" in text
            assert "Gaps, heaviest first" in text


def test_a_model_is_written_checked_and_published(
    app: Flask, make: type[Make], client: Client
) -> None:
    browser = client(make.person("tess", Role.TRAINER))
    browser.get("/competency-models")
    browser.get("/competency-models/new")
    typed = {
        "key": "chat", "titles.zh": "在线", "titles.en": "Chat",
        "fresh_days": "90", "fade_days": "90", "least_fresh_permille": "500",
        "a0.titles.zh": "写", "a0.titles.en": "Writing", "a0.weight": "100",
        "a0.i0.titles.zh": "快", "a0.i0.titles.en": "Fast", "a0.i0.weight": "60",
        "a0.i1.titles.zh": "清", "a0.i1.titles.en": "Clear", "a0.i1.weight": "39.5",
    }  # fmt: skip
    browser.post("/competency-models/new", typed | {"a0.weight": "lots"}, status=422)
    page = browser.post("/competency-models/new", typed | {"fresh_days": "0"}, status=422)
    assert "fresh_days" in page.text
    browser.post("/competency-models/new", typed, status=302)
    model = find_model("chat")
    assert model is not None
    page = browser.get(f"/competency-models/{model.id}")
    assert "99.50" in page.text, "the weights that are not 100 are named"
    browser.post(f"/competency-models/{model.id}/publish", {"revision": "1"}, status=302)
    assert db.session.scalars(select(CompetencyModelVersion)).all() == []
    path = f"/competency-models/{model.id}/edit"
    better = typed | {"a0.i1.weight": "40", "a0.key": "writing", "revision": "1"}
    browser.get(path)
    browser.post(path, better, status=302)
    browser.post(path, better | {"titles.en": "Late"}, status=422)
    browser.post(f"/competency-models/{model.id}/publish", {"revision": "2"}, status=302)
    db.session.expire_all()
    version = db.session.scalars(select(CompetencyModelVersion)).one()
    content = model_from(version.content)
    assert [one.weight for _a, one, _w in content.indicators()] == [6000, 4000]
    browser.get(f"/competency-models/{model.id}/versions/1")
    answer = browser.client.get(f"/competency-models/{model.id}/file")
    assert read_model(answer.text).content == content


def test_what_people_have_changed_is_not_loaded_over(app: Flask, now: datetime) -> None:
    with transaction():
        assert load_shipped_models(now) == 1
    with transaction():
        assert load_shipped_models(now) == 0
    model = db.session.scalars(select(CompetencyModel)).one()
    own = ModelContent(MODEL.areas, (), 30, 30, 500)
    with transaction():
        text = type(SHIPPED)(SHIPPED.key, SHIPPED.titles, own)
        change_model(model, text, revision=None, actor=None, now=now)
    with transaction():
        assert load_shipped_models(now) == 0
    assert model_from(find_model(SHIPPED.key).content) == own
