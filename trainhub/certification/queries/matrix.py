"""Team × requirement: who stands where in a programme, red first, page by page.

The number of queries is the same for twenty people and for twenty thousand, and the cost of a
page does not grow with anybody's history: standings are kept by the tick.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, null, select

from trainhub.certification.evidence.records import batched_ids
from trainhub.certification.models import (
    Award,
    AwardRefresh,
    ProgrammeEnrolment,
    RequirementStanding,
)
from trainhub.certification.queries.class_seats import Seat, list_seats
from trainhub.certification.queries.matrix_choices import Column
from trainhub.certification.queries.scope import people_in_sight
from trainhub.certification.rules.awards.states import IN_FORCE
from trainhub.certification.rules.standing.findings import SETTLED
from trainhub.db import db
from trainhub.people.models import Person, Team

PAGE_SIZE = 50
AT_ONCE = 500  # people of a file whose cells are held at once
EXPIRING_DAYS = 60
STATES = ("late", "at_risk", "on_track", "certified", "expiring", "expired", "review", "left")


@dataclass(frozen=True)
class MatrixCriteria:
    """What the matrix is narrowed to; `state` is one of `STATES` or empty.

    `requirement` with `state` "late" narrows to who is late with that requirement.
    """

    programme_id: int
    team_id: int | None = None
    cohort_id: int | None = None
    words: str = ""
    state: str = ""
    requirement: str = ""


@dataclass(frozen=True)
class Cell:
    """One requirement of one person; `said` is what was found, a message with its values."""

    state: str
    due_on: date | None
    met_on: date | None
    ends_on: date | None
    said: dict[str, Any] | None = None

    def shown(self, today: date) -> str:
        """What the cell says: its state, or late, or expiring."""
        if self.state in SETTLED:
            soon = today + timedelta(days=EXPIRING_DAYS)
            is_expiring = self.ends_on is not None and self.ends_on <= soon
            return "expiring" if is_expiring and self.state == "met" else self.state
        return "late" if self.due_on is not None and self.due_on < today else self.state


@dataclass(frozen=True)
class MatrixRow:
    """One person in the programme; `is_active`: they are still on their way."""

    enrolment_id: int
    person_id: int
    name: str
    employee_no: str | None
    team: str | None
    state: str
    is_active: bool
    path: str
    starts_on: date
    done: int
    needed: int
    next_due_on: date | None
    final_due_on: date | None
    risk: dict[str, Any]
    award_id: int | None
    valid_until: date | None
    refresh_due_on: date | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)


@dataclass(frozen=True)
class MatrixPage:
    """One page of people, how many there are in each state, and how many the pages show."""

    rows: list[MatrixRow]
    counts: dict[str, int]
    page: int
    pages: int
    shown: int

    @property
    def total(self) -> int:
        """Everybody, whatever their state."""
        return sum(self.counts.values())


def find_matrix(
    viewer: Person,
    criteria: MatrixCriteria,
    *,
    today: date,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> MatrixPage:
    """A page of people in the viewer's sight, those who need somebody first. Four queries."""
    state = state_of(today)
    counts = _counts(viewer, criteria, state, today)
    shown = counts.get(criteria.state, 0) if criteria.state else sum(counts.values())
    pages = max(1, -(-shown // size))
    page = min(max(page, 1), pages)
    query = _from(_people(state), viewer, criteria, today)
    if criteria.state:
        query = query.where(state == criteria.state)
    query = query.order_by(*_red_first(state)).limit(size).offset((page - 1) * size)
    return MatrixPage(_rows(query), counts, page, pages, shown)


def find_seats(rows: Sequence[MatrixRow], columns: Sequence[Column], *, now: datetime) -> None:
    """Note for each row in which classes its person has a seat, by requirement. One query."""
    courses = {one.key: one.course for one in columns if one.kind == "class"}
    seats = list_seats([row.person_id for row in rows], set(courses.values()), now=now)
    for row in rows:
        for key, course in courses.items():
            if (row.person_id, course) in seats:
                row.seats[key] = seats[row.person_id, course]


def stream_all(
    viewer: Person, criteria: MatrixCriteria, *, today: date, limit: int | None = None
) -> Iterator[MatrixRow]:
    """Everybody, or the first so many, for a file: cells without what was found, read for some
    hundred people at a time.
    """
    state = state_of(today)
    query = _from(_people(state), viewer, criteria, today)
    if criteria.state:
        query = query.where(state == criteria.state)
    found = db.session.execute(query.order_by(*_red_first(state)).limit(limit)).all()
    for place in range(0, len(found), AT_ONCE):
        rows = [MatrixRow(**row._mapping) for row in found[place : place + AT_ONCE]]
        cells = _cells([row.enrolment_id for row in rows], with_words=False)
        for row in rows:
            row.cells.update(cells.get(row.enrolment_id, {}))
            yield row


def in_force() -> ColumnElement[bool]:
    """How an enrolment is joined with the award that its person holds in the programme."""
    return and_(
        Award.person_id == ProgrammeEnrolment.person_id,
        Award.programme_id == ProgrammeEnrolment.programme_id,
        Award.state.in_(IN_FORCE),
    )


def state_of(today: date) -> ColumnElement[str]:
    """The one word for an enrolment joined with `in_force()`, from stored columns and the day."""
    soon = today + timedelta(days=EXPIRING_DAYS)
    is_active = ProgrammeEnrolment.state == "active"
    return case(
        (ProgrammeEnrolment.state == "withdrawn", "left"),
        (Award.state == "under_review", "review"),
        (and_(is_active, ProgrammeEnrolment.next_due_on < today), "late"),
        (and_(is_active, ProgrammeEnrolment.is_at_risk), "at_risk"),
        (and_(is_active, Award.id.is_not(None)), "expiring"),
        (is_active, "on_track"),
        (Award.id.is_(None), "expired"),
        (Award.valid_until <= soon, "expiring"),
        else_="certified",
    )


def _people(state: ColumnElement[str]) -> Select[*tuple[Any, ...]]:
    return select(
        ProgrammeEnrolment.id.label("enrolment_id"), Person.id.label("person_id"),
        Person.name, Person.employee_no, Team.name.label("team"), state.label("state"),
        (ProgrammeEnrolment.state == "active").label("is_active"), ProgrammeEnrolment.path,
        ProgrammeEnrolment.starts_on, ProgrammeEnrolment.done,
        ProgrammeEnrolment.needed, ProgrammeEnrolment.next_due_on,
        ProgrammeEnrolment.final_due_on, ProgrammeEnrolment.risk,
        Award.id.label("award_id"), Award.valid_until,
        _refresh_due_on().label("refresh_due_on"),
    )  # fmt: skip


def _refresh_due_on() -> ScalarSelect[date]:
    """By when the holder of the award is asked for a refresh next."""
    return (
        select(func.min(AwardRefresh.due_on))
        .where(AwardRefresh.award_id == Award.id, AwardRefresh.state == "open")
        .correlate(Award)
        .scalar_subquery()
    )


def _from(
    query: Select[*tuple[Any, ...]],
    viewer: Person,
    criteria: MatrixCriteria,
    today: date,
) -> Select[*tuple[Any, ...]]:
    query = (
        query.select_from(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(Award, in_force())
        .where(
            ProgrammeEnrolment.programme_id == criteria.programme_id,
            ProgrammeEnrolment.is_current,
            Person.disabled_at.is_(None),
            people_in_sight(viewer),
        )
    )
    if criteria.team_id is not None:
        query = query.where(Person.team_id == criteria.team_id)
    if criteria.cohort_id is not None:
        query = query.where(ProgrammeEnrolment.cohort_id == criteria.cohort_id)
    for word in criteria.words.casefold().split():
        query = query.where(Person.search_key.contains(word, autoescape=True))
    if criteria.requirement:
        query = query.where(_lacks(criteria.requirement, today, is_late=criteria.state == "late"))
    return query


def _lacks(requirement: str, today: date, *, is_late: bool) -> ColumnElement[bool]:
    lacks = exists().where(
        RequirementStanding.enrolment_id == ProgrammeEnrolment.id,
        RequirementStanding.requirement_key == requirement,
        RequirementStanding.state.not_in(SETTLED),
    )
    return lacks.where(RequirementStanding.due_on < today) if is_late else lacks


def _counts(
    viewer: Person, criteria: MatrixCriteria, state: ColumnElement[str], today: date
) -> dict[str, int]:
    query = _from(select(state, func.count()), viewer, criteria, today).group_by(state)
    found: dict[str, int] = dict(db.session.execute(query).all())
    return {name: found[name] for name in STATES if name in found}


def _red_first(state: ColumnElement[str]) -> list[Any]:
    order = ("late", "review", "at_risk", "expired", "expiring", "on_track", "certified", "left")
    places = case({name: place for place, name in enumerate(order)}, value=state)
    return [
        places,
        ProgrammeEnrolment.next_due_on.is_(None),
        ProgrammeEnrolment.next_due_on,
        Person.name_key,
        ProgrammeEnrolment.id,
    ]


def _rows(query: Select[*tuple[Any, ...]]) -> list[MatrixRow]:
    rows = [MatrixRow(**row._mapping) for row in db.session.execute(query)]
    cells = _cells([row.enrolment_id for row in rows])
    for row in rows:
        row.cells.update(cells.get(row.enrolment_id, {}))
    return rows


def _cells(enrolment_ids: Sequence[int], *, with_words: bool = True) -> dict[int, dict[str, Cell]]:
    found: dict[int, dict[str, Cell]] = {}
    for some in batched_ids(enrolment_ids):
        query = select(
            RequirementStanding.enrolment_id, RequirementStanding.requirement_key,
            RequirementStanding.state, RequirementStanding.due_on, RequirementStanding.met_on,
            RequirementStanding.ends_on,
            RequirementStanding.evidence if with_words else null().label("evidence"),
        ).where(RequirementStanding.enrolment_id.in_(some))  # fmt: skip
        for row in db.session.execute(query):
            said = row.evidence.get("said") if row.evidence else None
            cell = Cell(row.state, row.due_on, row.met_on, row.ends_on, said)
            found.setdefault(row.enrolment_id, {})[row.requirement_key] = cell
    return found
