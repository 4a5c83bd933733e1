"""Starting, reading, answering and finishing, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.learning import content
from tests.learning.content import COURSE, LESSON, right, wrong
from trainhub.db import db, transaction
from trainhub.errors import InputErrors, NotFound, SlowDown
from trainhub.learning import services
from trainhub.learning.models import CheckpointResponse, LessonNote, LessonProgress
from trainhub.learning.queries.progress import get_enrolment
from trainhub.learning.rules import MOST_TRIES_AN_HOUR
from trainhub.ledger.models import LearningRecord

pytestmark = pytest.mark.usefixtures("library")


def answer(person, key, response, *, now, send="", lesson=LESSON):
    with transaction():
        return services.answer_item(
            get_enrolment(person.id, COURSE, for_update=True),
            lesson,
            "opening",
            key,
            response,
            idempotency_key=send or f"{key}-{response}"[:60].encode("ascii", "replace").decode(),
            now=now,
        )[0]


def finish(person, lesson, *, now):
    with transaction():
        enrolment = get_enrolment(person.id, COURSE, for_update=True)
        return services.finish_lesson(enrolment, lesson, now=now)


def complete(person, *, now):
    for key in content.ALL_KINDS:
        answer(person, key, right(key), now=now, send=f"right-{key}")
    answer(person, "last", right("last"), now=now, lesson="farewell")
    return [finish(person, lesson, now=now) for lesson in ("greeting", "middle", "farewell")]


def records(verb):
    query = select(func.count()).select_from(LearningRecord).where(LearningRecord.verb == verb)
    return db.session.scalar(query)


def test_a_course_is_started_once(begin, make, now) -> None:
    alice = make.person("alice")
    first = begin(alice).version_id
    content.publish_change(now + timedelta(days=1))
    assert begin(alice).version_id == first
    assert records("started") == 1


def test_a_course_is_completed_once_and_the_ledger_told(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    assert complete(alice, now=now) == [False, False, True]
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.lessons_done, enrolment.lessons_total) == (3, 3)
    assert finish(alice, "middle", now=now + timedelta(days=1)) is True
    assert get_enrolment(alice.id, COURSE).completed_at == now
    assert records("completed") == 1
    record = db.session.scalars(
        select(LearningRecord).where(LearningRecord.verb == "completed")
    ).one()
    assert record.result == {"marks_permille": 1000}


def test_reading_alone_does_not_complete_a_course_that_asks(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    for lesson in ("greeting", "middle", "farewell"):
        assert finish(alice, lesson, now=now) is False
    assert get_enrolment(alice.id, COURSE).lessons_done == 1


def test_the_best_try_counts_and_a_late_message_changes_nothing(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    complete(alice, now=now)
    answer(alice, "one", wrong("one"), now=now, send="late-message")
    enrolment = get_enrolment(alice.id, COURSE)
    assert enrolment.lessons_done == 3
    assert enrolment.completed_at == now


def test_a_repeated_sending_is_one_answer(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    first = answer(alice, "one", right("one"), now=now, send="the-same")
    again = answer(alice, "one", right("one"), now=now + timedelta(minutes=1), send="the-same")
    assert again.id == first.id
    assert again.responded_at == now


def test_the_same_key_with_another_answer_is_refused(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    answer(alice, "one", right("one"), now=now, send="the-same")
    with pytest.raises(services.IdempotencyMismatch):
        answer(alice, "one", wrong("one"), now=now, send="the-same")
    with pytest.raises(services.IdempotencyMismatch):
        answer(alice, "truth", True, now=now, send="the-same")


@pytest.mark.parametrize("send", ["", "abc", "x" * 61, "käy!", "a\nbcd"])
def test_a_key_has_a_form(begin, make, now, send) -> None:
    alice = make.person("alice")
    begin(alice)
    with pytest.raises(services.IdempotencyMismatch), transaction():
        services.answer_item(
            get_enrolment(alice.id, COURSE), LESSON, "opening", "one", right("one"),
            idempotency_key=send, now=now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "response"),
    [
        ("one", "not-an-option"),
        ("one", ["a"]),
        ("one", 10**20),
        ("some", {"a": "b"}),
        ("truth", "true"),
        ("truth", 1),
        ("sum", float("nan")),
        ("sum", 10**20),
        ("word", "x" * 1001),
        ("word", "a\0b"),
        ("steps", []),
        ("pairs", {"x": "y"}),
        ("gaps", {"1": ["list"]}),
        ("gaps", {"9": "foreign gap"}),
    ],
)
def test_a_foreign_or_shapeless_answer_is_refused_and_the_earlier_kept(
    begin, make, now, key, response
) -> None:
    alice = make.person("alice")
    begin(alice)
    kept = answer(alice, key, right(key), now=now, send="earlier").id
    with pytest.raises(InputErrors):
        answer(alice, key, response, now=now, send="hostile")
    assert db.session.scalars(select(CheckpointResponse.id)).all() == [kept]


def test_a_question_of_another_lesson_is_refused(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    with pytest.raises(services.ItemNotInLesson):
        answer(alice, "last", True, now=now)
    with pytest.raises(NotFound):
        answer(alice, "one", True, now=now, lesson="nowhere")


def test_nothing_is_no_answer(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    with pytest.raises(services.NoAnswer):
        answer(alice, "one", None, now=now)


def test_guessing_is_slowed_down(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    for number in range(MOST_TRIES_AN_HOUR):
        answer(alice, "one", wrong("one"), now=now, send=f"try-{number}")
    with pytest.raises(SlowDown) as refused:
        answer(alice, "one", right("one"), now=now + timedelta(minutes=10), send="one-more")
    assert refused.value.retry_after_s == 50 * 60
    later = now + timedelta(minutes=61)
    assert answer(alice, "one", right("one"), now=later, send="later").number == 21


def test_the_farthest_place_wins_over_a_late_message(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    for seconds, scroll, active in ((0, 0, 0), (10, 700, 10), (12, 300, 9_999), (13, -5, -1)):
        with transaction():
            services.note_place(
                get_enrolment(alice.id, COURSE),
                LESSON,
                scroll_permille=scroll,
                active_s=active,
                now=now + timedelta(seconds=seconds),
            )
    row = db.session.scalars(select(LessonProgress)).one()
    assert row.scroll_permille == 700
    assert row.active_s == 12  # never more than the time that has passed
    assert get_enrolment(alice.id, COURSE).last_lesson_key == LESSON


def test_a_note_is_kept_as_both_databases_can(begin, make, now) -> None:
    alice = make.person("alice")
    enrolment = begin(alice)
    for text in ("first", "second\r\nline\0 \ud800"):
        with transaction():
            services.save_note(get_enrolment(alice.id, COURSE), LESSON, text, now=now)
    assert db.session.scalars(select(LessonNote.text)).all() == ["second\nline ?"]
    with pytest.raises(services.NoteTooLong), transaction():
        services.save_note(enrolment, LESSON, "x" * 20_001, now=now)


def test_a_newer_version_keeps_what_was_done_under_the_same_keys(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    for key in content.ALL_KINDS:
        answer(alice, key, right(key), now=now, send=f"right-{key}")
    finish(alice, "greeting", now=now)
    finish(alice, "middle", now=now)
    content.publish_change(now + timedelta(days=1))
    with transaction():
        enrolment = get_enrolment(alice.id, COURSE)
        services.move_to_version(enrolment, content.edition().published, now=now)
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.lessons_done, enrolment.lessons_total) == (1, 2)
    assert enrolment.last_lesson_key == ""  # the middle is gone


def test_one_may_go_on_in_the_other_language(begin, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    answer(alice, "last", right("last"), now=now, lesson="farewell")
    finish(alice, "farewell", now=now)
    finish(alice, "greeting", now=now)
    with transaction():
        enrolment = get_enrolment(alice.id, COURSE)
        services.move_to_version(enrolment, content.edition("zh").published, now=now)
    assert get_enrolment(alice.id, COURSE).completed_at == now


def test_a_version_of_another_course_is_not_found(begin, make, now) -> None:
    alice = make.person("alice")
    enrolment = begin(alice)
    content.import_second_course()
    from trainhub.catalogue.models import CourseVersion

    other = db.session.scalars(
        select(CourseVersion).where(CourseVersion.title == "Closing a call")
    ).one()
    with pytest.raises(NotFound), transaction():
        services.move_to_version(enrolment, other, now=now)
