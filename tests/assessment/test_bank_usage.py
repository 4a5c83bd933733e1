"""Who starts in the same minute is not sent to the same questions; what is overused rests."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import update

from tests.assessment.papers import add_item
from trainhub.assessment.models import BankItem
from trainhub.assessment.queries.drawing import drawables
from trainhub.assessment.rules.drawing import draw
from trainhub.assessment.rules.settings import Blueprint, Quota
from trainhub.assessment.rules.usage import rest_after_use
from trainhub.db import db, transaction


def test_what_was_used_about_as_often_as_its_like_is_left_to_chance() -> None:
    assert rest_after_use([43, 50, 57, 48], ["a"] * 4) == [0, 0, 0, 0]


def test_what_was_used_markedly_more_rests() -> None:
    assert rest_after_use([50, 50, 100, 0], ["a"] * 4) == [0, 0, 100, 0]
    assert rest_after_use([1, 0], ["a"] * 2) == [1, 0]


def test_each_topic_and_level_has_its_own_mean() -> None:
    assert rest_after_use([90, 90, 1, 1], ["much", "much", "little", "little"]) == [0, 0, 0, 0]


def test_two_who_start_together_get_different_papers(app: Flask) -> None:
    with transaction():
        for number in range(40):
            add_item(f"item-{number}")
        for number in range(40):
            key = BankItem.key == f"item-{number}"
            db.session.execute(update(BankItem).where(key).values(used=40 + number % 15))
    pool = drawables("en", None)
    blueprint = Blueprint((Quota(10),))
    papers = {
        frozenset(one.key for one in draw(blueprint, pool, str(seed), shuffle=False))
        for seed in range(20)
    }
    assert len(papers) == 20


def test_a_question_that_was_in_too_many_papers_is_left_out(app: Flask) -> None:
    with transaction():
        for number in range(6):
            add_item(f"item-{number}")
        often = BankItem.key == "item-0"
        db.session.execute(update(BankItem).where(often).values(used=30))
    pool = drawables("en", None)
    for seed in range(20):
        paper = draw(Blueprint((Quota(3),)), pool, str(seed), shuffle=False)
        assert "item-0" not in [one.key for one in paper]
