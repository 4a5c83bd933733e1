"""Drafts: kept, refused when somebody was quicker, restored, published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.catalogue.writing import QUIZ, add_course, add_quiz, publish, write
from trainhub.catalogue import services
from trainhub.catalogue.models import CourseVersion
from trainhub.db import db, transaction
from trainhub.errors import Conflict, InputErrors
from trainhub.people.models import Role


@pytest.fixture
def bob(make):
    return make.person("bob", Role.TRAINER)


@pytest.fixture
def charlie(make):
    return make.person("charlie", Role.TRAINER)


def test_a_new_course_is_a_draft_that_can_be_published(bob) -> None:
    edition = add_course(bob)

    number = publish(edition, bob)

    assert number == 1
    assert edition.published.title == "Course say-no"
    assert edition.draft is None


def test_a_key_in_use_is_refused(bob) -> None:
    add_course(bob)

    with pytest.raises(InputErrors) as refused:
        add_course(bob)

    assert refused.value.errors[0].code == "key_taken"


def test_a_stale_save_is_refused_and_both_texts_are_there(bob, charlie, now) -> None:
    edition = add_course(bob)
    seen = services.draft_token(edition)
    write(edition, edition.draft.source + "theirs", charlie)

    with pytest.raises(services.DraftMoved) as moved, transaction():
        services.save_draft(edition, "mine", seen=seen, actor=bob, now=now)

    assert moved.value.mine == "mine\n"
    assert moved.value.saved.endswith("theirs\n")
    assert moved.value.person_id == charlie.id
    assert edition.draft.source.endswith("theirs\n")


def test_a_save_after_somebody_published_is_refused(bob, charlie, now) -> None:
    edition = add_course(bob)
    publish(edition, bob)
    seen = services.draft_token(edition)
    write(edition, edition.published.source + "news", charlie)
    publish(edition, charlie)

    with pytest.raises(services.DraftMoved), transaction():
        services.save_draft(edition, "mine", seen=seen, actor=bob, now=now)


def test_a_draft_begun_anew_is_not_mistaken_for_the_old_one(bob, charlie, now) -> None:
    edition = add_course(bob)
    publish(edition, bob)
    base = edition.published.source
    write(edition, base + "first", bob)
    seen = services.draft_token(edition)
    with transaction():
        services.discard_draft(edition, seen=seen)
    with transaction():
        later = now + timedelta(seconds=9)
        token = services.draft_token(edition)
        services.save_draft(edition, base + "new", seen=token, actor=charlie, now=later)

    with pytest.raises(services.DraftMoved), transaction():
        services.save_draft(edition, base + "mine", seen=seen, actor=bob, now=later)


def test_the_same_text_never_conflicts(bob, now) -> None:
    edition = add_course(bob)
    with transaction():
        services.save_draft(edition, edition.draft.source, seen="old", actor=bob, now=now)


@pytest.mark.parametrize("bad", ["\0", "a\ud800", "\x1b"])
def test_what_no_database_takes_is_refused_with_its_line(bob, now, bad: str) -> None:
    edition = add_course(bob)

    with pytest.raises(InputErrors) as refused, transaction():
        services.save_draft(edition, "one\ntwo" + bad, seen="", actor=bob, now=now)

    assert refused.value.errors[0].line == 2


def test_restoring_makes_the_old_text_the_draft(bob, now) -> None:
    edition = add_course(bob)
    publish(edition, bob)
    first = edition.published
    write(edition, first.source.replace("Course", "Lesson"), bob)
    publish(edition, bob)

    with transaction():
        token = services.draft_token(edition)
        services.restore_version(edition, first, seen=token, actor=bob, now=now)

    assert edition.draft.source == first.source
    assert edition.published.number == 2


def test_a_text_with_errors_is_not_published(bob, now) -> None:
    edition = add_course(bob)
    write(edition, "---\ntitle: [\n---\n", bob)

    with pytest.raises(InputErrors) as refused:
        publish(edition, bob)

    assert refused.value.errors[0].line
    assert db.session.query(CourseVersion).count() == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("language: en", "language: zh", "language_changed"),
        ("translation_group: say-no", "translation_group: other", "group_changed"),
    ],
)
def test_a_text_cannot_become_another_course(bob, old: str, new: str, code: str) -> None:
    edition = add_course(bob)
    write(edition, edition.draft.source.replace(old, new), bob)

    with pytest.raises(InputErrors) as refused:
        publish(edition, bob)

    assert refused.value.errors[0].code == code


def test_a_new_text_of_a_quiz_reaches_the_courses_that_ask_it(bob) -> None:
    quiz = add_quiz(bob)
    edition = add_course(bob)
    point = '\n::: checkpoint quiz=calls items="greeting"\n:::\n'
    write(edition, edition.draft.source + point, bob)
    publish(edition, bob)

    write(quiz, QUIZ.replace("My name", "My own name"), bob)
    publish(quiz, bob)

    assert edition.published.number == 2


def test_a_translation_is_begun_once(bob, now) -> None:
    edition = add_course(bob)
    with transaction():
        other = services.start_course_translation(edition, "zh", actor=bob, now=now)

    assert "language: zh" in other.draft.source
    with pytest.raises(Conflict), transaction():
        services.start_course_translation(edition, "zh", actor=bob, now=now)
