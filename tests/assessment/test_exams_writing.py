"""Writing an exam: from a preset to a published version, each part checked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.assessment.papers import add_exam, add_item, add_sitting, ready_sitting
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub import pipeline
from trainhub.assessment.models import Attempt, ExamVersion, Sitting
from trainhub.assessment.queries.bank import get_item
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.rules.settings import (
    Blueprint,
    ExamSettings,
    Part,
    When,
    settings_from,
)
from trainhub.assessment.services import start_attempt
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

NEW = {
    "preset": "exam",
    "languages": ["en"],
    "title_en": "Entry exam",
    "key": "entry",
}
RULES = {
    "duration_min": "30",
    "attempts": "2",
    "pause_h": "24",
    "layout": "one",
    "may_go_back": "y",
    "shuffle_items": "y",
    "form": "own",
    "markers": "1",
}


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Any) -> CheckingClient:
    with transaction():
        for number in range(1, 6):
            add_item(f"item-{number}")
        add_item("hard-1", level="advanced", topic="hard")
    browser: CheckingClient = client(make.person("alice", Role.TRAINER))
    browser.post("/exams/new", NEW)
    return browser


def settings() -> Any:
    db.session.rollback()
    return settings_from(get_exam("entry").settings)


def revision() -> str:
    db.session.rollback()
    return str(get_exam("entry").revision)


def quotas(*rows: tuple[str, str, str], do: str = "save") -> dict[str, str]:
    form = {"do": do, "revision": revision()}
    for n, (count, topic, level) in enumerate(rows):
        form |= {f"count-{n}": count, f"topic-{n}": topic, f"level-{n}": level}
    return form


def test_a_new_exam_begins_with_its_preset(trainer: CheckingClient) -> None:
    trainer.post("/exams/new", NEW | {"preset": "practice", "key": "warm-up"})
    made = settings_from(get_exam("warm-up").settings)
    assert (made.is_practice, made.attempts) == (True, 0)
    assert "warm-up" in trainer.get("/exams").text


def test_two_exams_cannot_have_one_key(trainer: CheckingClient) -> None:
    assert "Another exam has the key" in trainer.post("/exams/new", NEW, status=422).text


def test_each_language_needs_a_title(trainer: CheckingClient) -> None:
    page = trainer.post("/exams/new", NEW | {"key": "b", "languages": ["zh", "en"]}, status=422)
    assert "Each language of the exam needs a title." in page.text


def test_all_that_a_new_exam_lacks_is_said_at_once(trainer: CheckingClient) -> None:
    form = NEW | {"key": "Not A Key", "title_en": "", "languages": ["en", "zh"]}
    text = Page(trainer.post("/exams/new", form, status=422).text).text
    for words in ("Key – Lower-case letters", "Title in English –", "Title in Chinese –"):
        assert words in text, words
    text = trainer.page("/exams/new").text
    assert "Title in Chinese optional" not in text
    assert "Needed if the exam has this language." in text


def test_counting_again_tells_what_is_wrong_now(trainer: CheckingClient) -> None:
    form = quotas(("", "advanced", ""), do="count")
    path = "/exams/entry/questions"
    form["csrf_token"] = trainer.token()
    part = trainer.client.post(path, data=form, headers={"X-Part": "counts"})
    assert "Row 1: Say how many questions" in Page(part.text).text


def test_quotas_are_saved_and_counted(trainer: CheckingClient) -> None:
    trainer.post("/exams/entry/questions", quotas(("3", "general", ""), ("1", "", "advanced")))
    blueprint = settings().blueprint
    assert [(one.count, one.topic, one.level) for one in blueprint.quotas] == [
        (3, "general", ""),
        (1, "", "advanced"),
    ]
    page = trainer.get("/exams/entry/questions")
    assert "about 2.8 of 4 questions" in page.text  # 3²/5 + 1²/1


def test_counting_stores_nothing_and_shows_what_is_short(trainer: CheckingClient) -> None:
    form = quotas(("9", "general", ""), do="count")
    answer = trainer.client.post(
        "/exams/entry/questions",
        data=form | {"csrf_token": trainer.token()},
        headers={"X-Part": "counts"},
    )
    assert "too few" in answer.text
    assert "<html" not in answer.text
    assert not settings().blueprint.quotas


def test_a_row_without_a_number_is_refused(trainer: CheckingClient) -> None:
    form = quotas(("", "general", ""))
    page = trainer.post("/exams/entry/questions", form, status=422)
    assert "Row 1: Say how many questions" in page.text


def test_one_row_more_needs_no_script(trainer: CheckingClient) -> None:
    page = trainer.post("/exams/entry/questions", quotas(("2", "", ""), do="row"), status=200)
    assert 'name="count-1"' in page.text


def test_rules_are_checked_by_field(trainer: CheckingClient) -> None:
    path = "/exams/entry/edit/rules"
    wrong = RULES | {"duration_min": "0", "attempts": "many", "revision": revision()}
    page = trainer.post(path, wrong, status=422)
    assert "A whole number from 1 to 480." in page.text
    limited = RULES | {"item_limit_s": "60", "revision": revision()}
    assert "no going back" in trainer.post(path, limited, status=422).text
    trainer.post(path, RULES | {"revision": revision()})
    assert (settings().duration_s, settings().attempts, settings().pause_s) == (1800, 2, 86_400)
    assert settings().shuffle_options is False


def test_results_come_out_in_order(trainer: CheckingClient) -> None:
    form = {
        "revision": revision(),
        "release_score": "at_once",
        "release_right_wrong": "by_hand",
        "release_key": "at_once",
        "release_explanation": "never",
    }
    page = trainer.post("/exams/entry/edit/release", form, status=422)
    assert "This cannot come out before what stands above it." in page.text
    trainer.post("/exams/entry/edit/release", form | {"release_key": "by_hand"})
    assert settings().release[Part.KEY] is When.BY_HAND


def test_a_pass_mark_by_a_method_needs_its_note(trainer: CheckingClient) -> None:
    form = {"revision": revision(), "pass_mark": "75", "pass_mark_method": "angoff"}
    trainer.post("/exams/entry/edit/mark", form, status=422)
    trainer.post("/exams/entry/edit/mark", form | {"pass_mark_note": "Five judges"})
    assert (settings().pass_mark, settings().pass_mark_note) == (75, "Five judges")


def test_two_authors_do_not_overwrite_each_other(trainer: CheckingClient) -> None:
    seen = revision()
    trainer.post("/exams/entry/edit/rules", RULES | {"revision": seen})
    page = trainer.post("/exams/entry/edit/rules", RULES | {"revision": seen}, status=422)
    assert "Somebody else changed this exam" in page.text


def test_publishing_names_what_is_missing(trainer: CheckingClient) -> None:
    page = trainer.post("/exams/entry/publish", {}, status=422)
    assert "Say which questions the paper has." in page.text
    trainer.post("/exams/entry/questions", quotas(("6", "general", "")))
    page = trainer.post("/exams/entry/publish", {}, status=422)
    assert "in English: 6 wanted of topic “general”" in page.text
    assert "in English: 6 wanted" in trainer.get("/exams/entry/publish").text, "before the click"
    assert get_exam("entry").published is None


def publish(trainer: CheckingClient, note: str = "") -> None:
    trainer.post("/exams/entry/questions", quotas(("3", "general", "")))
    trainer.post("/exams/entry/publish", {"note": note})


def test_a_version_is_frozen_and_the_next_tells_what_changed(trainer: CheckingClient) -> None:
    publish(trainer, "first")
    trainer.post("/exams/entry/edit/rules", RULES | {"revision": revision()})
    first = db.session.query(ExamVersion).one()
    assert settings_from(first.settings).duration_s == 45 * 60
    page = trainer.get("/exams/entry/publish")
    assert "Time for one attempt" in page.text
    trainer.post("/exams/entry/publish", {"note": "shorter"})
    assert get_exam("entry").published.number == 2
    assert "shorter" in trainer.get("/exams/entry").text
    page = trainer.post("/exams/entry/publish", {}, status=422)
    assert "Nothing has changed since the last version." in page.text
    actions = [entry.action for entry in db.session.query(AuditEntry).all()]
    assert actions.count("exam.published") == 2


def test_a_fixed_list_is_picked_moved_and_given_up(trainer: CheckingClient) -> None:
    path = "/exams/entry/fixed-list"
    for key in ("item-1", "item-2", "item-3"):
        trainer.post(path, {"do": "add", "key": key, "revision": revision()})
    trainer.post(path, {"do": "up", "key": "item-3", "revision": revision()})
    trainer.post(path, {"do": "remove", "key": "item-1", "revision": revision()})
    assert settings().blueprint.items == ("item-3", "item-2")
    assert "Is item-3 so?" in trainer.get(path).text
    trainer.post(path, {"do": "clear", "revision": revision()})
    assert not settings().blueprint.is_fixed


def test_a_fixed_list_warns_of_enemies(trainer: CheckingClient) -> None:
    with transaction():
        for key in ("red", "blue"):
            add_item(key, enemies=("colours",))
    for key in ("red", "blue"):
        form = {"do": "add", "key": key, "revision": revision()}
        trainer.post("/exams/entry/fixed-list", form)
    assert "should never stand together: colours" in trainer.get("/exams/entry/fixed-list").text


def test_a_paper_is_drawn_again_by_its_seed(trainer: CheckingClient) -> None:
    trainer.post("/exams/entry/questions", quotas(("3", "general", "")))
    trainer.get("/exams/entry")
    one = trainer.page("/exams/entry/preview?seed=abc").text
    assert one == trainer.page("/exams/entry/preview?seed=abc").text
    papers = {trainer.page(f"/exams/entry/preview?seed={n}").text for n in range(6)}
    assert len(papers) > 3


def test_trying_an_exam_is_a_preview(trainer: CheckingClient) -> None:
    trainer.post("/exams/entry/try", {})
    assert not db.session.query(Attempt).count()
    publish(trainer)
    answer = trainer.post("/exams/entry/try", {"language": "en"})
    attempt = db.session.query(Attempt).one()
    assert (attempt.kind, answer.location) == ("preview", f"/attempts/{attempt.id}")


def test_a_retired_exam_opens_no_sitting(trainer: CheckingClient) -> None:
    publish(trainer)
    trainer.post("/exams/entry/retire")
    assert "Entry exam" in trainer.get("/exams?shelf=retired").text
    answer = trainer.get("/exams/entry/sittings/new", status=302)
    assert answer.location == "/exams/entry"
    trainer.post("/exams/entry/restore")
    trainer.get("/exams/entry/sittings/new")


def test_practice_with_the_questions_of_an_exam_to_come_is_pointed_out(
    trainer: CheckingClient, now: datetime
) -> None:
    words = "gives away answers of another exam"
    trainer.post("/exams/new", NEW | {"preset": "practice", "key": "warm-up"})
    form = {"do": "save", "revision": str(get_exam("warm-up").revision)}
    trainer.post("/exams/warm-up/questions", form | {"count-0": "2", "topic-0": "general"})
    assert words not in trainer.page("/exams/warm-up").text
    with transaction():
        rules = ExamSettings(languages=("en",), blueprint=Blueprint(items=("item-1", "item-2")))
        sitting = add_sitting(add_exam("closed-book", rules))
    text = trainer.page("/exams/warm-up").text
    assert words in text and "2 questions in common, sat until Nov 23 14:00" in text
    assert words not in trainer.page("/exams/closed-book").text
    with transaction():
        db.session.get_one(Sitting, sitting.id).cancelled_at = now
    assert words not in trainer.page("/exams/warm-up").text


def test_agents_and_supervisors_write_no_exams(make: type[Make], client: Any) -> None:
    for person in (make.person("bob"), make.person("charlie", Role.SUPERVISOR)):
        client(person).get("/exams", status=403)


def test_the_pages_are_in_chinese(trainer: CheckingClient, client: Any) -> None:
    publish(trainer)
    browser = client(db.session.query(Person).one(), language="zh")
    for path in ("", "/entry", "/entry/questions", "/entry/fixed-list", "/entry/publish", "/new"):
        browser.get(f"/exams{path}")
    for part in ("heading", "rules", "release", "mark"):
        browser.get(f"/exams/entry/edit/{part}")
    assert "组卷" in browser.get("/exams/entry/questions").text


def test_the_bank_counts_papers_by_the_tick(app: Flask, now: datetime, make: type[Make]) -> None:
    person = make.person("bob")
    sitting = ready_sitting(person)
    with transaction():
        start_attempt(sitting.id, person, "en", now=now)
    assert pipeline.tick(now)["count questions used"] == 3
    db.session.rollback()
    assert sum(get_item(f"item-{n}").used for n in range(1, 6)) == 3
    assert pipeline.tick(now)["count questions used"] == 0
