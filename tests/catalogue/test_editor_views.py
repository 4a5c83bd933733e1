"""The writers' pages as a trainer, an agent and a careless form see them."""

from __future__ import annotations

import pytest

from tests.catalogue.writing import add_course, add_quiz, publish, write
from trainhub.people.models import Role

EDIT = "/courses/say-no/en/edit"


@pytest.fixture
def bob(make):
    return make.person("bob", Role.TRAINER)


@pytest.fixture
def charlie(make):
    return make.person("charlie", Role.TRAINER)


@pytest.fixture
def browser(client, bob):
    return client(bob)


def test_every_page_of_a_text_opens(browser, bob) -> None:
    edition = add_course(bob)
    publish(edition, bob)
    write(edition, edition.published.source + "\nMore.\n", bob)
    add_quiz(bob)
    for path in (
        "/writing-desk",
        "/writing-desk?shelf=courses",
        "/writing-desk?shelf=quizzes",
        "/writing-desk/courses/new",
        "/writing-desk/quizzes/new",
        EDIT,
        "/courses/say-no/en/versions",
        "/courses/say-no/en/compare?old=1&new=draft",
        "/courses/say-no/en/compare?old=1&new=draft&all=yes",
        "/courses/say-no/en/publish",
        "/quizzes/calls/en/edit",
        "/quizzes/calls/en/questions",
        "/quizzes/calls/en/questions/greeting/edit",
        "/quizzes/calls/en/try",
        "/quizzes/calls/en/versions",
        "/quizzes/calls/en/publish",
    ):
        browser.get(path)


@pytest.mark.parametrize(
    "kind", "single multiple true_false short_answer numeric ordering matching cloze".split()
)
def test_there_is_a_form_for_every_kind(browser, bob, kind: str) -> None:
    add_quiz(bob)
    browser.get(f"/quizzes/calls/en/questions/new/{kind}")
