"""Typing tests for those who write and assign them, and what single people are granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import aliased, joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import SEES_ALL, learners_in_sight
from trainhub.people.models import Cohort, Person, Team
from trainhub.typing_tests.models import (
    TypingAllowance,
    TypingAssignment,
    TypingPassage,
    TypingPassageVersion,
    TypingRun,
    TypingTest,
)
from trainhub.typing_tests.queries.tests import settings_of
from trainhub.typing_tests.rules.settings import PassageKind, TestSettings
from trainhub.typing_tests.rules.settings_checks import OfferedPassage
from trainhub.typing_tests.rules.states import RunState

MOST_SHOWN = 200


@dataclass(frozen=True)
class TestRow:
    """A typing test in the list, with how often it is assigned and how many have typed it, of
    the people in the viewer's sight."""

    __test__ = False  # not a test of pytest's

    test: TypingTest
    settings: TestSettings
    assignments: int
    typists: int


def list_tests(viewer: Person, *, retired: bool = False) -> list[TestRow]:
    """The tests in use, or the retired ones, the newest first."""
    shelf = TypingTest.retired_at.is_not(None) if retired else TypingTest.retired_at.is_(None)
    query = select(TypingTest).where(shelf).order_by(TypingTest.id.desc())
    tests = list(db.session.scalars(query))
    asked = _counts(
        select(TypingAssignment.test_id, func.count())
        .where(TypingAssignment.withdrawn_at.is_(None), assignments_in_sight(viewer))
        .group_by(TypingAssignment.test_id)
    )
    typists = _counts(
        select(TypingRun.test_id, func.count(func.distinct(TypingRun.person_id)))
        .where(
            TypingRun.test_id.is_not(None),
            TypingRun.state == RunState.CLOSED.value,
            TypingRun.person_id.in_(people_in_sight(viewer)),
        )
        .group_by(TypingRun.test_id)
    )
    return [
        TestRow(test, settings_of(test), asked.get(test.id, 0), typists.get(test.id, 0))
        for test in tests
    ]


def _counts(query: Any) -> dict[int, int]:
    return dict(db.session.execute(query).all())


def people_in_sight(viewer: Person) -> Any:
    """Ids of active people whose figures the viewer may see."""
    return select(Person.id).where(learners_in_sight(viewer), Person.disabled_at.is_(None))


def assignments_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `TypingAssignment`: supervisors see what was asked of their teams and of
    people in them; of cohorts, which mix teams, nothing."""
    if viewer.has_role(*SEES_ALL):
        return true()
    own = select(Person.id).where(learners_in_sight(viewer))
    return TypingAssignment.team_id.in_(
        viewer.supervised_team_ids
    ) | TypingAssignment.person_id.in_(own)


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment in force: of whom (`kind` is person, team or cohort), by whom, when."""

    id: int
    kind: str
    target: str
    due_on: date | None
    created_at: datetime
    by: str


def list_assignments(test_id: int, viewer: Person) -> list[AssignmentRow]:
    """What is asked in a test, as far as the viewer may see it, the newest first."""
    author = aliased(Person)
    query = (
        select(TypingAssignment, Team.name, Cohort.name, Person.name, author.name)
        .outerjoin(Team, Team.id == TypingAssignment.team_id)
        .outerjoin(Cohort, Cohort.id == TypingAssignment.cohort_id)
        .outerjoin(Person, Person.id == TypingAssignment.person_id)
        .outerjoin(author, author.id == TypingAssignment.created_by_id)
        .where(
            TypingAssignment.test_id == test_id,
            TypingAssignment.withdrawn_at.is_(None),
            assignments_in_sight(viewer),
        )
        .order_by(TypingAssignment.created_at.desc(), TypingAssignment.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        AssignmentRow(
            one.id,
            "team" if team else "cohort" if cohort else "person",
            team or cohort or person or "",
            one.due_on,
            one.created_at,
            by or "",
        )
        for one, team, cohort, person, by in db.session.execute(query)
    ]


def get_assignment(assignment_id: int, viewer: Person) -> TypingAssignment:
    """An assignment that the viewer may take back. Raises `NotFound`."""
    query = (
        select(TypingAssignment)
        .where(TypingAssignment.id == assignment_id, assignments_in_sight(viewer))
        .options(joinedload(TypingAssignment.test))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class PassageChoice:
    """A passage in use that a test may name."""

    id: int
    language: str
    kind: str
    title: str
    characters: int


def list_passage_choices() -> list[PassageChoice]:
    """The passages in use, by language, kind and title."""
    query = (
        select(
            TypingPassage.id,
            TypingPassage.language,
            TypingPassage.kind,
            TypingPassageVersion.title,
            func.length(TypingPassageVersion.text),
        )
        .join(TypingPassageVersion, TypingPassageVersion.id == TypingPassage.version_id)
        .where(TypingPassage.retired_at.is_(None))
        .order_by(TypingPassage.language.desc(), TypingPassage.kind, TypingPassageVersion.title)
    )
    return [PassageChoice(*row) for row in db.session.execute(query)]


def offered_passages(choices: list[PassageChoice]) -> list[OfferedPassage]:
    """The choices as the rules take them."""
    return [OfferedPassage(one.id, one.language, PassageKind(one.kind)) for one in choices]


def passage_titles(passage_ids: tuple[int, ...]) -> list[str]:
    """The titles of passages that a test names, retired ones included."""
    query = (
        select(TypingPassageVersion.title)
        .join(TypingPassage, TypingPassage.version_id == TypingPassageVersion.id)
        .where(TypingPassage.id.in_(passage_ids))
        .order_by(TypingPassageVersion.title)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class AllowanceRow:
    """What somebody was granted once; `titles` of the test, None for all tests."""

    row: TypingAllowance
    titles: dict[str, str] | None
    by: str


def list_allowances(person_id: int) -> list[AllowanceRow]:
    """Everything somebody was granted, the newest first."""
    query = (
        select(TypingAllowance, TypingTest.titles, Person.name)
        .outerjoin(TypingTest, TypingTest.id == TypingAllowance.test_id)
        .join(Person, Person.id == TypingAllowance.granted_by_id)
        .where(TypingAllowance.person_id == person_id)
        .order_by(TypingAllowance.id.desc())
    )
    return [AllowanceRow(row, titles, by) for row, titles, by in db.session.execute(query)]
