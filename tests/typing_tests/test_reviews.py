"""Flagged runs wait for a person, who sees why, and decides; nobody about their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import (
    SETTINGS,
    add_sitting,
    begin,
    finish,
    kinds_of,
    ready,
    run_of,
    send_all,
    typed,
)
from tests.typing_tests.runs import take as take_honestly
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.db import transaction
from trainhub.people.models import Person, Role
from trainhub.typing_tests import services
from trainhub.typing_tests.models import TypingRun, TypingTest
from trainhub.typing_tests.queries.bests import personal_bests
from trainhub.typing_tests.queries.overview import find_cells
from trainhub.typing_tests.queries.reviews import count_waiting
from trainhub.typing_tests.queries.standings import get_my_test
from trainhub.typing_tests.rules.spacing import EDGES_MS, shares_of, spread_of
from trainhub.typing_tests.rules.states import Review, RunState, Verdict
from trainhub.typing_tests.services.retesting import ask_for_retest

Browse = Callable[..., CheckingClient]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def flagged(
    person: Person, test: TypingTest, at=NOON, awaited=Review.WAITING, **options
) -> TypingRun:
    """A run whose typist left the window in the middle."""
    started = begin(person, at, test_id=test.id, **options)
    events = typed(started.run.text, seed=8)
    half = events[len(events) // 2][0]
    events += [[half + 0.2, "x", ""], [half + 0.4, "f", ""]]
    last = send_all(started, sorted(events, key=lambda one: one[0]), at)
    run = finish(started, last + timedelta(milliseconds=300))
    assert (run.verdict, run.review) == (Verdict.FLAG, awaited)
    return run


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_queue_and_the_page_say_why(make: type[Make], client: Browse, language: str) -> None:
    alice = make.person(team=make.team("Red"))
    test = ready(alice)
    take_honestly(alice, NOON - DAY, test_id=test.id)
    run = flagged(alice, test)
    browser = client(make.person("tina", Role.TRAINER), language=language)
    why = {
        "en": "The typing field lost the focus during the run.",
        "zh": "打字过程中输入框失去过焦点。",
    }
    queue = browser.get("/typing-reviews").text
    page = browser.get(f"/typing-reviews/{run.id}").text
    if language == "en":
        assert why["en"] in queue
        assert why["en"] in page
        assert "Earlier runs" in page
    assert page.count("<svg") >= 2
    assert "data-timeline" in page
    assert f"/typing-reviews/{run.id}" in browser.get("/").text


def decide(browser: CheckingClient, run: TypingRun, do: str, reason: str = "Seen", **options: int):
    return browser.post(f"/typing-reviews/{run.id}", {"do": do, "reason": reason}, **options)


def test_a_confirmed_run_counts_and_may_be_judged_again(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice)
    run = flagged(alice, test)
    decide(browser, run, "confirm")
    assert run_of(run.id).review == Review.CONFIRMED
    assert get_my_test(test.id, alice.id).is_settled
    page = browser.get("/typing-reviews?shelf=decided").text
    assert "Alice" in page
    decide(browser, run, "reject")
    assert run_of(run.id).review == Review.REJECTED
    assert not get_my_test(test.id, alice.id).is_settled
    assert "Seen" in browser.get(f"/typing-reviews/{run.id}").text
    assert find_broken_entry() is None


def test_a_decision_needs_a_reason(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    run = flagged(alice, ready(alice))
    for do in ("confirm", "reject", "retest", "void"):
        page = decide(browser, run, do, " ", status=422).text
        assert "Say why: the reason stays with the run." in page
    assert run_of(run.id).review == Review.WAITING


def test_nobody_decides_about_an_own_run(make: type[Make], client: Browse) -> None:
    tina = make.person("tina", Role.TRAINER)
    run = flagged(tina, ready(tina))
    browser = client(tina)
    assert "Tina" not in browser.get("/typing-reviews").text.split("<main")[1]
    assert "This is your own run" in browser.get(f"/typing-reviews/{run.id}").text
    for do in ("confirm", "reject", "retest", "void"):
        decide(browser, run, do, status=403)
    assert (run_of(run.id).review, run_of(run.id).state) == (Review.WAITING, RunState.CLOSED)


def test_a_void_run_gives_its_attempt_back(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice, settings=replace(SETTINGS, attempts=1))
    run = take_honestly(alice, test_id=test.id)
    page = browser.get(f"/typing-reviews/{run.id}").text
    assert "Confirm the run" not in page
    decide(browser, run, "void", "The fire bell rang")
    assert get_my_test(test.id, alice.id).attempts_left == 1
    page = browser.get(f"/typing-reviews/{run.id}").text
    assert "There is nothing to decide: the run is void." in page
    assert "The fire bell rang" in page


def test_a_retest_is_asked_for_and_gives_an_attempt(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    tom = make.person("tom", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, attempts=1))
    run = flagged(alice, test)
    decide(browser, run, "retest")
    assert kinds_of(run.id)[-1] == "retest_asked"
    assert run_of(run.id).review == Review.WAITING
    assert get_my_test(test.id, alice.id).attempts_left == 1
    assert "typing_run.retest_asked" in [entry.action for entry in list_entries()]
    decide(browser, run, "confirm")
    with pytest.raises(services.NotToReview), transaction():
        ask_for_retest(run.id, reason="So", actor=tom, now=NOON)


def test_a_retest_that_is_asked_for_is_said_to_everybody(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER, name="Tina"))
    test = ready(alice)
    run = flagged(alice, test)
    own, wish = client(alice), "A trainer asks you to type it again in a supervised room."
    pages = ("/", "/typing", f"/typing/tests/{test.id}", f"/typing/runs/{run.id}/result")
    for path in pages:
        assert wish not in own.get(path).text
    decide(browser, run, "retest")
    for path in pages:
        page = own.get(path).text
        assert wish in page, path
        assert "A trainer looks at your last run first" not in page, path
        assert "nothing you must do" not in page, path
    assert "retest asked (Tina, " in browser.get("/typing-reviews").text
    page = browser.get(f"/typing-reviews/{run.id}").text
    assert "retest asked (Tina, " in page
    assert "Ask for a supervised retest" not in page
    assert "is asked for already" in decide(browser, run, "retest", status=409).text
    assert kinds_of(run.id).count("retest_asked") == 1


def test_a_retest_that_settled_nothing_may_be_asked_for_again(
    make: type[Make], client: Browse
) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice)
    run = flagged(alice, test)
    decide(browser, run, "retest")
    with transaction():
        add_sitting(test)
    take_honestly(alice, NOON + 10 * HOUR, cpm=180, test_id=test.id, sitting_code="ROOM 4")
    assert run_of(run.id).review == Review.WAITING
    assert "A trainer asks you" not in client(alice).get(f"/typing/runs/{run.id}/result").text
    decide(browser, run, "retest")
    assert kinds_of(run.id).count("retest_asked") == 2


def test_a_supervised_run_that_waits_is_not_sent_to_another(
    make: type[Make], client: Browse
) -> None:
    alice = make.person()
    test = ready(alice)
    with transaction():
        add_sitting(test)
    run = flagged(alice, test, sitting_code="ROOM 4")
    page = client(alice).get(f"/typing/runs/{run.id}/result").text
    assert "There is nothing you must do." in page
    assert "settles it as well" not in page


def test_a_run_that_is_too_short_is_nobodys_to_confirm(make: type[Make], client: Browse) -> None:
    alice, tina = make.person(), make.person("tina", Role.TRAINER)
    browser = client(tina)
    test = ready(alice, settings=replace(SETTINGS, min_duration_s=600))
    run = flagged(alice, test, awaited=Review.NONE)
    assert count_waiting(tina) == 0
    assert get_my_test(test.id, alice.id).waiting == 0
    page = browser.get(f"/typing-reviews/{run.id}").text
    assert page.count("It is too short to count: 1:") == 1
    assert " of 10:00." in page
    assert "Confirm the run" not in page
    assert "Ask for a supervised retest" not in page
    decide(browser, run, "confirm", status=409)
    result = client(alice).get(f"/typing/runs/{run.id}/result").text
    assert result.count("It is too short to count: 1:") == 1
    assert "The run is valid and counts." not in result


def test_a_run_that_is_too_short_is_nobodys_best(make: type[Make], client: Browse) -> None:
    alice, tina = make.person(), make.person("tina", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, min_duration_s=100))
    run = take_honestly(alice, test_id=test.id)
    assert run.verdict == Verdict.ACCEPT
    assert run.metrics["duration_ms"] < 100_000
    result = client(alice).get(f"/typing/runs/{run.id}/result").text
    assert "It is too short to count: 1:" in result
    assert "counts." not in result.split("<h2")[1]
    assert personal_bests(alice.id) == []
    assert get_my_test(test.id, alice.id).best is None
    cell = find_cells(tina, [alice.id], today=NOON.date())[alice.id][test.id]
    assert (cell.attempts, cell.best) == (1, None)
    long = take_honestly(alice, NOON + DAY, cpm=170, seed=5, test_id=test.id)
    assert [best.run_id for best in personal_bests(alice.id)] == [long.id]
    cell = find_cells(tina, [alice.id], today=NOON.date())[alice.id][test.id]
    assert (cell.attempts, cell.best) == (2, long.speed_tenths)


def test_practice_and_open_runs_are_nobodys(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    browser.get(f"/typing-reviews/{started.run.id}", status=404)
    decide(browser, started.run, "void", status=404)


def test_a_run_without_keystrokes_keeps_its_figures(make: type[Make], client: Browse) -> None:
    alice, browser = make.person(), client(make.person("tina", Role.TRAINER))
    run = flagged(alice, ready(alice))
    with transaction():
        services.delete_timeline(run.id, now=NOON + 91 * DAY)
    page = browser.get(f"/typing-reviews/{run.id}").text
    assert "There is nothing to replay" in page
    assert "All figures" in page


def test_gaps_fall_into_bars() -> None:
    shares = shares_of([0, 39.9, 40, 2_500])
    assert len(shares) == len(EDGES_MS)
    assert (shares[0], shares[1], shares[-1], sum(shares)) == (0.5, 0.25, 0.25, 1)
    assert shares_of([]) == [0.0] * len(EDGES_MS)
    spread = spread_of([100, 300])
    assert spread is not None
    assert (spread.mean, spread.median, spread.deviation, spread.variation) == (200, 200, 100, 0.5)
    assert spread_of([1]) is None
