"""When a lesson, a checkpoint and a course are done, and what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from trainhub.catalogue.rules.blocks import learner_text

DUE_SOON_DAYS = 7
STUCK_DAYS = 7
FEWEST_ANSWERS = 5
MOST_TRIES_AN_HOUR = 20


@dataclass(frozen=True)
class AskedItem:
    """A question that a lesson's checkpoints ask. `pass_mark` is its quiz's, in per cent."""

    quiz: str
    key: str
    points: int
    pass_mark: int


@dataclass(frozen=True)
class LessonPlan:
    """What a lesson asks of a learner."""

    key: str
    minutes: int
    items: tuple[AskedItem, ...] = ()


@dataclass(frozen=True)
class CheckpointMark:
    """How the questions of one quiz in one lesson stand. Marks are in permille."""

    answered: int
    asked: int
    mark_permille: int
    pass_mark: int

    @property
    def passed(self) -> bool:
        """Every question answered, and the mark not below the pass mark."""
        return self.answered == self.asked and self.mark_permille >= self.pass_mark * 10


def checkpoint_marks(
    lesson: LessonPlan, scores: Mapping[tuple[str, str], int]
) -> dict[str, CheckpointMark]:
    """A lesson's checkpoints by quiz. `scores` holds the best score of each answered
    `(quiz, item)` in permille; the mark is weighted by points and rounded down, so that a
    near miss is a miss.
    """
    marks = {}
    for quiz in dict.fromkeys(item.quiz for item in lesson.items):
        items = [item for item in lesson.items if item.quiz == quiz]
        points = sum(item.points for item in items)
        earned = sum(item.points * scores.get((quiz, item.key), 0) for item in items)
        marks[quiz] = CheckpointMark(
            answered=sum((quiz, item.key) in scores for item in items),
            asked=len(items),
            mark_permille=earned // points if points else 1000,
            pass_mark=items[0].pass_mark,
        )
    return marks


def lesson_is_done(lesson: LessonPlan, read: bool, scores: Mapping[tuple[str, str], int]) -> bool:
    """Read to its end, and every checkpoint in it passed."""
    return read and all(mark.passed for mark in checkpoint_marks(lesson, scores).values())


def lessons_done(
    lessons: Sequence[LessonPlan],
    read_keys: frozenset[str],
    scores: Mapping[tuple[str, str], int],
) -> frozenset[str]:
    """The keys of the lessons that are done; the course is complete when all are."""
    return frozenset(
        lesson.key for lesson in lessons if lesson_is_done(lesson, lesson.key in read_keys, scores)
    )


def course_mark(lessons: Sequence[LessonPlan], scores: Mapping[tuple[str, str], int]) -> int | None:
    """The mark over every question of a course in permille, weighted by points and rounded
    down; unanswered questions earn nothing. None for a course that asks nothing.
    """
    items = {(item.quiz, item.key): item.points for lesson in lessons for item in lesson.items}
    points = sum(items.values())
    if not points:
        return None
    return sum(worth * scores.get(pair, 0) for pair, worth in items.items()) // points


def remaining_minutes(lessons: Sequence[LessonPlan], done: frozenset[str]) -> int:
    """Minutes of the lessons not yet done, by the linter's estimate."""
    return sum(lesson.minutes for lesson in lessons if lesson.key not in done)


class Standing(StrEnum):
    """How an enrolment stands today. Computed, never stored."""

    COMPLETED = "completed"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    AGAIN = "again"  # completed before and being taken once more, with no date near


def standing(
    *,
    completed: bool,
    started: bool,
    due_on: date | None,
    today: date,
    completed_before: bool = False,
) -> Standing:
    """An enrolment's standing; the due date itself is still in time. `completed_before` says that
    an earlier round was completed.
    """
    if completed:
        return Standing.COMPLETED
    if due_on is not None and due_on < today:
        return Standing.OVERDUE
    if due_on is not None and (due_on - today).days <= DUE_SOON_DAYS:
        return Standing.DUE_SOON
    if completed_before:
        return Standing.AGAIN
    return Standing.IN_PROGRESS if started else Standing.NOT_STARTED


ORDER_OF_NEED = (
    Standing.OVERDUE,
    Standing.DUE_SOON,
    Standing.IN_PROGRESS,
    Standing.NOT_STARTED,
    Standing.AGAIN,
    Standing.COMPLETED,
)


def minutes_left(minutes: int, done: int, total: int) -> int:
    """What is left of a course of so many minutes, for lists: the share of lessons not yet
    done, rounded up to a minute. Of a course not yet begun (`total` 0) all is left.
    """
    return minutes if not total else -(-minutes * (total - done) // total)


def is_stuck(*, completed: bool, last_active_at: datetime | None, now: datetime) -> bool:
    """Begun, not finished, and untouched for a week: somebody should ask."""
    if completed or last_active_at is None:
        return False
    return now - last_active_at >= timedelta(days=STUCK_DAYS)


@dataclass(frozen=True)
class FirstTries:
    """How a question was answered the first time it was met. Later tries say little, as the
    explanation has been read by then.
    """

    right: int
    count: int

    @property
    def share(self) -> float | None:
        """The share right, 0 to 1; None below `FEWEST_ANSWERS`, where it would be chance."""
        return self.right / self.count if self.count >= FEWEST_ANSWERS else None


def median_minutes(seconds: Sequence[int]) -> int | None:
    """The median of times in seconds as minutes; None below `FEWEST_ANSWERS` of them."""
    return round(median(seconds) / 60) if len(seconds) >= FEWEST_ANSWERS else None


def lesson_to_resume(keys: Sequence[str], done: frozenset[str], last_key: str) -> str:
    """Where to go on: the lesson left last unless it is done, else the next one that is not
    done, starting again from the top; the last lesson of a course that is all done.
    """
    start = keys.index(last_key) if last_key in keys else 0
    for key in (*keys[start:], *keys[:start]):
        if key not in done:
            return key
    return keys[-1]


class Change(StrEnum):
    """What has become of a lesson in a newer version."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class LessonChange:
    """One lesson that differs between two versions."""

    title: str
    change: Change


def changed_lessons(
    old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]
) -> list[LessonChange]:
    """The lessons that differ, by key; both map a key to title and Markdown. What only
    trainers see does not count.
    """
    found = []
    for key, (title, body) in new.items():
        if key not in old:
            found.append(LessonChange(title, Change.NEW))
        elif old[key][0] != title or learner_text(old[key][1]) != learner_text(body):
            found.append(LessonChange(title, Change.CHANGED))
    gone = [title for key, (title, _) in old.items() if key not in new]
    return found + [LessonChange(title, Change.REMOVED) for title in gone]


def week_of(day: date) -> date:
    """The Monday of the week a day lies in (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def due_for_newcomer(due_on: date | None, *, assigned_at: datetime, now: datetime) -> date | None:
    """When a course is due for somebody whom an assignment reaches at `now`.

    They get as many days as the people had who were asked when it was made, so nobody is late
    on the day they join.
    """
    if due_on is None:
        return None
    return due_on + timedelta(days=max(0, (now - assigned_at).days))
