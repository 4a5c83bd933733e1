"""A timeline that is played again is known: whatever it is made of, wherever it stands."""

from __future__ import annotations

import random
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.typing_tests.runs import (
    add_passage,
    add_test,
    begin,
    finish,
    practise,
    run_of,
    send_all,
    typed,
)
from trainhub.db import db, transaction
from trainhub.typing_tests.models import TypingRun, TypingRunPart
from trainhub.typing_tests.rules.rhythm import parts_of
from trainhub.typing_tests.rules.settings import Mode, TestSettings
from trainhub.typing_tests.rules.wire import Event, read_events
from trainhub.typing_tests.services import starting
from trainhub.typing_tests.services.retention import delete_timeline

ONE = (
    "The parcel left our house on Tuesday and should be with you tomorrow before noon. If it is "
    "late, please call us again and we will send you another one."
)
OTHER = (
    "Your invoice went to the address that you gave when you ordered. I can send it once more, "
    "or read it to you now, whichever suits you better today."
)
TIMED = TestSettings(language="en", mode=Mode.TIMED, duration_s=60, min_speed=40, min_duration_s=60)
DAY = timedelta(days=1)


def one_after_other(*pieces: list[list[Any]]) -> list[list[Any]]:
    """Timelines of passages on lines of their own, each with the gaps it had."""
    events: list[list[Any]] = []
    for piece in pieces:
        if events:
            at = events[-1][0] + 400.0
            events += [[at, "d", "Enter"], [at + 1, "i", "\n"], [at + 90, "u", "Enter"]]
        zero = events[-1][0] + 500.0 - piece[0][0] if events else 0.0
        events += [[event[0] + zero, *event[1:]] for event in piece]
    return events


def shaken(events: list[list[Any]], seed: int = 1) -> list[list[Any]]:
    """The same again, each moment off by up to a millisecond."""
    dice = random.Random(seed)
    return sorted([[event[0] + dice.uniform(-1, 1), *event[1:]] for event in events])


def take(person: Any, events: list[list[Any]], at: datetime, **options: Any) -> TypingRun:
    started = begin(person, at, **options)
    return finish(started, send_all(started, events, at) + timedelta(milliseconds=300))


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says in which order passages come: as they were added, or the other way round."""

    def set_order(*, backwards: bool = False) -> None:
        def order(choices: Any, _seed: str) -> Any:
            return sorted(choices, key=lambda one: one.version_id, reverse=backwards)

        monkeypatch.setattr(starting, "in_turn", order)

    return set_order


def test_another_persons_passage_is_known_at_another_place(make, in_order) -> None:
    alice, bob, chen = make.person("alice"), make.person("bob"), make.person("chen")
    with transaction():
        add_passage(ONE)
        add_passage(OTHER)
        test_id = add_test(alice, bob, chen, settings=TIMED).id
    stolen = typed(ONE, cpm=330, seed=1)
    in_order()
    first = take(alice, one_after_other(stolen, typed(OTHER, seed=2)), NOON, test_id=test_id)
    assert (first.verdict, first.reasons) == ("accept", [])
    in_order(backwards=True)
    own = typed(OTHER, cpm=330, seed=3)
    honest = one_after_other(own, typed(ONE, seed=4))
    assert take(chen, honest, NOON + DAY, test_id=test_id).reasons == []
    copied = take(bob, one_after_other(own[:-60], shaken(stolen)), NOON + 2 * DAY, test_id=test_id)
    assert (copied.verdict, copied.reasons) == ("flag", ["replayed"])


def test_ones_own_rhythm_is_known_over_any_text(make) -> None:
    alice, bob = make.person("alice"), make.person("bob")
    with transaction():
        add_passage(ONE)
        add_passage(OTHER)
    lesson = (OTHER + " " + OTHER)[::-1][: len(ONE)]
    mine = typed(ONE, seed=5)
    other_keys = iter(lesson)
    played = [
        [at, kind, next(other_keys) if kind == "i" else data] for at, kind, data in shaken(mine)
    ]
    started = practise(alice, passage_text=ONE)
    finish(started, send_all(started, mine, NOON) + timedelta(seconds=1))
    again = practise(alice, NOON + DAY, passage_text=lesson)
    run = finish(again, send_all(again, played, NOON + DAY) + timedelta(seconds=1))
    assert "replayed" in run.reasons
    of_bob = practise(bob, NOON + DAY, passage_text=lesson)
    run = finish(of_bob, send_all(of_bob, played, NOON + DAY) + timedelta(seconds=1))
    assert "replayed" not in run.reasons, "another person's rhythm is held against passages alone"


def test_what_a_run_was_known_by_goes_with_its_keystrokes(make, in_order) -> None:
    alice, bob = make.person("alice"), make.person("bob")
    in_order()
    with transaction():
        add_passage(ONE)
        add_passage(OTHER)
        test_id = add_test(alice, bob, settings=TIMED).id
    events = one_after_other(typed(ONE, seed=1), typed(OTHER, seed=2))
    run_id = take(alice, events, NOON, test_id=test_id).id
    rows = select(TypingRunPart.from_gap, TypingRunPart.to_gap).order_by(TypingRunPart.from_gap)
    (start, middle), (same, end) = db.session.execute(rows).all()
    assert (start, middle, same, end) == (0, len(ONE) + 1, len(ONE) + 1, len(ONE + OTHER))
    with transaction():
        delete_timeline(run_id, now=NOON + 100 * DAY)
    assert db.session.scalar(select(func.count()).select_from(TypingRunPart)) == 0
    later = take(bob, shaken(events), NOON + 101 * DAY, test_id=test_id)
    assert run_of(later.id).reasons == []


def test_a_passage_begins_with_the_change_that_reaches_it() -> None:
    keys = [(100.0 * n, "d", str(n)) for n in range(1, 7)]
    texts = [(150.0, "i", "ab"), (250.0, "i", "\n"), (460.0, "ce", "您好"), (560.0, "i", "x")]
    events = read_events([list(one) for one in sorted([*keys, *texts])])
    assert parts_of(events, [2, 2, 5]) == [(0, 3), (3, 5)]
    assert parts_of(events, [4]) == [(0, 5)]
    assert parts_of([], [4]) == [(0, 0)]
    assert parts_of([Event(5, "x")], []) == [(0, 0)]


def test_a_start_reads_no_tables_of_pinyin(make, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take seconds, and the memory of every process."""
    alice = make.person("alice")
    with transaction():
        add_passage("您好，很高兴为您服务。" * 8, language="zh")
        test_id = add_test(alice, settings=TestSettings(min_duration_s=60)).id
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    assert "您好" in begin(alice, test_id=test_id).run.text
