"""Who is where in a course: for its trainers, and for supervisors about their own people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from trainhub.catalogue.models import Lesson
from trainhub.db import db
from trainhub.learning.models import Enrolment, LessonProgress
from trainhub.learning.queries.scope import enrolments_in_sight
from trainhub.learning.queries.standings import count_of, order_of_need, standing_is
from trainhub.learning.rules import Standing, is_stuck, median_minutes, standing
from trainhub.people.models import Person, Team

Rows = Select[*tuple[Any, ...]]
PAGE_SIZE = 50
LATEST_COMPLETED = 200
BATCH = 1_000
SORTS = ("need", "name", "progress", "active", "due")


@dataclass(frozen=True)
class LearnerCriteria:
    """What the list is narrowed to and how it is sorted (one of `SORTS`)."""

    words: str = ""
    team_id: int | None = None
    standing: Standing | None = None
    sort: str = "need"


@dataclass(frozen=True)
class LearnerRow:
    """Where one person is in a course."""

    person_id: int
    name: str
    employee_no: str | None
    team: str | None
    standing: Standing
    lesson: str
    lessons_done: int
    lessons_total: int
    due_on: date | None
    started_at: datetime | None
    last_active_at: datetime | None
    completed_at: datetime | None
    completed_before_at: datetime | None
    stuck: bool


@dataclass(frozen=True)
class LearnerPage:
    """One page of a course's learners."""

    rows: list[LearnerRow]
    total: int
    page: int
    pages: int


def _ids(viewer: Person, course_id: int, criteria: LearnerCriteria, today: date) -> Select[Any]:
    """The ids of enrolments in a course, in sight and narrowed; no join, so that counting and
    sorting stay within the index.
    """
    query = select(Enrolment.id).where(
        Enrolment.course_id == course_id,
        Enrolment.withdrawn_at.is_(None),
        enrolments_in_sight(viewer),
    )
    people = select(Person.id)
    clean = "".join(sign for sign in criteria.words[:200] if sign.isprintable())
    words = clean.casefold().split()[:10]
    for word in words:
        people = people.where(Person.search_key.contains(word, autoescape=True))
    if criteria.team_id is not None:
        people = people.where(Person.team_id == criteria.team_id)
    if words or criteria.team_id is not None:
        query = query.where(Enrolment.person_id.in_(people))
    if criteria.standing is not None:
        query = query.where(standing_is(criteria.standing, today))
    return query


def _sorted(query: Select[Any], sort: str, today: date) -> Select[Any]:
    by: dict[str, tuple[Any, ...]] = {
        "need": (order_of_need(today), Enrolment.due_on),
        "progress": (Enrolment.completed_at.is_not(None), Enrolment.lessons_done),
        "active": (Enrolment.last_active_at.is_(None), Enrolment.last_active_at.desc()),
        "due": (Enrolment.due_on.is_(None), Enrolment.due_on),
    }
    if sort == "name":
        query = query.join(Person, Person.id == Enrolment.person_id)
        return query.order_by(Person.name_key, Person.id)
    return query.order_by(*by[sort], Enrolment.person_id)


def find_learner_page(
    viewer: Person,
    course_id: int,
    criteria: LearnerCriteria,
    *,
    now: datetime,
    today: date,
    page: int = 1,
) -> LearnerPage:
    """One page of a course's learners in the viewer's sight; always the same few queries."""
    ids = _ids(viewer, course_id, criteria, today)
    total = db.session.scalar(ids.with_only_columns(func.count())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = _sorted(ids, criteria.sort, today).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return LearnerPage(_rows(list(db.session.scalars(found)), now, today), total, page, pages)


def list_learners(
    viewer: Person, course_id: int, criteria: LearnerCriteria, *, now: datetime, today: date
) -> list[LearnerRow]:
    """All of a course's learners in the viewer's sight, for taking away as a table."""
    ids = list(
        db.session.scalars(_sorted(_ids(viewer, course_id, criteria, today), criteria.sort, today))
    )
    rows: list[LearnerRow] = []
    for start in range(0, len(ids), BATCH):
        rows += _rows(ids[start : start + BATCH], now, today)
    return rows


def _rows(ids: list[int], now: datetime, today: date) -> list[LearnerRow]:
    """The enrolments with their people, in the order of `ids`."""
    query = (
        select(Enrolment, Person.id, Person.name, Person.employee_no, Team.name)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .where(Enrolment.id.in_(ids))
    )
    places = {enrolment_id: place for place, enrolment_id in enumerate(ids)}
    found = sorted(db.session.execute(query), key=lambda row: places[row[0].id])
    titles = _lesson_titles({row[0].version_id for row in found if row[0].version_id})
    rows = []
    for enrolment, person_id, name, employee_no, team in found:
        completed = enrolment.completed_at is not None
        rows.append(
            LearnerRow(
                person_id=person_id,
                name=name,
                employee_no=employee_no,
                team=team,
                standing=standing(
                    completed=completed,
                    started=enrolment.started_at is not None,
                    due_on=enrolment.due_on,
                    today=today,
                    completed_before=enrolment.completed_before_at is not None,
                ),
                lesson=titles.get((enrolment.version_id, enrolment.last_lesson_key), ""),
                lessons_done=enrolment.lessons_done,
                lessons_total=enrolment.lessons_total,
                due_on=enrolment.due_on,
                started_at=enrolment.started_at,
                last_active_at=enrolment.last_active_at,
                completed_at=enrolment.completed_at,
                completed_before_at=enrolment.completed_before_at,
                stuck=is_stuck(
                    completed=completed, last_active_at=enrolment.last_active_at, now=now
                ),
            )
        )
    return rows


def _lesson_titles(version_ids: set[int]) -> dict[tuple[int | None, str], str]:
    if not version_ids:
        return {}
    query = select(Lesson.version_id, Lesson.key, Lesson.title).where(
        Lesson.version_id.in_(version_ids)
    )
    return {(version_id, key): title for version_id, key, title in db.session.execute(query)}


def count_standings(viewer: Person, course_id: int, today: date) -> dict[Standing, int]:
    """How many of a course's learners in the viewer's sight stand how."""
    query = _ids(viewer, course_id, LearnerCriteria(), today).with_only_columns(
        *(count_of(which, today=today) for which in Standing)
    )
    return dict(zip(Standing, db.session.execute(query).one(), strict=True))


def find_median_minutes(viewer: Person, course_id: int) -> tuple[int | None, int]:
    """The median time in front of the lessons of those who completed the course last (at most
    `LATEST_COMPLETED`), and how many they are.
    """
    latest = (
        select(Enrolment.id)
        .where(
            Enrolment.course_id == course_id,
            Enrolment.completed_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
            enrolments_in_sight(viewer),
        )
        .order_by(Enrolment.completed_at.desc())
        .limit(LATEST_COMPLETED)
    )
    query = (
        select(func.sum(LessonProgress.active_s))
        .join(
            Enrolment,
            (Enrolment.id == LessonProgress.enrolment_id)
            & (Enrolment.round == LessonProgress.round),
        )
        .where(LessonProgress.enrolment_id.in_(list(db.session.scalars(latest))))
        .group_by(LessonProgress.enrolment_id)
    )
    seconds = [int(one) for one in db.session.scalars(query) if one]
    return median_minutes(seconds), len(seconds)
