"""A rehearsal says what an import then does, and a silent file leaves the bank's facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.exchange.questions import picture
from tests.catalogue.texts import library, take
from trainhub.assessment.models import BankItem, BankPicture
from trainhub.assessment.queries.bank import get_item
from trainhub.assessment.queries.exchange import completed
from trainhub.assessment.rules.bank import BankQuestion, ItemStatus, Level
from trainhub.assessment.rules.exchange import read_questions
from trainhub.assessment.services.bank import (
    import_questions,
    rehearse_import,
    take_over_catalogue,
)
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.db import db, transaction
from trainhub.errors import InputErrors


def question(key: str = "refund", stem: str = "May I?", language: str = "en", **facts: Any) -> Any:
    item = make_item(key=key, kind="true_false", stem=stem, content={"answer": True})
    return BankQuestion(item, language, **facts)


SHOWN = question("shown", "![a](media/a.jpg)", pictures={"a.jpg": picture("JPEG")})


def bring(*questions: BankQuestion, now: datetime) -> Any:
    with transaction():
        return import_questions(questions, actor=None, now=now)


@pytest.mark.parametrize(
    "file",
    [
        [question("new"), question("refund")],
        [question("refund", "Other?")],
        [question("refund", topic="other"), question("refund", language="zh")],
        [question("refund", language="zh")],
        [question("refund", status=ItemStatus.RETIRED)],
        [SHOWN],
        [replace(SHOWN, pictures={"a.jpg": picture("JPEG", "red")})],
        [question("new"), question("new", language="zh")],
    ],
)
def test_a_rehearsal_says_what_then_happens(app: Flask, now: datetime, file: list[Any]) -> None:
    bring(question("refund"), SHOWN, now=now)
    rehearsed = rehearse_import(file)
    done = bring(*file, now=now)
    assert (rehearsed, rehearsed.states) == (done, done.states)


def test_a_rehearsal_stores_nothing(app: Flask, now: datetime) -> None:
    rehearse_import([question(), SHOWN])
    counts = [
        db.session.scalar(select(func.count()).select_from(m)) for m in (BankItem, BankPicture)
    ]
    assert counts == [0, 0]


@pytest.mark.parametrize(
    "file",
    [
        [question(), question()],
        [question("k", pictures={"x.png": b"x"}, stem="![x](media/x.png)")],
        [question("opening-first-word", "Changed?")],
    ],
)
def test_both_refuse_the_same(app: Flask, now: datetime, file: list[Any]) -> None:
    take(library(), now=now)
    with transaction():
        take_over_catalogue(now)
    told = []
    for attempt in (rehearse_import, lambda given: bring(*given, now=now)):
        with pytest.raises(InputErrors) as refused:
            attempt(file)
        told.append([(error.code, error.line) for error in refused.value.errors])
    assert told[0] == told[1]


def test_a_file_that_knows_no_levels_takes_none_away(app: Flask, now: datetime) -> None:
    known = question(topic="refunds", level=Level.ADVANCED, enemies=("money",))
    known = replace(known, item=replace(known.item, tags=("易错",), objective="greet"))
    bring(known, now=now)
    reading = read_questions(b"// [id:refund]\nMay I now?{T}", "gift", language="en")
    bring(*completed(reading).questions, now=now)
    item = get_item("refund")
    assert (item.topic, item.level, item.tags, item.objective, item.enemies) == (
        "refunds", "advanced", ["易错"], "greet", ["money"],
    )  # fmt: skip
    assert item.editions[0].version.stem == "May I now?"


def test_a_file_that_names_the_level_takes_away_what_it_leaves_out(
    app: Flask, now: datetime
) -> None:
    bring(question(topic="refunds", enemies=("money",)), now=now)
    text = "// [id:refund] [level:basic] [topic:opening]\nMay I?{T}"
    bring(*completed(read_questions(text.encode(), "gift", language="en")).questions, now=now)
    assert (get_item("refund").level, get_item("refund").enemies) == ("basic", [])
    assert get_item("refund").topic == "opening"
