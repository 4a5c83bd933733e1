"""Proving marks: everything that was marked is worked out once more from what is stored.

A mark is a function of the frozen paper, the responses in force, the hand marks and the regrades
(invariant I4). The nightly check and the tests ask for what does not come out the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from trainhub.assessment.models import Attempt, BankItem, BankItemVersion, MarkingTask, Regrade
from trainhub.assessment.queries.attempts import PaperItem, paper_of, settings_of
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.queries.marking import judgements_of, list_hand_marks
from trainhub.assessment.queries.regrading import list_in_force
from trainhub.assessment.rules.matching_texts import match_texts
from trainhub.assessment.rules.regrading import Counted, How, item_mark, sum_counted
from trainhub.assessment.rules.rubric import rubric_of, settled_points
from trainhub.assessment.rules.scoring import as_millionths
from trainhub.assessment.rules.states import WITH_MARK
from trainhub.catalogue.rules.marking import is_marked_by_hand, mark
from trainhub.db import db

STATES = tuple(state.value for state in WITH_MARK)


@dataclass(frozen=True)
class Difference:
    """Something stored that does not follow from what it was made of. `no` 0 is the whole paper."""

    attempt_id: int
    no: int
    what: str
    stored: object
    found: object

    def __str__(self) -> str:
        where = f"question {self.no}" if self.no else "paper"
        return f"attempt {self.attempt_id}, {where}: {self.what} {self.stored}, not {self.found}"


def verify_attempt(attempt: Attempt) -> list[Difference]:
    """What of a marked attempt does not come out again; nothing for one without a mark."""
    if attempt.state not in STATES:
        return []
    in_force = list_in_force([attempt.id]).get(attempt.id, {})
    differences, counted = [], []
    for each in paper_of(attempt.id):
        regrade = in_force.get(each.row.no)
        found = _marked_again(each, regrade)
        if found != each.row.mark_millionths:
            stored = each.row.mark_millionths
            differences.append(Difference(attempt.id, each.row.no, "mark", stored, found))
        is_out = regrade is not None and regrade.how == How.LEFT_OUT.value
        counted.append(Counted(each.row.no, found or 0, each.row.points, is_out))
    return differences + list(_paper_differences(attempt, counted))


def _paper_differences(attempt: Attempt, counted: list[Counted]) -> Iterator[Difference]:
    paper = sum_counted(counted, settings_of(attempt).pass_mark)
    for what, stored, found in (
        ("mark", attempt.mark_millionths, paper.mark_millionths),
        ("maximum", attempt.max_points, paper.max_points),
        ("verdict", attempt.is_passed, paper.is_passed),
    ):
        if stored != found:
            yield Difference(attempt.id, 0, what, stored, found)


def _marked_again(each: PaperItem, regrade: Regrade | None) -> int | None:
    """The mark of one question, in millionths; None if it cannot have one yet."""
    if regrade is None or regrade.how == How.LEFT_OUT.value:
        return _first_mark(each)
    how, points = How(regrade.how), each.row.points
    if how is How.FULL_MARKS:
        return item_mark(how, None, points, 0)
    to = db.session.get(BankItemVersion, regrade.to_version_id)
    bank_item = db.session.get(BankItem, each.row.item_id)
    assert to is not None and bank_item is not None
    new = as_quiz_item(bank_item, to)
    matching = match_texts(each.item, new)
    return item_mark(how, each.row.response, points, 0, item=new, matching=matching)


def _first_mark(each: PaperItem) -> int | None:
    row, item = each.row, each.item
    if row.response is None:
        return 0
    if not is_marked_by_hand(item.kind):
        return as_millionths(mark(item, row.response).score * row.points)
    query = select(MarkingTask).where(
        MarkingTask.attempt_id == row.attempt_id, MarkingTask.no == row.no
    )
    task = db.session.scalars(query).one_or_none()
    if task is None or task.done_at is None:
        return None
    rubric = rubric_of(item.content)
    most = sum(one.points for one in rubric)
    points: Fraction = settled_points(judgements_of(list_hand_marks(task), rubric))
    return as_millionths(points * row.points / most)


def list_wrong_marks(batch: int = 200) -> Iterator[Difference]:
    """Every difference of every marked attempt, read batch by batch."""
    last = 0
    while True:
        query = (
            select(Attempt)
            .where(Attempt.id > last, Attempt.state.in_(STATES))
            .order_by(Attempt.id)
            .limit(batch)
        )
        attempts = list(db.session.scalars(query))
        if not attempts:
            return
        for attempt in attempts:
            yield from verify_attempt(attempt)
        last = attempts[-1].id
        db.session.expunge_all()  # the night's check reads everything there is
