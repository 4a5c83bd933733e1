"""Handing in the short way: a candidate in time, with nothing on the paper for people to mark.

In an exam's last minutes all do this. The paper is marked by the same rules before anything is
held; then it is ended, guarded, and must still be what was marked. Every other end (the wall, long
answers, an attempt that was reopened, a preview) is left to `services.closing`, which leaves the
same rows behind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, select, update

from trainhub.assessment.models import Attempt, AttemptItem
from trainhub.assessment.queries.kept import AttemptShown
from trainhub.assessment.queries.quick_paper import (
    AttemptFound,
    QuestionShown,
    find_attempt,
    list_questions,
)
from trainhub.assessment.rules.scoring import PaperMark, as_millionths, sum_paper
from trainhub.assessment.rules.settings import Part, When
from trainhub.assessment.rules.states import AttemptKind, EndedBy, Event, State
from trainhub.assessment.services.marking import result_of
from trainhub.assessment.services.quick_starting import ADD_EVENT
from trainhub.catalogue.rules.marking import is_marked_by_hand, mark
from trainhub.db import UtcDateTime
from trainhub.ledger.models import Verb
from trainhub.ledger.services import append_quickly
from trainhub.people.queries import Caller
from trainhub.people.services import let_go_caller
from trainhub.prepared import Connection, Statement

_END = Statement(
    update(Attempt.__table__)
    .where(
        Attempt.id == bindparam("attempt_id"),
        Attempt.state == State.IN_PROGRESS.value,
        Attempt.closes_at == bindparam("old_closes_at", type_=UtcDateTime),
    )
    .values(
        state=bindparam("new_state"),
        ended_at=bindparam("at", type_=UtcDateTime),
        ended_by=EndedBy.CANDIDATE.value,
        mark_millionths=bindparam("new_mark"),
        max_points=bindparam("new_points"),
        is_passed=bindparam("new_passed"),
        marked_at=bindparam("at", type_=UtcDateTime),
        marking_round=1,
        released_at=bindparam("new_released_at", type_=UtcDateTime),
    )
)
_STANDING = Statement(
    select(AttemptItem.no, AttemptItem.seq)
    .where(AttemptItem.attempt_id == bindparam("attempt_id"))
    .order_by(AttemptItem.no)
)
_MARK = Statement(
    update(AttemptItem.__table__)
    .where(AttemptItem.attempt_id == bindparam("of_attempt"), AttemptItem.no == bindparam("at_no"))
    .values(
        mark_millionths=bindparam("new_mark"),
        is_right=bindparam("new_right"),
        needs_marking=False,
    )
)


class _Moved(Exception):
    """An answer came while the paper was being marked: nothing of it is stored."""


def hand_in_quickly(
    connection: Connection, caller: Caller, attempt_id: int, *, now: datetime
) -> AttemptShown | None:
    """End, mark and perhaps release the attempt; None, with nothing stored, where it needs the
    longer way."""
    attempt = find_attempt(connection, attempt_id, caller.person_id)
    if attempt is None or not _is_ordinary(attempt, now):
        return None
    questions = list_questions(connection, attempt_id)
    if any(_waits_for_people(each) for each in questions):
        return None
    marks = [_mark(attempt_id, each) for each in questions]
    paper = sum_paper(
        ((row["new_mark"], each.row.points) for row, each in zip(marks, questions, strict=True)),
        attempt.shown.settings.pass_mark,
    )
    is_out = attempt.shown.settings.release.get(Part.SCORE) is When.AT_ONCE
    state = State.RELEASED if is_out else State.MARKED

    def write(writing: Connection) -> None:
        _end(writing, attempt.shown, paper, state, now)
        seqs = [(each.row.no, each.row.seq) for each in questions]
        if writing.read_all(_STANDING, attempt_id=attempt_id) != seqs:
            raise _Moved
        let_go_caller(writing, caller.person_id)
        writing.run_many(_MARK, marks)
        writing.run_many(ADD_EVENT, _events(attempt_id, caller.person_id, paper, is_out, now))
        _record(writing, caller.person_id, attempt, paper, now)

    try:
        connection.write(write)
    except _Moved:
        return None
    return replace(attempt.shown, state=state.value, ended_at=now, ended_by=EndedBy.CANDIDATE.value)


def _is_ordinary(attempt: AttemptFound, now: datetime) -> bool:
    closes_at = attempt.shown.closes_at
    return (
        attempt.shown.state == State.IN_PROGRESS
        and attempt.shown.kind != AttemptKind.PREVIEW
        and closes_at is not None
        and now < closes_at
        and attempt.marking_round == 0
    )


def _waits_for_people(each: QuestionShown) -> bool:
    return is_marked_by_hand(each.item.kind) and each.row.response is not None


def _mark(attempt_id: int, each: QuestionShown) -> dict[str, Any]:
    by_hand = is_marked_by_hand(each.item.kind)
    score = Fraction(0) if by_hand else mark(each.item, each.row.response).score
    return {
        "of_attempt": attempt_id,
        "at_no": each.row.no,
        "new_mark": as_millionths(score * each.row.points),
        "new_right": score == 1,
    }


def _end(
    writing: Connection, attempt: AttemptShown, paper: PaperMark, state: State, now: datetime
) -> None:
    changed = writing.run(
        _END,
        attempt_id=attempt.id,
        old_closes_at=attempt.closes_at,
        new_state=state.value,
        at=now,
        new_mark=paper.mark_millionths,
        new_points=paper.max_points,
        new_passed=paper.is_passed,
        new_released_at=now if state is State.RELEASED else None,
    )
    if changed != 1:
        raise _Moved


def _events(
    attempt_id: int, person_id: int, paper: PaperMark, is_out: bool, now: datetime
) -> list[dict[str, Any]]:
    """The history as the longer way writes it, one row a step."""
    told = {"mark_millionths": paper.mark_millionths, "max_points": paper.max_points}
    steps: list[tuple[Event, State, State, int | None, dict[str, int]]] = [
        (Event.SUBMITTED, State.IN_PROGRESS, State.SUBMITTED, person_id, {}),
        (Event.MARKED, State.SUBMITTED, State.MARKED, None, told),
        (Event.RELEASED, State.MARKED, State.RELEASED, None, {}),
    ]
    return [
        {
            "attempt_id": attempt_id,
            "kind": event.value,
            "old_state": old.value,
            "new_state": new.value,
            "occurred_at": now,
            "recorded_at": now,
            "by_id": by_id,
            "reason": "",
            "values": values,
        }
        for event, old, new, by_id, values in (steps if is_out else steps[:2])
    ]


def _record(
    writing: Connection, person_id: int, attempt: AttemptFound, paper: PaperMark, now: datetime
) -> None:
    shown = attempt.shown
    if shown.kind != AttemptKind.SITTING:
        return
    append_quickly(
        writing,
        person_id,
        Verb.PASSED if paper.is_passed else Verb.FAILED,
        object_type="exam",
        object_key=attempt.exam_key,
        object_version=str(attempt.version_number),
        dedupe_key=f"exam-attempt:{shown.id}:1",
        occurred_at=now,
        now=now,
        result=result_of(
            shown.id, shown.language, paper.mark_millionths, paper.max_points,
            shown.settings.pass_mark, 1,
        ),
    )  # fmt: skip
