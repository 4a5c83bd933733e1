"""The pages of figures: what a trainer reads on them, and what leaves the house as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.marked import correct
from tests.assessment.papers import add_exam, add_item, add_sitting
from tests.assessment.results import (
    COLOUR,
    COLOURS,
    add_attempt,
    add_candidate,
    add_people,
    known_exam,
    option_ids,
)
from tests.checking import CheckingClient, Page
from tests.conftest import NOON
from trainhub.assessment.views.statistics.exams import _histogram
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.tables import read_table

Browser = Callable[..., CheckingClient]


@pytest.fixture
def trainer(client: Browser, make: type) -> CheckingClient:
    return client(make.person("tess", Role.TRAINER))


def test_the_page_of_an_exam_shows_the_known_figures(trainer: CheckingClient) -> None:
    known_exam()
    page = trainer.page("/exams/entry/statistics")
    assert "Figures: Entry exam" in page.h1
    for words in (
        "10 first attempts: look, but do not decide",
        "56.7%",  # mean
        "69.4%",  # alpha
        "55.3%",  # error ratio
        "21.4%",  # standard error
        "0.64 points",
        "60%",  # six of ten passed
        "Pass mark 60%",
        "80%", "50%", "40%",  # facilities
        "54", "47", "Takes too long", "tentative",
    ):  # fmt: skip
        assert words in page.text, words


def test_few_people_are_told_why_there_are_no_figures(trainer: CheckingClient) -> None:
    with transaction():
        add_exam("entry")
    assert "Nobody has finished this exam yet" in trainer.page("/exams/entry/statistics").text
    people = add_people(3)
    with transaction():
        item = add_item("one")
        sitting = add_sitting(add_exam("second"))
        for person in people:
            candidate = add_candidate(sitting, person)
            add_attempt(sitting.version, person, [(item, True, 1, 5)], candidate=candidate)
    page = trainer.page("/exams/second/statistics")
    assert "3 first attempts so far: figures are shown from 10 on" in page.text
    assert "100%" not in page.text and "too few" in page.text
    listed = trainer.page("/exam-figures").text
    assert "Entry exam" in listed and "too few" in listed
    trainer.get("/exams/unknown/statistics", status=404)


def test_questions_can_be_sorted_by_each_figure(trainer: CheckingClient) -> None:
    known_exam()

    def order(sort: str) -> list[str]:
        text = trainer.page(f"/exams/entry/statistics?sort={sort}").text
        text = text[text.index("Questions Answers") :]
        return sorted(("easy ·", "middle ·", "colour ·"), key=text.index)

    assert order("facility") == ["colour ·", "middle ·", "easy ·"]
    assert order("facility&falling=1") == ["easy ·", "middle ·", "colour ·"]
    assert order("question") == ["colour ·", "easy ·", "middle ·"]
    assert order("nonsense") == ["middle ·", "colour ·", "easy ·"], "what has a flag stands first"


def test_the_questions_stand_in_a_picture_and_every_figure_is_explained(
    trainer: CheckingClient,
) -> None:
    known_exam()
    answer = trainer.get("/exams/entry/statistics")
    assert "<title>easy: 80%" in answer.text
    text = Page(answer.text).text
    for words in (
        "The questions at a glance",
        "alpha is low without anything being wrong",
        "How far a person's mark would move",
        "Below 0 when most marks are high",
        "Above 0 when marks lie close together",
        "The part of the differences between marks that is chance",
    ):
        assert words in text, words


def test_marks_that_lie_close_together_are_told_apart() -> None:
    figures = SimpleNamespace(
        exam=SimpleNamespace(mean=90.0), pass_mark=80, marks=[84.0, 88.0, 91.0, 93.0, 96.0]
    )
    found = _histogram(cast(Any, figures))
    assert found is not None
    assert [row for row in found[1] if row[1]] == [
        ("84–86", 1), ("88–90", 1), ("90–92", 1), ("92–94", 1), ("96–98", 1),
    ]  # fmt: skip
    figures.marks.append(12.0)
    whole = _histogram(cast(Any, figures))
    assert whole is not None and whole[1][0] == ("10–20", 1)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_a_question_that_is_too_hard_is_shown(
    make: type, client: Browser, language: str
) -> None:
    people = add_people(12)
    with transaction():
        hard = add_item("hard")
        version = add_exam("entry")
        sitting = add_sitting(version)
        for n, person in enumerate(people):
            answers = [(hard, n == 0, int(n == 0), 5)]
            add_attempt(version, person, answers, candidate=add_candidate(sitting, person))
    browser = client(make.person("tess", Role.TRAINER), language=language)
    told = "30%" if language == "zh" else "Less than 30% of the points were earned."
    assert told in browser.page("/question-bank/items/hard").text
    browser.page("/question-bank")


def test_one_slip_among_right_answers_is_no_alarm(trainer: CheckingClient) -> None:
    people = add_people(40)
    with transaction():
        slip, other, third = (add_item(key) for key in ("slip", "other", "third"))
        version = add_exam("entry")
        sitting = add_sitting(version)
        for n, person in enumerate(people):
            good = n < 20
            answers = [(slip, n != 0, int(n != 0), 5)]
            answers += [(each, good, int(good), 5) for each in (other, third)]
            add_attempt(version, person, answers, candidate=add_candidate(sitting, person))
    text = trainer.page("/question-bank/hygiene").text
    assert "May work backwards" in text and "Works backwards" not in text
    assert "retire it" not in text and "tentative" in text


def test_the_page_of_a_question_tells_who_chose_what(trainer: CheckingClient) -> None:
    known_exam()
    text = trainer.page("/question-bank/items/colour/statistics").text
    for words in (
        "English, version 1 · in force",
        "Which colour?",
        "a blind guess: 25%",
        "against the rest of the paper",
        "Red right 4",
        "Grey 0",
        "Never chosen",
        "Replace it by a mistake that people really make",
        "No answer 1",
        "Entry exam",
    ):
        assert words in text, words
    truth = trainer.page("/question-bank/items/easy/statistics").text
    assert "True right 8" in truth and "False 2" in truth, "in the words of the exam"


def test_authors_find_the_worst_questions_and_what_to_do(trainer: CheckingClient) -> None:
    assert "Nothing to judge yet" in trainer.page("/question-bank/hygiene").text
    known_exam(times=3)
    page = trainer.page("/question-bank/hygiene")
    for words in ("Takes too long", "Shorten the question", "In one language only (3)", "Retire"):
        assert words in page.text, words


def test_every_response_leaves_as_a_table_under_pseudonyms(trainer: CheckingClient) -> None:
    known_exam()
    answer = trainer.get("/exams/entry/responses/csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 30
    colours = [row for row in rows if row["Question"] == "colour"]
    assert [row["Response"] for row in colours] == list(COLOUR)
    assert {row["Mark"] for row in colours} == {"0.0", "1.0"}
    truths = {row["Response"] for row in rows if row["Question"] == "easy"}
    assert truths == {"True", "False"}, "in the words of the paper"
    assert len({row["Person"] for row in rows}) == 10
    assert all(row["Person"].startswith("P") and "E0" not in row["Person"] for row in rows)
    assert rows[0]["Saved at (UTC)"] == "2026-11-22 04:01:00"
    book = read_table(trainer.get("/exams/entry/responses/xlsx").data)
    assert len(book.rows) == 30
    assert book.rows[2].cells["Order of options"].count(" | ") == 3
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_employee_numbers_leave_only_on_record(trainer: CheckingClient) -> None:
    known_exam()
    answer = trainer.post("/exams/entry/responses/csv", status=200)
    assert "E00001" in answer.data.decode("utf-8")
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.action, entry.object_key) == ("exam.responses_taken", "entry")


def test_a_response_that_looks_like_a_formula_leaves_as_text(
    app: Flask, trainer: CheckingClient
) -> None:
    (person,) = add_people(1)
    with transaction():
        item = add_item("typed", kind="short_answer", content={"answers": ["x"]})
        sitting = add_sitting(add_exam("entry"))
        candidate = add_candidate(sitting, person)
        answers = [(item, "=1+1", 0, 5)]
        add_attempt(sitting.version, person, answers, candidate=candidate)
    assert ",'=1+1," in trainer.get("/exams/entry/responses/csv").data.decode("utf-8")


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.PLANNER])
def test_figures_are_for_those_who_teach(client: Browser, make: type, role: Role) -> None:
    known_exam()
    browser = client(make.person("bob", role))
    for path in (
        "/exam-figures",
        "/exams/entry/statistics",
        "/exams/entry/responses/csv",
        "/question-bank/items/easy/statistics",
        "/question-bank/hygiene",
    ):
        browser.get(path, status=403)


def test_a_reworded_question_shows_its_way_from_version_to_version(
    trainer: CheckingClient,
) -> None:
    version, (_, _, colour), _people = known_exam()
    correct("colour", COLOURS, NOON, stem="Which colour {{x}} now?")
    db.session.expire_all()
    later = add_people(10, first=100)
    with transaction():
        sitting = add_sitting(version)
        red = option_ids(colour)["Red"]
        for person in later:
            answers = [(colour, red, 1, 5)]
            add_attempt(version, person, answers, candidate=add_candidate(sitting, person))
    text = trainer.page("/question-bank/items/colour/statistics").text
    for words in (
        "English, version 2 · in force · 10 first attempts",
        "English, version 1 · 10 first attempts",
        "Which colour ____ now?",
        "From version to version (English)",
        "version 1 40% version 2 100%",
    ):
        assert words in text, words
