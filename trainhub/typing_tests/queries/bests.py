"""Somebody's best runs, one for each way of typing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from trainhub.db import db
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import long_runs, valid_runs

LEAST_ACCURACY = 9_000  # hundredths of a per cent: who types anything at all is no faster


@dataclass(frozen=True)
class Best:
    """The fastest valid run of a language, kind, mode and duration."""

    run_id: int
    language: str
    kind: str
    mode: str
    duration_s: int
    speed_tenths: int
    accuracy: int
    ended_at: datetime


def personal_bests(person_id: int) -> list[Best]:
    """The fastest valid run of each way of typing, practice included; lessons of one's own weak
    characters are no measure."""
    query = (
        select(
            TypingRun.id,
            TypingRun.rules,
            TypingRun.speed_tenths,
            TypingRun.accuracy,
            TypingRun.ended_at,
        )
        .where(
            TypingRun.person_id == person_id,
            TypingRun.passage_version_id.is_not(None),
            TypingRun.accuracy >= LEAST_ACCURACY,
            TypingRun.speed_tenths > 0,
            valid_runs(),
            long_runs(),
        )
        .order_by(TypingRun.speed_tenths.desc(), TypingRun.ended_at)
    )
    found: dict[tuple[str, str, str, int], Best] = {}
    for run_id, rules, speed_tenths, accuracy, ended_at in db.session.execute(query):
        key = (rules["language"], rules["kind"], rules["mode"], rules["duration_s"])
        found.setdefault(key, Best(run_id, *key, speed_tenths, accuracy, ended_at))
    return [found[key] for key in sorted(found)]
