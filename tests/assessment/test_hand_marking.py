"""Long answers find their markers, blind, one after another."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.assessment.marked import (
    FULL,
    HALF,
    UNSAFE,
    answer,
    begin,
    claim,
    letter_sitting,
    mark_next,
    reread,
    sit,
)
from tests.factories import Make
from tests.learning.test_races import WORKERS, at_once
from trainhub.assessment import services
from trainhub.assessment.models import AttemptEvent, HandMark, MarkingTask
from trainhub.assessment.queries.attempts import paper_of
from trainhub.assessment.queries.marking import get_on_desk, list_waiting
from trainhub.assessment.queries.verifying import verify_attempt
from trainhub.assessment.rules.rubric import judge
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.assessment.services.hand_marking import (
    ClaimLost,
    claim_next,
    give_back,
    hand_in_mark,
    keep_draft,
)
from trainhub.db import db, transaction
from trainhub.errors import NotFound
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person, Role


@pytest.fixture
def people(app: object) -> dict[str, Person]:
    found = {name: Make.person(name, Role.TRAINER) for name in ("tess", "theo", "tom")}
    return found | {"alice": Make.person("alice"), "bob": Make.person("bob")}


def test_one_mark_finishes_the_paper(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"])
    attempt_id = sit(sitting, people["alice"], now, fact=True, letter="Dear Ms Li")
    assert reread(attempt_id).state == State.AWAITING_MARKING
    assert mark_next(sitting, people["tess"], FULL, now)
    attempt = reread(attempt_id)
    assert (attempt.state, attempt.mark_millionths, attempt.is_passed) == (
        State.MARKED, 13_000_000, True,
    )  # fmt: skip
    assert db.session.scalars(select(LearningRecord.verb)).all() == ["passed"]
    assert verify_attempt(attempt) == []


def test_an_empty_letter_waits_for_nobody(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"])
    attempt_id = sit(sitting, people["alice"], now, fact=True)
    assert reread(attempt_id).state == State.MARKED
    assert list_waiting(people["tess"], now) == []


def test_two_markers_agree(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"], markers=2)
    attempt_id = sit(sitting, people["alice"], now, fact=True, letter="Dear Ms Li")
    assert not mark_next(sitting, people["tess"], FULL, now)
    assert claim(sitting, people["tess"], now) is None, "nobody marks the same answer twice"
    assert mark_next(sitting, people["theo"], FULL | {"greeting": "3"}, now)
    attempt = reread(attempt_id)
    assert (attempt.state, attempt.mark_millionths) == (State.MARKED, 12_500_000)
    assert verify_attempt(attempt) == []


def test_a_third_decides_where_two_disagree(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"], markers=2)
    attempt_id = sit(sitting, people["alice"], now, fact=True, letter="Dear Ms Li")
    assert not mark_next(sitting, people["tess"], FULL, now)
    assert not mark_next(sitting, people["theo"], UNSAFE, now)
    assert reread(attempt_id).state == State.AWAITING_MARKING
    assert mark_next(sitting, people["tom"], HALF, now)
    attempt = reread(attempt_id)
    assert (attempt.state, attempt.mark_millionths) == (State.MARKED, 10_000_000)
    assert verify_attempt(attempt) == []


def test_nobody_marks_their_own_answer(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["tess"])
    sit(sitting, people["tess"], now, letter="My own")
    assert claim(sitting, people["tess"], now) is None
    (waiting,) = list_waiting(people["tess"], now)
    assert (waiting.open, waiting.not_mine) == (0, 1)
    assert claim(sitting, people["theo"], now) is not None


def test_a_claim_lapses_after_half_an_hour(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"])
    sit(sitting, people["alice"], now, letter="Dear Ms Li")
    task = claim(sitting, people["tess"], now)
    assert task is not None
    assert claim(sitting, people["theo"], now + timedelta(minutes=29)) is None
    with transaction():
        keep_draft(task.id, HALF, "so far", marker=people["tess"], now=now + timedelta(minutes=20))
    assert claim(sitting, people["theo"], now + timedelta(minutes=40)) is None, "she is at it"
    later = now + timedelta(minutes=51)
    taken = claim(sitting, people["theo"], later)
    assert taken is not None and taken.id == task.id
    assert get_on_desk(task.id, people["theo"]).draft == {}, "a draft is nobody else's to see"
    with pytest.raises(ClaimLost), transaction():
        keep_draft(task.id, HALF, "", marker=people["tess"], now=later)


def test_an_answer_given_back_goes_to_the_next(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"])
    sit(sitting, people["alice"], now, letter="Dear Ms Li")
    task = claim(sitting, people["tess"], now)
    assert task is not None
    with transaction():
        keep_draft(task.id, HALF, "private", marker=people["tess"], now=now)
        give_back(task.id, marker=people["tess"], now=now)
    assert claim(sitting, people["theo"], now) is not None


def test_claiming_again_gives_back_what_one_holds(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"], people["bob"])
    for name in ("alice", "bob"):
        sit(sitting, people[name], now, letter="Dear Ms Li")
    first, again = claim(sitting, people["tess"], now), claim(sitting, people["tess"], now)
    assert first is not None and again is not None and first.id == again.id
    (waiting,) = list_waiting(people["tess"], now)
    assert (waiting.total, waiting.open, waiting.mine, waiting.with_others) == (2, 1, 1, 0)
    (waiting,) = list_waiting(people["theo"], now)
    assert (waiting.total, waiting.open, waiting.mine, waiting.with_others) == (2, 1, 0, 1)


def test_a_reopened_paper_is_marked_anew(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"], markers=2)
    attempt_id = sit(sitting, people["alice"], now, letter="Dear Ms Li")
    assert not mark_next(sitting, people["tess"], FULL, now)
    later = now + timedelta(minutes=20)
    with transaction():
        services.reopen_attempt(
            attempt_id, minutes=5, reason="Power cut", actor=people["theo"], now=later
        )
    assert list_waiting(people["theo"], later) == [], "nobody marks what is being written"
    answer_again(attempt_id, people["alice"], later)
    assert not mark_next(sitting, people["tess"], HALF, later)
    assert mark_next(sitting, people["theo"], HALF, later)
    attempt = reread(attempt_id)
    assert (attempt.mark_millionths, attempt.state) == (6_000_000, State.MARKED)
    assert verify_attempt(attempt) == []


def answer_again(attempt_id: int, person: Person, now: datetime) -> None:
    from trainhub.assessment.rules.saving import Save

    with transaction():
        services.save_responses(
            attempt_id, person.id, [Save(2, "Other words", 2, "save-again", "desk-1")], now=now
        )
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now)


def test_a_voided_paper_leaves_the_queue(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"])
    attempt_id = sit(sitting, people["alice"], now, letter="Dear Ms Li")
    task = claim(sitting, people["tess"], now)
    assert task is not None
    with transaction():
        services.void_attempt(attempt_id, reason="Wrong room", actor=people["theo"], now=now)
    with pytest.raises(NotFound):
        get_on_desk(task.id, people["tess"])
    assert list_waiting(people["tess"], now) == []


def test_claiming_at_once_never_gives_two_the_same(
    app: object, people: dict[str, Person], now: datetime
) -> None:
    markers = [Make.person(f"marker{n}", Role.TRAINER).id for n in range(WORKERS)]
    writers = [Make.person(f"writer{n}") for n in range(4)]
    sitting = letter_sitting(*writers)
    exam_id = sitting.exam_id
    for writer in writers:
        sit(sitting, writer, now, letter="Dear Ms Li")

    def claim_as(number: int) -> int | None:
        with transaction():
            marker = db.session.get(Person, markers[number])
            task = claim_next(exam_id, marker=marker, now=now)
            return task.id if task else None

    found = at_once(app, claim_as)
    taken = [one for one in found if one is not None]
    assert len(taken) == 4 and len(set(taken)) == 4
    assert found.count(None) == WORKERS - 4


def test_marks_handed_in_at_once_finish_the_paper_once(
    app: object, people: dict[str, Person], now: datetime
) -> None:
    """Two long answers of one paper, two markers in the same moment."""
    from tests.assessment.marked import RUBRIC, settings
    from tests.assessment.papers import add_exam, add_item, add_sitting

    with transaction():
        for key in ("one", "two"):
            add_item(key, kind="long_answer", content=RUBRIC, points=12)
        sitting = add_sitting(add_exam("both", settings("one", "two")), people["alice"])
    attempt_id = sit(sitting, people["alice"], now, one="First", two="Second")
    ids = [people[name].id for name in ("tess", "theo")]
    tasks = [claim(sitting, people[name], now).id for name in ("tess", "theo")]  # type: ignore[union-attr]

    def hand_in(number: int) -> object:
        if number > 1:
            return None
        with transaction():
            marker = db.session.get(Person, ids[number])
            desk = get_on_desk(tasks[number], marker)
            judgement = judge(desk.rubric, FULL)
            return hand_in_mark(tasks[number], judgement, "", marker=marker, now=now)

    found = at_once(app, hand_in)
    assert found.count(True) == 2, found
    assert reread(attempt_id).state == State.MARKED
    marked = select(func.count()).where(AttemptEvent.kind == "marked")
    assert db.session.scalar(marked) == 1
    assert db.session.scalar(select(func.count()).select_from(HandMark)) == 2
    assert db.session.scalar(select(func.count()).select_from(LearningRecord)) == 1


def test_the_same_mark_twice_at_once_counts_once(
    app: object, people: dict[str, Person], now: datetime
) -> None:
    sitting = letter_sitting(people["alice"], markers=2)
    sit(sitting, people["alice"], now, letter="Dear Ms Li")
    task_id = claim(sitting, people["tess"], now).id  # type: ignore[union-attr]
    marker_id = people["tess"].id

    def hand_in(_number: int) -> object:
        with transaction():
            marker = db.session.get(Person, marker_id)
            judgement = judge(get_on_desk(task_id, marker).rubric, FULL)
            return hand_in_mark(task_id, judgement, "", marker=marker, now=now)

    found = at_once(app, hand_in)
    assert found.count(False) == 1
    assert all(isinstance(one, NotFound | ClaimLost) for one in found if one is not False)
    assert db.session.scalar(select(func.count()).select_from(HandMark)) == 1


def test_a_text_in_progress_is_seen_by_no_marker(people: dict[str, Person], now: datetime) -> None:
    sitting = letter_sitting(people["alice"])
    attempt_id = begin(sitting, people["alice"], now)
    answer(attempt_id, people["alice"], now, letter="Dear")
    assert claim(sitting, people["tess"], now) is None
    assert db.session.scalar(select(func.count()).select_from(MarkingTask)) == 0
    assert [each.row.response for each in paper_of(attempt_id)] == [None, "Dear"]
