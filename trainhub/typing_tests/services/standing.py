"""Keeping the ledger in line with what somebody's valid runs of a test come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from trainhub.db import db
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.ledger.services import append_record
from trainhub.typing_tests.models import TypingRun, TypingTest
from trainhub.typing_tests.queries.runs import get_run
from trainhub.typing_tests.queries.standings import scored_runs_of
from trainhub.typing_tests.queries.tests import get_test, settings_of
from trainhub.typing_tests.rules.settings import TestSettings
from trainhub.typing_tests.rules.standing import (
    LEDGER_TYPE,
    Outcome,
    ScoredRun,
    Standing,
    is_long_enough,
    standing_of,
)

_VERBS = {Outcome.PASSED: Verb.PASSED, Outcome.FAILED: Verb.FAILED}


def bring_ledger_in_line(
    person_id: int, test_id: int, *, cause: TypingRun, reason: str = "", now: datetime
) -> None:
    """Record what the person's runs come to now that `cause` was closed, confirmed or taken away.

    A record that rests on a run which is no longer valid is withdrawn by a `VOIDED` one. Whoever
    calls holds the person (`noting.hold_person`), so that nobody counts the same runs meanwhile.
    """
    db.session.flush()
    test = get_test(test_id)
    runs = scored_runs_of(person_id, test_id)
    valid = {run.run_id for run in runs}
    standing_records = []
    for record in _records_in_force(person_id, test):
        if set(record.result.get("counted", ())) <= valid:
            standing_records.append(record)
        else:
            _withdraw(record, test, reason=reason, now=now)
    settings = settings_of(test)
    standing = standing_of(runs, settings)
    if standing.outcome is not Outcome.UNDECIDED:
        run = _run_to_record(runs, settings, standing, cause, standing_records)
        if run is not None:
            _record(test, settings, standing, get_run(run.run_id), now)


def _records_in_force(person_id: int, test: TypingTest) -> list[LearningRecord]:
    query = select(LearningRecord).where(
        LearningRecord.person_id == person_id,
        LearningRecord.object_type == LEDGER_TYPE,
        LearningRecord.object_key == test.key,
    )
    records = list(db.session.scalars(query.order_by(LearningRecord.id)))
    withdrawn = {one.dedupe_key for one in records if one.verb == Verb.VOIDED}
    return [
        one
        for one in records
        if one.verb != Verb.VOIDED and f"{one.dedupe_key}:voided" not in withdrawn
    ]


def _run_to_record(
    runs: Sequence[ScoredRun],
    settings: TestSettings,
    standing: Standing,
    cause: TypingRun,
    records: Sequence[LearningRecord],
) -> ScoredRun | None:
    """The run after which the standing is to be recorded, or None where that is in the ledger.

    A run that counts has a record of its own; where one was taken away, the newest of the rest
    has another, unless what is recorded last is still true.
    """
    counting = [run for run in runs if is_long_enough(run, settings)]
    own = next((run for run in counting if run.run_id == cause.id), None)
    said = [one for one in records if own is None or one.result.get("run_id") == own.run_id]
    if said and _says(said[-1], standing):
        return None
    return own or max(counting, key=lambda run: (run.ended_at, run.run_id))


def _says(record: LearningRecord, standing: Standing) -> bool:
    is_counted = record.result.get("counted") == list(standing.counted)
    return record.verb == _VERBS[standing.outcome] and is_counted


def _record(
    test: TypingTest, settings: TestSettings, standing: Standing, run: TypingRun, now: datetime
) -> None:
    assert run.ended_at is not None
    prefix = f"typing-run:{run.id}:"
    earlier = select(LearningRecord.dedupe_key).where(
        LearningRecord.person_id == run.person_id, LearningRecord.dedupe_key.startswith(prefix)
    )
    rounds = [key for key in db.session.scalars(earlier) if not key.endswith(":voided")]
    append_record(
        run.person_id,
        _VERBS[standing.outcome],
        object_type=LEDGER_TYPE,
        object_key=test.key,
        object_version=str(run.test_revision),
        dedupe_key=f"{prefix}{len(rounds) + 1}",
        occurred_at=run.ended_at,
        now=now,
        result=_result(run, settings, standing),
    )


def _result(run: TypingRun, settings: TestSettings, standing: Standing) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "number": run.number,
        "is_supervised": run.sitting_id is not None,
        "language": run.rules["language"],
        "kind": run.rules["kind"],
        "counting": settings.counting.value,
        "counted": list(standing.counted),
        "speed_tenths": standing.speed_tenths,
        "accuracy": standing.accuracy,
        "min_speed": run.rules["min_speed"],
        "min_accuracy": run.rules["min_accuracy"],
        "metrics": run.metrics,
    }


def _withdraw(record: LearningRecord, test: TypingTest, *, reason: str, now: datetime) -> None:
    append_record(
        record.person_id,
        Verb.VOIDED,
        object_type=LEDGER_TYPE,
        object_key=test.key,
        object_version=record.object_version,
        dedupe_key=f"{record.dedupe_key}:voided",
        occurred_at=now,
        now=now,
        result={"run_id": record.result.get("run_id"), "reason": reason},
    )
