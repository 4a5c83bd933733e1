"""A wrong key is put right over every paper that has it, and both scores stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.assessment.marked import (
    COLOURS,
    FULL,
    begin,
    choice_sitting,
    claim,
    colour,
    correct,
    letter_sitting,
    reread,
    sit,
)
from tests.conftest import NOON
from tests.factories import Make
from tests.learning.test_races import at_once
from trainhub import pipeline
from trainhub.assessment import services
from trainhub.assessment.models import (
    Attempt,
    AttemptEvent,
    AttemptItem,
    BankItemVersion,
    Regrade,
    RegradeChange,
    Sitting,
)
from trainhub.assessment.queries.marking import get_on_desk
from trainhub.assessment.queries.regrading import (
    Decision,
    NothingLeft,
    get_decision,
    list_left_over,
    plan_regrade,
)
from trainhub.assessment.queries.results import list_corrections
from trainhub.assessment.queries.verifying import verify_attempt
from trainhub.assessment.rules.matching_texts import CannotMatch
from trainhub.assessment.rules.regrading import How, tally
from trainhub.assessment.rules.rubric import judge
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.assessment.services.hand_marking import hand_in_mark
from trainhub.assessment.services.regrading import PapersMoved, apply_regrade, decide_regrade
from trainhub.audit.queries import list_entries
from trainhub.db import db, transaction
from trainhub.errors import DomainError, NotFound
from trainhub.ledger.models import LearningRecord
from trainhub.ops.nightly import WrongMarks, jobs_of
from trainhub.people.models import Person, Role

BLUE_IS_RIGHT = {"options": [{"text": "Red"}, {"text": "Green"}, {"text": "Blue", "correct": True}]}


@pytest.fixture
def people(app: object) -> dict[str, Person]:
    names = ("alice", "bob", "charlie")
    return {name: Make.person(name) for name in names} | {"tess": Make.person("tess", Role.TRAINER)}


@pytest.fixture
def papers(people: dict[str, Person], now: datetime) -> dict[str, int]:
    """Alice chose red (the wrong key), Bob blue, Charlie nothing; the fact is right for all."""
    sitting = choice_sitting(*(people[name] for name in ("alice", "bob", "charlie")))
    return {
        "alice": sit(sitting, people["alice"], now, colour=colour("Red"), fact=True),
        "bob": sit(sitting, people["bob"], now, colour=colour("Blue"), fact=True),
        "charlie": sit(sitting, people["charlie"], now, fact=True),
    }


@pytest.fixture
def later(now: datetime) -> datetime:
    """The papers are all in."""
    return now + timedelta(hours=1)


def old_version(key: str = "colour") -> BankItemVersion:
    query = select(BankItemVersion).order_by(BankItemVersion.id).limit(1)
    return db.session.scalars(query.where(BankItemVersion.item.has(key=key))).one()


def decision(how: How, to: BankItemVersion | None = None, key: str = "colour") -> Decision:
    return get_decision(old_version(key).id, how, to.id if to else None)


def regrade(people: dict[str, Person], later: datetime, chosen: Callable[[], Decision]) -> int:
    """Decide what was previewed, and carry it out on every paper."""
    seen = plan_regrade(chosen()).fingerprint
    with transaction():
        made = decide_regrade(
            chosen(), seen=seen, reason="The key was wrong", actor=people["tess"], now=later
        ).id
    for regrade_id, attempt_id in list_left_over(made):
        with transaction():
            apply_regrade(regrade_id, attempt_id, now=later)
    return made


def results(papers: dict[str, int]) -> dict[str, tuple[Any, ...]]:
    found = {name: reread(attempt_id) for name, attempt_id in papers.items()}
    for attempt in found.values():
        assert verify_attempt(attempt) == []
    return {
        name: (one.mark_millionths, one.max_points, one.is_passed) for name, one in found.items()
    }


def test_the_preview_tells_who_passes_and_fails(papers: dict[str, int], later: datetime) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, later)
    plan = plan_regrade(decision(How.BY_VERSION, newer))
    found = tally(plan.changes)
    assert (found.attempts, found.changed, found.passes_newly, found.fails_newly) == (3, 2, 1, 1)
    assert results(papers)["alice"] == (2_000_000, 2, True), "a preview changes nothing"
    assert db.session.scalar(select(func.count()).select_from(Regrade)) == 0


def test_by_the_newer_key(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, later)
    regrade(people, later, lambda: decision(How.BY_VERSION, newer))
    assert results(papers) == {
        "alice": (1_000_000, 2, False),
        "bob": (2_000_000, 2, True),
        "charlie": (1_000_000, 2, False),
    }
    kept = db.session.scalars(select(RegradeChange).order_by(RegradeChange.attempt_id)).all()
    assert [(one.mark_before, one.mark_after, one.marking_round) for one in kept] == [
        (2_000_000, 1_000_000, 2), (1_000_000, 2_000_000, 2), (1_000_000, 1_000_000, 1),
    ]  # fmt: skip
    events = db.session.scalars(select(AttemptEvent).where(AttemptEvent.kind == "regraded")).all()
    assert {event.attempt_id for event in events} == {papers["alice"], papers["bob"]}
    assert {event.reason for event in events} == {"The key was wrong"}


def test_the_ledger_gets_a_second_record_for_whose_mark_changed(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, later)
    regrade(people, later, lambda: decision(How.BY_VERSION, newer))
    rows = db.session.execute(
        select(LearningRecord.person_id, LearningRecord.verb).order_by(LearningRecord.id)
    ).all()
    verbs = {
        name: [verb for person_id, verb in rows if person_id == people[name].id] for name in papers
    }
    assert verbs == {
        "alice": ["passed", "failed"], "bob": ["failed", "passed"], "charlie": ["failed"],
    }  # fmt: skip
    (entry,) = [one for one in list_entries() if one.action == "exam.regraded"]
    assert (entry.actor_name, entry.reason) == ("Tess", "The key was wrong")


def test_a_corrected_mark_is_explained_to_its_candidate(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    regrade(people, later, lambda: decision(How.FULL_MARKS))
    ((told, why),) = list_corrections(papers["bob"])
    assert (told.mark_before, told.mark_after, why.reason) == (
        1_000_000, 2_000_000, "The key was wrong",
    )  # fmt: skip
    assert list_corrections(papers["alice"]) == []


def test_full_marks_for_everybody_answered_or_not(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    regrade(people, later, lambda: decision(How.FULL_MARKS))
    assert set(results(papers).values()) == {(2_000_000, 2, True)}


def test_leaving_the_question_out_and_taking_it_back(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    before = results(papers)
    regrade(people, later, lambda: decision(How.LEFT_OUT))
    assert set(results(papers).values()) == {(1_000_000, 1, True)}
    regrade(people, later + timedelta(hours=1), lambda: decision(How.BY_VERSION, old_version()))
    assert results(papers) == before
    assert len(list_corrections(papers["bob"])) == 2, "nothing that happened is erased"


def test_one_regrade_after_another(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, later)
    regrade(people, later, lambda: decision(How.BY_VERSION, newer))
    regrade(people, later + timedelta(hours=1), lambda: decision(How.FULL_MARKS))
    regrade(people, later + timedelta(hours=2), lambda: decision(How.LEFT_OUT, key="fact"))
    assert set(results(papers).values()) == {(1_000_000, 1, True)}
    assert reread(papers["alice"]).marking_round == 4


def test_carrying_it_out_twice_changes_nothing_more(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    made = regrade(people, later, lambda: decision(How.FULL_MARKS))
    for attempt_id in papers.values():
        with transaction():
            assert not apply_regrade(made, attempt_id, now=later)
    assert db.session.scalar(select(func.count()).select_from(RegradeChange)) == 3
    assert list_left_over(made) == []


def test_a_preview_that_has_aged_is_refused(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    seen = plan_regrade(decision(How.FULL_MARKS)).fingerprint
    with transaction():
        services.void_attempt(papers["bob"], reason="Cheated", actor=people["tess"], now=later)
    with pytest.raises(PapersMoved), transaction():
        decide_regrade(
            decision(How.FULL_MARKS), seen=seen, reason="Why", actor=people["tess"], now=later
        )
    assert db.session.scalar(select(func.count()).select_from(Regrade)) == 0


def test_a_reason_is_needed(
    papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    chosen = decision(How.FULL_MARKS)
    seen = plan_regrade(chosen).fingerprint
    with pytest.raises(DomainError, match="Say why"), transaction():
        decide_regrade(
            decision(How.FULL_MARKS), seen=seen, reason="  ", actor=people["tess"], now=later
        )


def test_texts_that_cannot_be_matched_are_refused(papers: dict[str, int], later: datetime) -> None:
    newer = correct(
        "colour", {"options": [{"text": "Red", "correct": True}, {"text": "Pink"}]}, later
    )
    with pytest.raises(CannotMatch):
        plan_regrade(decision(How.BY_VERSION, newer))


def test_another_questions_text_is_no_key(papers: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        decision(How.BY_VERSION, old_version("fact"))


def test_no_paper_is_left_empty(
    people: dict[str, Person], papers: dict[str, int], later: datetime
) -> None:
    regrade(people, later, lambda: decision(How.LEFT_OUT))
    with pytest.raises(NothingLeft):
        plan_regrade(decision(How.LEFT_OUT, key="fact"))


def test_papers_that_end_later_are_marked_by_it_too(
    people: dict[str, Person], now: datetime, later: datetime
) -> None:
    sitting = choice_sitting(people["alice"], people["bob"])
    sit(sitting, people["alice"], now, colour=colour("Blue"), fact=True)
    running = begin(sitting, people["bob"], now)
    newer = correct("colour", BLUE_IS_RIGHT, now)
    assert plan_regrade(decision(How.BY_VERSION, newer)).coming == 1
    regrade(people, now, lambda: decision(How.BY_VERSION, newer))
    end = now + timedelta(minutes=5)
    with transaction():
        services.save_responses(
            running, people["bob"].id, [_save(running, colour("Blue"))], now=end
        )
        services.close_attempt(running, by=EndedBy.CANDIDATE, now=end)
    assert reread(running).mark_millionths == 0
    pipeline.tick(end + timedelta(minutes=1))
    attempt = reread(running)
    assert (attempt.mark_millionths, attempt.marking_round) == (1_000_000, 2)
    assert verify_attempt(attempt) == []


def _save(attempt_id: int, value: Any) -> Any:
    from trainhub.assessment.rules.saving import Save

    return Save(1, value, 1, f"late-{attempt_id}", "desk-1")


def test_a_reopened_paper_is_regraded_again(
    papers: dict[str, int], people: dict[str, Person], now: datetime
) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, now)
    regrade(people, now, lambda: decision(How.BY_VERSION, newer))
    later = now + timedelta(minutes=30)
    with transaction():
        services.reopen_attempt(
            papers["bob"], minutes=5, reason="Power cut", actor=people["tess"], now=later
        )
    with transaction():
        services.close_attempt(papers["bob"], by=EndedBy.CANDIDATE, now=later)
    assert reread(papers["bob"]).mark_millionths == 1_000_000, "by the text it was drawn with"
    assert verify_attempt(reread(papers["bob"])) == []
    pipeline.tick(later)
    assert results(papers)["bob"] == (2_000_000, 2, True)


def test_practice_leaves_no_record(
    people: dict[str, Person], now: datetime, later: datetime
) -> None:
    sitting = choice_sitting(people["alice"], is_practice=True)
    practised = {"alice": sit(sitting, people["alice"], now, colour=colour("Blue"))}
    regrade(people, later, lambda: decision(How.FULL_MARKS))
    assert results(practised)["alice"] == (1_000_000, 2, False)
    assert db.session.scalar(select(func.count()).select_from(LearningRecord)) == 0


def test_a_changed_mark_is_found_out(papers: dict[str, int]) -> None:
    assert verify_attempt(reread(papers["alice"])) == []
    with transaction():
        db.session.execute(
            update(AttemptItem)
            .where(AttemptItem.attempt_id == papers["alice"], AttemptItem.no == 1)
            .values(mark_millionths=0)
        )
    found = verify_attempt(reread(papers["alice"]))
    assert [str(one) for one in found] == [
        f"attempt {papers['alice']}, question 1: mark 0, not 1000000"
    ]
    with transaction():
        db.session.execute(
            update(Attempt).where(Attempt.id == papers["bob"]).values(is_passed=True)
        )
    assert [one.what for one in verify_attempt(reread(papers["bob"]))] == ["verdict"]


def test_regrading_while_a_marker_hands_in(
    app: object, people: dict[str, Person], now: datetime, later: datetime
) -> None:
    """Whichever comes first, the paper ends marked, with the regrade, and provable."""
    sitting: Sitting = letter_sitting(people["alice"])
    attempt_id = sit(sitting, people["alice"], now, fact=False, letter="Dear Ms Li")
    task_id = claim(sitting, people["tess"], now).id  # type: ignore[union-attr]
    tess_id = people["tess"].id
    chosen = decision(How.FULL_MARKS, key="fact")
    seen = plan_regrade(chosen).fingerprint

    def act(number: int) -> object:
        with transaction():
            tess = db.session.get(Person, tess_id)
            if number == 0:
                judgement = judge(get_on_desk(task_id, tess).rubric, FULL)
                return hand_in_mark(task_id, judgement, "", marker=tess, now=now)
            if number == 1:
                made = decide_regrade(
                    decision(How.FULL_MARKS, key="fact"), seen=seen, reason="Both are right",
                    actor=tess, now=now,
                )  # fmt: skip
                return made.id
        return None

    found = at_once(app, act)
    assert all(not isinstance(one, Exception) or isinstance(one, PapersMoved) for one in found)
    if any(isinstance(one, PapersMoved) for one in found):
        regrade(people, later, lambda: decision(How.FULL_MARKS, key="fact"))
    pipeline.tick(now + timedelta(minutes=1))
    attempt = reread(attempt_id)
    assert (attempt.state, attempt.mark_millionths) == (State.MARKED, 13_000_000)
    assert verify_attempt(attempt) == []


def test_applying_at_once_is_one_change(
    app: object, papers: dict[str, int], people: dict[str, Person], later: datetime
) -> None:
    seen = plan_regrade(decision(How.FULL_MARKS)).fingerprint
    with transaction():
        made = decide_regrade(
            decision(How.FULL_MARKS), seen=seen, reason="Why", actor=people["tess"], now=later
        ).id
    bob = papers["bob"]

    def apply(_number: int) -> bool:
        with transaction():
            return apply_regrade(made, bob, now=later)

    found = at_once(app, apply)
    assert sorted(found, key=str).count(True) == 1 and found.count(False) == len(found) - 1
    assert reread(bob).marking_round == 2
    assert COLOURS["options"][0]["text"] == "Red"


def test_the_night_finds_marks_that_do_not_come_out_again(
    app: Flask, papers: dict[str, int]
) -> None:
    jobs = jobs_of(app.config["SETTINGS"], lambda now: {})
    check = next(job for job in jobs if job.name == "exam-marks")
    assert check.run(NOON) == "every mark comes out again"
    with transaction():
        db.session.execute(
            update(AttemptItem)
            .where(AttemptItem.attempt_id == papers["alice"], AttemptItem.no == 1)
            .values(mark_millionths=0)
        )
    with pytest.raises(WrongMarks, match="question 1: mark 0, not 1000000"):
        check.run(NOON)
