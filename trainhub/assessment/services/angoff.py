"""Setting a pass mark by judges, question by question (modified Angoff)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any

from trainhub.assessment.models import AngoffJudgement, AngoffSheet, Exam
from trainhub.assessment.rules.exam_checks import MAX_NOTE
from trainhub.assessment.rules.settings import PassMarkMethod, settings_from
from trainhub.assessment.rules.statistics.cut_scores import AngoffResult
from trainhub.assessment.services.exams import change_exam
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.people.models import Person

_JUDGES = N_("Choose at least two judges: one alone has nobody to differ from.")
_NAME = N_("Give the sheet a name of at most 120 characters.")
_EMPTY = N_("The exam has no questions to judge yet.")
_PER_CENT = N_("A whole number from 0 to 100.")


class SheetClosed(DomainError):
    """Nobody judges any more on this sheet."""

    code = "angoff_sheet_closed"
    message = N_("This sheet is closed.")


class NothingJudged(DomainError):
    """There is no cut score without judgements."""

    code = "angoff_nothing_judged"
    message = N_("Nobody has judged a question yet.")


def open_sheet(
    exam: Exam,
    name: str,
    item_ids: Sequence[int],
    judges: Sequence[Person],
    *,
    actor: Person,
    now: datetime,
) -> AngoffSheet:
    """Ask people to judge questions. Raises `InputErrors`."""
    errors = []
    if not 1 <= len(name.strip()) <= 120:
        errors.append(InputError("sheet_name", _NAME, field="name"))
    if len(judges) < 2:
        errors.append(InputError("sheet_judges", _JUDGES, field="judge_ids"))
    if not item_ids:
        errors.append(InputError("sheet_empty", _EMPTY, field="name"))
    if errors:
        raise InputErrors(errors)
    sheet = AngoffSheet(
        exam_id=exam.id,
        name=name.strip(),
        item_ids=list(item_ids),
        judge_ids=[judge.id for judge in judges],
        created_at=now,
        created_by_id=actor.id,
    )
    db.session.add(sheet)
    db.session.flush()
    changes = {"judges": [None, [judge.name for judge in judges]], "name": [None, sheet.name]}
    _record("angoff.opened", exam, actor=actor, now=now, changes=changes)
    return sheet


def judge(
    sheet: AngoffSheet, judgements: Mapping[int, str], *, actor: Person, now: datetime
) -> int:
    """Store what a judge says of questions, by item id as typed; empty ones are left as they are.

    Of 100 just-competent agents, how many are right? Returns how many were stored. Raises
    `SheetClosed`, and `InputErrors` naming the fields `item-<id>`.
    """
    if sheet.closed_at is not None:
        raise SheetClosed()
    typed = {key: text.strip() for key, text in judgements.items() if text.strip()}
    typed = {item_id: text for item_id, text in typed.items() if item_id in sheet.item_ids}
    errors = [
        InputError("per_cent", _PER_CENT, field=f"item-{item_id}")
        for item_id, text in typed.items()
        if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= 100)
    ]
    if errors:
        raise InputErrors(errors)
    for item_id, text in typed.items():
        _store(sheet, actor.id, item_id, int(text), now)
    db.session.flush()
    return len(typed)


def _store(sheet: AngoffSheet, judge_id: int, item_id: int, per_cent: int, now: datetime) -> None:
    row = db.session.get(AngoffJudgement, (sheet.id, judge_id, item_id))
    if row is None:
        row = AngoffJudgement(sheet_id=sheet.id, judge_id=judge_id, item_id=item_id)
        db.session.add(row)
    elif row.per_cent == per_cent:
        return
    row.per_cent, row.judged_at = per_cent, now


def use_as_pass_mark(
    sheet: AngoffSheet, exam: Exam, result: AngoffResult | None, *, actor: Person, now: datetime
) -> int:
    """Close the sheet and write its cut score into the exam, rounded up to a whole per cent (who
    is below the cut must not pass by rounding), with method and note. It counts once the exam is
    published. Raises `NothingJudged`, `ExamRetired`.
    """
    if result is None:
        raise NothingJudged()
    mark = min(100, max(1, ceil(round(result.cut_percent, 6))))
    note = (
        f"Angoff “{sheet.name}”: {result.judges} judges, {len(result.items)} questions, "
        f"cut {result.cut_percent:.1f} %"
    )
    settings = replace(
        settings_from(exam.settings),
        pass_mark=mark,
        pass_mark_method=PassMarkMethod.ANGOFF,
        pass_mark_note=note[:MAX_NOTE],
    )
    change_exam(exam, settings, revision=exam.revision, actor=actor, now=now)
    sheet.closed_at, sheet.cut_per_cent, sheet.note = now, mark, note
    db.session.flush()
    changes = {"pass_mark": [None, mark]}
    _record("angoff.used", exam, actor=actor, now=now, changes=changes, reason=note)
    return mark


def _record(
    action: str,
    exam: Exam,
    *,
    actor: Person,
    now: datetime,
    changes: Mapping[str, Any],
    reason: str = "",
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="exam",
        object_key=exam.key,
        now=now,
        changes=changes,
        reason=reason,
    )
