"""Cohorts in a programme: how far they are, how long they took, and where people get stuck.

Only people in the viewer's sight are read, so that no count and no average can tell of others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from trainhub.certification.models import (
    Award,
    Programme,
    ProgrammeEnrolment,
    ProgrammeVersion,
    RequirementStanding,
)
from trainhub.certification.queries.matrix import in_force, state_of
from trainhub.certification.queries.matrix_choices import Column
from trainhub.certification.queries.scope import people_in_sight
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.certification.rules.standing.findings import SETTLED
from trainhub.certification.rules.standing.spread import Spread, days_taken, middle, spread
from trainhub.db import db
from trainhub.people.models import Cohort, Person

SHOWN = 12  # cohorts compared with each other
TRIED = ("exam", "typing")  # kinds that are tried until they are reached


@dataclass(frozen=True)
class CohortPace:
    """A cohort, how many of it are in which state, and how long it took."""

    cohort: Cohort
    starts_on: date
    states: Mapping[str, int]
    spread: Spread


@dataclass(frozen=True)
class FunnelStep:
    """A stage of the road and how many have come to it; the last is being certified."""

    key: str
    titles: Mapping[str, str]
    count: int


@dataclass(frozen=True)
class Stuck:
    """One requirement: who lacks it, who is late with it, and how many tries it took.

    `late_days` is the median of days past due of those late now or met after it was due.
    """

    key: str
    titles: Mapping[str, str]
    missing: int
    late: int
    met_late: int
    late_days: int | None
    tries: float | None


def list_paces(
    viewer: Person, programme: Programme, *, today: date, zone: ZoneInfo
) -> list[CohortPace]:
    """The latest cohorts of a programme, the newest first. Three queries."""
    ids = _latest_cohorts(viewer, programme.id)
    people = _enrolled(viewer, programme.id, today, ids)
    cohorts = {one.id: one for one in db.session.scalars(select(Cohort).where(Cohort.id.in_(ids)))}
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in people:
        groups[row.cohort_id].append(row)
    found = [_pace(cohorts[key], rows, zone) for key, rows in groups.items()]
    return sorted(found, key=lambda one: (one.starts_on, one.cohort.id))[::-1]


def _latest_cohorts(viewer: Person, programme_id: int) -> list[int]:
    query = (
        _in_programme(select(ProgrammeEnrolment.cohort_id), viewer, programme_id)
        .where(ProgrammeEnrolment.cohort_id.is_not(None))
        .group_by(ProgrammeEnrolment.cohort_id)
        .order_by(
            func.min(ProgrammeEnrolment.starts_on).desc(), ProgrammeEnrolment.cohort_id.desc()
        )
        .limit(SHOWN)
    )
    return [one for one in db.session.scalars(query) if one is not None]


def _enrolled(viewer: Person, programme_id: int, today: date, ids: Sequence[int]) -> Sequence[Any]:
    granted_at = (
        select(func.min(Award.granted_at))
        .where(
            Award.enrolment_id == ProgrammeEnrolment.id,
            Award.state != AwardState.REVOKED.value,  # taken back: it was no certification
        )
        .correlate(ProgrammeEnrolment)
        .scalar_subquery()
        .label("granted_at")
    )
    query = (
        _in_programme(
            select(
                ProgrammeEnrolment.cohort_id, ProgrammeEnrolment.starts_on,
                state_of(today).label("state"), granted_at,
            ),
            viewer, programme_id,
        )
        .outerjoin(Award, in_force())
        .where(ProgrammeEnrolment.cohort_id.in_(ids))
    )  # fmt: skip
    return db.session.execute(query).all()


def _pace(cohort: Cohort, rows: Sequence[Any], zone: ZoneInfo) -> CohortPace:
    staying = [row for row in rows if row.state != "left"]
    days = [
        days_taken(row.starts_on, row.granted_at.astimezone(zone).date())
        for row in staying
        if row.granted_at is not None
    ]
    return CohortPace(
        cohort=cohort,
        starts_on=min(row.starts_on for row in rows),
        states=Counter(row.state for row in rows),
        spread=spread(days, len(staying)),
    )


def _in_programme(
    query: Select[*tuple[Any, ...]], viewer: Person, programme_id: int
) -> Select[*tuple[Any, ...]]:
    """First-time enrolments: renewing is another, shorter way."""
    return (
        query.select_from(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolment.programme_id == programme_id,
            ProgrammeEnrolment.path == "full",
            Person.disabled_at.is_(None),
            people_in_sight(viewer),
        )
    )


def find_funnel(
    viewer: Person, programme: Programme, cohort_id: int
) -> tuple[list[FunnelStep], int]:
    """How many have come to each stage and to the end, and how many have left. Two queries.

    Stages are those of the version in force; who is on an older one counts at the stage of the
    same key, or at the first. Whose award was revoked has come to the last stage, not to the end.
    """
    stages = _stages(programme)
    places = {key: place for place, (key, _titles) in enumerate(stages)}
    ended = case((_is_revoked(), "revoked"), else_=ProgrammeEnrolment.state)
    query = (
        _in_programme(
            select(ended.label("ended"), ProgrammeEnrolment.stage, func.count()),
            viewer, programme.id,
        )
        .where(ProgrammeEnrolment.cohort_id == cohort_id)
        .group_by(ended, ProgrammeEnrolment.stage)
    )  # fmt: skip
    reached = [0] * (len(stages) + 1)
    left = 0
    for state, stage, count in db.session.execute(query):
        if state == "withdrawn":
            left += count
            continue
        ends = {"awarded": len(stages), "revoked": len(stages) - 1}
        last = ends.get(state, places.get(stage, 0))
        for place in range(last + 1):
            reached[place] += count
    steps = [FunnelStep(key, titles, reached[i]) for i, (key, titles) in enumerate(stages)]
    return [*steps, FunnelStep("", {}, reached[-1])], left


def _is_revoked() -> ColumnElement[bool]:
    """Whether what an enrolment led to was taken back, and nothing has come in its place."""
    holds = exists().where(
        Award.person_id == ProgrammeEnrolment.person_id,
        Award.programme_id == ProgrammeEnrolment.programme_id,
        Award.state.in_(IN_FORCE),
    )
    revoked = exists().where(
        Award.enrolment_id == ProgrammeEnrolment.id, Award.state == AwardState.REVOKED.value
    )
    return and_(ProgrammeEnrolment.state == "awarded", revoked, ~holds)


def _stages(programme: Programme) -> list[tuple[str, Mapping[str, str]]]:
    content = db.session.scalar(
        select(ProgrammeVersion.content).where(
            ProgrammeVersion.id == programme.published_version_id
        )
    )
    if content is None:
        return []
    return [(one.key, one.titles) for one in from_dict(content).stages_of("full")]


def list_stuck(
    viewer: Person,
    programme_id: int,
    cohort_id: int,
    columns: Sequence[Column],
    *,
    today: date,
) -> list[Stuck]:
    """Requirements by how much they hold people up, the worst first. One query."""
    query = (
        _in_programme(
            select(
                RequirementStanding.requirement_key, RequirementStanding.state,
                RequirementStanding.due_on, RequirementStanding.met_on,
                RequirementStanding.evidence,
            ),
            viewer, programme_id,
        )
        .join(RequirementStanding, RequirementStanding.enrolment_id == ProgrammeEnrolment.id)
        .where(ProgrammeEnrolment.cohort_id == cohort_id, ProgrammeEnrolment.state != "withdrawn")
    )  # fmt: skip
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        rows[row.requirement_key].append(row)
    found = [_stuck(one, rows[one.key], today) for one in columns if one.key in rows]
    return sorted(found, key=lambda one: (-one.late, -one.missing, -(one.late_days or 0)))


def _stuck(column: Column, rows: Sequence[Any], today: date) -> Stuck:
    missing = [row for row in rows if row.state not in SETTLED]
    late = [row for row in missing if row.due_on is not None and row.due_on < today]
    met_late = [row for row in rows if row.met_on and row.due_on and row.met_on > row.due_on]
    days = [(today - row.due_on).days for row in late]
    days += [(row.met_on - row.due_on).days for row in met_late]
    tries = [row.evidence.get("tries", 0) for row in rows] if column.kind in TRIED else []
    tried = [count for count in tries if count]
    return Stuck(
        column.key, column.titles, len(missing), len(late), len(met_late), middle(days),
        sum(tried) / len(tried) if tried else None,
    )  # fmt: skip
