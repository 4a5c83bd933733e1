"""The typist's pages: the hub, before a test, the surface, what came of it, history, lessons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import (
    ENGLISH,
    SETTINGS,
    add_passage,
    add_sitting,
    begin,
    grant,
    practise,
    ready,
    run_of,
    send,
    take,
    typed,
)
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.typing_tests import services
from trainhub.typing_tests.models import TypingPhrase, TypingRun
from trainhub.typing_tests.rules.settings import Counting, Mode
from trainhub.typing_tests.rules.states import Review, RunState, Verdict

Browse = Callable[..., CheckingClient]
CHINESE = "您好，您的订单已经发出，预计明天中午之前送到。请保持电话畅通，谢谢您的耐心等待。"
DAY = timedelta(days=1)


def change(run: TypingRun, **values: object) -> None:
    with transaction():
        found = run_of(run.id)
        for name, value in values.items():
            setattr(found, name, value)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_hub_says_what_to_do(make: type[Make], client: Browse, language: str) -> None:
    browser = client(make.person(), language=language)
    page = browser.get("/typing").text
    assert ("You have not typed here yet" if language == "en" else "你还没有在这里打过字") in page
    browser.get("/typing/practice")
    browser.get("/typing/history")


def test_the_hub_shows_what_is_due(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    page = client(alice).get("/typing").text
    assert f"/typing/tests/{test.id}" in page
    assert "from 40 WPM, 95% right" in page
    assert "Take it when you have a few quiet minutes." in page


def test_the_home_page_shows_tests_until_they_are_passed(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    browser = client(alice)
    assert f"/typing/tests/{test.id}" in browser.get("/").text
    take(alice, test_id=test.id)
    assert f"/typing/tests/{test.id}" not in browser.get("/").text


def test_the_rules_stand_before_the_start(make: type[Make], client: Browse) -> None:
    alice, trainer = make.person(), make.person("tina", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, attempts=3, mode=Mode.TIMED, duration_s=180))
    with transaction():
        grant(alice, trainer, test, extra_s=60)
    page = client(alice).get(f"/typing/tests/{test.id}").text
    assert "You have 4:00 from your first key." in page
    assert "1:00 of it is extra time for you." in page
    assert "the best of your last three valid runs" in page
    assert "The first key must come within a minute." in page


def test_a_test_of_nobodys_needs_a_room_code(make: type[Make], client: Browse) -> None:
    alice, bob = make.person(), make.person("bob")
    test = ready(bob, settings=replace(SETTINGS, counting=Counting.MEDIAN_OF_THREE_SUPERVISED))
    with transaction():
        add_sitting(test)
    browser = client(alice)
    assert 'name="room_code"' in browser.get(f"/typing/tests/{test.id}").text
    sent = {"test_id": test.id, "room_code": "ROOM 5"}
    refused = browser.post("/typing/runs", sent, status=403).text
    assert "No room of this test with that code is open now." in refused
    assert 'value="ROOM 5"' in refused
    found = browser.post("/typing/runs", sent | {"room_code": "room 4"}).headers["Location"]
    assert run_of(int(found.rsplit("/", 1)[-1])).sitting_id is not None


def test_starting_leads_to_the_surface(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    browser = client(alice)
    found = browser.post("/typing/runs", {"test_id": test.id}).headers["Location"]
    page = browser.get(found).text
    assert re.search(r'data-token="[\w-]{16,}"', page)
    assert 'spellcheck="false"' in page
    assert 'autocapitalize="off"' in page
    assert "The first key must come within a minute." in page
    assert "<span data-extra>too much</span>" in page
    assert "Good morning and thank you for calling." in page


def test_practice_is_chosen_on_the_hub(make: type[Make], client: Browse) -> None:
    alice = make.person()
    with transaction():
        add_passage(CHINESE, language="zh")
    browser = client(alice)
    sent = {"language": "zh", "kind": "prose", "length": "60"}
    found = browser.post("/typing/runs", sent).headers["Location"]
    run = run_of(int(found.rsplit("/", 1)[-1]))
    assert (run.rules["language"], run.rules["mode"], run.rules["duration_s"]) == (
        "zh",
        "timed",
        60,
    )
    assert 'lang="zh-CN"' in browser.get(found).text


@pytest.mark.parametrize(
    "wrong", [{"language": "fr"}, {"kind": "poems"}, {"length": "61"}, {"length": "x" * 9}]
)
def test_a_wrong_choice_is_named(make: type[Make], client: Browse, wrong: dict[str, str]) -> None:
    sent = {"language": "en", "kind": "prose", "length": "60"} | wrong
    page = client(make.person()).post("/typing/runs", sent, status=422).text
    assert "This is not one of the choices." in page


def test_no_passage_is_said(make: type[Make], client: Browse) -> None:
    sent = {"language": "en", "kind": "digits", "length": "whole"}
    page = client(make.person()).post("/typing/runs", sent, status=403).text
    assert "There is no passage for this." in page


def test_a_run_under_way_is_gone_on_with(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    started = practise(alice)
    send(started, 1, typed("Good")[:9], NOON + timedelta(seconds=5))
    browser = client(alice)
    for path in ("/typing", f"/typing/tests/{test.id}"):
        browser.get(path)
    found = browser.post("/typing/runs", {"test_id": test.id})
    assert found.headers["Location"].endswith(f"/typing/runs/{started.run.id}")


def test_without_its_token_a_run_is_taken_over(make: type[Make], client: Browse) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    browser = client(alice)
    page = browser.get(f"/typing/runs/{started.run.id}").text
    assert "This run is open in another place" in page
    assert "data-token" not in page
    browser.post(f"/typing/runs/{started.run.id}/take-over")
    assert "data-token" in browser.get(f"/typing/runs/{started.run.id}").text
    with pytest.raises(services.ChunkRefused):
        send(started, 1, typed("Good")[:9], NOON + timedelta(seconds=5))


def test_a_run_can_be_ended_from_elsewhere(make: type[Make], client: Browse) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    send(started, 1, typed("Good morning"), NOON + timedelta(seconds=5))
    client(alice).post(f"/typing/runs/{started.run.id}/end")
    assert run_of(started.run.id).state == RunState.CLOSED


def test_nobody_sees_the_run_of_another(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    for role in (Role.AGENT, Role.TRAINER, Role.ADMINISTRATOR):
        browser = client(make.person(f"other-{role}", role))
        for path in ("", "/result", "/replay"):
            browser.get(f"/typing/runs/{run.id}{path}", status=404)
        for path in ("/take-over", "/end"):
            browser.post(f"/typing/runs/{run.id}{path}", status=404)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_has_its_formula(make: type[Make], client: Browse, language: str) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    page = client(alice, language=language).get(f"/typing/runs/{run.id}/result").text
    figures = run.metrics or {}
    assert ("Reached" if language == "en" else "达标") in page
    assert f"{figures['right_word_characters']} ÷ 5 ÷ {figures['duration_ms'] / 60_000:.2f}" in page
    assert page.count('class="th-stat th-typing-figure') >= 10
    assert 'class="th-chart' in page


def test_chinese_is_told_in_characters_a_minute(make: type[Make], client: Browse) -> None:
    alice = make.person()
    with transaction():
        add_passage(CHINESE, language="zh")
    run = take(alice, cpm=90, language="zh", kind="prose", mode="whole")
    page = client(alice, language="zh").get(f"/typing/runs/{run.id}/result").text
    assert "字/分" in page
    assert "WPM" not in page
    assert "÷ 5" not in page


def test_what_was_wrong_is_marked(make: type[Make], client: Browse) -> None:
    alice = make.person()
    ready(alice)
    text = ENGLISH.replace("morning", "mornimg").replace("parcel", "pacel", 1)
    run = take(alice, text=text, language="en", kind="prose", mode="whole")
    page = client(alice).get(f"/typing/runs/{run.id}/result").text
    assert "<mark" in page
    assert ">m</mark>g and" in page
    assert ">r</del>cel" in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"verdict": Verdict.FLAG, "review": Review.WAITING, "reasons": ["focus_lost"]},
         "Waits for a trainer"),
        ({"verdict": Verdict.REFUSE, "reasons": ["pasted"]}, "The check of the keystrokes"),
        ({"verdict": Verdict.FLAG, "review": Review.REJECTED}, "did not confirm it"),
        ({"verdict": Verdict.FLAG, "review": Review.CONFIRMED}, "The run is valid and counts."),
        ({"state": RunState.VOIDED}, "Your trainer has declared it void."),
        ({"verdict": None, "metrics": None}, "Your figures are being computed"),
        ({"speed_tenths": 120}, "Speed still missing: 28."),
    ],
)  # fmt: skip
def test_the_verdict_is_told_in_plain_words(
    make: type[Make], client: Browse, values: dict[str, object], words: str
) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    change(run, **values)
    for language in ("en", "zh"):
        page = client(alice, language=language).get(f"/typing/runs/{run.id}/result").text
        assert language == "zh" or words in page


def test_reasons_are_told(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    change(run, verdict=Verdict.REFUSE, reasons=["pasted", "clock_squeezed", "unheard_of"])
    page = client(alice).get(f"/typing/runs/{run.id}/result").text
    assert "Text was pasted or dropped." in page
    assert "Something about it is unusual." in page


def test_the_own_history_stands_beside(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    for day in range(3):
        run = take(alice, NOON - (3 - day) * DAY, cpm=250 + 40 * day, seed=day, test_id=test.id)
    browser = client(alice)
    page = browser.get(f"/typing/runs/{run.id}/result").text
    assert "Your usual speed over the last 2 runs" in page
    assert "faster." in page
    history = browser.get("/typing/history").text
    assert "Personal bests" in history
    assert history.count('<svg class="th-chart') == 1
    assert "th-spark" in browser.get("/typing").text


def test_figures_stay_when_the_keystrokes_are_gone(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    change(run, timeline_gone_at=NOON, final_text=None)
    browser = client(alice)
    page = browser.get(f"/typing/runs/{run.id}/result").text
    assert "have been deleted" in page
    assert "What you typed" not in page
    assert "Net speed" in page


def test_the_replay_has_a_row_for_each_second(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    page = client(alice).get(f"/typing/runs/{run.id}/replay").text
    assert "data-timeline=" in page
    assert page.count("<tr>") > 20


def test_an_unused_run_says_so(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    run = begin(alice, test_id=test.id).run
    client(alice).post(f"/typing/runs/{run.id}/end")
    browser = client(alice)
    page = browser.get(f"/typing/runs/{run.id}/result").text
    assert "Nothing was typed" in page
    browser.get(f"/typing/runs/{run.id}/replay")


def test_the_page_closes_a_run_past_its_wall(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    send(started, 1, typed("Good morning"), NOON + timedelta(seconds=5))
    with clock.frozen(started.run.closes_at + timedelta(seconds=1)):
        browser = client(alice)
        found = browser.get(f"/typing/runs/{started.run.id}", status=302).headers["Location"]
        browser.get(found)
    assert run_of(started.run.id).state == RunState.CLOSED


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_history_can_be_taken_away(make: type[Make], client: Browse, kind: str) -> None:
    alice = make.person()
    test = ready(alice)
    take(alice, test_id=test.id)
    answer = client(alice).get(f"/typing/history/{kind}")
    assert answer.headers["Content-Disposition"].endswith(f"typing-runs.{kind}")
    if kind == "csv":
        lines = answer.text.strip().splitlines()
        assert len(lines) == 2
        assert "Net speed" in lines[0]


def test_a_lesson_of_weak_characters(make: type[Make], client: Browse) -> None:
    alice = make.person()
    test = ready(alice)
    browser = client(alice)
    refused = browser.post("/typing/lessons", {"language": "en", "source": "weak"}, status=422).text
    assert "There is nothing yet to make this lesson of." in refused
    take(alice, test_id=test.id)
    assert "Your weak characters in English" in browser.get("/typing/practice").text
    found = browser.post("/typing/lessons", {"language": "en", "source": "weak"})
    run = run_of(int(found.headers["Location"].rsplit("/", 1)[-1]))
    assert run.passage_version_id is None
    assert len(run.text.split()) > 20
    assert "Practice lesson" in browser.get(found.headers["Location"]).text


def test_a_lesson_of_phrases(make: type[Make], client: Browse, now: datetime) -> None:
    alice = make.person()
    with transaction():
        for number in range(3):
            db.session.add(
                TypingPhrase(
                    language="zh", group="问候", text=f"您好，请问有什么可以帮您？{number}",
                    created_at=now,
                )
            )  # fmt: skip
    browser = client(alice, language="zh")
    assert "问候" in browser.get("/typing/practice").text
    sent = {"language": "zh", "source": "phrases", "group": "问候"}
    found = browser.post("/typing/lessons", sent).headers["Location"]
    assert run_of(int(found.rsplit("/", 1)[-1])).text.count("您好") == 3
    for wrong in ({"group": "none"}, {"language": "fr"}):
        browser.post("/typing/lessons", sent | wrong, status=422)


def test_practice_that_stops_early_is_judged_as_far_as_it_went(
    make: type[Make], client: Browse
) -> None:
    alice = make.person()
    with transaction():
        add_passage()
    practice = {"language": "en", "kind": "prose", "mode": Mode.WHOLE}
    run = take(alice, text=ENGLISH[:100], **practice)
    assert run.accuracy == 10_000
    assert "other_text" not in (run.reasons or [])
    page = client(alice).get(f"/typing/runs/{run.id}/result").text
    assert "You stopped early: the figures are those of the part that you typed." in page
    assert '<del title="left out">' not in page
