"""After the last kill: everything that was acknowledged against everything that is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bench.reliability.candidates import Candidate, Client, Sat
from bench.reliability.centre import open_app
from bench.reliability.found import Verdict
from bench.reliability.typed import judge_all_typed, judge_typed
from bench.reliability.typists import Typist
from trainhub.assessment.models import Attempt, AttemptEvent
from trainhub.assessment.queries.verifying import verify_attempt
from trainhub.assessment.rules.states import TRANSITIONS, Event, State
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db
from trainhub.ledger.models import LearningRecord


def judge(instance: Path, database_url: str, candidates: Sequence[Client]) -> Verdict:
    """Read the database and compare."""
    verdict = Verdict()
    for candidate in candidates:
        verdict.faults += candidate.wrong
    with open_app(instance, database_url).app_context():
        for candidate in candidates:
            if isinstance(candidate, Typist):
                judge_typed(candidate.typed, verdict)
            elif isinstance(candidate, Candidate):
                for sat in candidate.sat:
                    _judge_attempt(sat, verdict)
        _judge_all(verdict)
        judge_all_typed(verdict)
        db.session.remove()
        db.engine.dispose()
    database = instance / "trainhub.sqlite3"
    if database.exists():
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            verdict.faults.append(f"integrity_check: {found}")
    return verdict


def _judge_attempt(sat: Sat, verdict: Verdict) -> None:
    attempt = db.session.get(Attempt, sat.attempt_id)
    verdict.attempts += 1
    verdict.acknowledged += sum(sat.acknowledged.values())
    if attempt is None:
        verdict.lost.append(f"attempt {sat.attempt_id} was begun and is not there")
        return
    verdict.handed_in += attempt.state == State.RELEASED
    for row in attempt.items:
        newest = sat.acknowledged.get(row.no, 0)
        issued = sat.issued.get(row.no, {})
        where = f"attempt {sat.attempt_id}, question {row.no}"
        if row.seq < newest:
            verdict.lost.append(f"{where}: {newest} was acknowledged, {row.seq} is stored")
        if row.seq and issued.get(row.seq) != row.response:
            verdict.faults.append(f"{where}: {row.response!r} was never sent as {row.seq}")
    if sat.is_acknowledged_end and attempt.state != State.RELEASED:
        verdict.lost.append(f"attempt {sat.attempt_id} was handed in and is {attempt.state}")
    if not sat.is_handed_in and attempt.state != State.IN_PROGRESS:
        verdict.faults.append(f"attempt {sat.attempt_id} ended by itself: {attempt.state}")
    _judge_history(attempt, verdict)
    verdict.faults += [str(one) for one in verify_attempt(attempt)]


def _judge_history(attempt: Attempt, verdict: Verdict) -> None:
    """Each event continues the one before; an ended attempt was submitted exactly once."""
    query = select(AttemptEvent).where(AttemptEvent.attempt_id == attempt.id)
    events = db.session.scalars(query.order_by(AttemptEvent.id)).all()
    kinds = [one.kind for one in events]
    wanted = ["created", "started"]
    if attempt.state == State.RELEASED:
        wanted += ["submitted", "marked", "released"]
    if kinds != wanted:
        verdict.faults.append(f"attempt {attempt.id} is {attempt.state} after {kinds}")
    state = ""
    for one in events:
        change = TRANSITIONS.get(Event(one.kind))
        if one.old_state != state or (change and one.new_state != change.to):
            verdict.faults.append(f"attempt {attempt.id}: {one.kind} from {one.old_state}")
        state = one.new_state


def _judge_all(verdict: Verdict) -> None:
    """What holds over all rows, also of attempts whose candidate never heard of them."""
    results = db.session.scalar(select(func.count()).where(LearningRecord.object_type == "exam"))
    ended = db.session.scalar(
        select(func.count()).select_from(Attempt).where(Attempt.state == State.RELEASED)
    )
    if results != ended:
        verdict.faults.append(f"{ended} attempts have ended, {results} results are recorded")
    several = db.session.execute(
        select(Attempt.person_id)
        .where(Attempt.state == State.IN_PROGRESS)
        .group_by(Attempt.person_id)
        .having(func.count() > 1)
    ).all()
    verdict.faults += [f"person {one[0]} has several attempts under way" for one in several]
    if (broken := find_broken_entry()) is not None:
        verdict.faults.append(f"the audit trail breaks at entry {broken}")


def today() -> str:
    """For the table."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
