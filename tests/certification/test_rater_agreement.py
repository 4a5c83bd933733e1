"""How far raters agree, and who rates unlike the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.rules.competencies.agreeing import (
    LEAST_CASES,
    Leaning,
    OneRating,
    RatedCase,
    stand_rater,
    stand_raters,
    weighted_kappa,
)
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.rules.competencies.raters import Scores
from trainhub.certification.services.competency_models import find_model, load_shipped_models
from trainhub.certification.services.observing import hand_in_rating, open_case, save_rating
from trainhub.db import transaction
from trainhub.people.models import Person, Role

Client = Callable[..., CheckingClient]
_PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=40)


def case_of(*permilles: int) -> RatedCase:
    """A case rated by raters 1, 2, …, each with one mark that goes with their score."""
    ratings = [
        OneRating(place, permille, Scores(str(place), {"a": permille // 200}))
        for place, permille in enumerate(permilles, start=1)
    ]
    return RatedCase(tuple(ratings), 800)


def test_weighted_kappa_by_hand() -> None:
    # Seen 1/16 in one of two; by chance the marks (4, 5) and (4, 4) miss by 1/16 in half.
    assert weighted_kappa([(4, 4), (5, 4)]) == pytest.approx(0)
    assert weighted_kappa([(1, 1), (5, 5)]) == 1
    assert weighted_kappa([(1, 5), (5, 1)]) == -1
    # Seen (1 + 0 + 0 + 1) ÷ 4 squared steps; by chance (10 + 2 + 2 + 10) ÷ 16.
    assert weighted_kappa([(2, 3), (3, 3), (4, 4), (5, 4)]) == pytest.approx(2 / 3)
    assert weighted_kappa([(4, 4), (4, 4)]) is None
    assert weighted_kappa([]) is None


@given(_PAIRS)
def test_weighted_kappa_treats_both_raters_alike(pairs: list[tuple[int, int]]) -> None:
    kappa = weighted_kappa(pairs)
    turned = weighted_kappa([(other, one) for one, other in pairs])
    assert kappa == (None if turned is None else pytest.approx(turned))
    assert kappa is None or kappa <= 1


def test_a_strict_rater_is_found_and_the_other_is_lenient_beside_them() -> None:
    cases = [case_of(600, 800), case_of(800, 940)] * 5
    strict, lenient = stand_rater(1, cases), stand_rater(2, cases)
    assert (strict.cases, strict.mean_permille, strict.leaning) == (10, -170, Leaning.STRICT)
    assert (lenient.mean_permille, lenient.leaning) == (170, Leaning.LENIENT)
    assert strict.margin_permille == 20  # 2 × 31.6 ÷ √10
    assert strict.within_permille == 0


def test_who_differs_by_chance_or_by_little_rates_like_the_others() -> None:
    scattered = [case_of(1000, 400), case_of(400, 900)] * 5
    assert stand_rater(1, scattered).leaning is Leaning.IN_LINE
    little = [case_of(840, 800)] * 12
    assert stand_rater(1, little).leaning is Leaning.IN_LINE


def test_too_few_cases_name_nothing() -> None:
    few = stand_rater(1, [case_of(200, 1000)] * (LEAST_CASES - 1))
    assert few.leaning is Leaning.TOO_FEW
    assert (few.cases, few.mean_permille, few.within_permille, few.kappa) == (9, None, None, None)


def test_a_third_rater_is_set_beside_the_mean_of_the_two() -> None:
    third = stand_rater(3, [case_of(900, 700, 800)] * 10)
    assert (third.mean_permille, third.within_permille) == (0, 1000)
    assert {one.rater_id for one in stand_raters([case_of(900, 700, 800)])} == {1, 2, 3}


def rate(person: Person, raters: Sequence[tuple[Person, int]], boss: Person, now: datetime) -> None:
    model = find_model("complaint-handling")
    assert model is not None
    keys = [one.key for _area, one, _w in model_from(model.content).indicators()]
    with transaction():
        case = open_case(
            person, model, what="call", held_on=now.date(), raters=[one for one, _m in raters],
            actor=boss, now=now,
        )  # fmt: skip
        for rating, (_rater, mark) in zip(list(case.ratings), raters, strict=True):
            save_rating(rating, dict.fromkeys(keys, mark), [], "", revision=1)
            hand_in_rating(rating, now=now)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_own_teams_only(
    app: Flask, make: type[Make], client: Client, now: datetime, language: str
) -> None:
    with transaction():
        load_shipped_models(now - timedelta(days=1))
    red, blue = make.team("Red"), make.team("Blue")
    boss = make.person("boss", Role.SUPERVISOR, supervises=red)
    other = make.person("other", Role.SUPERVISOR, supervises=blue)
    agent = make.person("wang", team=red)
    one = make.person("one", Role.TRAINER, name="Lenient Canary")
    two = make.person("two", Role.TRAINER, name="Second Canary")
    for _time in range(LEAST_CASES):
        rate(agent, [(one, 5), (two, 5)], boss, now)
    path = "/observations/agreement"
    shown = client(boss, language=language).get(path).text
    assert "Lenient Canary" in shown
    assert "Canary" not in client(other, language=language).get(path).text
    admin = client(make.person("root", Role.ADMINISTRATOR), language=language)
    assert "Lenient Canary" in admin.get(f"{path}?over=3&model=complaint-handling").text
    admin.get(f"{path}?over=nonsense&model=none")
    client(one, language=language).get(path, status=403)
    client(agent, language=language).get(path, status=403)
    if language == "en":
        assert "Like the others" in shown
        assert "100" in shown


def test_few_cases_say_so_on_the_page(
    app: Flask, make: type[Make], client: Client, now: datetime
) -> None:
    with transaction():
        load_shipped_models(now - timedelta(days=1))
    red = make.team("Red")
    boss = client(supervisor := make.person("boss", Role.SUPERVISOR, supervises=red))
    agent = make.person("wang", team=red)
    one, two = make.person("one", Role.TRAINER), make.person("two", Role.TRAINER)
    assert "No case has been rated twice yet" in boss.get("/observations/agreement").text
    rate(agent, [(one, 5), (two, 5)], supervisor, now)
    shown = boss.get("/observations/agreement").text
    assert "Not enough cases" in shown
    assert "Like the others" not in shown
