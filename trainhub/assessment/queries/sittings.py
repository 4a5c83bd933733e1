"""Sittings and their candidates, within the sight of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, exists, func, or_, select, true
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import (
    Attempt,
    Candidate,
    CandidateOverride,
    Exam,
    Sitting,
    SittingTarget,
)
from trainhub.assessment.rules.states import OPEN, State
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import SEES_ALL, learners_in_sight
from trainhub.people.models import Cohort, CohortMember, Person, Team

PAGE_SIZE = 50
_OPEN = tuple(state.value for state in OPEN)


class Phase(StrEnum):
    """Where a sitting stands at an hour."""

    RUNNING = "running"
    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"


def phase_of(sitting: Sitting, now: datetime) -> Phase:
    """Where a sitting stands; cancelled ones are that, whatever the hour."""
    if sitting.cancelled_at is not None:
        return Phase.CANCELLED
    if now < sitting.opens_at:
        return Phase.UPCOMING
    return Phase.RUNNING if now < sitting.closes_at else Phase.PAST


def candidates_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Candidate`: trainers see all, supervisors the people of their teams."""
    if viewer.has_role(*SEES_ALL):
        return true()
    return Candidate.person_id.in_(select(Person.id).where(learners_in_sight(viewer)))


def sittings_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Sitting`: one with a candidate in the viewer's sight."""
    if viewer.has_role(*SEES_ALL):
        return true()
    return exists().where(
        Candidate.sitting_id == Sitting.id,
        Candidate.removed_at.is_(None),
        candidates_in_sight(viewer),
    )


@dataclass(frozen=True)
class SittingRow:
    """A sitting in the list with how many of the candidates in sight have begun and ended."""

    sitting: Sitting
    phase: Phase
    candidates: int
    begun: int
    ended: int


@dataclass(frozen=True)
class SittingPage:
    """One page of sittings."""

    rows: list[SittingRow]
    total: int
    page: int
    pages: int


def find_sitting_page(viewer: Person, phase: Phase, now: datetime, page: int = 1) -> SittingPage:
    """The sittings of a phase in the viewer's sight; those that come first are on top, of past
    ones the last."""
    conditions = (sittings_in_sight(viewer), _is_in(phase, now))
    total = db.session.scalar(select(func.count()).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    coming = phase in (Phase.RUNNING, Phase.UPCOMING)
    order = Sitting.opens_at if coming else Sitting.opens_at.desc()
    query = (
        select(Sitting)
        .where(*conditions)
        .order_by(order, Sitting.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
        .options(joinedload(Sitting.exam), joinedload(Sitting.version))
    )
    sittings = list(db.session.scalars(query))
    counts = _counts(viewer, [one.id for one in sittings])
    rows = [SittingRow(one, phase_of(one, now), *counts.get(one.id, (0, 0, 0))) for one in sittings]
    return SittingPage(rows, total, page, pages)


def list_near(viewer: Person, now: datetime, until: datetime, limit: int) -> list[SittingRow]:
    """The sittings in the viewer's sight that run or open before `until`, the first ones first."""
    query = (
        select(Sitting)
        .where(
            sittings_in_sight(viewer),
            Sitting.cancelled_at.is_(None),
            Sitting.opens_at <= until,
            Sitting.closes_at > now,
        )
        .order_by(Sitting.opens_at, Sitting.id)
        .limit(limit)
        .options(joinedload(Sitting.version))
    )
    sittings = list(db.session.scalars(query))
    counts = _counts(viewer, [one.id for one in sittings])
    return [SittingRow(one, phase_of(one, now), *counts.get(one.id, (0, 0, 0))) for one in sittings]


def _is_in(phase: Phase, now: datetime) -> ColumnElement[bool]:
    held = Sitting.cancelled_at.is_(None)
    match phase:
        case Phase.RUNNING:
            return held & (Sitting.opens_at <= now) & (Sitting.closes_at > now)
        case Phase.UPCOMING:
            return held & (Sitting.opens_at > now)
        case Phase.PAST:
            return held & (Sitting.closes_at <= now)
        case _:
            return Sitting.cancelled_at.is_not(None)


def _counts(viewer: Person, ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Candidates, those who have begun, those whose attempts have ended, by sitting."""
    if not ids:
        return {}
    attempts = (
        select(
            Attempt.candidate_id,
            func.max(case((Attempt.state.in_(_OPEN), 1), else_=0)).label("open"),
        )
        .where(Attempt.sitting_id.in_(ids), Attempt.state != State.VOIDED.value)
        .group_by(Attempt.candidate_id)
        .subquery()
    )
    query = (
        select(
            Candidate.sitting_id,
            func.count(),
            func.count(attempts.c.candidate_id),
            func.coalesce(func.sum(1 - attempts.c.open), 0),
        )
        .outerjoin(attempts, attempts.c.candidate_id == Candidate.id)
        .where(
            Candidate.sitting_id.in_(ids),
            Candidate.removed_at.is_(None),
            candidates_in_sight(viewer),
        )
        .group_by(Candidate.sitting_id)
    )
    return {
        sitting_id: (count, begun, int(ended))
        for sitting_id, count, begun, ended in db.session.execute(query)
    }


def count_phases(viewer: Person, now: datetime) -> dict[Phase, int]:
    """How many sittings in the viewer's sight are in each phase."""
    columns = [func.sum(case((_is_in(phase, now), 1), else_=0)) for phase in Phase]
    row = db.session.execute(select(*columns).where(sittings_in_sight(viewer))).one()
    return {phase: int(count or 0) for phase, count in zip(Phase, row, strict=True)}


def get_sitting(sitting_id: int, viewer: Person) -> Sitting:
    """A sitting in the viewer's sight. Raises `NotFound`."""
    query = (
        select(Sitting)
        .where(Sitting.id == sitting_id, sittings_in_sight(viewer))
        .options(joinedload(Sitting.exam), joinedload(Sitting.version))
    )
    sitting = db.session.scalars(query).one_or_none()
    if sitting is None:
        raise NotFound()
    return sitting


def list_sittings_of(exam_id: int) -> list[Sitting]:
    """The sittings of an exam, the last ones first."""
    query = select(Sitting).where(Sitting.exam_id == exam_id).order_by(Sitting.opens_at.desc())
    return list(db.session.scalars(query.limit(20).options(joinedload(Sitting.version))))


def list_held_exams() -> list[Exam]:
    """The exams that a sitting can be opened of."""
    query = (
        select(Exam)
        .where(Exam.retired_at.is_(None), Exam.published_version_id.is_not(None))
        .order_by(Exam.created_at.desc())
        .options(joinedload(Exam.published))
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class CandidateRow:
    """A candidate with the newest attempt and how many there were."""

    candidate: Candidate
    attempt: Attempt | None
    attempts: int


def list_candidates(sitting: Sitting, viewer: Person) -> list[CandidateRow]:
    """The candidates in the viewer's sight by name, removed ones left out."""
    newest = (
        select(
            Attempt.candidate_id, func.max(Attempt.id).label("id"), func.count().label("attempts")
        )
        .where(Attempt.sitting_id == sitting.id)
        .group_by(Attempt.candidate_id)
        .subquery()
    )
    query = (
        select(Candidate, Attempt, newest.c.attempts)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(newest, newest.c.candidate_id == Candidate.id)
        .outerjoin(Attempt, Attempt.id == newest.c.id)
        .where(
            Candidate.sitting_id == sitting.id,
            Candidate.removed_at.is_(None),
            candidates_in_sight(viewer),
        )
        .order_by(Person.name_key, Person.id)
        .options(joinedload(Candidate.person).joinedload(Person.team))
    )
    return [
        CandidateRow(candidate, attempt, count or 0)
        for candidate, attempt, count in db.session.execute(query)
    ]


def get_candidate(sitting_id: int, candidate_id: int, viewer: Person) -> Candidate:
    """A candidate of a sitting in the viewer's sight. Raises `NotFound`."""
    query = (
        select(Candidate)
        .where(
            Candidate.id == candidate_id,
            Candidate.sitting_id == sitting_id,
            Candidate.removed_at.is_(None),
            candidates_in_sight(viewer),
        )
        .options(joinedload(Candidate.person), joinedload(Candidate.sitting))
    )
    candidate = db.session.scalars(query).one_or_none()
    if candidate is None:
        raise NotFound()
    return candidate


def list_overrides(candidate_id: int) -> list[tuple[CandidateOverride, str]]:
    """What was granted to a candidate, the newest first, with who granted it."""
    query = (
        select(CandidateOverride, Person.name)
        .join(Person, Person.id == CandidateOverride.granted_by_id)
        .where(CandidateOverride.candidate_id == candidate_id)
        .order_by(CandidateOverride.id.desc())
    )
    return [(override, name) for override, name in db.session.execute(query)]


def list_targets(sitting_id: int) -> list[str]:
    """The names of the teams and cohorts whose people are candidates."""
    query = (
        select(func.coalesce(Team.name, Cohort.name))
        .select_from(SittingTarget)
        .outerjoin(Team, Team.id == SittingTarget.team_id)
        .outerjoin(Cohort, Cohort.id == SittingTarget.cohort_id)
        .where(SittingTarget.sitting_id == sitting_id)
        .order_by(SittingTarget.id)
    )
    return list(db.session.scalars(query))


def list_late_joiners(now: datetime) -> list[tuple[int, int]]:
    """Who belongs to a target of a sitting that is not over and was never its candidate, as
    sitting and person; people who were removed stay out."""
    member = or_(
        Person.team_id == SittingTarget.team_id,
        exists().where(
            CohortMember.cohort_id == SittingTarget.cohort_id,
            CohortMember.person_id == Person.id,
        ),
    )
    known = exists().where(
        Candidate.sitting_id == SittingTarget.sitting_id, Candidate.person_id == Person.id
    )
    query = (
        select(SittingTarget.sitting_id, Person.id)
        .join(Sitting, Sitting.id == SittingTarget.sitting_id)
        .join(Person, member)
        .where(
            Sitting.cancelled_at.is_(None),
            Sitting.closes_at > now,
            Person.disabled_at.is_(None),
            ~known,
        )
        .distinct()
        .order_by(SittingTarget.sitting_id, Person.id)
    )
    return [(sitting_id, person_id) for sitting_id, person_id in db.session.execute(query)]
