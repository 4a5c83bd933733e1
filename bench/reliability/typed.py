"""Runs of typing tests: what was acknowledged is stored, each is scored once and from that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from bench.reliability.found import Verdict
from bench.reliability.typists import Typed
from tests.typing_tests.honest import typed_text
from trainhub.db import db
from trainhub.ledger.models import LearningRecord
from trainhub.typing_tests.models import TypingChunk, TypingRun, TypingRunEvent
from trainhub.typing_tests.rules.standing import LEDGER_TYPE
from trainhub.typing_tests.rules.states import RunState


def judge_typed(runs: Sequence[Typed], verdict: Verdict) -> None:
    """The runs of one typist."""
    for mine in runs:
        verdict.attempts += 1
        verdict.acknowledged += len(mine.acknowledged)
        run = db.session.get(TypingRun, mine.run_id)
        if run is None:
            verdict.lost.append(f"run {mine.run_id} was begun and is not there")
            continue
        _judge_chunks(run, mine, verdict)
        _judge_end(run, mine, verdict)


def _judge_chunks(run: TypingRun, mine: Typed, verdict: Verdict) -> None:
    query = select(TypingChunk.no, TypingChunk.events).where(TypingChunk.run_id == run.id)
    stored = {no: json.loads(text) for no, text in db.session.execute(query)}
    for no in sorted(mine.acknowledged - stored.keys()):
        verdict.lost.append(f"run {run.id}: chunk {no} was acknowledged and is not there")
    for no, events in stored.items():
        if mine.issued.get(no) != events:
            verdict.faults.append(f"run {run.id}: what is stored as chunk {no} was never sent")
    count = sum(len(events) for events in stored.values())
    if (run.next_chunk, run.events) != (len(stored) + 1, count):
        verdict.faults.append(f"run {run.id} counts {run.events} events of {count}")


def _judge_end(run: TypingRun, mine: Typed, verdict: Verdict) -> None:
    if mine.is_acknowledged_end and run.state != RunState.CLOSED:
        verdict.lost.append(f"run {run.id} was finished and is {run.state}")
    if not mine.is_handed_in and run.state == RunState.CLOSED:
        verdict.faults.append(f"run {run.id} ended by itself")
    if run.state != RunState.CLOSED:
        return
    verdict.handed_in += 1
    events = [event for no in sorted(mine.issued) for event in mine.issued[no]]
    if run.final_text != typed_text(events):
        verdict.faults.append(f"run {run.id} was scored from another text")
    if run.verdict == "refuse":
        verdict.faults.append(f"run {run.id} was honest and is refused: {run.reasons}")


def judge_all_typed(verdict: Verdict) -> None:
    """What holds over all runs, also of those whose typist never heard of them."""
    runs = db.session.scalars(select(TypingRun)).all()
    kinds: dict[int, Counter[str]] = {run.id: Counter() for run in runs}
    for run_id, kind in db.session.execute(select(TypingRunEvent.run_id, TypingRunEvent.kind)):
        kinds[run_id][kind] += 1
    query = select(LearningRecord.dedupe_key).where(LearningRecord.object_type == LEDGER_TYPE)
    records = Counter(db.session.scalars(query))
    for run in runs:
        ends = {RunState.CLOSED: "closed", RunState.UNUSED: "unused"}
        end = ends.get(RunState(run.state))
        if kinds[run.id] != Counter(["started", *([end] if end else [])]):
            verdict.faults.append(f"run {run.id} is {run.state} after {dict(kinds[run.id])}")
        if run.state == RunState.CLOSED and run.verdict is None:
            verdict.faults.append(f"run {run.id} was not scored")
        found = records.pop(f"typing-run:{run.id}:1", 0)
        if found != (run.verdict == "accept"):
            verdict.faults.append(f"run {run.id}, {run.verdict}, has {found} records")
    verdict.faults += [f"a record of no run: {key}" for key in records]
    several = Counter(run.person_id for run in runs if run.state == RunState.OPEN)
    verdict.faults += [
        f"person {person_id} has several runs under way"
        for person_id, count in several.items()
        if count > 1
    ]
