"""Runs as the JSON interface shows them to their typist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainhub.errors import fill
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import rules_of
from trainhub.typing_tests.queries.standings import MyTest, get_my_test
from trainhub.typing_tests.rules.metrics import unit_of
from trainhub.typing_tests.rules.receiving import since_start_ms
from trainhub.typing_tests.rules.settings import GRACE_S, START_WITHIN_S
from trainhub.typing_tests.rules.standing import is_in_words
from trainhub.typing_tests.rules.states import RunState, is_valid
from trainhub.typing_tests.rules.verification import REASONS
from trainhub.typing_tests.services import Receipt
from trainhub.web.api import instant
from trainhub.web.locale import current_language
from trainhub.web.text import translated


def run_shape(run: TypingRun, now: datetime) -> dict[str, Any]:
    """A run's state, its rules and its text."""
    is_open = run.state == RunState.OPEN
    version = run.passage_version
    return {
        **_head(run),
        "closes_at": instant(run.closes_at),
        "server_now": instant(now),
        "elapsed_ms": since_start_ms(run.started_at, now),
        "remaining_ms": since_start_ms(now, run.closes_at) if is_open else 0,
        "next_chunk": run.next_chunk,
        "passage": {
            "title": version.title if version else "",
            "text": run.text,
            "characters": len(run.text),
        },
    }


def _head(run: TypingRun) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "test_id": run.test_id,
        "number": run.number,
        "is_supervised": run.sitting_id is not None,
        "state": run.state,
        "started_at": instant(run.started_at),
        "ended_at": instant(run.ended_at),
        "rules": rules_shape(run),
    }


def rules_shape(run: TypingRun) -> dict[str, Any]:
    """The rules frozen on the run."""
    rules = rules_of(run)
    return {
        "language": rules.language,
        "kind": rules.kind.value,
        "mode": rules.mode.value,
        "unit": unit_of(rules.language, rules.kind),
        "allowed_s": rules.allowed_s,
        "extra_s": rules.extra_s,
        "start_within_s": START_WITHIN_S,
        "grace_s": GRACE_S,
        "tests_width": rules.tests_width,
        "min_speed": rules.min_speed,
        "min_accuracy": rules.min_accuracy,
        "min_duration_s": rules.min_duration_s,
    }


def receipt_shape(receipt: Receipt) -> dict[str, Any]:
    """The receipt of a chunk."""
    return {
        "no": receipt.no,
        "decision": receipt.decision.value,
        "next_chunk": receipt.next_chunk,
        "events": receipt.events,
        "remaining_ms": receipt.remaining_ms,
    }


def result_shape(run: TypingRun) -> dict[str, Any]:
    """What came of a run, and where that leaves its typist."""
    mine = get_my_test(run.test_id, run.person_id) if run.test_id is not None else None
    return {
        **_head(run),
        "ended_by": run.ended_by,
        "verdict": run.verdict,
        "reasons": [
            {"code": code, "message": translated(REASONS.get(code, code))} for code in run.reasons
        ],
        "review": run.review,
        "is_valid": is_valid(run.state, run.verdict, run.review),
        "speed_tenths": run.speed_tenths,
        "accuracy": run.accuracy,
        "metrics": run.metrics,
        "final_text": run.final_text,
        "standing": standing_shape(mine) if mine else None,
    }


def test_shape(mine: MyTest) -> dict[str, Any]:
    """A typing test as one person has it."""
    settings, titles = mine.settings, mine.test.titles
    is_in_english_words = is_in_words(settings.language, settings.kinds)
    return {
        "test_id": mine.test.id,
        "title": titles.get(current_language()) or next(iter(titles.values()), mine.test.key),
        "due_on": mine.due_on.isoformat() if mine.due_on else None,
        "is_exempt": mine.granted.is_exempt,
        "language": settings.language,
        "kinds": [kind.value for kind in settings.kinds],
        "mode": settings.mode.value,
        "duration_s": settings.duration_s,
        "unit": "wpm" if is_in_english_words else "cpm",
        "min_speed": settings.min_speed,
        "min_accuracy": settings.min_accuracy,
        "min_duration_s": settings.min_duration_s,
        "waiting": mine.waiting,
        "under_way_id": mine.under_way_id,
        "standing": standing_shape(mine),
    }


def standing_shape(mine: MyTest) -> dict[str, Any]:
    """Where a person stands in a test, and what is next."""
    step = mine.next_step
    return {
        "outcome": mine.standing.outcome.value,
        "counting": mine.settings.counting.value,
        "counted": list(mine.standing.counted),
        "speed_tenths": mine.standing.speed_tenths,
        "accuracy": mine.standing.accuracy,
        "missing": mine.standing.missing,
        "attempts_left": mine.attempts_left,
        "next_start_at": instant(mine.next_start),
        "next_step": {"code": step.code, "message": fill(translated(step.message), step.params)},
    }
