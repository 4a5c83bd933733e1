"""Results for staff: who has which mark, over a sitting or an exam, within the viewer's sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import (
    Attempt,
    Candidate,
    ExamVersion,
    RegradeChange,
    Sitting,
)
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.db import db
from trainhub.learning.queries.scope import SEES_ALL, learners_in_sight
from trainhub.people.models import Person, Team

PAGE_SIZE = 50
SORTS = ("name", "mark", "ended", "team")
BINS = 10  # of ten per cent each


class Outcome(StrEnum):
    """What has come of a candidate so far."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    BEING_MARKED = "being_marked"
    PASSED = "passed"
    FAILED = "failed"
    VOIDED = "voided"


_UNDER_WAY = (State.CREATED.value, State.IN_PROGRESS.value)
_BEING_MARKED = (
    State.SUBMITTED.value,
    State.EXPIRED_SUBMITTED.value,
    State.AWAITING_MARKING.value,
)
_WITH_MARK = (State.MARKED.value, State.RELEASED.value, State.ABANDONED.value)
OUTCOME_IS: dict[Outcome, ColumnElement[bool]] = {
    Outcome.NOT_STARTED: Attempt.id.is_(None),
    Outcome.UNDER_WAY: Attempt.state.in_(_UNDER_WAY),
    Outcome.BEING_MARKED: Attempt.state.in_(_BEING_MARKED),
    Outcome.PASSED: and_(Attempt.state.in_(_WITH_MARK), Attempt.is_passed.is_(True)),
    Outcome.FAILED: and_(Attempt.state.in_(_WITH_MARK), Attempt.is_passed.is_(False)),
    Outcome.VOIDED: Attempt.state == State.VOIDED.value,
}


def outcome_of(state: str | None, is_passed: bool | None) -> Outcome:
    """The outcome of an attempt in this state, None without one."""
    if state is None:
        return Outcome.NOT_STARTED
    if state in _UNDER_WAY:
        return Outcome.UNDER_WAY
    if state in _BEING_MARKED:
        return Outcome.BEING_MARKED
    if state == State.VOIDED:
        return Outcome.VOIDED
    return Outcome.PASSED if is_passed else Outcome.FAILED


@dataclass(frozen=True)
class ResultCriteria:
    """Whose results: of one sitting or of a whole exam, narrowed and sorted (one of `SORTS`)."""

    exam_id: int
    sitting_id: int | None = None
    words: str = ""
    team_id: int | None = None
    outcome: Outcome | None = None
    sort: str = "name"


@dataclass(frozen=True)
class ResultRow:
    """One attempt, or a candidate without one. Marks in millionths, of whole points; `first_*`
    are what the attempt had before it was regraded, if it was."""

    person_id: int
    name: str
    employee_no: str | None
    team: str | None
    sitting_id: int
    sitting: str
    candidate_id: int
    attempt_id: int | None
    number: int | None
    language: str | None
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    mark_millionths: int | None
    max_points: int | None
    is_passed: bool | None
    is_practice: bool
    version: int
    first_mark: int | None
    first_max: int | None
    first_passed: bool | None

    @property
    def outcome(self) -> Outcome:
        """What has come of it so far."""
        return outcome_of(self.state, self.is_passed)


@dataclass(frozen=True)
class ResultPage:
    """One page of results."""

    rows: list[ResultRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class ResultSums:
    """An exam or a sitting in figures. `bins` are marks by tens of per cent, 0–9 … 90–100."""

    counts: dict[Outcome, int]
    bins: tuple[int, ...]
    mean: Fraction | None

    @property
    def marked(self) -> int:
        """How many have a mark."""
        return self.counts[Outcome.PASSED] + self.counts[Outcome.FAILED]


def _rows(criteria: ResultCriteria, viewer: Person) -> Select[Any]:
    """Candidates with all their attempts, in sight and narrowed. The scope stands here alone."""
    query = (
        select(Candidate)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .join(ExamVersion, ExamVersion.id == Sitting.exam_version_id)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(
            Sitting.exam_id == criteria.exam_id,
            learners_in_sight(viewer),
            or_(Candidate.removed_at.is_(None), Attempt.id.is_not(None)),
        )
    )
    if criteria.sitting_id is not None:
        query = query.where(Candidate.sitting_id == criteria.sitting_id)
    if criteria.team_id is not None:
        query = query.where(Person.team_id == criteria.team_id)
    if criteria.outcome is not None:
        query = query.where(OUTCOME_IS[criteria.outcome])
    clean = "".join(sign for sign in criteria.words[:200] if sign.isprintable())
    for word in clean.casefold().split()[:10]:
        query = query.where(Person.search_key.contains(word, autoescape=True))
    return query


_SHARE = Attempt.mark_millionths * 1.0 / func.nullif(Attempt.max_points, 0)
_ORDER: dict[str, tuple[Any, ...]] = {
    "name": (),
    "mark": (Attempt.mark_millionths.is_(None), _SHARE.desc()),
    "ended": (Attempt.ended_at.is_(None), Attempt.ended_at.desc()),
    "team": (Team.name.is_(None), Team.name),
}


def _shown(query: Select[Any], sort: str) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Person.id, Person.name, Person.employee_no, Team.name, Sitting.id, Sitting.name,
        Candidate.id, Attempt.id.label("attempt_id"), Attempt.number, Attempt.language,
        Attempt.state, Attempt.started_at, Attempt.ended_at, Attempt.ended_by,
        Attempt.mark_millionths, Attempt.max_points, Attempt.is_passed, Attempt.kind,
        ExamVersion.number.label("version"),
    )  # fmt: skip
    by = (*_ORDER[sort], Person.name_key, Person.id, Sitting.opens_at, Attempt.number)
    return query.with_only_columns(*columns, maintain_column_froms=True).order_by(*by)


def find_results(criteria: ResultCriteria, viewer: Person, page: int = 1) -> ResultPage:
    """One page of results in the viewer's sight; always the same few queries."""
    query = _rows(criteria, viewer)
    count = query.with_only_columns(func.count(), maintain_column_froms=True)
    total = db.session.scalar(count) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = _shown(query, criteria.sort).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return ResultPage(_with_first_marks(db.session.execute(shown).all()), total, page, pages)


def list_results(criteria: ResultCriteria, viewer: Person) -> list[ResultRow]:
    """All results in the viewer's sight, for taking away as a table."""
    shown = _shown(_rows(criteria, viewer), criteria.sort)
    return _with_first_marks(db.session.execute(shown).all())


def _with_first_marks(found: Sequence[Any]) -> list[ResultRow]:
    first = _first_marks([row.attempt_id for row in found if row.attempt_id is not None])
    rows = []
    for row in found:
        *values, kind, version = row
        values += [kind == AttemptKind.PRACTICE, version]
        rows.append(ResultRow(*values, *first.get(row.attempt_id, (None, None, None))))
    return rows


def _first_marks(attempt_ids: Sequence[int]) -> dict[int, tuple[int, int, bool]]:
    """Attempt → mark, maximum and verdict before its first regrade that changed something."""
    found: dict[int, tuple[int, int, bool]] = {}
    for start in range(0, len(attempt_ids), 1_000):
        query = (
            select(RegradeChange)
            .join(Attempt, Attempt.id == RegradeChange.attempt_id)
            .where(
                RegradeChange.attempt_id.in_(attempt_ids[start : start + 1_000]),
                RegradeChange.changed_at >= Attempt.marked_at,
                or_(
                    RegradeChange.mark_before != RegradeChange.mark_after,
                    RegradeChange.max_points_before != RegradeChange.max_points_after,
                ),
            )
            .order_by(RegradeChange.changed_at, RegradeChange.regrade_id)
        )
        for one in db.session.scalars(query):
            before = (one.mark_before, one.max_points_before, one.was_passed)
            found.setdefault(one.attempt_id, before)
    return found


def sum_results(criteria: ResultCriteria, viewer: Person) -> ResultSums:
    """The figures of an exam or a sitting in the viewer's sight; two queries."""
    query = _rows(criteria, viewer)
    columns = [func.count().filter(OUTCOME_IS[outcome]) for outcome in Outcome]
    counts = db.session.execute(query.with_only_columns(*columns, maintain_column_froms=True)).one()
    marks = db.session.execute(
        query.where(Attempt.state.in_(_WITH_MARK), Attempt.max_points > 0).with_only_columns(
            Attempt.mark_millionths, Attempt.max_points, maintain_column_froms=True
        )
    ).all()
    shares = [Fraction(mark or 0, most * MILLION) for mark, most in marks]
    bins = [0] * BINS
    for share in shares:
        bins[min(BINS - 1, int(share * BINS))] += 1
    mean = sum(shares, Fraction(0)) / len(shares) if shares else None
    return ResultSums(dict(zip(Outcome, counts, strict=True)), tuple(bins), mean)


def sees_everybody(viewer: Person) -> bool:
    """Whether nobody is out of the viewer's sight."""
    return viewer.has_role(*SEES_ALL)


def count_states(sitting_id: int) -> dict[str, int]:
    """State → attempts of a sitting."""
    query = (
        select(Attempt.state, func.count())
        .where(Attempt.sitting_id == sitting_id)
        .group_by(Attempt.state)
    )
    return dict(db.session.execute(query).all())


@dataclass(frozen=True)
class SittingInSight:
    """A sitting with how many in sight are to sit it, have ended, have passed, wait for a mark."""

    sitting: Sitting
    candidates: int
    ended: int
    passed: int
    being_marked: int


def list_sittings_in_sight(viewer: Person, page: int = 1) -> tuple[list[SittingInSight], int]:
    """Sittings with candidates in the viewer's sight, the newest first, and how many pages."""
    ended = Attempt.ended_at.is_not(None)
    being_marked = Attempt.state.in_(_BEING_MARKED)
    counts = (
        select(
            Candidate.sitting_id,
            func.count(func.distinct(Candidate.id)).label("candidates"),
            func.count(func.distinct(case((ended, Candidate.id)))).label("ended"),
            func.count(func.distinct(case((OUTCOME_IS[Outcome.PASSED], Candidate.id)))).label(
                "passed"
            ),
            func.count(func.distinct(case((being_marked, Candidate.id)))).label("being_marked"),
        )
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(
            learners_in_sight(viewer),
            or_(Candidate.removed_at.is_(None), Attempt.id.is_not(None)),
        )
        .group_by(Candidate.sitting_id)
        .subquery()
    )
    total = db.session.scalar(select(func.count()).select_from(counts)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    query = (
        select(Sitting, counts.c.candidates, counts.c.ended, counts.c.passed, counts.c.being_marked)
        .join(counts, counts.c.sitting_id == Sitting.id)
        .options(joinedload(Sitting.exam), joinedload(Sitting.version))
        .order_by(Sitting.opens_at.desc(), Sitting.id.desc())
        .limit(PAGE_SIZE)
        .offset((min(max(page, 1), pages) - 1) * PAGE_SIZE)
    )
    return [SittingInSight(*row) for row in db.session.execute(query)], pages


def list_sittings(exam_id: int) -> list[Sitting]:
    """An exam's sittings, the newest first."""
    query = select(Sitting).where(Sitting.exam_id == exam_id)
    return list(db.session.scalars(query.order_by(Sitting.opens_at.desc(), Sitting.id.desc())))
