"""The figures of one question: every text it has had, in each language, and where it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    Exam,
)
from trainhub.assessment.queries.statistics.counted import counted_attempts, set_aside_texts
from trainhub.assessment.queries.statistics.scores import (
    AskedText,
    ScoreRow,
    asked_text,
    item_scores,
)
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.states import AttemptKind
from trainhub.assessment.rules.statistics import Basis, ItemStatistics, Number, item_statistics
from trainhub.db import db

Papers = dict[int, tuple[Number, Number]]


@dataclass(frozen=True)
class TextFigures:
    """One text of a question with its figures."""

    text: AskedText
    is_in_force: bool
    figures: ItemStatistics


@dataclass(frozen=True)
class Use:
    """An exam whose papers held the question."""

    exam: Exam
    papers: int
    last_at: datetime | None


def text_figures(item: BankItem) -> list[TextFigures]:
    """Every text of the question that somebody was asked, and those in force: by language, the
    latest first. The papers of all its exams count together, as shares of their points.
    """
    in_force = {edition.version_id for edition in item.editions}
    rows, papers, places = _answers(item.id)
    asked = {*rows, *in_force}
    versions = db.session.scalars(
        select(BankItemVersion)
        .where(BankItemVersion.id.in_(asked))
        .order_by(BankItemVersion.language, BankItemVersion.number.desc())
    )
    # The totals do not contain a text that was set aside, so there is nothing to take off.
    whole = _drawn(places) | set(db.session.scalars(set_aside_texts()))
    return [
        TextFigures(
            text,
            text.version_id in in_force,
            item_statistics(
                item_scores(text, rows.get(text.version_id, [])),
                papers,
                Basis.TOTAL if text.version_id in whole else Basis.REST,
            ),
        )
        for text in [asked_text(item, version) for version in versions]
    ]


def _answers(
    item_id: int,
) -> tuple[Mapping[int, list[ScoreRow]], Papers, Mapping[tuple[int, int, str], int]]:
    """Responses by text, the papers' totals, and how many a text has per exam version."""
    counted = counted_attempts().subquery()
    found = db.session.execute(
        select(
            AttemptItem.version_id,
            AttemptItem.attempt_id,
            AttemptItem.mark_millionths,
            AttemptItem.points,
            AttemptItem.response,
            AttemptItem.active_ms,
            Attempt.mark_millionths,
            Attempt.max_points,
            Attempt.exam_version_id,
            Attempt.language,
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(counted, counted.c.id == Attempt.id)
        .where(AttemptItem.item_id == item_id)
        .order_by(AttemptItem.attempt_id, AttemptItem.no)
    )
    rows: defaultdict[int, list[ScoreRow]] = defaultdict(list)
    papers: Papers = {}
    places: defaultdict[tuple[int, int, str], int] = defaultdict(int)
    for text, attempt, mark, points, response, active, total, possible, exam, language in found:
        rows[text].append((attempt, mark or 0, points, response, active))
        papers[attempt] = (Fraction(total or 0, MILLION), possible)
        places[text, exam, language] += 1
    return rows, papers, places


def _drawn(places: Mapping[tuple[int, int, str], int]) -> set[int]:
    """The texts that not every paper of their exam versions held."""
    exams = {exam for _, exam, _ in places}
    counted = counted_attempts(Attempt.exam_version_id.in_(exams)).subquery()
    rows = db.session.execute(
        select(Attempt.exam_version_id, Attempt.language, func.count())
        .join(counted, counted.c.id == Attempt.id)
        .group_by(Attempt.exam_version_id, Attempt.language)
    )
    held = {(exam, language): count for exam, language, count in rows}
    return {text for (text, exam, language), n in places.items() if n < held[exam, language]}


def list_uses(item_id: int) -> list[Use]:
    """The exams whose papers held the question, the latest first."""
    rows = db.session.execute(
        select(Exam, func.count(), func.max(Attempt.started_at))
        .join(Attempt, Attempt.exam_id == Exam.id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(AttemptItem.item_id == item_id, Attempt.kind != AttemptKind.PREVIEW.value)
        .group_by(Exam.id)
        .order_by(func.max(Attempt.started_at).desc(), Exam.id)
    )
    return [Use(*row) for row in rows]
