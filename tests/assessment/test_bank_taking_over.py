"""The bank follows the catalogue: every published question, once, its texts as versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.catalogue.texts import SERIES, course_text, library, picture, quiz_text, source, take
from trainhub import pipeline
from trainhub.assessment.models import BankItem, BankItemVersion, BankPicture
from trainhub.assessment.queries.bank import find_item, get_item, has_untaken_editions
from trainhub.assessment.rules.bank_facts import ItemFacts
from trainhub.assessment.services.bank import change_facts, take_over_catalogue
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction

KEY = "opening-first-word"


def take_over(now: datetime) -> int:
    with transaction():
        return take_over_catalogue(now)


def quiz(*items: str, key: str = "opening", language: str = "en", **changes: str) -> Any:
    text = f"quiz: {key}\nlanguage: {language}\ntitle: Opening\nitems:\n"
    for item in items:
        stem = changes.get(item.replace("-", "_"), f"Is {item} so?")
        text += (
            f"  - key: {item}\n    kind: true_false\n    stem: {stem}\n    answer: true\n"
            "    level: basic\n    enemies: [greetings]\n    tags: [calls]\n    objective: greet\n"
        )
    return source(f"quizzes/{key}.{language}.yaml", text)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_published_question_is_in_the_bank_and_live(app: Flask, now: datetime) -> None:
    take([quiz("one")])
    assert take_over(now) == 1
    item = get_item("opening-one")
    assert (item.status, item.topic, item.level) == ("live", "opening", "basic")
    assert (item.enemies, item.tags, item.objective) == (["greetings"], ["calls"], "greet")
    assert (item.quiz_key, item.item_key) == ("opening", "one")
    assert [edition.language for edition in item.editions] == ["en"]
    assert item.editions[0].version.stem == "Is one so?"


def test_taking_over_again_changes_nothing(app: Flask, now: datetime) -> None:
    take([quiz("one", "two")])
    assert take_over(now) == 2
    assert not has_untaken_editions()
    assert take_over(now) == 0
    assert count(BankItemVersion) == 2


def test_both_languages_are_one_question(app: Flask, now: datetime) -> None:
    take([quiz("one"), quiz("one", language="zh", one="是吗？")])
    take_over(now)
    item = get_item("opening-one")
    assert {one.language: one.version.stem for one in item.editions} == {
        "en": "Is one so?",
        "zh": "是吗？",
    }


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(app: Flask, now: datetime) -> None:
    take([quiz("one", "two")])
    take_over(now)
    take([quiz("one", "two", one="Is one so, then?")])
    assert take_over(now) == 1
    item = get_item("opening-one")
    assert item.editions[0].version.number == 2
    stems = db.session.scalars(
        select(BankItemVersion.stem)
        .where(BankItemVersion.item_id == item.id)
        .order_by(BankItemVersion.number)
    )
    assert list(stems) == ["Is one so?", "Is one so, then?"]


def test_what_a_trainer_decided_stays_when_the_text_changes(app: Flask, now: datetime) -> None:
    take([quiz("one")])
    take_over(now)
    with transaction():
        facts = ItemFacts(topic="phrases", level="advanced", status="live", tags=("mine",))
        change_facts(get_item("opening-one"), facts, actor=None, now=now)
    take([quiz("one", one="Is it?")])
    take_over(now)
    item = get_item("opening-one")
    assert (item.topic, item.level, item.tags) == ("phrases", "advanced", ["mine"])


def test_a_question_that_left_the_quiz_is_retired_once(app: Flask, now: datetime) -> None:
    take([quiz("one", "two")])
    take_over(now)
    take([quiz("one")])
    assert take_over(now) == 1
    assert get_item("opening-two").status == "retired"
    with transaction():
        facts = ItemFacts(topic="opening", status="live")
        change_facts(get_item("opening-two"), facts, actor=None, now=now)
    take([quiz("one", one="Is it?")])
    take_over(now)
    assert get_item("opening-two").status == "live"


def test_a_question_gone_from_one_language_stays_live_in_the_other(
    app: Flask, now: datetime
) -> None:
    take([quiz("one", "two"), quiz("one", "two", language="zh")])
    take_over(now)
    take([quiz("one")])
    take_over(now)
    item = get_item("opening-two")
    assert (item.status, [one.language for one in item.editions]) == ("live", ["zh"])


def test_keys_that_would_meet_are_told_apart(app: Flask, now: datetime) -> None:
    long = "-".join(["word"] * 15)
    take([quiz("b-c", long, key="a"), quiz("c", key="a-b"), quiz("one", key=long)])
    take_over(now)
    keys = set(db.session.scalars(select(BankItem.key)))
    assert len(keys) == 4
    assert "a-b-c" in keys
    assert all(len(key) <= 80 for key in keys)


def test_pictures_that_a_question_shows_come_along(app: Flask, now: datetime) -> None:
    shown = quiz_text().replace("One says", "See ![](media/map.png) one says")
    files = [
        source("courses/calls/_series.yaml", SERIES),
        source("courses/calls/media/map.png", picture()),
        source("quizzes/opening.en.yaml", shown),
        source("courses/calls/opening.en.md", course_text()),
    ]
    take(files)
    take_over(now)
    version = get_item(KEY).editions[0].version
    assert db.session.scalars(select(BankPicture.id)).all() == list(version.pictures.values())
    assert list(version.pictures) == ["map.png"]


def test_the_tick_takes_over(app: Flask, now: datetime) -> None:
    take(library())
    assert pipeline.tick(now)["take over questions"] == 1
    assert find_item(KEY) is not None
    assert pipeline.tick(now)["take over questions"] == 0


def test_retiring_by_the_catalogue_is_on_the_audit_trail(app: Flask, now: datetime) -> None:
    take([quiz("one", "two")])
    take_over(now)
    take([quiz("one")])
    take_over(now)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.object_key) == ("bank_item.changed", "opening-two")
    assert entry.changes == {"status": ["live", "retired"]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_that_comes_back_waits_for_a_trainer(
    app: Flask, now: datetime, language: str
) -> None:
    for items in (("one", "two"), ("one",), ("one", "two")):
        take([quiz(*items, language=language)])
        take_over(now)
    item = get_item("opening-two")
    assert (item.status, len(item.editions)) == ("retired", 1)
    assert item.editions[0].version.number == 1
