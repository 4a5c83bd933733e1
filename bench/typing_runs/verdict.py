"""What the database says of a storm: every acknowledged chunk there, every run scored once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.reliability.centre import open_app
from bench.typing_runs.typists import Run
from tests.typing_tests.honest import typed_text
from trainhub.db import db
from trainhub.typing_tests.models import TypingChunk, TypingRun, TypingRunEvent
from trainhub.typing_tests.rules.states import RunState

ENDS = ("closed", "unused")


def open_runs(instance: Path, database_url: str) -> int:
    """How many runs have not ended."""
    with open_app(instance, database_url).app_context():
        query = select(func.count()).where(TypingRun.state == RunState.OPEN.value)
        count = db.session.scalar(query) or 0
        db.session.remove()
        db.engine.dispose()
    return count


def judge(instance: Path, database_url: str, runs: Sequence[Run]) -> dict[str, Any]:
    """Lost chunks, texts that differ from what was typed, runs not ended or scored once: all
    zero. Honest typists are refused: zero."""
    with open_app(instance, database_url).app_context():
        found = [_judge_run(run) for run in runs]
        stored = [one for run in runs if (one := db.session.get(TypingRun, run.run_id))]
        verdict = {name: sum(one[name] for one in found) for name in found[0]} | {
            "runs": len(runs),
            "by": dict(Counter(str(one.ended_by) for one in stored)),
            "verdicts": dict(Counter(str(one.verdict) for one in stored)),
            "reasons": dict(Counter(code for one in stored for code in one.reasons)),
        }
        db.session.remove()
        db.engine.dispose()
    return verdict


def _judge_run(run: Run) -> dict[str, int]:
    stored = db.session.get(TypingRun, run.run_id)
    query = select(TypingChunk.no, TypingChunk.events).where(TypingChunk.run_id == run.run_id)
    chunks: dict[int, Any] = {no: json.loads(text) for no, text in db.session.execute(query)}
    lost = sum(chunks.get(no) != events for no, events in run.acknowledged.items())
    ended = select(func.count()).where(
        TypingRunEvent.run_id == run.run_id, TypingRunEvent.kind.in_(ENDS)
    )
    is_scored = stored is not None and (stored.verdict is not None or not run.events)
    is_same = stored is not None and stored.final_text == typed_text(run.events)
    return {
        "acknowledged": len(run.acknowledged),
        "events": len(run.events),
        "lost": lost,
        "not_acknowledged": len(chunks.keys() - run.acknowledged.keys()),
        "not_ended_once": int(db.session.scalar(ended) != 1),
        "not_scored": int(not is_scored),
        "text_differs": int(run.is_finished and not is_same),
        "refused": int(stored is not None and stored.verdict == "refuse"),
    }
