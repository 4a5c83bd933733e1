"""A month of learning: who was asked to take what, and how far each has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion, CourseVersionQuiz, Item
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.db import db
from trainhub.demo.answers import Answer, answers_to
from trainhub.demo.people import Agent
from trainhub.learning.models import CheckpointResponse, Enrolment, LessonProgress
from trainhub.ledger.models import LearningRecord, Verb

BATCH = 5_000
SHIFT_HOURS = (9, 17)


@dataclass(frozen=True)
class CourseRun:
    """One published edition as histories need it: lessons with minutes and questions."""

    course_id: int
    key: str
    version_id: int
    version_name: str
    lessons: tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]
    items: dict[tuple[str, str], tuple[int, Answer, Answer, float]]


@dataclass(frozen=True)
class Ask:
    """A course asked of a person; with `done_by` they have surely completed it by that day."""

    agent: Agent
    course_key: str
    assignment_id: int | None
    asked_on: date
    due_on: date | None
    done_by: date | None = None


@dataclass
class Rows:
    """Rows waiting to be inserted; enrolments come first because the others point to them."""

    progress: list[dict[str, Any]] = field(default_factory=list)
    responses: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)

    def insert(self) -> None:
        """Insert everything that waits."""
        for model, rows in (
            (LessonProgress, self.progress),
            (CheckpointResponse, self.responses),
            (LearningRecord, self.records),
        ):
            for start in range(0, len(rows), BATCH):
                db.session.execute(insert(model.__table__), rows[start : start + BATCH])
            rows.clear()


def load_runs(rng: Random) -> dict[tuple[str, str], CourseRun]:
    """Every published edition by course key and language."""
    editions = db.session.execute(
        select(Course.key, CourseEdition)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(CourseEdition.published_version_id.is_not(None))
        .options(selectinload(CourseEdition.published).selectinload(CourseVersion.lessons))
        .order_by(Course.key, CourseEdition.language)
    )
    found: dict[tuple[str, str], CourseRun] = {}
    for key, edition in editions:
        version = edition.published
        assert version is not None
        found[key, edition.language] = CourseRun(
            course_id=edition.course_id,
            key=key,
            version_id=version.id,
            version_name=f"{edition.language}.{version.number}",
            lessons=tuple(
                (one.key, one.minutes, tuple((quiz, item) for quiz, item in one.checkpoint_items))
                for one in version.lessons
            ),
            items=_items(version.id, rng),
        )
    return found


def _items(
    version_id: int, rng: Random
) -> dict[tuple[str, str], tuple[int, Answer, Answer, float]]:
    rows = db.session.execute(
        select(CourseVersionQuiz.quiz_key, Item)
        .join(Item, Item.quiz_version_id == CourseVersionQuiz.quiz_version_id)
        .where(CourseVersionQuiz.course_version_id == version_id)
        .order_by(Item.id)
    )
    found = {}
    for quiz, row in rows:
        right, wrong = answers_to(as_quiz_item(row))
        found[quiz, row.key] = (row.id, right, wrong, rng.uniform(0.62, 1.08))
    return found


@dataclass
class Visit:
    """One lesson gone through: when, and whether to its end."""

    key: str
    items: tuple[tuple[str, str], ...]
    opened_at: datetime
    left_at: datetime
    complete: bool


@dataclass
class Plan:
    """What one person has done in one course."""

    ask: Ask
    run: CourseRun
    visits: list[Visit] = field(default_factory=list)

    @property
    def completed(self) -> bool:
        """Whether every lesson was gone through."""
        done = sum(visit.complete for visit in self.visits)
        return bool(self.visits) and done == len(self.run.lessons)

    def row(self, asked_at: datetime) -> dict[str, Any]:
        """The enrolment's row."""
        visits = self.visits
        return {
            "person_id": self.ask.agent.id,
            "course_id": self.run.course_id,
            "assignment_id": self.ask.assignment_id,
            "version_id": self.run.version_id if visits else None,
            "due_on": self.ask.due_on,
            "enrolled_at": asked_at,
            "started_at": visits[0].opened_at if visits else None,
            "last_active_at": visits[-1].left_at if visits else None,
            "last_lesson_key": visits[-1].key if visits else "",
            "completed_at": visits[-1].left_at if self.completed else None,
            "lessons_done": sum(visit.complete for visit in visits),
            "lessons_total": len(self.run.lessons) if visits else 0,
        }


class Historian:
    """Writes what people have done. One object for one centre."""

    def __init__(
        self,
        rng: Random,
        now: datetime,
        zone: ZoneInfo,
        runs: dict[tuple[str, str], CourseRun] | None = None,
    ) -> None:
        self.rng = rng
        self.now = now
        self.zone = zone
        self.runs = load_runs(rng) if runs is None else runs
        self.rows = Rows()

    def enrol(self, asks: list[Ask], taken: Collection[tuple[int, str]] = ()) -> None:
        """Enrol people and write their progress, a batch at a time.

        Nothing is written of a person and course in `taken`: they are enrolled already. What
        chance would have had them do is drawn all the same, so that everybody else's history
        stays what the seed makes it.
        """
        for start in range(0, len(asks), BATCH):
            part = asks[start : start + BATCH]
            plans = [self._plan(ask) for ask in part]
            table = Enrolment.__table__
            rows = [
                plan.row(self.morning(plan.ask.asked_on))
                for plan in plans
                if (plan.ask.agent.id, plan.run.key) not in taken
            ]
            db.session.execute(insert(table), rows)
            ids = self._enrolment_ids({ask.agent.id for ask in part})
            for plan in plans:
                kept, is_taken = self.rows, (plan.ask.agent.id, plan.run.key) in taken
                self.rows = Rows() if is_taken else kept
                self._write(ids[plan.ask.agent.id, plan.run.course_id], plan)
                self.rows = kept
            self.rows.insert()

    def _enrolment_ids(self, person_ids: set[int]) -> dict[tuple[int, int], int]:
        lowest, highest = min(person_ids), max(person_ids)
        query = select(Enrolment.person_id, Enrolment.course_id, Enrolment.id).where(
            Enrolment.person_id.between(lowest, highest)
        )
        return {(row.person_id, row.course_id): row.id for row in db.session.execute(query)}

    def _plan(self, ask: Ask) -> Plan:
        run = self._run(ask)
        done, part = self._share(ask, len(run.lessons))
        plan = Plan(ask, run)
        if not done and not part:
            return plan
        at = self._start(ask)
        for key, minutes, items in run.lessons[: done + part]:
            left = at + timedelta(minutes=max(2, round(minutes * self.rng.uniform(0.7, 1.2))))
            left = min(left, self.now)
            plan.visits.append(Visit(key, items, at, left, len(plan.visits) < done))
            at = left
        return plan

    def morning(self, day: date) -> datetime:
        """Nine o'clock on a day in the centre's zone."""
        return self._at(day, 9)

    def _run(self, ask: Ask) -> CourseRun:
        other = "en" if ask.agent.language == "zh" else "zh"
        key = (ask.course_key, ask.agent.language)
        return self.runs.get(key) or self.runs[ask.course_key, other]

    def _share(self, ask: Ask, lessons: int) -> tuple[int, bool]:
        """Lessons done, and whether another one is under way."""
        if ask.done_by is not None:
            return lessons, False
        today = self.now.astimezone(self.zone).date()
        span = max(1, ((ask.due_on or today) - ask.asked_on).days)
        elapsed = min(1.4, (today - ask.asked_on).days / span)
        luck = ask.agent.ability * 0.75 + self.rng.random() * 0.5
        share = elapsed * luck
        if share >= 0.62 and self.rng.random() < 0.94:
            return lessons, False
        if share < 0.22:
            return 0, False
        done = min(lessons - 1, int(lessons * share))
        return done, True

    def _at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    def _start(self, ask: Ask) -> datetime:
        """When the person started: in a shift between being asked and yesterday."""
        today = self.now.astimezone(self.zone).date()
        last = min(today - timedelta(days=1), ask.done_by or ask.due_on or today)
        days = max(0, (last - ask.asked_on).days)
        day = ask.asked_on + timedelta(days=self.rng.randint(0, days))
        return self._at(day, self.rng.randint(*SHIFT_HOURS), self.rng.randint(0, 50))

    def _write(self, enrolment_id: int, plan: Plan) -> None:
        for visit in plan.visits:
            self._answer(enrolment_id, plan, visit)
            self.rows.progress.append(
                {
                    "enrolment_id": enrolment_id,
                    "lesson_key": visit.key,
                    "opened_at": visit.opened_at,
                    "updated_at": visit.left_at,
                    "completed_at": visit.left_at if visit.complete else None,
                    "scroll_permille": 1000 if visit.complete else self.rng.randint(200, 800),
                    "active_s": int((visit.left_at - visit.opened_at).total_seconds()),
                }
            )
        if plan.visits:
            self._record(enrolment_id, plan, Verb.STARTED, plan.visits[0].opened_at)
        if plan.completed:
            self._record(enrolment_id, plan, Verb.COMPLETED, plan.visits[-1].left_at)

    def _answer(self, enrolment_id: int, plan: Plan, visit: Visit) -> None:
        asked = visit.items if visit.complete else visit.items[: len(visit.items) // 2]
        step = (visit.left_at - visit.opened_at) / (2 * len(visit.items) + 1)
        at = visit.opened_at
        for quiz, key in asked:
            item_id, right, wrong, ease = plan.run.items[quiz, key]
            knows = self.rng.random() < plan.ask.agent.ability * ease
            tries = (right,) if knows else (wrong, right) if visit.complete else (wrong,)
            for number, answer in enumerate(tries, start=1):
                at += step
                self.rows.responses.append(
                    {
                        "enrolment_id": enrolment_id,
                        "item_id": item_id,
                        "quiz_key": quiz,
                        "item_key": key,
                        "lesson_key": visit.key,
                        "number": number,
                        "response": answer.response,
                        "score_permille": answer.score_permille,
                        "is_right": answer.score_permille == 1000,
                        "responded_at": at,
                        "idempotency_key": f"demo-{item_id}-{number}",
                    }
                )

    def _record(self, enrolment_id: int, plan: Plan, verb: Verb, at: datetime) -> None:
        self.rows.records.append(
            {
                "person_id": plan.ask.agent.id,
                "verb": verb.value,
                "object_type": "course",
                "object_key": plan.run.key,
                "object_version": plan.run.version_name,
                "result": {},
                "occurred_at": at,
                "recorded_at": at,
                "dedupe_key": f"enrolment:{enrolment_id}:{verb.value}",
            }
        )
