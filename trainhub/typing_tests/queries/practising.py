"""What somebody could practise: their weak points of late, and how their speed goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.typing_tests.models import (
    TypingPassage,
    TypingPassageVersion,
    TypingPhrase,
    TypingRun,
)
from trainhub.typing_tests.queries.runs import rules_of, valid_runs
from trainhub.typing_tests.queries.timelines import timeline_of
from trainhub.typing_tests.rules.metrics import unit_of
from trainhub.typing_tests.rules.states import RunState, Verdict
from trainhub.typing_tests.rules.weak_points import WeakPoints, weak_points_of

LATELY = timedelta(days=30)
RUNS_LOOKED_AT = 6  # their keystrokes are played again: a few say as much as many
POINTS_DRAWN = 60


def _own_measure() -> ColumnElement[bool]:
    """Runs that tell somebody something of themselves: valid ones, and practice that was not
    refused, for who looked something up meanwhile has typed all the same."""
    practice = TypingRun.test_id.is_(None) & (TypingRun.state == RunState.CLOSED.value)
    return or_(valid_runs(), practice & (TypingRun.verdict != Verdict.REFUSE.value))


def find_weak_points(person_id: int, language: str, now: datetime) -> WeakPoints:
    """The weak points of the person's latest runs in a language; empty without any."""
    query = (
        select(TypingRun)
        .where(
            TypingRun.person_id == person_id,
            TypingRun.started_at > now - LATELY,
            TypingRun.timeline_gone_at.is_(None),
            _own_measure(),
        )
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(5 * RUNS_LOOKED_AT)
    )
    runs = [run for run in db.session.scalars(query) if run.rules["language"] == language]
    return weak_points_of(
        (timeline_of(run.id).events, run.text, rules_of(run).tests_width)
        for run in runs[:RUNS_LOOKED_AT]
    )


def list_sources(language: str) -> list[str]:
    """The texts that lessons are cut from: passages of prose and phrases in use."""
    passages = (
        select(TypingPassageVersion.text)
        .join(TypingPassage, TypingPassage.version_id == TypingPassageVersion.id)
        .where(
            TypingPassage.language == language,
            TypingPassage.kind.in_(["prose", "phrases"]),
            TypingPassage.retired_at.is_(None),
        )
        .order_by(TypingPassage.id)
    )
    phrases = (
        select(TypingPhrase.text)
        .where(TypingPhrase.language == language, TypingPhrase.retired_at.is_(None))
        .order_by(TypingPhrase.id)
    )
    return [*db.session.scalars(passages), *db.session.scalars(phrases)]


@dataclass(frozen=True)
class SpeedPoint:
    """One valid run in a curve over time; `speed` in the unit of its curve."""

    ended_at: datetime
    speed: float


def list_speed_points(person_id: int) -> dict[tuple[str, str], list[SpeedPoint]]:
    """The person's runs by language and unit, the newest `POINTS_DRAWN` of each, oldest
    first; lessons are left out, as they are no measure."""
    query = (
        select(TypingRun.rules, TypingRun.speed_tenths, TypingRun.ended_at)
        .where(
            TypingRun.person_id == person_id,
            TypingRun.speed_tenths.is_not(None),
            TypingRun.passage_version_id.is_not(None),
            _own_measure(),
        )
        .order_by(TypingRun.ended_at.desc(), TypingRun.id.desc())
        .limit(5 * POINTS_DRAWN)
    )
    found: dict[tuple[str, str], list[SpeedPoint]] = {}
    for rules, tenths, ended_at in db.session.execute(query):
        key = (rules["language"], unit_of(rules["language"], rules["kind"]))
        found.setdefault(key, []).append(SpeedPoint(ended_at, tenths / 10))
    return {key: found[key][:POINTS_DRAWN][::-1] for key in sorted(found, reverse=True)}


def list_all_runs(person_id: int) -> list[TypingRun]:
    """Everything the person has typed and that has ended, the oldest first."""
    query = (
        select(TypingRun)
        .where(
            TypingRun.person_id == person_id,
            TypingRun.state.in_([RunState.CLOSED.value, RunState.VOIDED.value]),
        )
        .options(joinedload(TypingRun.passage_version), joinedload(TypingRun.test))
        .order_by(TypingRun.started_at, TypingRun.id)
    )
    return list(db.session.scalars(query))
