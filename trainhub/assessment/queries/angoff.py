"""Sheets on which judges set a pass mark."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from trainhub.assessment.models import (
    AngoffJudgement,
    AngoffSheet,
    BankItem,
    BankItemEdition,
    Exam,
)
from trainhub.assessment.rules.statistics.cut_scores import AngoffResult, angoff
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, PersonRole, Role

_JUDGES = (Role.TRAINER.value, Role.SUPERVISOR.value, Role.ADMINISTRATOR.value)


@dataclass(frozen=True)
class SheetRow:
    """A sheet with its exam and how many questions have been judged: by all judges, or, for a
    judge, by them alone."""

    sheet: AngoffSheet
    exam: Exam
    judged: int

    @property
    def wanted(self) -> int:
        """How many judgements there will be from one judge."""
        return len(self.sheet.item_ids)


def list_possible_judges() -> list[Person]:
    """The active trainers, supervisors and administrators, by name."""
    query = (
        select(Person)
        .where(Person.disabled_at.is_(None), Person.role_rows.any(PersonRole.role.in_(_JUDGES)))
        .order_by(Person.name_key, Person.id)
    )
    return list(db.session.scalars(query))


def list_exam_sheets(exam: Exam) -> list[SheetRow]:
    """The sheets of an exam, the newest first."""
    query = select(AngoffSheet).where(AngoffSheet.exam_id == exam.id)
    sheets = list(db.session.scalars(query.order_by(AngoffSheet.id.desc())))
    counts = _counts([sheet.id for sheet in sheets])
    return [
        SheetRow(sheet, exam, sum(count for (one, _), count in counts.items() if one == sheet.id))
        for sheet in sheets
    ]


def list_sheets_to_judge(judge: Person) -> list[SheetRow]:
    """The open sheets on which somebody is a judge. There are few at a time."""
    query = (
        select(AngoffSheet, Exam)
        .join(Exam, Exam.id == AngoffSheet.exam_id)
        .where(AngoffSheet.closed_at.is_(None))
        .order_by(AngoffSheet.id.desc())
    )
    rows = [row for row in db.session.execute(query) if judge.id in row[0].judge_ids]
    counts = _counts([sheet.id for sheet, _exam in rows])
    return [SheetRow(sheet, exam, counts.get((sheet.id, judge.id), 0)) for sheet, exam in rows]


def _counts(ids: list[int]) -> dict[tuple[int, int], int]:
    query = (
        select(AngoffJudgement.sheet_id, AngoffJudgement.judge_id, func.count())
        .where(AngoffJudgement.sheet_id.in_(ids))
        .group_by(AngoffJudgement.sheet_id, AngoffJudgement.judge_id)
    )
    return {(sheet, judge): count for sheet, judge, count in db.session.execute(query)}


def get_sheet(sheet_id: int) -> tuple[AngoffSheet, Exam]:
    """A sheet and its exam. Raises `NotFound`."""
    query = select(AngoffSheet, Exam).join(Exam, Exam.id == AngoffSheet.exam_id)
    row = db.session.execute(query.where(AngoffSheet.id == sheet_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def get_own_sheet(sheet_id: int, judge: Person) -> tuple[AngoffSheet, Exam]:
    """A sheet on which somebody is a judge. Raises `NotFound` for everybody else."""
    sheet, exam = get_sheet(sheet_id)
    if judge.id not in sheet.judge_ids:
        raise NotFound()
    return sheet, exam


def own_judgements(sheet_id: int, judge_id: int) -> dict[int, int]:
    """What one judge has said, by item id."""
    query = select(AngoffJudgement.item_id, AngoffJudgement.per_cent).where(
        AngoffJudgement.sheet_id == sheet_id, AngoffJudgement.judge_id == judge_id
    )
    return dict(db.session.execute(query).all())


def sheet_items(sheet: AngoffSheet) -> list[BankItem]:
    """The questions of a sheet in its order, their texts loaded."""
    query = (
        select(BankItem)
        .where(BankItem.id.in_(sheet.item_ids))
        .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
    )
    found = {item.id: item for item in db.session.scalars(query)}
    return [found[item_id] for item_id in sheet.item_ids if item_id in found]


def judges_of(sheet: AngoffSheet) -> list[tuple[Person, int]]:
    """The judges by name with how many questions each has judged."""
    query = select(Person).where(Person.id.in_(sheet.judge_ids)).order_by(Person.name_key)
    counts = _counts([sheet.id])
    return [(one, counts.get((sheet.id, one.id), 0)) for one in db.session.scalars(query)]


def sheet_result(sheet: AngoffSheet, items: list[BankItem]) -> AngoffResult | None:
    """The cut score so far; None before anybody has judged."""
    query = select(
        AngoffJudgement.judge_id, AngoffJudgement.item_id, AngoffJudgement.per_cent
    ).where(AngoffJudgement.sheet_id == sheet.id)
    judgements: dict[Hashable, dict[Hashable, int]] = {}
    for judge_id, item_id, per_cent in db.session.execute(query):
        judgements.setdefault(judge_id, {})[item_id] = per_cent
    points: dict[Hashable, int] = {item.id: item.editions[0].version.points for item in items}
    return angoff(judgements, points)
