"""A run from its start to its result, and everything that may go wrong on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.typing_tests.runs import (
    ENGLISH,
    SETTINGS,
    add_passage,
    add_sitting,
    add_test,
    begin,
    chunks_of,
    finish,
    grant,
    kinds_of,
    practise,
    ready,
    records_of,
    run_of,
    send,
    send_all,
    take,
    typed,
)
from trainhub.db import db, transaction
from trainhub.errors import Conflict, InputErrors, NotFound
from trainhub.people.models import Role
from trainhub.typing_tests import jobs, services
from trainhub.typing_tests.models import TypingChunk
from trainhub.typing_tests.queries.runs import list_own_runs, list_run_events
from trainhub.typing_tests.queries.timelines import raw_events_of, timeline_of
from trainhub.typing_tests.rules.metrics import measure
from trainhub.typing_tests.rules.receiving import MOST_CHUNKS, ChunkDecision
from trainhub.typing_tests.rules.settings import Counting, Mode
from trainhub.typing_tests.rules.states import EndedBy, Review, RunState, Verdict
from trainhub.typing_tests.rules.wire import MOST_EVENTS, MOST_IN_CHUNK, read_events
from trainhub.typing_tests.services import closing

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def test_an_honest_run_is_accepted_and_recorded(make) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    assert (run.state, run.ended_by, run.reasons) == (RunState.CLOSED, EndedBy.TYPIST, [])
    assert (run.verdict, run.review, run.number) == (Verdict.ACCEPT, Review.NONE, 1)
    assert run.final_text == run.text
    assert run.accuracy == 10_000
    assert run.speed_tenths is not None
    assert 400 < run.speed_tenths < 900
    assert records_of(alice.id) == ["passed"]
    assert kinds_of(run.id) == ["started", "closed"]


def test_the_figures_are_those_of_the_stored_events(make) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id, text=ENGLISH.replace("order", "odrer"))
    events = read_events(raw_events_of(run.id))
    expected = measure(events, run.text, language="en", kind="prose", finished=True)
    assert run.metrics == expected.as_dict()
    assert run.accuracy is not None
    assert 9_900 < run.accuracy < 10_000


def test_practice_leaves_no_record_and_no_review(make) -> None:
    alice = make.person()
    with transaction():
        add_passage()
    started = practise(alice)
    last = send_all(started, typed(seed=3), NOON)
    run = finish(started, last)
    assert (run.state, run.test_id, run.number) == (RunState.CLOSED, None, None)
    assert run.review == Review.NONE
    assert records_of(alice.id) == []


def test_a_chunk_whose_reply_was_lost_is_stored_once(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    first, second = chunks_of(typed())[:2]
    assert send(started, 1, first, NOON + 6 * SECOND).decision is ChunkDecision.STORED
    again = send(started, 1, first, NOON + 9 * SECOND)
    assert (again.decision, again.next_chunk, again.events) == (
        ChunkDecision.REPEATED,
        2,
        len(first),
    )
    assert send(started, 2, second, NOON + 11 * SECOND).next_chunk == 3
    assert raw_events_of(started.run.id) == [[float(t), k, d] for t, k, d in first + second]
    stored = db.session.get(TypingChunk, (started.run.id, 1))
    assert stored is not None
    assert stored.server_ms == 6_000, "the arrival of the first one counts"


def test_a_repeated_chunk_has_its_receipt_after_the_end(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    events = typed()
    last = send_all(started, events, NOON)
    finish(started, last)
    no = len(chunks_of(events))
    receipt = send(started, no, chunks_of(events)[-1], last + 90 * SECOND)
    assert receipt.decision is ChunkDecision.REPEATED


def test_a_chunk_that_comes_too_soon_is_told_which_one_is_awaited(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    first, second, third = chunks_of(typed())[:3]
    send(started, 1, first, NOON + 5 * SECOND)
    with pytest.raises(services.ChunkRefused) as refused:
        send(started, 3, third, NOON + 15 * SECOND)
    assert (refused.value.code, refused.value.status) == ("chunk_missing", 409)
    assert refused.value.next_chunk == 2
    send(started, 2, second, NOON + 15 * SECOND)
    send(started, 3, third, NOON + 15 * SECOND)


def test_another_chunk_of_the_same_number_is_refused(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    first, second = chunks_of(typed())[:2]
    send(started, 1, first, NOON + 5 * SECOND)
    with pytest.raises(services.ChunkDiffers) as refused:
        send(started, 1, second, NOON + 10 * SECOND)
    assert (refused.value.code, refused.value.status) == ("idempotency_mismatch", 422)


@pytest.mark.parametrize("no", [0, -1, 10**20, MOST_CHUNKS + 1, 1.0, True, "1", None])
def test_a_chunk_number_that_is_none_is_refused(make, no: Any) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    with pytest.raises(InputErrors, match="numbered"):
        send(started, no, [[1, "d", "a"]], NOON)


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ("x", "events"),
        ([], "events"),
        ([[1, "d", "a"]] * (MOST_IN_CHUNK + 1), "events"),
        ([[1, "d", "a"], [2, "zz", ""]], "events.1"),
        ([[float("nan"), "d", "a"]], "events.0"),
        ([[1, "i", "\0"]], "events.0"),
        ([[1, "i", "\ud800"]], "events.0"),
        ([[1, "i", "字" * 20_000]] * 10, "events"),
        ([[10**400, "d", "a"]], "events.0"),
        ([[1, "x", ["deep", {"a": 1}]], {"t": 1}], "events.1"),
    ],
)
def test_events_of_a_wrong_form_are_refused_with_their_place(make, events: Any, field: str) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    with pytest.raises(InputErrors) as refused:
        send(started, 1, events, NOON)
    assert refused.value.errors[0].field == field
    assert run_of(started.run.id).events == 0


def test_a_run_keeps_no_more_events_than_its_limit(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    chunk = [[1.0, "m", [0, 0]]] * MOST_IN_CHUNK
    for no in range(1, MOST_EVENTS // MOST_IN_CHUNK + 1):
        send(started, no, chunk, NOON + SECOND)
    with pytest.raises(services.ChunkRefused) as refused:
        send(started, MOST_EVENTS // MOST_IN_CHUNK + 1, [[2.0, "d", "a"]], NOON + SECOND)
    assert refused.value.code == "too_many_events"


def test_another_persons_run_is_like_one_that_is_not_there(make) -> None:
    alice, bob = make.person(), make.person("bob")
    ready(alice)
    started = practise(alice)
    for run_id in (started.run.id, 4_242_424):
        with pytest.raises(NotFound), transaction():
            services.receive_chunk(run_id, bob.id, started.token, 1, [[1, "d", "a"]], now=NOON)
        with pytest.raises(NotFound), transaction():
            services.finish_run(run_id, bob.id, started.token, "", None, now=NOON)
        with pytest.raises(NotFound), transaction():
            services.renew_token(run_id, bob.id, now=NOON)


def test_a_second_window_takes_the_run_over_and_the_first_is_told(make) -> None:
    alice = make.person()
    ready(alice)
    first = practise(alice)
    chunks = chunks_of(typed())
    send(first, 1, chunks[0], NOON + 5 * SECOND)
    with transaction():
        second = services.renew_token(first.run.id, alice.id, now=NOON + 6 * SECOND)
    with pytest.raises(services.ChunkRefused) as refused:
        send(first, 2, chunks[1], NOON + 10 * SECOND)
    assert refused.value.code == "token_stale"
    with pytest.raises(services.ChunkRefused):
        finish(first, NOON + 10 * SECOND)
    assert send(second, 2, chunks[1], NOON + 10 * SECOND).next_chunk == 3
    assert kinds_of(first.run.id) == ["started", "resumed"]


def test_only_the_hash_of_the_token_is_stored(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    assert len(started.token) >= 22, "128 bits"
    assert started.token not in json.dumps([started.run.token_hash, started.run.rules])


def test_ending_twice_is_one_end(make) -> None:
    alice = make.person()
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    last = send_all(started, typed(), NOON)
    first = finish(started, last)
    ended_at, metrics = first.ended_at, first.metrics
    again = finish(started, last + 20 * SECOND)
    assert (again.ended_at, again.metrics) == (ended_at, metrics)
    assert records_of(alice.id) == ["passed"]
    assert kinds_of(started.run.id) == ["started", "closed"]


def test_an_end_before_its_chunks_waits_for_them(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    send(started, 1, chunks_of(typed())[0], NOON + 5 * SECOND)
    with pytest.raises(services.ChunkRefused) as refused, transaction():
        services.finish_run(
            started.run.id, alice.id, started.token, None, None, chunks=2, now=NOON + 6 * SECOND
        )
    assert (refused.value.code, refused.value.next_chunk) == ("chunk_missing", 2)
    assert run_of(started.run.id).state == RunState.OPEN


def wall(started: services.StartedRun) -> datetime:
    return started.run.closes_at


def test_the_tick_ends_a_run_at_its_wall_and_not_before(make) -> None:
    alice = make.person()
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    send_all(started, typed(), NOON)
    assert jobs.close_overdue_runs(wall(started) - timedelta(milliseconds=1)) == 0
    assert jobs.close_overdue_runs(wall(started) + 75 * SECOND) == 1
    run = run_of(started.run.id)
    assert (run.state, run.ended_by) == (RunState.CLOSED, EndedBy.DEADLINE)
    assert run.ended_at == wall(started), "the wall's time, not the job's"
    assert run.verdict == Verdict.ACCEPT
    assert records_of(alice.id) == ["passed"]
    assert jobs.close_overdue_runs(wall(started) + DAY) == 0


def test_the_button_after_the_wall_ends_as_the_tick_does(make) -> None:
    alice, bob = make.person(), make.person("bob")
    test = ready(alice, bob)
    by_tick, by_button = (begin(one, test_id=test.id) for one in (alice, bob))
    for started in (by_tick, by_button):
        send_all(started, typed(), NOON)
    jobs.close_overdue_runs(wall(by_tick))
    finish(by_button, wall(by_button) + 5 * SECOND)
    one, other = run_of(by_tick.run.id), run_of(by_button.run.id)
    for name in ("state", "ended_at", "ended_by", "speed_tenths", "accuracy", "final_text"):
        assert getattr(one, name) == getattr(other, name), name
    with pytest.raises(services.ChunkRefused) as refused:
        send(by_button, 99, [[1, "d", "a"]], wall(by_button) + SECOND)
    assert refused.value.code == "run_closed"


def test_a_timed_run_to_the_wall_is_divided_by_its_whole_time(make) -> None:
    alice = make.person()
    settings = replace(SETTINGS, mode=Mode.TIMED, duration_s=60)
    test = ready(alice, settings=settings)
    started = begin(alice, test_id=test.id)
    assert started.run.text.startswith(ENGLISH)
    assert wall(started) == NOON + timedelta(seconds=60 + 60 + 30)
    send_all(started, typed(ENGLISH[:100]), NOON)
    jobs.close_overdue_runs(wall(started))
    run = run_of(started.run.id)
    assert run.metrics is not None
    assert run.metrics["duration_ms"] == 60_000
    assert run.speed_tenths == round(run.metrics["net_speed"] * 10)


@pytest.mark.parametrize("events", [[], [[5.0, "x", ""], [9.0, "f", ""]]])
def test_a_run_without_a_key_is_unused_and_counts_for_nothing(make, events: list[Any]) -> None:
    alice = make.person()
    test = ready(alice, settings=replace(SETTINGS, attempts=1))
    started = begin(alice, test_id=test.id)
    if events:
        send(started, 1, events, NOON + SECOND)
    jobs.close_overdue_runs(wall(started))
    assert run_of(started.run.id).state == RunState.UNUSED
    assert records_of(alice.id) == []
    assert list_own_runs(alice.id).total == 0
    assert begin(alice, NOON + DAY, test_id=test.id).run.number == 2


def test_who_starts_again_without_typing_has_the_same_text(make) -> None:
    alice = make.person()
    with transaction():
        for number in range(8):
            add_passage(f"{number:02} {ENGLISH}")
        test = add_test(alice)
    first = begin(alice, test_id=test.id)
    for minute in range(1, 6):
        again = begin(alice, NOON + timedelta(minutes=minute), test_id=test.id)
        assert again.run.text == first.run.text
    assert run_of(first.run.id).state == RunState.UNUSED


def test_no_further_texts_are_seen_by_starting_again(make) -> None:
    alice = make.person()
    with transaction():
        for number in range(12):
            add_passage(f"{number:02} {ENGLISH}")
        test = add_test(
            alice, settings=replace(SETTINGS, mode=Mode.TIMED, duration_s=180, min_duration_s=60)
        )
    first = begin(alice, test_id=test.id).run.text
    assert first.count("\n") > 1
    for minute in range(1, 6):
        again = begin(alice, NOON + timedelta(minutes=minute), test_id=test.id).run.text
        assert again == first
    seen = practise(alice, NOON + DAY).run.text
    assert seen not in first


def test_a_timeline_without_end_is_read_no_further(make) -> None:
    """Pages compute from it: what nobody can have typed must not hold them up for minutes."""
    alice = make.person()
    ready(alice)
    started = practise(alice)
    for no in range(1, 7):
        events = [[10.0 * no, "i", "ab" * 10_000]]
        send(started, no, events, NOON + no * SECOND)
    finish(started, NOON + 9 * SECOND)
    run = run_of(started.run.id)
    assert run.verdict == Verdict.REFUSE
    assert "text_endless" in (run.reasons or [])
    assert len(timeline_of(run.id).events) == 4


def test_a_text_looked_at_for_a_test_is_not_practised_before_it(make) -> None:
    alice = make.person()
    with transaction():
        passages = [add_passage(f"{number:02} {ENGLISH}") for number in range(3)]
        test = add_test(alice)
    looked_at = begin(alice, test_id=test.id).run
    (same,) = [one for one in passages if one.version_id == looked_at.passage_version_id]
    with pytest.raises(services.StartRefused) as refused:
        practise(alice, NOON + SECOND, passage_id=same.id)
    assert refused.value.code == "no_passage"
    for minute in range(1, 6):
        other = practise(alice, NOON + timedelta(minutes=minute))
        assert other.run.text != looked_at.text
    take(alice, NOON + timedelta(hours=1), test_id=test.id)
    assert practise(alice, NOON + DAY, passage_id=same.id).run.text == looked_at.text


def test_a_run_under_way_must_be_ended_first(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    send(started, 1, [[700.0, "d", "G"], [701.0, "i", "G"]], NOON + SECOND)
    with pytest.raises(services.RunUnderWay) as refused:
        practise(alice, NOON + 2 * SECOND)
    assert refused.value.run_id == started.run.id
    later = practise(alice, wall(started) + SECOND)
    assert later.run.id != started.run.id
    assert run_of(started.run.id).state == RunState.CLOSED


def test_a_chosen_passage_is_measured_in_its_own_language(make) -> None:
    alice = make.person()
    with transaction():
        add_passage()
        chosen = add_passage("您好，请问有什么可以帮您？", language="zh", kind="phrases").id
    started = practise(alice, passage_id=chosen)
    rules = started.run.rules
    assert (rules["language"], rules["kind"], started.run.text) == (
        "zh", "phrases", "您好，请问有什么可以帮您？",
    )  # fmt: skip


@pytest.mark.parametrize("number", [4_242_424, 10**20, -1])
def test_a_passage_that_is_not_there_cannot_be_practised(make, number: int) -> None:
    alice = make.person()
    ready(alice)
    with pytest.raises(services.StartRefused) as refused:
        practise(alice, passage_id=number)
    assert refused.value.code == "no_passage"


def test_passages_come_round_before_one_comes_again(make) -> None:
    alice = make.person()
    with transaction():
        for number in range(4):
            add_passage(f"{number:02} {ENGLISH}")
    seen = []
    for day in range(8):
        started = practise(alice, NOON + day * DAY)
        send(started, 1, [[700.0, "d", "G"], [701.0, "i", "G"]], NOON + day * DAY + SECOND)
        finish(started, NOON + day * DAY + 5 * SECOND)
        seen.append(started.run.passage_version_id)
    assert len(set(seen[:4])) == 4
    assert seen[4:] == seen[:4], "then the one that was longest ago"


def test_of_several_passages_only_those_reached_have_been_seen(make) -> None:
    alice = make.person()
    with transaction():
        for number in range(6):
            add_passage(f"{number:02} {ENGLISH}")
    started = practise(alice, mode="timed", duration_s=180)
    assert len(started.run.passage_version_ids) > 2
    last = send_all(started, typed(started.run.text[: len(ENGLISH) + 20]), NOON)
    run = finish(started, last)
    assert len(run.passage_version_ids) == 2


def test_a_lesson_is_typed_as_it_was_made(make) -> None:
    alice = make.person()
    lesson = "quite quiet queens\nask for quick answers"
    started = practise(alice, passage_text=lesson)
    assert (started.run.text, started.run.passage_version_id) == (lesson, None)
    with pytest.raises(InputErrors, match="lesson"):
        practise(alice, passage_text=" \n ")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"kind": "poetry"}, "kind"),
        ({"mode": "endless"}, "mode"),
        ({"mode": "timed", "duration_s": 61}, "duration_s"),
    ],
)
def test_practice_is_of_what_is_offered(make, options: dict[str, Any], field: str) -> None:
    alice = make.person()
    ready(alice)
    with pytest.raises(InputErrors) as refused:
        practise(alice, **options)
    assert [error.field for error in refused.value.errors] == [field]


def refusal(person: Any, now: datetime = NOON, **options: Any) -> str:
    with pytest.raises(services.StartRefused) as refused:
        begin(person, now, **options)
    return refused.value.code


def test_only_who_is_meant_may_take_a_scored_test(make) -> None:
    red = make.team()
    alice, bob, carol = make.person(team=red), make.person("bob"), make.person("carol")
    with transaction():
        add_passage()
        test = add_test(bob)
        add_sitting(test)
    assert refusal(alice, test_id=test.id) == "not_assigned"
    assert refusal(alice, test_id=test.id, sitting_code="ROOM 5") == "room_code_wrong"
    assert begin(bob, test_id=test.id).run.sitting_id is None
    assert begin(carol, test_id=test.id, sitting_code=" room4 ").run.sitting_id is not None
    for number in (4_242_424, 10**20, 0, -1):
        with pytest.raises(NotFound):
            begin(alice, test_id=number)
    with transaction():
        db.session.get(type(test), test.id).retired_at = NOON
    assert refusal(bob, test_id=test.id) == "typing_test_retired"


def test_nobody_sits_in_a_room_of_their_own(make) -> None:
    """Else a trainer would be certified, or confirm a flagged run, watched by nobody."""
    tina = make.person("tina", Role.TRAINER)
    with transaction():
        add_passage()
        test = add_test(tina)
        add_sitting(test, created_by_id=tina.id)
        add_sitting(test, code="ROOM 5")
    assert refusal(tina, test_id=test.id, sitting_code="ROOM 4") == "own_room"
    assert begin(tina, test_id=test.id, sitting_code="ROOM 5").run.sitting_id


def test_a_room_is_open_only_in_its_hours(make) -> None:
    alice = make.person()
    with transaction():
        add_passage()
        test = add_test(alice, settings=replace(
            SETTINGS, counting=Counting.MEDIAN_OF_THREE_SUPERVISED))  # fmt: skip
        add_sitting(test, opens_at=NOON + SECOND, closes_at=NOON + 60 * SECOND)
    assert refusal(alice, test_id=test.id) == "room_code_needed"
    assert refusal(alice, test_id=test.id, sitting_code="ROOM 4") == "room_code_wrong"
    assert begin(alice, NOON + SECOND, test_id=test.id, sitting_code="ROOM 4")
    late = NOON + 60 * SECOND
    assert refusal(alice, late, test_id=test.id, sitting_code="ROOM 4") == "room_code_wrong"


def test_attempts_pauses_and_what_is_granted(make) -> None:
    alice, tess = make.person(), make.person("tess", Role.TRAINER)
    test = ready(alice, settings=replace(SETTINGS, attempts=1, pause_minutes=60))
    run = take(alice, test_id=test.id)
    assert run.ended_at is not None
    assert refusal(alice, NOON + DAY, test_id=test.id) == "no_attempts_left"
    with transaction():
        grant(alice, tess, test, extra_attempts=1, extra_s=120)
    pause_over = run.ended_at + timedelta(minutes=60)
    assert refusal(alice, pause_over - SECOND, test_id=test.id) == "pause_between_attempts"
    started = begin(alice, pause_over, test_id=test.id)
    assert started.run.rules["extra_s"] == 120
    assert (started.run.closes_at - pause_over).total_seconds() == 60 + 1_800 + 120 + 30


def test_a_forged_run_counts_as_an_attempt_and_has_no_record(make) -> None:
    alice = make.person()
    test = ready(alice, settings=replace(SETTINGS, attempts=1))
    started = begin(alice, test_id=test.id)
    send(started, 1, [[900.0, "p", ENGLISH], [901.0, "i", ENGLISH]], NOON + SECOND)
    run = finish(started, NOON + 70 * SECOND, ENGLISH)
    assert run.verdict == Verdict.REFUSE
    assert "pasted" in run.reasons
    assert run.review == Review.NONE
    assert records_of(alice.id) == []
    assert refusal(alice, NOON + DAY, test_id=test.id) == "no_attempts_left"


def test_what_the_browser_claims_is_noted_and_not_taken(make) -> None:
    alice = make.person()
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    last = send_all(started, typed(), NOON)
    claim = {"wpm": 240.0, "accuracy": 1.0, "cpm": "very", "verdict": 3}
    with transaction():
        run = services.finish_run(started.run.id, alice.id, started.token, ENGLISH, claim, now=last)
    assert run.speed_tenths is not None
    assert run.speed_tenths < 900
    event, _by = list_run_events(run.id)[-1]
    assert event.values["client_claim"] == {"wpm": 240.0, "accuracy": 1.0}
    assert event.values["notes"] == ["claim_differs"]


def test_a_run_that_cannot_be_scored_is_kept_and_scored_later(
    make, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = make.person()
    test = ready(alice)
    started = begin(alice, test_id=test.id)
    last = send_all(started, typed(), NOON)

    def broken(*_args: Any, **_options: Any) -> None:
        raise ZeroDivisionError("a new rule")

    with monkeypatch.context() as patch:
        patch.setattr(closing, "score_run", broken)
        run = finish(started, last)
        assert (run.state, run.verdict, run.metrics) == (RunState.CLOSED, None, None)
        assert records_of(alice.id) == []
        jobs.close_overdue_runs(last + timedelta(minutes=6))
        assert jobs.close_overdue_runs(last + timedelta(minutes=7)) == 0, "pushed ahead"
    assert jobs.close_overdue_runs(last + timedelta(minutes=30)) == 1
    run = run_of(run.id)
    assert (run.verdict, run.ended_at, run.sweep_at) == (Verdict.ACCEPT, last, None)
    assert records_of(alice.id) == ["passed"]
    assert kinds_of(run.id) == ["started", "closed", "scored"]


def test_a_run_that_fails_in_the_database_stops_nobody_else(
    make, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = make.person(), make.person("bob")
    ready(alice, bob)
    first, second = practise(alice), practise(bob)
    for started in (first, second):
        send_all(started, typed(), NOON)
    honest = closing.close_run

    def fails_for_alice(run: Any, *args: Any, **options: Any) -> Any:
        if run.person_id == alice.id:
            raise RuntimeError("no disk")
        return honest(run, *args, **options)

    monkeypatch.setattr(jobs, "close_run", fails_for_alice)
    at = max(wall(first), wall(second))
    assert jobs.close_overdue_runs(at) == 1
    assert run_of(second.run.id).state == RunState.CLOSED
    assert run_of(first.run.id).sweep_at == at + closing.TRY_AGAIN_AFTER
    monkeypatch.undo()
    assert jobs.close_overdue_runs(at + DAY) == 1


def test_a_score_computed_ahead_is_taken_only_if_nothing_came_since(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    chunks = chunks_of(typed())
    send(started, 1, chunks[0], NOON + 5 * SECOND)
    at = NOON + 12 * SECOND
    ahead = services.score_ahead(started.run.id, alice.id, now=at)
    db.session.rollback()
    send(started, 2, chunks[1], NOON + 10 * SECOND)
    with transaction():
        run = services.finish_run(started.run.id, alice.id, started.token, scored=ahead, now=at)
    assert run.events == len(chunks[0]) + len(chunks[1])
    assert run.final_text == "".join(e[2] for e in chunks[0] + chunks[1] if e[1] == "i")


def test_keystrokes_go_after_ninety_days_and_figures_stay(app: Flask, make) -> None:
    alice = make.person()
    test = ready(alice)
    run = take(alice, test_id=test.id)
    assert run.ended_at is not None
    metrics, due = run.metrics, run.ended_at + 90 * DAY
    assert jobs.delete_old_timelines(due - SECOND) == 0
    assert jobs.delete_old_timelines(due + SECOND) == 1
    assert jobs.delete_old_timelines(due + SECOND) == 0
    run = run_of(run.id)
    assert (run.rhythm, run.metrics, run.timeline_gone_at) == (None, metrics, due + SECOND)
    assert run.final_text is None
    assert db.session.scalar(select(func.count()).select_from(TypingChunk)) == 0
    assert kinds_of(run.id)[-1] == "timeline_deleted"


def test_an_ended_run_has_no_new_token(make) -> None:
    alice = make.person()
    ready(alice)
    started = practise(alice)
    finish(started, NOON + SECOND)
    with pytest.raises(Conflict), transaction():
        services.renew_token(started.run.id, alice.id, now=NOON + 2 * SECOND)
