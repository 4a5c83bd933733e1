"""The pool of questions is read once, and anew as soon as anything in it changes."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.assessment.papers import add_item
from tests.factories import Make
from trainhub.assessment.models import BankItem
from trainhub.assessment.services import pools
from trainhub.db import db, transaction


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    read = pools.drawables

    def noted(language: str, person_id: int | None) -> object:
        found.append(language)
        return read(language, person_id)

    monkeypatch.setattr(pools, "drawables", noted)
    return found


def keys(person_id: int) -> set[str]:
    found = {each.key for each in pools.own_pool("en", person_id)}
    db.session.rollback()
    return found


def retire(key: str) -> None:
    item = db.session.query(BankItem).filter_by(key=key).one()
    item.status, item.revision = "retired", item.revision + 1


def test_the_bank_is_read_again_only_when_it_has_changed(app: Flask, reads: list[str]) -> None:
    person_id = Make.person("alice").id
    with transaction():
        add_item("one")
        add_item("two")
    assert keys(person_id) == keys(person_id) == {"one", "two"}
    assert reads == ["en"]
    with transaction():
        add_item("three")
    assert keys(person_id) == {"one", "two", "three"}
    with transaction():
        retire("one")
    assert keys(person_id) == {"two", "three"}
    assert len(reads) == 3
    with transaction():
        add_item("two", language="zh")
    assert keys(person_id) == {"two", "three"}
