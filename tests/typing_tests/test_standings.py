"""What runs come to: standings, reviews, retests, voided runs, and the ledger behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.typing_tests.runs import (
    SETTINGS,
    add_passage,
    add_sitting,
    add_test,
    begin,
    finish,
    kinds_of,
    ready,
    records_of,
    run_of,
    send,
    send_all,
    take,
    typed,
)
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.db import db, transaction
from trainhub.errors import NotFound
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Role
from trainhub.typing_tests import services
from trainhub.typing_tests.models import TypingAssignment, TypingRun, TypingTest
from trainhub.typing_tests.queries.bests import personal_bests
from trainhub.typing_tests.queries.runs import (
    get_run_for_staff,
    list_reviews_of,
    list_runs_for_staff,
    list_waiting_reviews,
)
from trainhub.typing_tests.queries.standings import get_my_test, list_my_tests, list_standings
from trainhub.typing_tests.rules.settings import Counting, TestSettings
from trainhub.typing_tests.rules.standing import Outcome, ScoredRun, agrees, next_step, standing_of
from trainhub.typing_tests.rules.states import Review, RunState, Verdict

DAY = timedelta(days=1)
SUPERVISED = replace(SETTINGS, counting=Counting.MEDIAN_OF_THREE_SUPERVISED)


def scored(number: int, speed: int, accuracy: int = 9_800, **values: Any) -> ScoredRun:
    defaults = {"duration_ms": 90_000, "ended_at": NOON + number * DAY}
    return ScoredRun(number, speed * 10, accuracy, **(defaults | values))


RULES = TestSettings(min_speed=80, min_accuracy=9_500)
MEDIAN = replace(RULES, counting=Counting.MEDIAN_OF_THREE_SUPERVISED)


@pytest.mark.parametrize(
    ("runs", "outcome", "counted"),
    [
        ([], Outcome.UNDECIDED, ()),
        ([scored(1, 80, 9_500)], Outcome.PASSED, (1,)),
        ([scored(1, 79)], Outcome.FAILED, (1,)),
        ([scored(1, 200, 9_499)], Outcome.FAILED, (1,)),
        ([scored(1, 120, 9_000), scored(2, 85)], Outcome.PASSED, (2,)),
        ([scored(1, 90), scored(2, 50), scored(3, 60)], Outcome.PASSED, (1,)),
        ([scored(1, 90), scored(2, 50), scored(3, 60), scored(4, 70)], Outcome.FAILED, (4,)),
        ([scored(1, 90, duration_ms=59_999)], Outcome.UNDECIDED, ()),
        ([scored(1, 79, min_speed=70)], Outcome.PASSED, (1,)),
    ],
)
def test_the_best_of_the_last_three_counts(
    runs: list[ScoredRun], outcome: Outcome, counted: tuple[int, ...]
) -> None:
    found = standing_of(runs, RULES)
    assert (found.outcome, found.counted) == (outcome, counted)
    assert standing_of(runs[::-1], RULES) == found, "in whatever order they are read"


def test_the_median_of_three_supervised_counts() -> None:
    runs = [scored(n, speed, is_supervised=True) for n, speed in enumerate((70, 300, 85), 1)]
    assert standing_of(runs[:2], MEDIAN).missing == 1
    found = standing_of(runs, MEDIAN)
    assert (found.outcome, found.speed_tenths) == (Outcome.PASSED, 850)
    alone = [scored(n, 300) for n in range(1, 6)]
    assert standing_of(alone, MEDIAN).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("flagged", "retest", "expected"),
    [(1000, 1000, True), (1200, 1000, True), (1201, 1000, False), (800, 1000, True),
     (799, 1000, False)],
)  # fmt: skip
def test_a_retest_agrees_within_a_fifth(flagged: int, retest: int, expected: bool) -> None:
    assert agrees(flagged, retest) is expected


def test_the_next_step_says_what_is_missing() -> None:
    failed = standing_of([scored(1, 72)], RULES)
    step = next_step(failed, RULES, left=2)
    assert step.message % step.params == (
        "You still need 8 characters a minute more. Practise and try again."
    )
    careless = next_step(standing_of([scored(1, 90, 9_000)], RULES), RULES, left=None)
    assert "95 % are needed" in careless.message % careless.params
    assert next_step(failed, RULES, left=0).code == "used_up"
    assert next_step(failed, RULES, left=0, is_exempt=True).code == "exempt"
    assert next_step(standing_of([], RULES), RULES, left=1, is_waiting=True).code == "waiting"


def records(person_id: int) -> list[LearningRecord]:
    db.session.rollback()
    query = select(LearningRecord).where(LearningRecord.person_id == person_id)
    return list(db.session.scalars(query.order_by(LearningRecord.id)))


def flagged_run(person: Any, test: TypingTest, now: Any = NOON, seed: int = 1) -> TypingRun:
    """A run that is honest but for a lost focus, which a person has to look at."""
    started = begin(person, now, test_id=test.id)
    events = typed(seed=seed)
    at = events[300][0] + 0.1
    events[301:301] = [[at, "x", ""], [at + 0.1, "f", ""]]
    return finish(started, send_all(started, events, now))


def review(run: TypingRun, decision: Review, actor: Any, reason: str = "seen") -> TypingRun:
    with transaction():
        return services.review_run(run.id, decision, reason=reason, actor=actor, now=NOON + DAY)


def void(run: TypingRun, actor: Any, reason: str = "fire alarm") -> TypingRun:
    with transaction():
        return services.void_run(run.id, reason=reason, actor=actor, now=NOON + DAY)


def test_the_record_holds_run_and_figures(make) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    (record,) = records(alice.id)
    assert (record.verb, record.object_type) == ("passed", "typing_test")
    assert (record.object_key, record.object_version) == (test.key, "1")
    assert record.occurred_at == run.ended_at
    assert record.result["run_id"] == run.id
    assert record.result["metrics"] == run.metrics
    assert record.result["counted"] == [run.id]


def test_too_slow_fails_and_the_next_run_may_pass(make) -> None:
    alice = make.person()
    test = ready(alice, settings=replace(SETTINGS, min_speed=60))
    take(alice, test_id=test.id, cpm=200, seed=2)
    take(alice, NOON + DAY, test_id=test.id, cpm=330, seed=3)
    take(alice, NOON + 2 * DAY, test_id=test.id, cpm=240, seed=4)
    assert records_of(alice.id) == ["failed", "passed", "passed"]
    assert len({one.dedupe_key for one in records(alice.id)}) == 3
    mine = get_my_test(test.id, alice.id)
    assert (mine.standing.outcome, mine.tries.used) == (Outcome.PASSED, 3)


def test_a_run_that_is_too_short_has_no_record(make) -> None:
    alice = make.person()
    with transaction():
        add_passage("Good morning and thank you for calling.")
        test = add_test(alice)
    run = take(alice, test_id=test.id)
    assert run.verdict == Verdict.ACCEPT
    assert records_of(alice.id) == []
    assert get_my_test(test.id, alice.id).standing.outcome is Outcome.UNDECIDED


def test_a_flagged_run_waits_and_counts_once_confirmed(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice)
    run = flagged_run(alice, test)
    assert (run.verdict, run.review, run.reasons) == (
        Verdict.FLAG, Review.WAITING, ["focus_lost"],
    )  # fmt: skip
    assert records_of(alice.id) == []
    assert [one.id for one in list_waiting_reviews(tess)] == [run.id]
    assert get_my_test(test.id, alice.id).next_step.code == "waiting"
    review(run, Review.CONFIRMED, tess)
    assert records_of(alice.id) == ["passed"]
    assert list_waiting_reviews(tess) == []
    assert kinds_of(run.id) == ["started", "closed", "confirmed"]
    entry = list_entries(limit=1)[0]
    assert (entry.action, entry.object_key, entry.reason) == (
        "typing_run.confirmed", str(run.id), "seen",
    )  # fmt: skip
    assert find_broken_entry() is None


def test_a_rejected_run_never_counts_and_may_be_decided_otherwise(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice)
    run = flagged_run(alice, test)
    review(run, Review.REJECTED, tess)
    assert records_of(alice.id) == []
    review(run, Review.CONFIRMED, tess, "watched the replay with her")
    assert records_of(alice.id) == ["passed"]
    review(run, Review.REJECTED, tess, "it was somebody else")
    assert records_of(alice.id) == ["passed", "voided"]
    assert [one.decision for one, _by in list_reviews_of(run.id)] == [
        "rejected", "confirmed", "rejected",
    ]  # fmt: skip


def test_what_may_not_be_reviewed(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice, tess)
    own, honest = flagged_run(tess, test), take(alice, test_id=test.id, seed=5)
    flagged = flagged_run(alice, test, NOON + DAY, seed=6)
    assert own.id not in [one.id for one in list_waiting_reviews(tess)]
    with pytest.raises(services.OwnRun):
        review(own, Review.CONFIRMED, tess)
    with pytest.raises(services.OwnRun):
        void(own, tess)
    with pytest.raises(services.NotToReview):
        review(honest, Review.CONFIRMED, tess)
    with pytest.raises(services.ReasonMissing):
        review(flagged, Review.CONFIRMED, tess, "  ")
    with pytest.raises(services.NotToReview):
        review(flagged, Review.WAITING, tess)
    review(flagged, Review.CONFIRMED, tess)
    with pytest.raises(services.NotToReview):
        review(flagged, Review.CONFIRMED, tess)


def test_a_supervised_retest_that_agrees_confirms(make) -> None:
    alice = make.person()
    with transaction():
        add_passage()
        test = add_test(alice)
        add_sitting(test)
    run = flagged_run(alice, test)
    retest = take(alice, NOON + DAY, test_id=test.id, sitting_code="room 4", cpm=310, seed=9)
    assert run_of(run.id).review == Review.CONFIRMED
    (found, by) = list_reviews_of(run.id)[0]
    assert (found.retest_run_id, found.by_id, by) == (retest.id, None, None)
    (record,) = records(alice.id)
    assert record.verb == "passed"


@pytest.mark.parametrize(("cpm", "code"), [(180, "room 4"), (310, "")])
def test_a_retest_that_differs_or_is_unsupervised_confirms_nothing(
    make, cpm: float, code: str
) -> None:
    alice = make.person()
    with transaction():
        add_passage()
        test = add_test(alice)
        add_sitting(test)
    run = flagged_run(alice, test)
    take(alice, NOON + DAY, test_id=test.id, sitting_code=code, cpm=cpm, seed=9)
    assert run_of(run.id).review == Review.WAITING


def test_three_supervised_runs_decide(make) -> None:
    alice = make.person()
    with transaction():
        add_passage()
        test = add_test(alice, settings=SUPERVISED)
        add_sitting(test, closes_at=NOON + 9 * DAY)
    for day in range(3):
        assert records_of(alice.id) == []
        assert get_my_test(test.id, alice.id).standing.missing == 3 - day
        take(alice, NOON + day * DAY, test_id=test.id, sitting_code="ROOM 4", seed=day)
    (record,) = records(alice.id)
    assert record.verb == "passed"
    assert len(record.result["counted"]) == 3


def test_a_voided_run_takes_its_record_with_it(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, min_speed=60, attempts=2))
    slow = take(alice, test_id=test.id, cpm=200, seed=2)
    fast = take(alice, NOON + DAY, test_id=test.id, cpm=330, seed=3)
    assert records_of(alice.id) == ["failed", "passed"]
    void(fast, tess)
    assert records_of(alice.id) == ["failed", "passed", "voided"]
    newest = records(alice.id)[-1]
    assert newest.result == {"run_id": fast.id, "reason": "fire alarm"}
    mine = get_my_test(test.id, alice.id)
    assert (mine.standing.outcome, mine.attempts_left) == (Outcome.FAILED, 1)
    with pytest.raises(services.NotToVoid):
        void(fast, tess)
    void(slow, tess)
    assert records_of(alice.id)[-1] == "voided"
    assert get_my_test(test.id, alice.id).standing.outcome is Outcome.UNDECIDED


def test_a_later_record_that_rests_on_a_voided_run_is_written_anew(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, min_speed=60))
    fast = take(alice, test_id=test.id, cpm=330, seed=2)
    slow = take(alice, NOON + DAY, test_id=test.id, cpm=200, seed=3)
    assert records_of(alice.id) == ["passed", "passed"], "the best of the last three"
    void(fast, tess)
    assert records_of(alice.id) == ["passed", "passed", "voided", "voided", "failed"]
    last = records(alice.id)[-1]
    assert (last.result["run_id"], last.occurred_at) == (slow.id, slow.ended_at)


def test_a_run_under_way_may_be_voided(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    send(started, 1, [[700.0, "d", "G"]], NOON + timedelta(seconds=1))
    run = void(started.run, tess)
    assert (run.state, run.ended_by) == (RunState.VOIDED, "staff")
    with pytest.raises(services.ChunkRefused):
        send(started, 2, [[900.0, "u", "G"]], NOON + timedelta(seconds=2))
    assert begin(alice, test_id=test.id).run.number == 2


def test_a_raised_threshold_reaches_only_later_runs(make) -> None:
    alice = make.person()
    test = ready(alice)
    take(alice, test_id=test.id)
    with transaction():
        row = db.session.get(TypingTest, test.id)
        assert row is not None
        row.settings = replace(SETTINGS, min_speed=200).as_dict()
        row.revision = 2
    assert get_my_test(test.id, alice.id).standing.outcome is Outcome.PASSED


def test_supervisors_see_their_own_teams_only(make) -> None:
    red, blue = make.team(), make.team("Blue")
    alice, bob = make.person(team=red), make.person("bob", team=blue)
    sup = make.person("sup", Role.SUPERVISOR, supervises=red)
    tess = make.person("tess", Role.TRAINER)
    test = ready(alice, bob)
    one, other = flagged_run(alice, test), flagged_run(bob, test, seed=4)
    assert get_run_for_staff(one.id, sup).id == one.id
    with pytest.raises(NotFound):
        get_run_for_staff(other.id, sup)
    assert [run.id for run in list_runs_for_staff(sup).runs] == [one.id]
    assert list_runs_for_staff(tess).total == 2
    assert [run.id for run in list_waiting_reviews(sup)] == [one.id]
    assert [row.person.id for row in list_standings(sup, test)] == [alice.id]
    assert len(list_standings(tess, test)) == 2


def test_my_tests_are_listed_by_what_is_due(make) -> None:
    red = make.team()
    alice = make.person(team=red)
    cohort = make.cohort(members=(alice,))
    with transaction():
        add_passage()
        done, due, by_team = add_test(alice), add_test(), add_test()
        today = NOON.date()
        for test, target in (
            (due, {"cohort_id": cohort.id, "due_on": today - DAY}),
            (due, {"team_id": red.id, "due_on": today + DAY}),
            (by_team, {"team_id": red.id}),
        ):
            db.session.add(TypingAssignment(test_id=test.id, created_at=NOON, **target))
    take(alice, test_id=done.id)
    mine = list_my_tests(alice.id, today)
    assert [one.test.id for one in mine] == [due.id, by_team.id, done.id]
    assert [one.is_overdue(today) for one in mine] == [True, False, False]
    assert mine[0].due_on == today - DAY


def test_personal_bests_are_the_fastest_of_each_way(make) -> None:
    alice = make.person()
    test = ready(alice)
    take(alice, test_id=test.id, cpm=250, seed=1)
    fast = take(alice, NOON + DAY, test_id=test.id, cpm=330, seed=2)
    (best,) = personal_bests(alice.id)
    assert (best.run_id, best.language, best.kind, best.mode) == (fast.id, "en", "prose", "whole")


def test_a_run_that_repeats_somebody_elses_rhythm_is_flagged(make) -> None:
    alice, bob = make.person(), make.person("bob")
    test = ready(alice, bob)
    take(alice, test_id=test.id, seed=7)
    copied = take(bob, NOON + DAY, test_id=test.id, seed=7)
    assert (copied.verdict, copied.review) == (Verdict.FLAG, Review.WAITING)
    assert "replayed" in copied.reasons
