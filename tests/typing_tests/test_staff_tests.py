"""Typing tests as trainers write and assign them, and what single people are granted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import SETTINGS, add_passage, add_test, ready, take
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.db import db, transaction
from trainhub.errors import InputErrors
from trainhub.people.models import Person, Role
from trainhub.typing_tests.models import TypingAllowance, TypingAssignment, TypingTest
from trainhub.typing_tests.queries.standings import get_my_test, list_my_tests
from trainhub.typing_tests.queries.tests import granted_to, settings_of
from trainhub.typing_tests.rules.settings import Counting, Mode, PassageKind
from trainhub.typing_tests.rules.settings_checks import OfferedPassage, TypedTest, read_test
from trainhub.typing_tests.services.allowing import AllowanceWrong, OwnAllowance, grant_allowance
from trainhub.typing_tests.services.authoring import TestMoved, change_test
from trainhub.typing_tests.services.reviewing import ReasonMissing

Browse = Callable[..., CheckingClient]
TYPED: dict[str, Any] = {
    "title_zh": "打字入门",
    "title_en": "First typing test",
    "language": "zh",
    "kinds": ["prose"],
    "mode": "timed",
    "duration_s": "180",
    "min_speed": "80",
    "min_accuracy": "95",
    "min_duration_s": "60",
    "attempts": "3",
    "pause_minutes": "30",
    "counting": "best_of_last_three",
}
TODAY = date(2026, 11, 23)


def plan_of(**values: Any) -> TypedTest:
    typed = {name: value for name, value in TYPED.items() if not name.startswith("title")}
    titles = {"zh": TYPED["title_zh"], "en": TYPED["title_en"]}
    return TypedTest(**({"titles": titles, "passage_ids": ()} | typed | values))


def wrong_fields(typed: TypedTest, *offered: OfferedPassage) -> list[str | None]:
    with pytest.raises(InputErrors) as caught:
        read_test(typed, offered)
    return [one.field for one in caught.value.errors]


def test_what_was_typed_becomes_settings() -> None:
    plan = read_test(plan_of(min_accuracy=" ９7,5 %", min_speed="１00"), ())
    assert (plan.settings.min_accuracy, plan.settings.min_speed) == (9_750, 100)
    assert plan.settings.attempts == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"titles": {}}, "title_zh"),
        ({"titles": {"en": "x" * 121}}, "title_en"),
        ({"language": "fr"}, "language"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("poems",)}, "kinds"),
        ({"mode": "long"}, "mode"),
        ({"duration_s": "61"}, "duration_s"),
        ({"min_speed": "0"}, "min_speed"),
        ({"min_speed": "401"}, "min_speed"),
        ({"min_speed": "fast"}, "min_speed"),
        ({"min_accuracy": "49"}, "min_accuracy"),
        ({"min_accuracy": "100.01"}, "min_accuracy"),
        ({"min_accuracy": "95.123"}, "min_accuracy"),
        ({"min_duration_s": "59"}, "min_duration_s"),
        ({"min_duration_s": "181"}, "min_duration_s"),
        ({"attempts": "-1"}, "attempts"),
        ({"pause_minutes": ""}, "pause_minutes"),
        ({"counting": "mean"}, "counting"),
        ({"language": "en", "kinds": ("prose", "digits")}, "kinds"),
    ],
)
def test_what_is_wrong_is_named_by_field(values: dict[str, Any], field: str) -> None:
    assert wrong_fields(plan_of(**values)) == [field]


def test_named_passages_bring_their_kind_and_must_be_of_the_language() -> None:
    zh = OfferedPassage(1, "zh", PassageKind.MIXED)
    en = OfferedPassage(2, "en", PassageKind.PROSE)
    plan = read_test(plan_of(passage_ids=(1,), kinds=()), (zh, en))
    assert (plan.settings.kinds, plan.settings.passage_ids) == ((PassageKind.MIXED,), (1,))
    assert wrong_fields(plan_of(passage_ids=(2,)), zh, en) == ["passage_ids"]


def test_a_trainer_writes_a_test(make: type[Make], client: Browse) -> None:
    browser = client(make.person("tina", Role.TRAINER))
    assert "No typing test yet" in browser.get("/typing-tests").text
    browser.get("/typing-tests/new")
    address = browser.post("/typing-tests/new", TYPED).headers["Location"]
    page = browser.get(address).text
    assert "First typing test" in page
    assert "80 characters/min" in page
    assert "30 minutes" in page
    (test,) = db.session.scalars(select(TypingTest)).all()
    assert settings_of(test).attempts == 3
    assert [entry.action for entry in list_entries()] == ["typing_test.created"]
    assert "First typing test" in browser.get("/typing-tests").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_test_says_so_and_keeps_what_was_typed(
    make: type[Make], client: Browse, language: str
) -> None:
    browser = client(make.person("tina", Role.TRAINER), language=language)
    sent = TYPED | {"min_speed": "fast", "title_en": "Kept title"}
    page = browser.post("/typing-tests/new", sent, status=422).text
    words = (
        "Give a whole number from 1 to 400." if language == "en" else "请填写 1 到 400 之间的整数"
    )
    assert words in page
    assert "Kept title" in page
    assert db.session.scalar(select(TypingTest.id)) is None


def test_a_change_reaches_later_runs_and_a_second_author_is_told(
    make: type[Make], client: Browse
) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice)
    run = take(alice, test_id=test.id)
    page = browser.get(f"/typing-tests/{test.id}/edit").text
    assert 'value="40"' in page
    sent = TYPED | {"language": "en", "min_speed": "60", "revision": "1"}
    browser.post(f"/typing-tests/{test.id}/edit", sent, status=302)
    page = browser.post(
        f"/typing-tests/{test.id}/edit", sent | {"min_speed": "70"}, status=422
    ).text
    assert "Somebody else changed this test" in page
    db.session.rollback()
    assert settings_of(db.session.get(TypingTest, test.id)).min_speed == 60
    assert run.rules["min_speed"] == 40


def test_only_one_of_two_authors_wins(make: type[Make]) -> None:
    tina = make.person("tina", Role.TRAINER)
    test = ready()
    plan = read_test(plan_of(), ())
    with transaction():
        assert change_test(test, plan, revision=1, actor=tina, now=NOON)
    with transaction():
        assert not change_test(test, plan, revision=2, actor=tina, now=NOON)
    with pytest.raises(TestMoved), transaction():
        change_test(test, plan, revision=1, actor=tina, now=NOON)
    assert find_broken_entry() is None


def test_a_retired_test_cannot_be_begun_and_comes_back(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice)
    browser.post(f"/typing-tests/{test.id}/retire")
    assert list_my_tests(alice.id, TODAY) == []
    assert "Typing" in browser.get("/typing-tests?shelf=retired").text
    page = browser.post(f"/typing-tests/{test.id}/assign", {"person_ids": "x"}, status=422).text
    assert "This typing test is retired." in page
    browser.get(f"/typing-tests/{test.id}")
    browser.post(f"/typing-tests/{test.id}/restore")
    assert len(list_my_tests(alice.id, TODAY)) == 1


def test_a_test_is_given_to_people_teams_and_cohorts(make: type[Make], client: Browse) -> None:
    red = make.team("Red")
    alice, bob = make.person(team=red), make.person("bob")
    carol = make.person("carol")
    november = make.cohort(members=(carol,))
    browser = client(make.person("tina", Role.TRAINER))
    test = ready()
    sent = {
        "team_ids": [str(red.id)],
        "cohort_ids": [str(november.id)],
        "person_ids": [str(bob.id)],
        "due_on": "2026-12-01",
    }
    address = f"/typing-tests/{test.id}/assign"
    assert "Bob" in browser.post(address, {"words": "bob", "find": "1"}, status=200).text
    browser.post(address, sent)
    browser.post(address, sent)  # asked already: not asked twice
    page = browser.get(f"/typing-tests/{test.id}").text
    assert page.count("Withdraw") == 3
    for person in (alice, bob, carol):
        (mine,) = list_my_tests(person.id, TODAY)
        assert mine.due_on == date(2026, 12, 1)
    late = make.person("late", team=red)
    assert len(list_my_tests(late.id, TODAY)) == 1


@pytest.mark.parametrize("due_on", ["2026-11-22", "2199-01-01"])
def test_an_impossible_date_is_refused(make: type[Make], client: Browse, due_on: str) -> None:
    bob, test = make.person("bob"), ready()
    sent = {"person_ids": [str(bob.id)], "due_on": due_on}
    browser = client(make.person("tina", Role.TRAINER))
    page = browser.post(f"/typing-tests/{test.id}/assign", sent, status=422).text
    assert "The due date lies in the past, or more than ten years ahead." in page
    page = browser.post(f"/typing-tests/{test.id}/assign", {}, status=422).text
    assert "Choose at least one person, team or cohort." in page


def test_a_withdrawn_assignment_asks_nobody(make: type[Make], client: Browse) -> None:
    alice = make.person()
    ready(alice)
    asked = db.session.scalars(select(TypingAssignment.id)).one()
    client(make.person("tina", Role.TRAINER)).post(f"/typing-assignments/{asked}/withdraw")
    assert list_my_tests(alice.id, TODAY) == []
    assert [one.action for one in list_entries()] == ["typing_test.assignment_withdrawn"]


def test_supervisors_assign_their_own_people_only(make: type[Make], client: Browse) -> None:
    red, blue = make.team("Red"), make.team("Blue canary")
    make.person(team=red)
    eve = make.person("eve", team=blue, name="Eve Canary")
    make.cohort("Cohort canary", members=(eve,))
    test = ready(eve)
    browser = client(make.person("sup", Role.SUPERVISOR, supervises=red))
    for address in (f"/typing-tests/{test.id}", f"/typing-tests/{test.id}/assign"):
        assert "anary" not in browser.get(address).text
    found = browser.post(f"/typing-tests/{test.id}/assign", {"words": "eve", "find": "1"},
                         status=200).text  # fmt: skip
    assert "anary" not in found
    sent = {"team_ids": [str(blue.id)], "person_ids": [str(eve.id)]}
    browser.post(f"/typing-tests/{test.id}/assign", sent, status=422)
    foreign = db.session.scalars(select(TypingAssignment.id)).one()
    browser.post(f"/typing-assignments/{foreign}/withdraw", status=404)
    browser.get(f"/typing-tests/{test.id}/edit", status=403)
    assert "New typing test" not in browser.get("/typing-tests").text


def allow(person: Person, actor: Person, test: TypingTest | None = None, **values: Any) -> None:
    with transaction():
        grant_allowance(person, test, **({"reason": "so"} | values), actor=actor, now=NOON)


def test_allowances_add_up_and_an_exemption_outlives_them(make: type[Make]) -> None:
    alice, tina = make.person(), make.person("tina", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, attempts=1))
    allow(alice, tina, test, extra_s=120, extra_attempts=1)
    allow(alice, tina, test, is_exempt=True)
    allow(alice, tina, test, extra_s=-60)
    granted = granted_to(alice.id, test.id)
    assert (granted.extra_s, granted.extra_attempts, granted.is_exempt) == (60, 1, True)
    allow(alice, tina, test, is_exempt=False)
    assert get_my_test(test.id, alice.id).attempts_left == 2
    assert len(db.session.scalars(select(TypingAllowance)).all()) == 4
    assert [entry.action for entry in list_entries()] == ["typing_test.allowed"] * 4


def test_allowances_have_bounds_reasons_and_another_hand(make: type[Make]) -> None:
    alice, tina = make.person(), make.person("tina", Role.TRAINER)
    test = ready(alice)
    for values in ({}, {"extra_s": -1}, {"extra_s": 3_601}, {"extra_attempts": 21}):
        with pytest.raises(AllowanceWrong):
            allow(alice, tina, test, **values)
    with pytest.raises(ReasonMissing):
        allow(alice, tina, test, extra_s=60, reason=" ")
    with pytest.raises(OwnAllowance):
        allow(tina, tina, test, extra_s=60)
    assert db.session.scalar(select(TypingAllowance.id)) is None


def test_a_trainer_grants_on_the_persons_page(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice)
    address = f"/typing-overview/people/{alice.id}"
    sent = {"test_id": str(test.id), "extra_min": "2", "reason": "A new keyboard"}
    browser.post(f"{address}/allowances", sent)
    page = browser.get(address).text
    assert "2 min of extra time" in page
    assert "A new keyboard" in page
    assert granted_to(alice.id, test.id).extra_s == 120
    page = browser.post(f"{address}/allowances", sent | {"extra_min": "two"}, status=422).text
    assert "Grant up to 60 minutes" in page
    page = browser.post(f"{address}/allowances", sent | {"reason": ""}, status=422).text
    assert "Say why: the reason stays with the run." in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_in_both_languages(make: type[Make], client: Browse, language: str) -> None:
    alice = make.person(team=make.team("Red"))
    supervised = replace(SETTINGS, counting=Counting.MEDIAN_OF_THREE_SUPERVISED, mode=Mode.TIMED)
    with transaction():
        add_passage()
        test = add_test(alice, settings=replace(supervised, attempts=2, pause_minutes=5))
    browser = client(make.person("tina", Role.TRAINER), language=language)
    for address in (
        "/typing-tests", "/typing-tests?shelf=retired", "/typing-tests/new",
        f"/typing-tests/{test.id}", f"/typing-tests/{test.id}/edit",
        f"/typing-tests/{test.id}/assign", f"/typing-tests/{test.id}/curve",
        f"/typing-tests/{test.id}/rooms/new", "/typing-sittings", "/typing-reviews",
        "/typing-reviews?shelf=decided", "/typing-overview",
        f"/typing-overview/people/{alice.id}",
    ):  # fmt: skip
        browser.get(address)
