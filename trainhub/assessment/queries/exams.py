"""Exams as their authors see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import BankItem, Exam, ExamVersion, Sitting
from trainhub.assessment.queries.drawing import drawables
from trainhub.assessment.queries.statistics import figures_of_items
from trainhub.assessment.rules.drawing import Drawable
from trainhub.assessment.rules.expectations import Expectation, can_ask, expectation
from trainhub.assessment.rules.settings import ExamSettings, settings_from
from trainhub.assessment.rules.statistics.values import Hidden
from trainhub.db import db
from trainhub.people.models import Person

MOST_WITH_FIGURES = 1_000


@dataclass(frozen=True)
class ExamRow:
    """An exam in the list: its settings as written, and how many sittings run or come."""

    exam: Exam
    settings: ExamSettings
    sittings: int
    last_closes_at: datetime | None

    @property
    def state(self) -> str:
        """`draft`, `published`, or `retired`."""
        if self.exam.retired_at is not None:
            return "retired"
        return "published" if self.exam.published_version_id is not None else "draft"


def list_exams(now: datetime, *, retired: bool = False) -> list[ExamRow]:
    """The exams in use, or the retired ones, the newest first."""
    counted = (
        select(
            Sitting.exam_id,
            func.sum(case((Sitting.closes_at > now, 1), else_=0)).label("open"),
            func.max(Sitting.closes_at).label("last"),
        )
        .where(Sitting.cancelled_at.is_(None))
        .group_by(Sitting.exam_id)
        .subquery()
    )
    is_retired = Exam.retired_at.is_not(None)
    query = (
        select(Exam, counted.c.open, counted.c.last)
        .outerjoin(counted, counted.c.exam_id == Exam.id)
        .where(is_retired if retired else ~is_retired)
        .order_by(Exam.created_at.desc(), Exam.id.desc())
        .options(joinedload(Exam.published))
    )
    return [
        ExamRow(exam, settings_from(exam.settings), int(count or 0), last)
        for exam, count, last in db.session.execute(query)
    ]


def list_exam_versions(exam: Exam) -> list[tuple[ExamVersion, str | None]]:
    """The versions of an exam with their publishers' names, the newest first."""
    query = (
        select(ExamVersion, Person.name)
        .outerjoin(Person, Person.id == ExamVersion.published_by_id)
        .where(ExamVersion.exam_id == exam.id)
        .order_by(ExamVersion.number.desc())
    )
    return [(version, name) for version, name in db.session.execute(query)]


def language_pools(settings: ExamSettings) -> dict[str, list[Drawable]]:
    """What papers of each language of an exam can be drawn from now."""
    return {
        language: drawables(language, None, settings.blueprint) for language in settings.languages
    }


@dataclass(frozen=True)
class SharingExam:
    """Another exam that is sat or will be, with questions in common."""

    exam: Exam
    shared: int
    last_closes_at: datetime


def list_sharing_exams(
    exam: Exam, pools: Mapping[str, Sequence[Drawable]], now: datetime
) -> list[SharingExam]:
    """The exams whose answers this exam would give away: it shows at once what was right, and
    papers of a sitting that is not over may hold questions of its `pools`. Practice, and what
    shows its answers at once itself, has nothing to lose.
    """
    mine = settings_from(exam.settings)
    if not mine.shows_answers_at_once:
        return []
    asked = {
        one.key: one for pool in pools.values() for one in pool if can_ask(mine.blueprint, one)
    }
    found = []
    for other, settings, last in _list_to_be_sat(exam, now):
        shared = sum(can_ask(settings.blueprint, one) for one in asked.values())
        if shared and not settings.shows_answers_at_once:
            found.append(SharingExam(other, shared, last))
    return found


def _list_to_be_sat(exam: Exam, now: datetime) -> list[tuple[Exam, ExamSettings, datetime]]:
    """The other exams with sittings that are not over, once for each version, the latest first."""
    last = func.max(Sitting.closes_at)
    query = (
        select(Exam, ExamVersion, last)
        .join(ExamVersion, ExamVersion.exam_id == Exam.id)
        .join(Sitting, Sitting.exam_version_id == ExamVersion.id)
        .where(Exam.id != exam.id, Sitting.cancelled_at.is_(None), Sitting.closes_at > now)
        .group_by(Exam.id, ExamVersion.id)
        .order_by(last.desc(), ExamVersion.id)
    )
    rows = db.session.execute(query)
    return [(other, settings_from(version.settings), at) for other, version, at in rows]


def find_expectation(settings: ExamSettings, pool: list[Drawable]) -> Expectation:
    """What papers from a pool will be like, by the figures that the bank has.

    Of very large pools only the first thousand questions' figures are asked for. Raises
    `BlueprintUnfillable`.
    """
    ids = [one.item_id for one in pool][:MOST_WITH_FIGURES]
    figures = figures_of_items(ids)
    facilities = {
        item_id: one.facility / 100
        for item_id, one in figures.items()
        if not isinstance(one.facility, Hidden)
    }
    return expectation(settings.blueprint, pool, facilities, _seconds(ids))


def _seconds(ids: list[int]) -> Mapping[int, int]:
    query = select(BankItem.id, BankItem.expected_s).where(BankItem.id.in_(ids))
    return dict(db.session.execute(query).all())
