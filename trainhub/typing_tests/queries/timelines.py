"""Reading timelines: what was sent, when it arrived, and the rhythms that a run is held against."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.typing_tests.models import (
    TypingChunk,
    TypingPassageVersion,
    TypingRun,
    TypingRunPart,
)
from trainhub.typing_tests.queries.runs import valid_runs
from trainhub.typing_tests.rules.arrivals import Arrival
from trainhub.typing_tests.rules.rhythm import Part, Rhythm
from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.rules.wire import Event, bearable, restored

MOST_OTHERS = 200  # rhythms of its passages that one run is held against
MOST_OWN = 20  # rhythms of the same person over any passage
MOST_HISTORY = 20
BATCH = 200


@dataclass(frozen=True)
class Timeline:
    """Everything that was sent of a run. `server_ms` is the last arrival, 0 without chunks."""

    events: list[Event]
    chunks: list[Arrival]
    server_ms: float = 0


def raw_events_of(run_id: int) -> list[Any]:
    """The events as they were sent, in order: `[t_ms, kind, data]` each."""
    query = select(TypingChunk.events).where(TypingChunk.run_id == run_id).order_by(TypingChunk.no)
    return [event for text in db.session.scalars(query) for event in json.loads(text)]


def timeline_of(run_id: int) -> Timeline:
    """The timeline of a run, empty once it was deleted. Where more text came in than anybody types
    (`rules.wire.bearable`) it ends with the event that was too much."""
    query = (
        select(TypingChunk.upto_event, TypingChunk.server_ms, TypingChunk.events)
        .where(TypingChunk.run_id == run_id)
        .order_by(TypingChunk.no)
    )
    events: list[Event] = []
    chunks: list[Arrival] = []
    for upto_event, server_ms, text in db.session.execute(query):
        events += restored(json.loads(text))
        chunks.append(Arrival(upto_event, server_ms))
    del events[bearable(events) + 1 :]
    return Timeline(events, chunks, chunks[-1].server_ms if chunks else 0)


def earlier_speeds(run: TypingRun) -> list[float]:
    """The person's valid speeds before this run, the latest last, of the same language and unit.

    Lessons made for the person do not count: a few easy characters would raise every later mark.
    """
    query = (
        select(TypingRun.speed_tenths, TypingRun.rules)
        .where(
            TypingRun.person_id == run.person_id,
            TypingRun.id != run.id,
            TypingRun.started_at <= run.started_at,
            TypingRun.passage_version_id.is_not(None),
            TypingRun.speed_tenths.is_not(None),
            valid_runs(),
        )
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(5 * MOST_HISTORY)
    )
    alike = [
        tenths / 10
        for tenths, rules in db.session.execute(query)
        if (rules["language"], rules["kind"]) == (run.rules["language"], run.rules["kind"])
    ]
    return alike[MOST_HISTORY - 1 :: -1] if alike else []


def own_rhythms(run: TypingRun) -> list[bytes]:
    """The person's latest other rhythms over any text, lessons too: a recorded hand is known
    whatever it is made to write."""
    query = (
        select(TypingRun.rhythm)
        .where(
            TypingRun.person_id == run.person_id,
            TypingRun.id != run.id,
            TypingRun.rhythm.is_not(None),
        )
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(MOST_OWN)
    )
    return [rhythm for rhythm in db.session.scalars(query) if rhythm is not None]


def lengths_of(run: TypingRun) -> list[int]:
    """How long the passages of the run are, in order; of a single one it does not matter."""
    if len(run.passage_version_ids) < 2:
        return [0 for _ in run.passage_version_ids]
    query = select(TypingPassageVersion.id, func.length(TypingPassageVersion.text)).where(
        TypingPassageVersion.id.in_(run.passage_version_ids)
    )
    length: dict[int, int] = dict(db.session.execute(query).all())
    return [length[each] for each in run.passage_version_ids]


def earlier_parts(run: TypingRun, bounds: Sequence[tuple[int, int]]) -> list[Part]:
    """What the latest other runs, anybody's, made of each passage of this one, wherever it stood
    in them. `bounds` are where the passages lie in this run's rhythm (`rules.rhythm.parts_of`)."""
    parts: list[Part] = []
    for version_id, (start, end) in zip(run.passage_version_ids, bounds, strict=False):
        query = (
            select(TypingRun.rhythm, TypingRunPart.from_gap, TypingRunPart.to_gap)
            .join(TypingRun, TypingRun.id == TypingRunPart.run_id)
            .where(TypingRunPart.passage_version_id == version_id, TypingRunPart.run_id != run.id)
            .order_by(TypingRunPart.run_id.desc())
            .limit(MOST_OTHERS // len(bounds))
        )
        for rhythm, from_gap, to_gap in db.session.execute(query):
            if rhythm is not None:  # two bytes a gap
                earlier = Rhythm.unpack(rhythm[2 * from_gap : 2 * to_gap])
                parts.append(Part(start, end, earlier, from_gap))
    return parts


_keepers: list[Callable[[], Collection[int]]] = []


def keep_timelines_of(people: Callable[[], Collection[int]]) -> None:
    """Hand in what tells whose keystrokes have to stay however old they are, by person id."""
    if people not in _keepers:
        _keepers.append(people)


def list_old_timelines(before: datetime, *, limit: int = BATCH) -> Sequence[int]:
    """Runs that ended before then and whose keystrokes were not deleted, the oldest first."""
    kept = {person_id for people in _keepers for person_id in people()}
    query = (
        select(TypingRun.id)
        .where(
            TypingRun.timeline_gone_at.is_(None),
            TypingRun.ended_at < before,
            TypingRun.state != RunState.OPEN.value,
            TypingRun.person_id.not_in(kept),
        )
        .order_by(TypingRun.ended_at, TypingRun.id)
        .limit(limit)
    )
    return db.session.scalars(query).all()
