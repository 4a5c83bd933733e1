"""Supervised rooms: the list, and one of them while it is open."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingChunk, TypingRun, TypingSitting
from trainhub.typing_tests.queries.runs import rules_of
from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.rules.watching import Progress, progress_of

PAGE_SIZE = 50
_LOST = ',"x",'  # as the chunks are stored; within a string the quotes are escaped


class Phase(StrEnum):
    """Where a room stands at an hour."""

    RUNNING = "running"
    UPCOMING = "upcoming"
    PAST = "past"


def phase_of(sitting: TypingSitting, now: datetime) -> Phase:
    """Where a room stands."""
    if now < sitting.opens_at:
        return Phase.UPCOMING
    return Phase.RUNNING if now < sitting.closes_at else Phase.PAST


@dataclass(frozen=True)
class SittingRow:
    """A room in the list, with how many runs began and have ended in it."""

    sitting: TypingSitting
    phase: Phase
    begun: int
    ended: int


@dataclass(frozen=True)
class SittingPage:
    """One page of rooms."""

    rows: list[SittingRow]
    page: int
    pages: int


def find_sittings(now: datetime, page: int = 1) -> SittingPage:
    """The rooms, those that are open first, then the latest to open."""
    total = db.session.scalar(select(func.count()).select_from(TypingSitting)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    is_open = and_(TypingSitting.opens_at <= now, TypingSitting.closes_at > now)
    query = (
        select(TypingSitting)
        .options(joinedload(TypingSitting.test))
        .order_by(
            case((is_open, 0), else_=1), TypingSitting.opens_at.desc(), TypingSitting.id.desc()
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    sittings = list(db.session.scalars(query))
    return SittingPage(_with_counts(sittings, now), page, pages)


def list_near_sittings(now: datetime, until: datetime, limit: int) -> list[SittingRow]:
    """The rooms that are open or open before `until`, the first ones first."""
    query = (
        select(TypingSitting)
        .where(TypingSitting.closes_at > now, TypingSitting.opens_at <= until)
        .options(joinedload(TypingSitting.test))
        .order_by(TypingSitting.opens_at, TypingSitting.id)
        .limit(limit)
    )
    return _with_counts(list(db.session.scalars(query)), now)


def _with_counts(sittings: Sequence[TypingSitting], now: datetime) -> list[SittingRow]:
    if not sittings:
        return []
    query = (
        select(TypingRun.sitting_id, TypingRun.state, func.count())
        .where(
            TypingRun.sitting_id.in_([one.id for one in sittings]),
            TypingRun.state != RunState.UNUSED.value,
        )
        .group_by(TypingRun.sitting_id, TypingRun.state)
    )
    begun: dict[int, int] = {}
    ended: dict[int, int] = {}
    for sitting_id, state, count in db.session.execute(query):
        if sitting_id is not None:
            begun[sitting_id] = begun.get(sitting_id, 0) + count
            if state != RunState.OPEN:
                ended[sitting_id] = ended.get(sitting_id, 0) + count
    return [
        SittingRow(one, phase_of(one, now), begun.get(one.id, 0), ended.get(one.id, 0))
        for one in sittings
    ]


def get_sitting(sitting_id: int) -> TypingSitting:
    """A room with its test. Raises `NotFound`."""
    query = (
        select(TypingSitting)
        .where(TypingSitting.id == sitting_id)
        .options(joinedload(TypingSitting.test))
    )
    sitting = db.session.scalars(query).one_or_none()
    if sitting is None:
        raise NotFound()
    return sitting


@dataclass(frozen=True)
class Seat:
    """One run in the room, with what its keystrokes say so far."""

    run: TypingRun
    progress: Progress
    focus_losses: int

    @property
    def ends_at(self) -> datetime | None:
        """When the typist's own clock is at nought; None before the first key."""
        if self.progress.first_key_ms is None:
            return None
        typing = timedelta(
            milliseconds=self.progress.first_key_ms, seconds=rules_of(self.run).allowed_s
        )
        return min(self.run.started_at + typing, self.run.closes_at)


def look_at_room(sitting_id: int) -> list[Seat]:
    """Every run of a room, those under way first; three queries however many there are."""
    query = (
        select(TypingRun)
        .where(TypingRun.sitting_id == sitting_id)
        .options(joinedload(TypingRun.person).joinedload(Person.team))
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
    )
    runs = list(db.session.scalars(query.execution_options(populate_existing=True)))
    progress = _progress([run.id for run in runs if run.state == RunState.OPEN])
    losses = _focus_losses([run.id for run in runs])
    seats = [Seat(run, progress.get(run.id, Progress()), losses.get(run.id, 0)) for run in runs]
    return sorted(seats, key=lambda seat: seat.run.state != RunState.OPEN)


def _progress(run_ids: Collection[int]) -> dict[int, Progress]:
    query = select(TypingChunk.run_id, TypingChunk.events).where(TypingChunk.run_id.in_(run_ids))
    events: dict[int, list[list[object]]] = {}
    for run_id, text in db.session.execute(query.order_by(TypingChunk.run_id, TypingChunk.no)):
        events.setdefault(run_id, []).extend(json.loads(text))
    return {run_id: progress_of(sent) for run_id, sent in events.items()}


def _focus_losses(run_ids: Collection[int]) -> dict[int, int]:
    """How often each run lost the focus, counted in the stored text: nothing need be read."""
    shorter = func.length(func.replace(TypingChunk.events, _LOST, ""))
    count = (func.length(TypingChunk.events) - shorter) / len(_LOST)
    query = (
        select(TypingChunk.run_id, func.sum(count))
        .where(TypingChunk.run_id.in_(run_ids))
        .group_by(TypingChunk.run_id)
    )
    return {run_id: int(total) for run_id, total in db.session.execute(query)}
