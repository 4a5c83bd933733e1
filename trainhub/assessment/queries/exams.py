"""Exams as their authors see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import BankItem, Exam, ExamVersion, Sitting
from trainhub.assessment.queries.drawing import drawables
from trainhub.assessment.queries.statistics import figures_of_items
from trainhub.assessment.rules.drawing import Drawable
from trainhub.assessment.rules.expectations import Expectation, expectation
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
