"""The bank's pages, as a trainer uses them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.assessment.papers import add_item, ready_sitting
from tests.catalogue.texts import library, take
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub.assessment.models import AttemptItem
from trainhub.assessment.queries.bank import find_item, get_item
from trainhub.assessment.rules.states import EndedBy
from trainhub.assessment.services import close_attempt, start_attempt
from trainhub.assessment.services.bank import take_over_catalogue
from trainhub.db import db, transaction
from trainhub.people.models import Role

CHOICE = {"options": [{"text": "Red", "correct": True}, {"text": "Blue"}]}


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Any) -> CheckingClient:
    browser: CheckingClient = client(make.person("alice", Role.TRAINER))
    return browser


def add(key: str, **values: Any) -> None:
    with transaction():
        add_item(key, **values)


def test_an_empty_bank_says_where_questions_come_from(trainer: CheckingClient) -> None:
    assert "The bank is empty" in trainer.get("/question-bank").text


def test_the_list_finds_by_words_topic_and_missing_language(trainer: CheckingClient) -> None:
    add("refund", stem="How long does a refund take?", topic="money")
    add("greeting", stem="What is said first?", topic="calls")
    add("greeting", stem="先说什么？", topic="calls", language="zh")
    page = trainer.get("/question-bank?q=REFUND")
    assert "How long does a refund take?" in page.text
    assert "What is said first?" not in page.text
    assert "What is said first?" in trainer.get("/question-bank?topic=calls").text
    assert "What is said first?" not in trainer.get("/question-bank?missing=zh").text


def test_the_list_finds_by_tag_in_chinese(trainer: CheckingClient) -> None:
    add("refund", tags=("退款",))
    add("other", tags=("退款流程",))
    page = trainer.get("/question-bank?tag=退款")
    assert "refund" in page.text
    assert "Is other so?" not in page.text


def test_retired_questions_are_out_of_the_way_until_asked_for(trainer: CheckingClient) -> None:
    add("old", status="retired")
    assert "Is old so?" not in trainer.get("/question-bank").text
    assert "Is old so?" in trainer.get("/question-bank?status=retired").text
    assert "Is old so?" in trainer.get("/question-bank?status=all").text


def test_a_question_is_shown_in_both_languages_with_its_key(trainer: CheckingClient) -> None:
    add("colour", kind="single", content=CHOICE, stem="Which colour?")
    page = trainer.get("/question-bank/items/colour")
    assert "Which colour?" in page.text
    assert "There is no text in this language yet" in page.text
    assert "th-option-right" in page.text


def test_facts_are_changed_with_a_reason(trainer: CheckingClient) -> None:
    add("colour", enemies=("colours",))
    add("shade", enemies=("colours",))
    trainer.post(
        "/question-bank/items/colour/facts",
        {
            "revision": "1",
            "topic": "looks",
            "level": "basic",
            "status": "draft",
            "tags": "红色，蓝色",
            "enemies": "colours",
            "expected_s": "30",
            "reason": "too easy",
        },
        status=302,
    )
    item = get_item("colour")
    assert (item.topic, item.level, item.tags, item.status) == (
        "looks",
        "basic",
        ["红色", "蓝色"],
        "draft",
    )
    assert "shade" in trainer.get("/question-bank/items/colour").text


def test_a_wrong_topic_is_refused_at_its_field(trainer: CheckingClient) -> None:
    add("colour")
    form = {"revision": "1", "topic": "No Good", "level": "basic", "status": "live"}
    page = trainer.post("/question-bank/items/colour/facts", form | {"expected_s": "0"}, status=422)
    assert "Lower-case letters, digits and single hyphens" in page.text
    assert "From 1 to 3600 seconds." in page.text


def test_two_authors_changing_facts_are_told(trainer: CheckingClient) -> None:
    add("colour")
    form = {"revision": "1", "level": "basic", "status": "live", "expected_s": "30"}
    trainer.post("/question-bank/items/colour/facts", form | {"topic": "one"}, status=302)
    page = trainer.post("/question-bank/items/colour/facts", form | {"topic": "two"}, status=422)
    assert "Somebody else changed this question" in page.text
    assert get_item("colour").topic == "one"


def test_many_questions_are_changed_at_once(trainer: CheckingClient) -> None:
    for key in ("one", "two", "three"):
        add(key, tags=("old", "kept"))
    ids = [str(get_item(key).id) for key in ("one", "two")]
    form = {"item_id": ids, "topic": "new-topic", "tags_off": "old", "tags_on": "fresh"}
    answer = trainer.post("/question-bank/change", form | {"back": "q=o&page=2"}, status=302)
    assert answer.location == "/question-bank?q=o&page=2"
    assert [get_item(key).topic for key in ("one", "two", "three")] == [
        "new-topic",
        "new-topic",
        "general",
    ]
    assert get_item("two").tags == ["kept", "fresh"]


def test_an_own_question_is_written_in_the_browser(trainer: CheckingClient) -> None:
    trainer.get("/question-bank/new")
    trainer.get("/question-bank/new/short_answer?language=zh")
    form = {
        "do": "save",
        "stem": "标准首响时间是多少秒？",
        "answers": "30\n三十",
        "key": "first-reply",
        "topic": "phrases",
        "level": "basic",
        "live": "1",
    }
    trainer.post("/question-bank/new/short_answer?language=zh", form, status=302)
    item = get_item("first-reply")
    assert (item.topic, item.level, item.status) == ("phrases", "basic", "live")
    assert item.editions[0].language == "zh"


def test_all_that_is_wrong_with_a_new_question_is_said_at_once(trainer: CheckingClient) -> None:
    form = {"do": "save", "key": "first", "topic": "Not A Topic", "stem": "", "answers": ""}
    page = Page(trainer.post("/question-bank/new/short_answer", form, status=422).text)
    wrong = {one["name"] for one in [*page.all("input"), *page.all("textarea")]
             if "aria-invalid" in one}  # fmt: skip
    assert {"stem", "topic"} <= wrong
    assert page.text.count("Lower-case letters, digits and single hyphens") >= 1
    assert (
        'value="Not A Topic"'
        in trainer.post("/question-bank/new/short_answer", form, status=422).text
    )


def test_a_question_leads_to_its_regrade_and_shows_each_key(
    trainer: CheckingClient, make: type[Make], now: datetime
) -> None:
    add("word", kind="short_answer", content={"answers": ["refund"]}, stem="What **now**?")
    assert "/regrades/new" not in trainer.get("/question-bank/items/word").text
    answered(make.person("bob"), "word", "money back", now)
    with transaction():
        get_item("word").used = 1
    page = trainer.get("/question-bank/items/word")
    assert "/regrades/new?item=word" in page.text
    assert "refund" in page.text.split("Versions")[-1]
    tried = trainer.page("/question-bank/items/word/en/wordings").text
    assert "What now?" in tried and "**" not in tried


def test_translating_begins_with_the_other_language(trainer: CheckingClient) -> None:
    add("colour", kind="single", content=CHOICE, stem="Which colour?")
    page = trainer.get("/question-bank/items/colour/zh/edit")
    assert "Which colour?" in page.text
    assert "The question as it stands in the other language" in page.text
    english = {
        "do": "save", "stem": "Which colour? ", "options-0-text": "Red",
        "options-0-correct": "y", "options-1-text": "Blue",
    }  # fmt: skip
    refused = trainer.post("/question-bank/items/colour/zh/edit", english, status=422)
    assert "This is still the English text" in refused.text
    assert len(get_item("colour").editions) == 1, "no paper has English in place of Chinese"
    form = {
        "do": "save",
        "stem": "什么颜色？",
        "options-0-text": "红",
        "options-0-correct": "y",
        "options-1-text": "蓝",
    }
    trainer.post("/question-bank/items/colour/zh/edit", form, status=302)
    item = get_item("colour")
    assert {one.language: one.version.stem for one in item.editions}["zh"] == "什么颜色？"


def test_a_question_from_a_quiz_is_written_in_its_quiz(
    trainer: CheckingClient, now: datetime
) -> None:
    take(library())
    with transaction():
        take_over_catalogue(now)
    page = trainer.get("/question-bank/items/opening-first-word")
    assert "Change in the quiz" in page.text
    trainer.get("/question-bank/items/opening-first-word/en/edit", status=404)


def answered(person: Any, key: str, text: str, now: datetime) -> None:
    sitting = ready_sitting(person)
    with transaction():
        attempt = start_attempt(sitting.id, person, "en", now=now)
        row = db.session.get(AttemptItem, (attempt.id, 1))
        item = find_item(key)
        assert row is not None and item is not None
        row.item_id, row.version_id = item.id, item.editions[0].version_id
        row.response = text
    with transaction():
        close_attempt(attempt.id, by=EndedBy.CANDIDATE, now=now)


def test_other_accepted_answers_are_tried_on_past_ones(
    trainer: CheckingClient, make: type[Make], now: datetime
) -> None:
    add("word", kind="short_answer", content={"answers": ["refund"]}, stem="What?")
    answered(make.person("bob"), "word", "money back", now)
    page = trainer.get("/question-bank/items/word/en/wordings")
    assert "0 past answers would count now" in page.text
    form = {"answers": "refund\nmoney back"}
    page = trainer.post("/question-bank/items/word/en/wordings", form, status=200)
    assert "1 past answer would count now" in page.text
    assert "money back" in page.text


LONG = {"rubric": [{"key": "tone", "text": "Greets", "points": 1}], "model_answer": "", "limit": 90}


@pytest.mark.parametrize(
    ("kind", "content", "given"),
    [
        ("short_answer", {"answers": ["refund"]}, "money back"),
        ("numeric", {"answer": "7"}, "8"),
        ("long_answer", LONG, "Dear Ms Li"),
    ],
)
def test_a_question_with_past_answers_is_edited(
    trainer: CheckingClient,
    make: type[Make],
    now: datetime,
    kind: str,
    content: dict[str, Any],
    given: str,
) -> None:
    add("word", kind=kind, content=content, stem="What?")
    answered(make.person("bob"), "word", given, now)
    page = trainer.get("/question-bank/items/word/en/edit")
    assert "What?" in page.text
    if kind in {"short_answer", "numeric"}:
        assert "What it makes of past answers" in page.text
        assert given in page.text


def test_what_a_version_changed_is_shown(trainer: CheckingClient) -> None:
    add("colour", kind="single", content=CHOICE, stem="Which colour?")
    seen = get_item("colour").editions[0].version_id
    form = {
        "do": "save",
        "seen_item": str(seen),
        "stem": "Which colour is it?",
        "options-0-text": "Red",
        "options-0-correct": "y",
        "options-1-text": "Blue",
        "note": "clearer",
    }
    trainer.post("/question-bank/items/colour/en/edit", form, status=302)
    assert "clearer" in trainer.get("/question-bank/items/colour").text
    assert "<ins>" in trainer.get("/question-bank/items/colour/en/changes/2").text


def test_agents_see_nothing_of_the_bank(make: type[Make], client: Any) -> None:
    agent = client(make.person("bob"))
    agent.get("/question-bank", status=403)


def test_the_pages_are_in_chinese(make: type[Make], client: Any) -> None:
    add("colour", kind="single", content=CHOICE, stem="Which colour?")
    browser = client(make.person("alice", Role.TRAINER), language="zh")
    assert "题库" in browser.get("/question-bank").text
    browser.get("/question-bank/items/colour")
    browser.get("/question-bank/items/colour/facts")
    browser.get("/question-bank/new/single")
