"""Who is to take which typing test, and where they stand: the same few queries for any number of
people, all of them within the viewer's sight.

What a test has come to for somebody is read from the ledger, which is kept in line with the rules
at every run, review and voiding.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from trainhub.db import db
from trainhub.learning.queries.scope import learners_in_sight
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.people.models import CohortMember, Person, Team
from trainhub.typing_tests.models import (
    TypingAllowance,
    TypingAssignment,
    TypingRun,
    TypingTest,
)
from trainhub.typing_tests.queries.runs import long_runs, valid_runs
from trainhub.typing_tests.queries.tests import NOT_USED_UP
from trainhub.typing_tests.rules.standing import LEDGER_TYPE
from trainhub.typing_tests.rules.states import Review, RunState

PAGE_SIZE = 25
LATE, OPEN, SETTLED, STATES = "late", "open", "settled", ("late", "open", "settled")


@dataclass(frozen=True)
class OverviewCriteria:
    """What the overview is narrowed to; `state` is one of `STATES` or empty."""

    test_id: int | None = None
    team_id: int | None = None
    words: str = ""
    state: str = ""


@dataclass(frozen=True)
class Cell:
    """One test of one person. `attempts` are used, `waiting` of them wait for a review; `best` is
    the fastest speed that counts, in tenths of the test's unit."""

    test_id: int
    due_on: date | None
    is_passed: bool
    is_failed: bool
    is_exempt: bool
    attempts: int = 0
    waiting: int = 0
    best: int | None = None

    def is_late(self, today: date) -> bool:
        """Whether the wished day has gone by with something left to do."""
        is_settled = self.is_passed or self.is_exempt
        return self.due_on is not None and self.due_on < today and not is_settled


@dataclass(frozen=True)
class PersonRow:
    """One person with their tests by id; `late` and `open` are counts."""

    person_id: int
    name: str
    employee_no: str | None
    team: str | None
    late: int
    open: int
    cells: dict[int, Cell]


@dataclass(frozen=True)
class Sums:
    """Counts over pairs of a person and a test; `open` includes `late`."""

    people: int
    asked: int
    late: int
    open: int
    passed: int
    exempt: int


@dataclass(frozen=True)
class OverviewPage:
    """One page of people, who is late first."""

    rows: list[PersonRow]
    sums: Sums
    page: int
    pages: int


def find_overview(
    viewer: Person, criteria: OverviewCriteria, *, today: date, page: int = 1
) -> OverviewPage:
    """A page of people with their tests, and the sums over all pages."""
    pairs = _pairs(viewer, criteria, today)
    shown = _narrowed(pairs, criteria)
    sums = _sums(pairs, shown)
    pages = max(1, -(-sums.people // PAGE_SIZE))
    page = min(max(page, 1), pages)
    late, open_ = func.sum(pairs.c.late), func.sum(pairs.c.open)
    query = (
        select(Person.id, Person.name, Person.employee_no, Team.name.label("team"),
               late.label("late"), open_.label("open"))
        .join(pairs, pairs.c.person_id == Person.id)
        .outerjoin(Team, Team.id == Person.team_id)
        .where(*shown)
        .group_by(Person.id, Person.name, Person.employee_no, Person.name_key, Team.name)
        .order_by(late.desc(), open_.desc(), Person.name_key, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )  # fmt: skip
    found = db.session.execute(query).all()
    cells = find_cells(viewer, [row.id for row in found], criteria.test_id, today=today)
    rows = [
        PersonRow(row.id, row.name, row.employee_no, row.team, row.late, row.open,
                  cells.get(row.id, {}))
        for row in found
    ]  # fmt: skip
    return OverviewPage(rows, sums, page, pages)


def find_cells(
    viewer: Person, person_ids: Collection[int], test_id: int | None = None, *, today: date
) -> dict[int, dict[int, Cell]]:
    """The tests of some people, as far as they are in the viewer's sight: by person and test."""
    pairs = _pairs(viewer, OverviewCriteria(test_id=test_id), today, person_ids)
    query = select(
        pairs.c.person_id, pairs.c.test_id, pairs.c.due_on, pairs.c.passed, pairs.c.failed,
        pairs.c.exempt,
    )  # fmt: skip
    found: dict[int, dict[int, Cell]] = {}
    for person_id, test, due_on, *flags in db.session.execute(query):
        found.setdefault(person_id, {})[test] = Cell(test, due_on, *map(bool, flags))
    for person_id, test, attempts, waiting, best in db.session.execute(_typed(person_ids)):
        if cell := found.get(person_id, {}).get(test):
            found[person_id][test] = replace(cell, attempts=attempts, waiting=waiting, best=best)
    return found


def _typed(person_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Attempts, waiting ones and the best of each person and test."""
    is_used = TypingRun.state.not_in(NOT_USED_UP)
    is_waiting = and_(
        TypingRun.review == Review.WAITING.value, TypingRun.state == RunState.CLOSED.value
    )
    return (
        select(
            TypingRun.person_id,
            TypingRun.test_id,
            func.sum(case((is_used, 1), else_=0)),
            func.sum(case((is_waiting, 1), else_=0)),
            func.max(case((and_(valid_runs(), long_runs()), TypingRun.speed_tenths))),
        )
        .where(TypingRun.person_id.in_(person_ids), TypingRun.test_id.is_not(None))
        .group_by(TypingRun.person_id, TypingRun.test_id)
    )


def _sums(pairs: Subquery, shown: list[ColumnElement[bool]]) -> Sums:
    def total(column: Any) -> Any:
        return func.coalesce(func.sum(column), 0)

    query = select(
        func.count(func.distinct(pairs.c.person_id)),
        func.count(),
        total(pairs.c.late),
        total(pairs.c.open),
        total(pairs.c.passed),
        total(pairs.c.exempt),
    ).where(*shown)
    return Sums(*db.session.execute(query).one())


def _narrowed(pairs: Subquery, criteria: OverviewCriteria) -> list[ColumnElement[bool]]:
    wanted = {LATE: pairs.c.late == 1, OPEN: pairs.c.open == 1, SETTLED: pairs.c.open == 0}
    return [wanted[criteria.state]] if criteria.state in wanted else []


def people_of(viewer: Person, criteria: OverviewCriteria) -> list[ColumnElement[bool]]:
    """The conditions on `Person`: active, in the viewer's sight, and as narrowed."""
    conditions = [learners_in_sight(viewer), Person.disabled_at.is_(None)]
    if criteria.team_id is not None:
        conditions.append(Person.team_id == criteria.team_id)
    clean = "".join(sign for sign in criteria.words[:200] if sign.isprintable())
    conditions += [
        Person.search_key.contains(part, autoescape=True) for part in clean.casefold().split()[:10]
    ]
    return conditions


def _pairs(
    viewer: Person,
    criteria: OverviewCriteria,
    today: date,
    person_ids: Collection[int] | None = None,
) -> Subquery:
    people = people_of(viewer, criteria)
    if person_ids is not None:
        people.append(Person.id.in_(person_ids))
    return pairs_of(people, [] if criteria.test_id is None else [criteria.test_id], today)


def pairs_of(people: list[ColumnElement[bool]], test_ids: Collection[int], today: date) -> Subquery:
    """Each person with each test in use that they are to take or have typed (of all tests where
    `test_ids` is empty): the earliest date, and as 0 or 1 whether it is passed, failed, exempt,
    open and late."""
    asked = _asked(people, test_ids)
    last = _last_records()
    record = aliased(LearningRecord)
    verb = func.coalesce(record.verb, "")
    exempt = _exemption(asked.c.person_id, asked.c.test_id)
    passed = verb == Verb.PASSED.value
    settled = or_(passed, exempt)
    late = and_(asked.c.due_on < today, ~settled)
    return (
        select(
            asked.c.person_id,
            asked.c.test_id,
            asked.c.due_on,
            case((passed, 1), else_=0).label("passed"),
            case((verb == Verb.FAILED.value, 1), else_=0).label("failed"),
            case((exempt, 1), else_=0).label("exempt"),
            case((settled, 0), else_=1).label("open"),
            case((late, 1), else_=0).label("late"),
        )
        .join(TypingTest, TypingTest.id == asked.c.test_id)
        .outerjoin(
            last,
            and_(last.c.person_id == asked.c.person_id, last.c.object_key == TypingTest.key),
        )
        .outerjoin(record, record.id == last.c.id)
        .where(TypingTest.retired_at.is_(None))
        .subquery()
    )


def _asked(people: list[ColumnElement[bool]], test_ids: Collection[int]) -> Subquery:
    """Person, test and the earliest date, by assignment or because they have typed it."""
    held: list[ColumnElement[bool]] = [TypingAssignment.withdrawn_at.is_(None)]
    typed: list[ColumnElement[bool]] = [
        TypingRun.test_id.is_not(None),
        TypingRun.state == RunState.CLOSED.value,
    ]
    if test_ids:
        held.append(TypingAssignment.test_id.in_(test_ids))
        typed.append(TypingRun.test_id.in_(test_ids))
    every = union_all(
        *asked_people(people, held),
        select(Person.id, TypingRun.test_id, cast(null(), Date), cast(null(), Integer))
        .join(TypingRun, TypingRun.person_id == Person.id)
        .where(*typed, *people)
        .distinct(),
    ).subquery()
    earliest = func.min(every.c.due_on, type_=Date).label("due_on")
    return (
        select(every.c.person_id, every.c.test_id, earliest)
        .group_by(every.c.person_id, every.c.test_id)
        .subquery()
    )


def asked_people(
    people: list[ColumnElement[bool]], held: list[ColumnElement[bool]]
) -> list[Select[*tuple[Any, ...]]]:
    """Three selects of person, test, date and assignment: by person, by team, by cohort. `held`
    are conditions on `TypingAssignment`."""
    ask = TypingAssignment
    row = select(
        Person.id.label("person_id"), ask.test_id.label("test_id"), ask.due_on,
        ask.id.label("assignment_id"),
    )  # fmt: skip
    return [
        row.join(ask, ask.person_id == Person.id).where(*held, *people),
        row.join(ask, ask.team_id == Person.team_id).where(*held, *people),
        row.join(CohortMember, CohortMember.person_id == Person.id)
        .join(ask, ask.cohort_id == CohortMember.cohort_id)
        .where(*held, *people),
    ]


def _last_records() -> Subquery:
    """The number of the last record in force of each person and test."""
    record, withdrawal = aliased(LearningRecord), aliased(LearningRecord)
    is_withdrawn = (
        select(withdrawal.id)
        .where(withdrawal.dedupe_key == record.dedupe_key.concat(":voided"))
        .exists()
    )
    return (
        select(record.person_id, record.object_key, func.max(record.id).label("id"))
        .where(
            record.object_type == LEDGER_TYPE,
            record.verb.in_([Verb.PASSED.value, Verb.FAILED.value]),
            ~is_withdrawn,
        )
        .group_by(record.person_id, record.object_key)
        .subquery()
    )


def _exemption(person_id: Any, test_id: Any) -> ColumnElement[bool]:
    """Whether the newest allowance of the person for the test, or for all, exempts them."""
    one, later = aliased(TypingAllowance), aliased(TypingAllowance)

    def meant(row: Any) -> ColumnElement[bool]:
        return and_(row.person_id == person_id, or_(row.test_id.is_(None), row.test_id == test_id))

    newer = select(later.id).where(meant(later), later.id > one.id).exists()
    return select(one.id).where(meant(one), one.is_exempt, ~newer).exists()
