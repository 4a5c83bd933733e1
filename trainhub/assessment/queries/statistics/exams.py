"""The figures of an exam: one version of it, in one language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, Integer, Subquery, cast, func, select

from trainhub.assessment.models import Attempt, AttemptItem, BankItem, BankItemVersion, ExamVersion
from trainhub.assessment.models import Exam as ExamRow
from trainhub.assessment.queries.statistics.counted import counted_attempts, set_aside_texts
from trainhub.assessment.queries.statistics.scores import (
    AskedText,
    ScoreRow,
    asked_text,
    item_scores,
)
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.rules.statistics import ItemStatistics, TestStatistics, exam_statistics
from trainhub.db import db


@dataclass(frozen=True)
class Edition:
    """A version of an exam in a language, with how many first attempts there are."""

    exam_version_id: int
    number: int
    language: str
    n: int


@dataclass(frozen=True)
class ItemRow:
    """A question of an exam with its figures."""

    text: AskedText
    figures: ItemStatistics


@dataclass(frozen=True)
class ExamFigures:
    """All figures of an edition. `marks` are per cent, `passed` how many passed."""

    edition: Edition
    pass_mark: int
    exam: TestStatistics
    items: tuple[ItemRow, ...]
    marks: tuple[float, ...]
    passed: int


def list_editions(exam_id: int) -> list[Edition]:
    """The versions and languages in which people have finished an exam, the latest first."""
    counted = counted_attempts(Attempt.exam_id == exam_id).subquery()
    rows = db.session.execute(
        select(ExamVersion.id, ExamVersion.number, Attempt.language, func.count())
        .join(Attempt, Attempt.exam_version_id == ExamVersion.id)
        .join(counted, counted.c.id == Attempt.id)
        .group_by(ExamVersion.id, ExamVersion.number, Attempt.language)
        .order_by(ExamVersion.number.desc(), func.count().desc(), Attempt.language)
    )
    return [Edition(*row) for row in rows]


def exam_figures(edition: Edition, *, after_reading: Callable[[], None]) -> ExamFigures:
    """Load the responses of an edition and compute everything; four queries.

    `after_reading` is called between the two: the computation of a large exam takes longer than
    the reading, and on SQLite whoever has not ended a read holds up the writers.
    """
    rows, marks = _responses(edition), _marks(edition)
    found = _texts(rows)
    version = db.session.get_one(ExamVersion, edition.exam_version_id)
    pass_mark = settings_from(version.settings).pass_mark
    after_reading()
    scores = [item_scores(found[version_id], rows[version_id]) for version_id in found]
    exam, items = exam_statistics([one for one in scores if one.answers])
    return ExamFigures(
        edition=edition,
        pass_mark=pass_mark,
        exam=exam,
        items=tuple(ItemRow(found[int(str(one.item))], one) for one in items),
        marks=tuple(mark for mark, _ in marks),
        passed=sum(bool(is_passed) for _, is_passed in marks),
    )


def _responses(edition: Edition) -> Mapping[int, list[ScoreRow]]:
    """The responses by text, each text's in the order of attempts."""
    counted = _counted(edition)
    rows = db.session.execute(
        select(
            AttemptItem.version_id,
            AttemptItem.attempt_id,
            AttemptItem.mark_millionths,
            AttemptItem.points,
            AttemptItem.response,
            AttemptItem.active_ms,
        )
        .join(counted, counted.c.id == AttemptItem.attempt_id)
        .where(AttemptItem.version_id.not_in(set_aside_texts()))
        .order_by(AttemptItem.attempt_id, AttemptItem.no)
    )
    by_version: defaultdict[int, list[ScoreRow]] = defaultdict(list)
    for version_id, *row in rows:
        by_version[version_id].append((row[0], row[1] or 0, row[2], row[3], row[4]))
    return by_version


def _counted(edition: Edition) -> Subquery:
    """The attempts of the edition. Who sat it in another language first is not among them."""
    first = counted_attempts(Attempt.exam_version_id == edition.exam_version_id).subquery()
    return (
        select(Attempt.id, Attempt.mark_millionths, Attempt.max_points, Attempt.is_passed)
        .join(first, first.c.id == Attempt.id)
        .where(Attempt.language == edition.language)
        .subquery()
    )


def _texts(rows: Mapping[int, list[ScoreRow]]) -> dict[int, AskedText]:
    texts = db.session.execute(
        select(BankItem, BankItemVersion)
        .join(BankItemVersion, BankItemVersion.item_id == BankItem.id)
        .where(BankItemVersion.id.in_(rows))
        .order_by(BankItem.topic, BankItem.key, BankItemVersion.number)
    )
    return {version.id: asked_text(item, version) for item, version in texts}


def _marks(edition: Edition) -> list[tuple[float, bool | None]]:
    counted = _counted(edition).c
    rows = db.session.execute(
        select(counted.mark_millionths, counted.max_points, counted.is_passed)
        .where(counted.max_points > 0)
        .order_by(counted.id)
    )
    return [(100 * (mark or 0) / (possible * MILLION), passed) for mark, possible, passed in rows]


@dataclass(frozen=True)
class ExamSummary:
    """An exam in the list: over all versions and languages. `mean` is per cent."""

    exam: ExamRow
    n: int
    passed: int
    mean: float | None
    last_at: datetime | None


def list_summaries() -> list[ExamSummary]:
    """Every exam with its first attempts, those sat last first; one query."""
    counted = counted_attempts().subquery()
    share = cast(Attempt.mark_millionths, Float) / (MILLION * Attempt.max_points)
    sums = (
        select(
            Attempt.exam_id,
            func.count().label("n"),
            func.sum(cast(Attempt.is_passed, Integer)).label("passed"),
            (100 * func.avg(share)).label("mean"),
            func.max(Attempt.ended_at).label("last_at"),
        )
        .join(counted, counted.c.id == Attempt.id)
        .where(Attempt.max_points > 0)
        .group_by(Attempt.exam_id)
        .subquery()
    )
    rows = db.session.execute(
        select(ExamRow, sums.c.n, sums.c.passed, sums.c.mean, sums.c.last_at)
        .outerjoin(sums, sums.c.exam_id == ExamRow.id)
        .order_by(sums.c.last_at.is_(None), sums.c.last_at.desc(), ExamRow.key)
    )
    return [
        ExamSummary(exam, n or 0, passed or 0, mean, last_at)
        for exam, n, passed, mean, last_at in rows
    ]
