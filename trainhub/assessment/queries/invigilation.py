"""A sitting while it runs: where everybody is, in two queries however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptSighting,
    Candidate,
    CandidateOverride,
    Sitting,
)
from trainhub.assessment.rules.watching import (
    AWAY_KINDS,
    Seen,
    SightingKind,
    Sign,
    Where,
    signs,
    urgency,
    where,
)
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team


@dataclass(frozen=True)
class Seat:
    """One candidate and their newest attempt at this sitting (None before the start).

    `reached` is the last question they have been at; whoever saves an answer was seen then.
    `place` is that in the list by name.
    """

    candidate_id: int
    person_id: int
    name: str
    employee_no: str | None
    team: str | None
    attempt_id: int | None
    number: int | None
    extra_s: int
    started_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    last_saved_at: datetime | None
    last_seen_at: datetime | None
    reached: int
    away: int
    seen: Seen
    place: int
    signs: tuple[Sign, ...] = ()

    @property
    def where(self) -> Where:
        """How far they are."""
        return where(self.seen.state)


@dataclass(frozen=True)
class Room:
    """Everybody of a sitting, whoever needs somebody first. `tag` changes when anything does."""

    seats: tuple[Seat, ...]
    counts: dict[Where, int]
    quiet: int
    tag: str = field(compare=False)

    @property
    def working(self) -> int:
        """How many are at it."""
        return self.counts[Where.WORKING]


def get_sitting(sitting_id: int) -> Sitting:
    """A sitting with its exam and version. Raises `NotFound`."""
    query = (
        select(Sitting)
        .where(Sitting.id == sitting_id)
        .options(joinedload(Sitting.exam), joinedload(Sitting.version))
    )
    sitting = db.session.scalars(query).one_or_none()
    if sitting is None:
        raise NotFound()
    return sitting


def look_at_room(sitting: Sitting, now: datetime) -> Room:
    """Where everybody of the sitting is at `now`; two queries."""
    away = _sightings(sitting.id)
    rows = db.session.execute(_seat_rows(sitting.id)).all()
    found = [
        _seat(row, place, sitting, away.get(row.attempt_id), now) for place, row in enumerate(rows)
    ]
    seats = sorted(found, key=lambda one: urgency(one.seen, now))
    counts = {each: sum(seat.where is each for seat in seats) for each in Where}
    quiet = sum(Sign.QUIET in seat.signs for seat in seats)
    return Room(tuple(seats), counts, quiet, _tag(seats))


def _tag(seats: Sequence[Seat]) -> str:
    return sha256(repr(seats).encode()).hexdigest()[:24]


def _seat_rows(sitting_id: int) -> Any:
    """Candidates with their newest attempts and the sums of these."""
    newest = (
        select(Attempt.candidate_id, func.max(Attempt.number).label("number"))
        .where(Attempt.sitting_id == sitting_id)
        .group_by(Attempt.candidate_id)
        .subquery()
    )
    sums = (
        select(
            AttemptItem.attempt_id,
            func.count().label("questions"),
            func.count(AttemptItem.response).label("answered"),
            func.max(AttemptItem.no).filter(_was_there()).label("reached"),
            func.max(AttemptItem.saved_at).label("saved_at"),
            func.count(func.distinct(func.nullif(AttemptItem.device, ""))).label("devices"),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .group_by(AttemptItem.attempt_id)
        .subquery()
    )
    return (
        select(
            Candidate.id.label("candidate_id"), Candidate.extra_s, Candidate.opens_at,
            Candidate.closes_at.label("own_closes_at"), Person.id.label("person_id"), Person.name,
            Person.employee_no, Team.name.label("team"), Attempt.id.label("attempt_id"),
            Attempt.number, Attempt.state, Attempt.started_at, Attempt.closes_at,
            Attempt.ended_at, Attempt.ended_by, Attempt.last_seen_at, Attempt.position,
            sums.c.questions, sums.c.answered, sums.c.reached, sums.c.saved_at, sums.c.devices,
        )
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(newest, newest.c.candidate_id == Candidate.id)
        .outerjoin(
            Attempt,
            and_(Attempt.candidate_id == Candidate.id, Attempt.number == newest.c.number),
        )
        .outerjoin(sums, sums.c.attempt_id == Attempt.id)
        .where(
            Candidate.sitting_id == sitting_id,
            Candidate.removed_at.is_(None) | Attempt.id.is_not(None),
        )
        .order_by(Person.name_key, Person.id)
    )  # fmt: skip


def _was_there() -> Any:
    """A question somebody has been at: opened one by one, in view for a while, or answered."""
    is_opened, is_saved = AttemptItem.opened_at.is_not(None), AttemptItem.saved_at.is_not(None)
    return or_(is_opened, is_saved, AttemptItem.active_ms > 0)


def _sightings(sitting_id: int) -> dict[int, Any]:
    """Attempt → how often the page lost focus, when last, and other devices seen."""
    is_away = AttemptSighting.kind.in_(AWAY_KINDS)
    query = (
        select(
            AttemptSighting.attempt_id,
            func.count().filter(is_away).label("away"),
            func.max(AttemptSighting.at).filter(is_away).label("last_away_at"),
            func.count()
            .filter(AttemptSighting.kind == SightingKind.OTHER_DEVICE.value)
            .label("devices"),
        )
        .join(Attempt, Attempt.id == AttemptSighting.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .group_by(AttemptSighting.attempt_id)
    )
    return {row.attempt_id: row for row in db.session.execute(query)}


def _seat(row: Any, place: int, sitting: Sitting, sightings: Any, now: datetime) -> Seat:
    seen = Seen(
        state=row.state,
        opens_at=row.opens_at or sitting.opens_at,
        window_closes_at=row.own_closes_at or sitting.closes_at,
        closes_at=row.closes_at,
        last_life_at=_later(row.saved_at, row.last_seen_at, row.started_at),
        last_away_at=sightings.last_away_at if sightings else None,
        devices=max(row.devices or 0, 1 + sightings.devices if sightings else 0),
        answered=row.answered or 0,
        questions=row.questions or 0,
    )
    return Seat(
        candidate_id=row.candidate_id,
        person_id=row.person_id,
        name=row.name,
        employee_no=row.employee_no,
        team=row.team,
        attempt_id=row.attempt_id,
        number=row.number,
        extra_s=row.extra_s,
        started_at=row.started_at,
        closes_at=row.closes_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        last_saved_at=row.saved_at,
        last_seen_at=_later(row.saved_at, row.last_seen_at),
        reached=max(row.reached or 0, row.position or 0) if row.attempt_id else 0,
        away=sightings.away if sightings else 0,
        seen=seen,
        place=place,
        signs=signs(seen, now),
    )


@dataclass(frozen=True)
class OnePerson:
    """A candidate on the invigilator's page of one person. `last_seen`: by attempt, as in the
    room."""

    candidate: Candidate
    attempts: list[Attempt]
    last_seen: dict[int, datetime | None]
    sightings: list[AttemptSighting]
    overrides: list[CandidateOverride]
    granted_by: dict[int, str]


def get_candidate(candidate_id: int) -> Candidate:
    """A candidate with person and sitting. Raises `NotFound`."""
    query = (
        select(Candidate)
        .where(Candidate.id == candidate_id)
        .options(
            joinedload(Candidate.person),
            joinedload(Candidate.sitting).joinedload(Sitting.version),
            joinedload(Candidate.sitting).joinedload(Sitting.exam),
        )
        .execution_options(populate_existing=True)
    )
    candidate = db.session.scalars(query).one_or_none()
    if candidate is None:
        raise NotFound()
    return candidate


def look_at_candidate(candidate_id: int) -> OnePerson:
    """Everything an invigilator may want to know of one candidate, newest first."""
    candidate = get_candidate(candidate_id)
    attempts = list(
        db.session.scalars(
            select(Attempt)
            .where(Attempt.candidate_id == candidate_id)
            .order_by(Attempt.number.desc())
            .execution_options(populate_existing=True)
        )
    )
    sightings = select(AttemptSighting).where(
        AttemptSighting.attempt_id.in_([one.id for one in attempts])
    )
    overrides = select(CandidateOverride).where(CandidateOverride.candidate_id == candidate_id)
    granted = list(db.session.scalars(overrides.order_by(CandidateOverride.id.desc())))
    names = select(Person.id, Person.name).where(
        Person.id.in_({one.granted_by_id for one in granted})
    )
    return OnePerson(
        candidate,
        attempts,
        _last_seen(attempts),
        list(db.session.scalars(sightings.order_by(AttemptSighting.id.desc()).limit(200))),
        granted,
        dict(db.session.execute(names).all()),
    )


def _last_seen(attempts: Sequence[Attempt]) -> dict[int, datetime | None]:
    query = (
        select(AttemptItem.attempt_id, func.max(AttemptItem.saved_at))
        .where(AttemptItem.attempt_id.in_([one.id for one in attempts]))
        .group_by(AttemptItem.attempt_id)
    )
    saved_at = dict(db.session.execute(query).all())
    return {one.id: _later(saved_at.get(one.id), one.last_seen_at) for one in attempts}


def _later(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
