"""How far those who marked the same answers agree. Only answers that are done show here, so that
nobody who is still to mark one reads what another gave."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import and_, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    ExamVersion,
    HandMark,
    MarkingTask,
)
from trainhub.assessment.rules.rubric import (
    Criterion,
    Judgement,
    rubric_of,
    settled_points,
    stored_judgement,
)
from trainhub.assessment.rules.statistics import Agreement, marker_agreement
from trainhub.db import db
from trainhub.people.models import Person


@dataclass(frozen=True)
class MarkedTwice:
    """An answer with the marks of two or three people, in the order in which they came."""

    task_id: int
    marks: tuple[tuple[str, Judgement, str], ...]
    settled: Fraction

    @property
    def gap(self) -> Fraction:
        """Between the first two, in points."""
        return abs(self.marks[0][1].total - self.marks[1][1].total)

    @property
    def had_third(self) -> bool:
        """Whether the first two disagreed so far that a third decided."""
        return len(self.marks) > 2


@dataclass(frozen=True)
class QuestionAgreement:
    """A text of a question with the agreement of its markers, in all and by criterion."""

    item: BankItem
    version: BankItemVersion
    most: int
    overall: Agreement
    criteria: tuple[tuple[Criterion, Agreement], ...]
    answers: tuple[MarkedTwice, ...]


def find_agreement(exam_id: int) -> list[QuestionAgreement]:
    """The questions of an exam whose answers were marked twice; the widest gaps first."""
    query = (
        select(MarkingTask, HandMark, Person.name, BankItem, BankItemVersion, ExamVersion)
        .join(HandMark, HandMark.task_id == MarkingTask.id)
        .join(Person, Person.id == HandMark.marker_id)
        .join(Attempt, Attempt.id == MarkingTask.attempt_id)
        .join(
            AttemptItem,
            and_(AttemptItem.attempt_id == Attempt.id, AttemptItem.no == MarkingTask.no),
        )
        .join(BankItem, BankItem.id == AttemptItem.item_id)
        .join(BankItemVersion, BankItemVersion.id == AttemptItem.version_id)
        .join(ExamVersion, ExamVersion.id == Attempt.exam_version_id)
        .where(
            Attempt.exam_id == exam_id,
            MarkingTask.done_at.is_not(None),
            HandMark.marking_round == MarkingTask.marking_round,
        )
        .order_by(HandMark.id)
    )
    found: dict[int, list[tuple[int, str, HandMark]]] = defaultdict(list)
    heads: dict[int, tuple[BankItem, BankItemVersion, int]] = {}
    for task, mark, name, item, version, exam_version in db.session.execute(query):
        found[version.id].append((task.id, name, mark))
        heads[version.id] = (item, version, exam_version.settings["pass_mark"])
    return [
        one
        for version_id, marks in found.items()
        if (one := _question(*heads[version_id], marks)).answers
    ]


def _question(
    item: BankItem, version: BankItemVersion, pass_mark: int, marks: list[tuple[int, str, HandMark]]
) -> QuestionAgreement:
    rubric = rubric_of(version.content)
    most = sum(one.points for one in rubric)
    by_task: dict[int, list[tuple[str, Judgement, str]]] = defaultdict(list)
    for task_id, name, mark in marks:
        judgement = stored_judgement(rubric, mark.criteria)
        by_task[task_id].append((name, judgement, mark.comment))
    answers = [
        MarkedTwice(task_id, tuple(given), settled_points([one for _, one, _ in given]))
        for task_id, given in by_task.items()
        if len(given) > 1
    ]
    answers.sort(key=lambda one: (-one.gap, one.task_id))
    pairs = [(one.marks[0][1], one.marks[1][1]) for one in answers]
    overall = [(_of_100(one.total, most), _of_100(two.total, most)) for one, two in pairs]
    return QuestionAgreement(
        item,
        version,
        most,
        marker_agreement(overall, pass_mark=pass_mark),
        tuple((one, _criterion(one, pairs)) for one in rubric),
        tuple(answers),
    )


def _of_100(points: Fraction, most: int) -> Fraction:
    return points * 100 / most


def _criterion(one: Criterion, pairs: list[tuple[Judgement, Judgement]]) -> Agreement:
    """Kappa is of the criterion's being met at all: of earning more than nothing."""
    given = [
        tuple(_of_100(judgement.points[one.key], one.points) for judgement in pair)
        for pair in pairs
    ]
    return marker_agreement([(a, b) for a, b in given], pass_mark=Fraction(1, 100))
