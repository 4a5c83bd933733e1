"""Judges set a pass mark question by question, alone, and the author takes it over."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.assessment.papers import add_exam, add_item
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub.assessment.models import AngoffSheet
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.rules.settings import PassMarkMethod, settings_from
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role


@pytest.fixture
def people(app: Flask, make: type[Make]) -> dict[str, Person]:
    with transaction():
        for number in range(1, 4):
            add_item(f"item-{number}")
        add_exam()
    return {
        "alice": make.person("alice", Role.TRAINER),
        "bob": make.person("bob", Role.SUPERVISOR),
        "dan": make.person("dan", Role.TRAINER),
        "charlie": make.person("charlie"),
    }


def ask(author: CheckingClient, *judges: Person) -> str:
    form = {"name": "Spring", "judge_ids": [str(one.id) for one in judges]}
    return str(author.post("/exams/entry/judging", form).location)


def sheet() -> AngoffSheet:
    db.session.rollback()
    return db.session.query(AngoffSheet).one()


def judge(browser: CheckingClient, *values: str, status: int = 302) -> str:
    one = sheet()
    form = {f"item-{item}": value for item, value in zip(one.item_ids, values, strict=True)}
    return browser.post(f"/judging/{one.id}", form, status=status).text


def test_one_judge_is_not_enough(client: Any, people: dict[str, Person]) -> None:
    author = client(people["alice"])
    form = {"name": "Spring", "judge_ids": [str(people["bob"].id)]}
    page = author.post("/exams/entry/judging", form, status=422)
    assert "at least two judges" in page.text


def test_judges_find_their_sheet_and_see_nobody_elses_figures(
    client: Any, people: dict[str, Person]
) -> None:
    ask(client(people["alice"]), people["bob"], people["dan"])
    judge(client(people["bob"]), "41", "42", "43")
    dan = client(people["dan"])
    assert "Spring" in dan.get("/judging").text
    fields = Page(dan.get(f"/judging/{sheet().id}").text).all("input")
    assert not [one for one in fields if one.get("value") in {"41", "42", "43"}]
    own = Page(client(people["bob"]).get(f"/judging/{sheet().id}").text).all("input")
    assert len([one for one in own if one.get("value") in {"41", "42", "43"}]) == 3


def test_only_judges_of_a_sheet_judge_on_it(client: Any, people: dict[str, Person]) -> None:
    ask(client(people["alice"]), people["bob"], people["dan"])
    client(people["alice"]).get(f"/judging/{sheet().id}", status=404)
    client(people["charlie"]).get("/judging", status=403)
    client(people["bob"]).get(f"/judging/{sheet().id}/result", status=403)


def test_what_is_no_per_cent_is_refused_and_kept_on_the_page(
    client: Any, people: dict[str, Person]
) -> None:
    ask(client(people["alice"]), people["bob"], people["dan"])
    page = judge(client(people["bob"]), "101", "many", "50", status=422)
    assert page.count("A whole number from 0 to 100.") == 2
    assert 'value="many"' in page


def test_the_cut_score_becomes_the_pass_mark(client: Any, people: dict[str, Person]) -> None:
    author = client(people["alice"])
    place = ask(author, people["bob"], people["dan"])
    assert "Nobody has judged yet" in author.get(place).text
    judge(client(people["bob"]), "60", "70", "80")
    judge(client(people["dan"]), "65", "80", "30")
    page = author.get(place).text
    assert "64.2%" in page  # (62.5 + 75 + 55) / 3
    assert page.count("th-row-urgent") == 1, "the third question is 50 apart"
    author.post(f"/judging/{sheet().id}/use")
    settings = settings_from(get_exam("entry").settings)
    assert (settings.pass_mark, settings.pass_mark_method) == (65, PassMarkMethod.ANGOFF)
    assert "Spring" in settings.pass_mark_note
    client(people["bob"]).post(f"/judging/{sheet().id}", {})
    assert "Spring" not in client(people["bob"]).page("/judging").text


def test_the_pages_are_in_chinese(client: Any, people: dict[str, Person]) -> None:
    ask(client(people["alice"]), people["bob"], people["dan"])
    browser = client(people["dan"], language="zh")
    for path in ("/judging", f"/judging/{sheet().id}", f"/judging/{sheet().id}/result"):
        browser.get(path)
    assert "评定" in browser.get("/exams/entry/judging").text
