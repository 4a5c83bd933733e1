"""Questions from a file or from the browser: all or none, a version only where text differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.catalogue.texts import library, picture, take
from trainhub.assessment.models import BankItem, BankItemVersion, BankPicture
from trainhub.assessment.queries.bank import find_item, get_item
from trainhub.assessment.rules.bank import BankQuestion, ItemStatus, Level
from trainhub.assessment.rules.bank_facts import ItemFacts
from trainhub.assessment.services.bank import (
    CatalogueText,
    ImportOutcome,
    KeyTaken,
    TextMoved,
    change_facts,
    import_questions,
    save_item,
    take_over_catalogue,
)
from trainhub.assessment.services.bank.facts import FactsMoved
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.db import db, transaction
from trainhub.errors import InputErrors


def question(key: str = "refund", stem: str = "May I?", language: str = "en", **facts: Any) -> Any:
    item = make_item(key=key, kind="true_false", stem=stem, content={"answer": True})
    item = replace(item, **{n: facts.pop(n) for n in ("objective", "tags", "line") if n in facts})
    return BankQuestion(item, language, **facts)


def bring(*questions: BankQuestion, now: datetime) -> ImportOutcome:
    with transaction():
        return import_questions(questions, actor=None, now=now)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_new_questions_come_in_with_their_facts(app: Flask, now: datetime) -> None:
    new = question(topic="refunds", level=Level.BASIC, enemies=("money",), tags=("chat",))
    assert bring(new, question(language="zh"), now=now) == ImportOutcome(new=1)
    item = get_item("refund")
    assert (item.topic, item.level, item.status) == ("refunds", "basic", "draft")
    assert (item.enemies, item.tags, item.quiz_key) == (["money"], ["chat"], None)
    assert [one.language for one in item.editions] == ["en", "zh"]


def test_the_same_file_again_changes_nothing(app: Flask, now: datetime) -> None:
    both = question(), question(language="zh", tags=("other",))
    bring(*both, now=now)
    assert bring(*both, now=now) == ImportOutcome(unchanged=1)
    assert count(BankItemVersion) == 2


def test_another_wording_is_a_new_version(app: Flask, now: datetime) -> None:
    bring(question(), now=now)
    assert bring(question(stem="May I not?"), now=now) == ImportOutcome(changed=1)
    assert get_item("refund").editions[0].version.number == 2


def test_a_file_that_knows_no_status_takes_no_question_out_of_exams(
    app: Flask, now: datetime
) -> None:
    bring(question(status=ItemStatus.LIVE), now=now)
    bring(question(stem="Other"), now=now)
    assert get_item("refund").status == "live"
    bring(question(status=ItemStatus.RETIRED), now=now)
    assert get_item("refund").status == "retired"


def test_one_refused_question_refuses_the_file(app: Flask, now: datetime) -> None:
    with pytest.raises(InputErrors) as refused:
        bring(question(), question("other", topic="No Key", line=7), now=now)
    assert [(one.code, one.line) for one in refused.value.errors] == [("topic_form", 7)]
    assert count(BankItem) == 0


def test_a_question_may_stand_once_in_a_language(app: Flask, now: datetime) -> None:
    with pytest.raises(InputErrors) as refused:
        bring(question(line=1), question(stem="Twice", line=9), now=now)
    assert [(one.code, one.line) for one in refused.value.errors] == [("question_twice", 9)]


def test_the_text_of_a_quiz_is_changed_in_the_quiz(app: Flask, now: datetime) -> None:
    take(library())
    with transaction():
        take_over_catalogue(now)
    key = "opening-first-word"
    with pytest.raises(InputErrors) as refused:
        bring(question(key), now=now)
    assert refused.value.errors[0].code == "text_of_the_catalogue"
    same = make_item(
        key=key,
        kind="true_false",
        stem="One says one's name.",
        content={"answer": True},
        feedback="So it is.",
        objective="greet",
    )
    taken = BankQuestion(same, "en", topic="greetings", status=ItemStatus.LIVE)
    assert bring(taken, now=now) == ImportOutcome(changed=1)
    assert get_item(key).topic == "greetings"


def test_pictures_are_kept_once_and_come_back_as_they_are(app: Flask, now: datetime) -> None:
    shown = "See ![](media/a.jpg)"
    bring(question(stem=shown, pictures={"a.jpg": picture("JPEG")}), now=now)
    kept = db.session.scalars(select(BankPicture)).one()
    again = question(stem=shown, pictures={"a.jpg": kept.data})
    assert bring(again, now=now) == ImportOutcome(unchanged=1)
    assert count(BankPicture) == 1


def test_what_is_no_picture_is_refused(app: Flask, now: datetime) -> None:
    with pytest.raises(InputErrors) as refused:
        bring(question(stem="![](media/a.png)", pictures={"a.png": b"no"}, line=3), now=now)
    assert [(one.code, one.line) for one in refused.value.errors] == [("file_type_not_allowed", 3)]


def save(item: BankItem | None, *, seen: int | None, now: datetime, **values: Any) -> BankItem:
    with transaction():
        return save_item(item, question(**values), seen_version_id=seen, actor=None, now=now)


def test_an_own_question_is_written_and_rewritten(app: Flask, now: datetime) -> None:
    item = save(None, seen=None, now=now, topic="refunds")
    seen = item.editions[0].version_id
    save(item, seen=seen, now=now, stem="May I not?", topic="ignored")
    found = get_item("refund")
    assert (found.topic, found.editions[0].version.stem) == ("refunds", "May I not?")


def test_two_authors_do_not_overwrite_each_other(app: Flask, now: datetime) -> None:
    item = save(None, seen=None, now=now)
    seen = item.editions[0].version_id
    save(item, seen=seen, now=now, stem="First")
    with pytest.raises(TextMoved):
        save(item, seen=seen, now=now, stem="Second")
    assert get_item("refund").editions[0].version.stem == "First"


def test_a_key_belongs_to_one_question(app: Flask, now: datetime) -> None:
    save(None, seen=None, now=now)
    with pytest.raises(KeyTaken):
        save(None, seen=None, now=now)


def test_the_browser_cannot_write_the_text_of_a_quiz(app: Flask, now: datetime) -> None:
    take(library())
    with transaction():
        take_over_catalogue(now)
    item = find_item("opening-first-word")
    assert item is not None
    with pytest.raises(CatalogueText):
        save(item, seen=item.editions[0].version_id, now=now, key=item.key)


def test_facts_seen_by_two_are_changed_by_the_first(app: Flask, now: datetime) -> None:
    item = save(None, seen=None, now=now)
    revision = item.revision
    with transaction():
        change_facts(item, ItemFacts(topic="first"), revision=revision, actor=None, now=now)
    with pytest.raises(FactsMoved), transaction():
        change_facts(item, ItemFacts(topic="second"), revision=revision, actor=None, now=now)
    assert get_item("refund").topic == "first"
