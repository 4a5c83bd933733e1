"""What a regrade would do, what it has done, and what is still to be done. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    ExamVersion,
    Regrade,
    RegradeChange,
)
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.matching_texts import Matching, match_texts
from trainhub.assessment.rules.regrading import (
    Before,
    Change,
    Counted,
    How,
    change_of,
    fingerprint,
    item_mark,
)
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db
from trainhub.errors import N_, DomainError, NotFound

REGRADED_STATES = (State.MARKED.value, State.RELEASED.value)
BATCH = 1_000  # a statement takes only so many values
COMING_STATES = tuple(
    state.value
    for state in (
        State.CREATED,
        State.IN_PROGRESS,
        State.SUBMITTED,
        State.EXPIRED_SUBMITTED,
        State.AWAITING_MARKING,
    )
)


class NothingLeft(DomainError):
    """Leaving the question out would leave papers without any."""

    code = "nothing_left"
    message = N_(
        "Some papers have no other question: they would be empty. Give full marks instead."
    )


@dataclass(frozen=True)
class Decision:
    """What is to be done with which text of a question. `to` is the other text, for its key."""

    bank_item: BankItem
    version: BankItemVersion
    how: How
    to: BankItemVersion | None = None


@dataclass(frozen=True)
class Plan:
    """A regrade worked out. `coming` papers are not marked yet: it will hold for them too."""

    decision: Decision
    matching: Matching | None
    changes: tuple[Change, ...]
    coming: int

    @property
    def fingerprint(self) -> str:
        """Stands for everything a preview shows."""
        one = self.decision
        to_id = one.to.id if one.to else None
        return fingerprint(one.version.id, to_id, one.how, self.changes)


def get_decision(version_id: int, how: How, to_version_id: int | None) -> Decision:
    """The decision asked for. Raises `NotFound` for texts that do not belong together.

    The other text may be the text itself: that takes an earlier regrade back.
    """
    version = db.session.get(BankItemVersion, version_id)
    if version is None:
        raise NotFound()
    to = None
    if how is How.BY_VERSION:
        to = db.session.get(BankItemVersion, to_version_id) if to_version_id else None
        if to is None or (to.item_id, to.language) != (version.item_id, version.language):
            raise NotFound()
    item = db.session.get(BankItem, version.item_id)
    assert item is not None
    return Decision(item, version, how, to)


def decision_of(regrade: Regrade) -> Decision:
    """The decision that a regrade wrote down."""
    return get_decision(regrade.from_version_id, How(regrade.how), regrade.to_version_id)


def matching_of(decision: Decision) -> Matching | None:
    """How answers are carried over, for a regrade by another key. Raises `CannotMatch`."""
    if decision.to is None:
        return None
    old, new = quiz_items(decision)
    assert new is not None
    return match_texts(old, new)


def quiz_items(decision: Decision) -> tuple[QuizItem, QuizItem | None]:
    """Both texts as the rules take them."""
    item = decision.bank_item
    old = as_quiz_item(item, decision.version)
    return old, as_quiz_item(item, decision.to) if decision.to else None


def plan_regrade(decision: Decision) -> Plan:
    """What the regrade would do, over every exam and sitting. Raises `CannotMatch`,
    `NothingLeft`."""
    matching = matching_of(decision)
    query = _attempts_with(decision.version.id).where(Attempt.state.in_(REGRADED_STATES))
    ids = list(db.session.scalars(query))
    changes: list[Change] = []
    for start in range(0, len(ids), BATCH):
        changes += changes_of(decision, matching, ids[start : start + BATCH])
    coming = _attempts_with(decision.version.id).where(Attempt.state.in_(COMING_STATES))
    count = db.session.scalar(coming.with_only_columns(func.count()).order_by(None)) or 0
    return Plan(decision, matching, tuple(changes), count)


def _attempts_with(version_id: int) -> Select[Any]:
    """Ids of attempts whose paper has this text; previews count nowhere."""
    return (
        select(Attempt.id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(AttemptItem.version_id == version_id, Attempt.kind != AttemptKind.PREVIEW.value)
        .order_by(Attempt.id)
    )


def changes_of(
    decision: Decision, matching: Matching | None, attempt_ids: Sequence[int]
) -> list[Change]:
    """What the decision makes of these marked attempts; three queries."""
    _old, new = quiz_items(decision)
    papers = _papers(attempt_ids)
    changes = []
    for before, no, response, points in _befores(decision.version.id, attempt_ids):
        rows = papers[before.attempt_id]
        old_mark = next(row.mark_millionths for row in rows if row.no == no)
        marked = item_mark(decision.how, response, points, old_mark, item=new, matching=matching)
        change = change_of(before, rows, no, decision.how, marked)
        if not change.after.max_points:
            raise NothingLeft()
        changes.append(change)
    return changes


def _befores(version_id: int, attempt_ids: Sequence[int]) -> Iterable[tuple[Before, int, Any, int]]:
    query = (
        select(
            Attempt.id,
            Attempt.marking_round,
            Attempt.state,
            Attempt.mark_millionths,
            Attempt.max_points,
            Attempt.is_passed,
            ExamVersion.settings,
            AttemptItem.no,
            AttemptItem.response,
            AttemptItem.points,
        )
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(ExamVersion, ExamVersion.id == Attempt.exam_version_id)
        .where(Attempt.id.in_(attempt_ids), AttemptItem.version_id == version_id)
        .order_by(Attempt.id)
    )
    for row in db.session.execute(query):
        assert row.mark_millionths is not None and row.is_passed is not None
        before = Before(
            row.id,
            row.marking_round,
            row.state,
            row.mark_millionths,
            row.max_points,
            row.is_passed,
            row.settings["pass_mark"],
        )
        yield before, row.no, row.response, row.points


def _papers(attempt_ids: Sequence[int]) -> dict[int, list[Counted]]:
    """How the questions of these papers count now."""
    out = {
        (attempt_id, no)
        for attempt_id, in_force in list_in_force(attempt_ids).items()
        for no, regrade in in_force.items()
        if regrade.how == How.LEFT_OUT.value
    }
    papers: dict[int, list[Counted]] = defaultdict(list)
    query = (
        select(
            AttemptItem.attempt_id, AttemptItem.no, AttemptItem.mark_millionths, AttemptItem.points
        )
        .where(AttemptItem.attempt_id.in_(attempt_ids))
        .order_by(AttemptItem.attempt_id, AttemptItem.no)
    )
    for attempt_id, no, mark, points in db.session.execute(query):
        papers[attempt_id].append(Counted(no, mark or 0, points, (attempt_id, no) in out))
    return papers


def list_in_force(attempt_ids: Sequence[int]) -> dict[int, dict[int, Regrade]]:
    """Attempt → question → the regrade in force for it; an attempt without any is missing.

    Changes made before the attempt was last marked from scratch do not count any more.
    """
    query = (
        select(RegradeChange.attempt_id, RegradeChange.no, Regrade)
        .join(Regrade, Regrade.id == RegradeChange.regrade_id)
        .join(Attempt, Attempt.id == RegradeChange.attempt_id)
        .where(
            RegradeChange.attempt_id.in_(attempt_ids),
            RegradeChange.changed_at >= Attempt.marked_at,
        )
        .order_by(RegradeChange.changed_at, RegradeChange.regrade_id)
    )
    found: dict[int, dict[int, Regrade]] = defaultdict(dict)
    for attempt_id, no, regrade in db.session.execute(query):
        found[attempt_id][no] = regrade
    return found


def standing_regrades() -> Select[Any]:
    """The newest decision for each text: it holds for papers that are marked later, too."""
    newer = aliased(Regrade)
    return select(Regrade).where(
        ~exists().where(newer.from_version_id == Regrade.from_version_id, newer.id > Regrade.id)
    )


def list_left_over(
    regrade_id: int | None = None, attempt_id: int | None = None, *, limit: int | None = None
) -> list[tuple[int, int]]:
    """`(regrade, attempt)` of marked papers to which a standing decision was not applied yet."""
    applied = exists().where(
        RegradeChange.regrade_id == Regrade.id,
        RegradeChange.attempt_id == Attempt.id,
        or_(Attempt.marked_at.is_(None), RegradeChange.changed_at >= Attempt.marked_at),
    )
    query = (
        standing_regrades()
        .join(AttemptItem, AttemptItem.version_id == Regrade.from_version_id)
        .join(
            Attempt,
            and_(
                Attempt.id == AttemptItem.attempt_id,
                Attempt.state.in_(REGRADED_STATES),
                Attempt.kind != AttemptKind.PREVIEW.value,
            ),
        )
        .where(~applied)
        .with_only_columns(Regrade.id, Attempt.id)
        .order_by(Regrade.id, Attempt.id)
        .limit(limit)
    )
    if regrade_id is not None:
        query = query.where(Regrade.id == regrade_id)
    if attempt_id is not None:
        query = query.where(Attempt.id == attempt_id)
    return [(one, other) for one, other in db.session.execute(query)]
