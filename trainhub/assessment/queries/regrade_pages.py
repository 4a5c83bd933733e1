"""What the pages of regrading show: texts with their papers, people touched, past decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    Exam,
    Regrade,
    RegradeChange,
    Sitting,
)
from trainhub.assessment.queries.regrading import COMING_STATES, REGRADED_STATES
from trainhub.assessment.rules.regrading import Change
from trainhub.assessment.rules.states import AttemptKind
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team

PAGE_SIZE = 30


@dataclass(frozen=True)
class VersionUse:
    """A text of a question with the papers that have it: marked ones, and those still to come."""

    version: BankItemVersion
    marked: int
    coming: int


def get_item(item_key: str) -> BankItem:
    """A question of the bank by its key. Raises `NotFound`."""
    item = db.session.scalars(select(BankItem).where(BankItem.key == item_key)).one_or_none()
    if item is None:
        raise NotFound()
    return item


def list_version_uses(item_id: int) -> list[VersionUse]:
    """A question's texts, newest first, with the papers that have each."""
    counts = (
        select(
            AttemptItem.version_id,
            func.count().filter(Attempt.state.in_(REGRADED_STATES)).label("marked"),
            func.count().filter(Attempt.state.in_(COMING_STATES)).label("coming"),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(AttemptItem.item_id == item_id, Attempt.kind != AttemptKind.PREVIEW.value)
        .group_by(AttemptItem.version_id)
        .subquery()
    )
    query = (
        select(BankItemVersion, counts.c.marked, counts.c.coming)
        .outerjoin(counts, counts.c.version_id == BankItemVersion.id)
        .where(BankItemVersion.item_id == item_id)
        .order_by(BankItemVersion.language, BankItemVersion.number.desc())
    )
    return [
        VersionUse(version, marked or 0, coming or 0)
        for version, marked, coming in db.session.execute(query)
    ]


@dataclass(frozen=True)
class Touched:
    """A paper that a regrade changes, and whose it is."""

    change: Change
    name: str
    team: str | None
    exam: Exam
    sitting: str | None


@dataclass(frozen=True)
class ExamShare:
    """What a regrade does in one sitting of one exam."""

    exam: Exam
    sitting: str | None
    attempts: int
    changed: int
    passes_newly: int
    fails_newly: int


def list_touched(changes: Sequence[Change]) -> list[Touched]:
    """The papers of these changes with their people: whose verdict changes first, then by name."""
    by_id = {one.before.attempt_id: one for one in changes}
    found: list[tuple[str, Touched]] = []
    ids = list(by_id)
    for start in range(0, len(ids), 1_000):
        query = (
            select(Attempt.id, Person.name, Person.name_key, Team.name, Exam, Sitting.name)
            .join(Person, Person.id == Attempt.person_id)
            .join(Exam, Exam.id == Attempt.exam_id)
            .outerjoin(Team, Team.id == Person.team_id)
            .outerjoin(Sitting, Sitting.id == Attempt.sitting_id)
            .where(Attempt.id.in_(ids[start : start + 1_000]))
        )
        for attempt_id, name, key, team, exam, sitting in db.session.execute(query):
            found.append((key, Touched(by_id[attempt_id], name, team, exam, sitting)))
    found.sort(key=lambda pair: (_weight(pair[1].change), pair[0]))
    return [one for _, one in found]


def _weight(change: Change) -> int:
    if change.fails_newly:
        return 0
    return 1 if change.passes_newly else 2


def share_by_exam(touched: Sequence[Touched]) -> list[ExamShare]:
    """The figures of a regrade by exam and sitting, the most papers first."""
    groups: dict[tuple[int, str | None], list[Touched]] = {}
    for one in touched:
        groups.setdefault((one.exam.id, one.sitting), []).append(one)
    shares = [
        ExamShare(
            rows[0].exam,
            sitting,
            len(rows),
            sum(one.change.is_changed for one in rows),
            sum(one.change.passes_newly for one in rows),
            sum(one.change.fails_newly for one in rows),
        )
        for (_, sitting), rows in groups.items()
    ]
    return sorted(shares, key=lambda one: -one.attempts)


@dataclass(frozen=True)
class PastRegrade:
    """A decision with what has come of it so far."""

    regrade: Regrade
    item: BankItem
    version: BankItemVersion
    by: str
    looked_at: int
    changed: int
    passed_newly: int
    failed_newly: int


def list_regrades(page: int = 1) -> tuple[list[PastRegrade], int]:
    """The decisions, newest first, and how many pages there are."""
    total = db.session.scalar(select(func.count()).select_from(Regrade)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    start = (min(max(page, 1), pages) - 1) * PAGE_SIZE
    ids = select(Regrade.id).order_by(Regrade.id.desc()).limit(PAGE_SIZE).offset(start)
    return _past(list(db.session.scalars(ids))), pages


def get_past_regrade(regrade_id: int) -> PastRegrade:
    """One decision. Raises `NotFound`."""
    found = _past([regrade_id])
    if not found:
        raise NotFound()
    return found[0]


def _past(ids: Sequence[int]) -> list[PastRegrade]:
    is_changed = or_(
        RegradeChange.mark_before != RegradeChange.mark_after,
        RegradeChange.max_points_before != RegradeChange.max_points_after,
    )
    won = RegradeChange.is_passed.is_(True) & RegradeChange.was_passed.is_(False)
    lost = RegradeChange.is_passed.is_(False) & RegradeChange.was_passed.is_(True)

    def count(condition: object) -> object:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)  # type: ignore[arg-type]

    query = (
        select(
            Regrade, BankItem, BankItemVersion, Person.name, func.count(RegradeChange.attempt_id),
            count(is_changed), count(won), count(lost),  # type: ignore[call-overload]
        )
        .join(BankItem, BankItem.id == Regrade.item_id)
        .join(BankItemVersion, BankItemVersion.id == Regrade.from_version_id)
        .join(Person, Person.id == Regrade.decided_by_id)
        .outerjoin(RegradeChange, RegradeChange.regrade_id == Regrade.id)
        .where(Regrade.id.in_(ids))
        .group_by(Regrade.id, BankItem.id, BankItemVersion.id, Person.id)
        .order_by(Regrade.id.desc())
    )  # fmt: skip
    return [PastRegrade(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class ChangedPaper:
    """A paper that a regrade has changed, both scores, and whose it is."""

    change: RegradeChange
    name: str
    team: str | None
    exam: Exam
    sitting: str | None


def list_changed_papers(regrade_id: int, limit: int = 500) -> list[ChangedPaper]:
    """What a decision has changed so far: verdicts first, then by name."""
    verdict = case((RegradeChange.is_passed != RegradeChange.was_passed, 0), else_=1)
    query = (
        select(RegradeChange, Person.name, Team.name, Exam, Sitting.name)
        .join(Attempt, Attempt.id == RegradeChange.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(Sitting, Sitting.id == Attempt.sitting_id)
        .where(
            RegradeChange.regrade_id == regrade_id,
            or_(
                RegradeChange.mark_before != RegradeChange.mark_after,
                RegradeChange.max_points_before != RegradeChange.max_points_after,
            ),
        )
        .order_by(verdict, Person.name_key, Attempt.id)
        .limit(limit)
    )
    return [ChangedPaper(*row) for row in db.session.execute(query)]
