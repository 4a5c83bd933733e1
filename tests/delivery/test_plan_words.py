"""Reasons, offers and changes as sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.delivery.test_assembling import MONDAY, PERIOD, facts
from trainhub.delivery.rules.planning import plan_in_words, reasons_in_words
from trainhub.delivery.rules.planning.agreement import Change, span_of
from trainhub.delivery.rules.planning.assembling import assemble
from trainhub.delivery.rules.sentences import Clock, Named
from trainhub.errors import fill
from trainhub.planner.judging.relaxations import KINDS
from trainhub.planner.problem.plan import CODES, Unplaced

PROBLEM = assemble(facts()).problem
SPAN = span_of(PROBLEM)
DAY = PERIOD.day(MONDAY)


def detail(**more: object) -> dict[str, object]:
    frame: dict[str, object] = {"options": 3, "blocked": 3, "release": DAY, "deadline": DAY + 4}
    return frame | more


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_a_title_and_a_whole_sentence(code: str) -> None:
    seat = Unplaced(0, "C1", code, detail(course="C2", day=DAY))
    sentence = reasons_in_words.reason(seat, *SPAN)
    assert "%(" not in fill(sentence.message, sentence.params)
    assert reasons_in_words.TITLES[code]


def test_cover_is_told_with_day_interval_and_heads() -> None:
    figures = detail(queue="Q1", day=DAY, from_min=540, to_min=570, short_by=2)
    seat = Unplaced(0, "C1", "COVERAGE", figures)
    sentence = reasons_in_words.reason(seat, *SPAN)
    assert sentence.params["on"] == MONDAY
    assert (sentence.params["from"], sentence.params["until"]) == (Clock(540), Clock(570))
    assert sentence.params["short"] == 2
    assert sentence.message.startswith("At every one of")
    some = reasons_in_words.reason(replace(seat, detail=figures | {"blocked": 2}), *SPAN)
    assert some.message.startswith("At %(blocked)s of")
    unknown = reasons_in_words.reason(seat, *SPAN, {"Q1"})
    assert "not known" in unknown.message


def test_reasons_speak_of_early_classes_where_only_those_count() -> None:
    early = detail(kinds=["early"], shifts=3, day=DAY, from_min=540, to_min=570, short_by=2)
    seat = Unplaced(0, "C1", "COVERAGE", early)
    sentence = reasons_in_words.reason(seat, *SPAN)
    assert "early-class hour of all %(shifts)s shifts" in sentence.message
    assert sentence.params["shifts"] == 3
    some = reasons_in_words.reason(replace(seat, detail=early | {"blocked": 2}), *SPAN)
    assert "early-class hour" in some.message
    other = reasons_in_words.reason(replace(seat, detail=early | {"kinds": ["after"]}), *SPAN)
    assert "early" not in other.message
    nowhere = replace(seat, code="NO_WINDOW", detail=early | {"working_days": 5})
    assert "has an early-class hour" in reasons_in_words.reason(nowhere, *SPAN).message


@pytest.mark.parametrize("kind", KINDS)
def test_every_offer_is_a_whole_sentence(kind: str) -> None:
    one = {
        "kind": kind,
        "detail": {
            "course": "C1", "room": "R1", "trainer": "K50", "team": "T1", "queue": "Q1",
            "site": "S1", "more": 2, "more_min": 60, "heads": 1, "people": 3, "day": DAY,
            "start": 540,
        },
    }  # fmt: skip
    if kind == "session":
        one["detail"] |= {"trainer": True, "room": False}  # type: ignore[operator]  # a dict
    sentence = plan_in_words.offer(one, PROBLEM)
    assert "%(" not in fill(sentence.message, sentence.params)


def test_changes_name_people_courses_and_times() -> None:
    what = {"person": 3, "course": 1, "on": MONDAY, "start": 540, "room": 1, "trainer": 50}
    sentence = plan_in_words.change(Change("ROTA", what))
    assert sentence.params["person"] == Named("person", 3)
    assert sentence.params["start"] == Clock(540)
    for code in ("ROTA", "REST", "NO_NEED", "PERSON", "CLASS", "BEGUN", "SEAT_GONE", "SEAT_NEW",
                 "ROOM", "TRAINER", "TEACHES", "CAMPAIGN", "TWO_PLACES",
                 "OTHER"):  # fmt: skip
        whole = plan_in_words.change(Change(code, what))
        assert "%(" not in fill(whole.message, whole.params)


@pytest.mark.parametrize(
    "one",
    [
        {"kind": "seats", "course_id": 1, "seats": 12},
        {"kind": "deadline", "until": MONDAY.isoformat()},
        {"kind": "trainer_hours", "trainer_id": 50, "max_min": 660},
        {"kind": "max_short", "heads": 1},
        {"kind": "team_share", "share": 40},
        {"kind": "week_limit", "minutes": 180},
        {"kind": "session", "course_id": 1, "trainer_id": 50, "on": MONDAY.isoformat(),
         "starts_min": 540, "ends_min": 600, "max_min": 660},
    ],
)  # fmt: skip
def test_what_was_given_way_is_told_in_whole_sentences(one: dict[str, object]) -> None:
    sentences = plan_in_words.given_way(one)
    assert len(sentences) == (2 if one["kind"] == "session" else 1)
    for sentence in sentences:
        assert "%(" not in fill(sentence.message, sentence.params)


def test_what_stands_over_somebody_is_not_the_reason_of_a_few_times_only() -> None:
    few = detail(options=4, blocked=1, counts={"COVERAGE": 1, "ROOM_BUSY": 2, "REST": 2})
    assert reasons_in_words.cause_of(Unplaced(0, "C1", "COVERAGE", few)) == "MIXED"
    most = detail(options=4, blocked=2, counts={"COVERAGE": 2, "ROOM_BUSY": 2})
    assert reasons_in_words.cause_of(Unplaced(0, "C1", "COVERAGE", most)) == "COVERAGE"


def test_a_part_that_has_a_seat_is_not_called_missing() -> None:
    gap = Unplaced(0, "C1", "SERIES_ORDER", detail(course="C2", day=DAY, gap=1))
    assert reasons_in_words.cause_of(gap) == "SERIES_GAP"
    missing = Unplaced(0, "C1", "SERIES_ORDER", detail(course="C2", missing=True))
    assert reasons_in_words.cause_of(missing) == "SERIES_ORDER"
    assert reasons_in_words.reason(gap, *SPAN).message.startswith("None of the %(options)s")
