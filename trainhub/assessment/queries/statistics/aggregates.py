"""Facility and discrimination of many questions at once, summed up by the database.

The exact figures (`rules.statistics`) need every response in memory; the queue of the whole bank
and the picker only need three of them. The sums are of shares of the points, so that papers of
different sizes can be added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import copysign, sqrt
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Select, case, cast, func, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemEdition,
)
from trainhub.assessment.queries.statistics.counted import counted_attempts, set_aside_texts
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.states import AttemptKind
from trainhub.assessment.rules.statistics import (
    FEWEST_FIRM,
    FEWEST_SHOWN,
    Figure,
    Flag,
    Hidden,
    Reason,
    mastery_flags,
)
from trainhub.db import db

_NO_SPREAD_BELOW = 1e-9  # of n² times a variance of shares: what adding up floats may leave


@dataclass(frozen=True)
class ItemFigures:
    """What the picker shows beside a question: its texts in force, all languages together.

    `facility` and `discrimination` are per cent; `uses` counts papers that held the question,
    practice included, `last_used_at` is the last such start.
    """

    n: int
    facility: Figure
    discrimination: Figure
    flags: tuple[Flag, ...]
    uses: int
    last_used_at: datetime | None

    @property
    def is_tentative(self) -> bool:
        """Enough answers to show, too few to rely on: grey."""
        return FEWEST_SHOWN <= self.n < FEWEST_FIRM


@dataclass(frozen=True)
class Sums:
    """Sums over the answers to a text: x its share of the points, y what it is compared with."""

    n: int = 0
    full: int = 0
    timed: int = 0
    slow: int = 0
    x: float = 0.0
    xx: float = 0.0
    y: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        mine, theirs = vars(self).values(), vars(other).values()
        return Sums(*(one + another for one, another in zip(mine, theirs, strict=True)))

    @property
    def facility(self) -> Figure:
        """As `rules.statistics` has it, in per cent."""
        if self.n < FEWEST_SHOWN:
            return Hidden(Reason.TOO_FEW)
        return 100.0 if self.full == self.n else 100 * self.x / self.n

    @property
    def discrimination(self) -> Figure:
        """As `rules.statistics` has it, to the precision of floating point."""
        if self.n < FEWEST_SHOWN:
            return Hidden(Reason.TOO_FEW)
        own, others = self.n * self.xx - self.x**2, self.n * self.yy - self.y**2
        if min(own, others) < _NO_SPREAD_BELOW * self.n**2:
            return Hidden(Reason.NO_SPREAD)
        between = self.n * self.xy - self.x * self.y
        return 100 * copysign(min(1.0, abs(between) / sqrt(own * others)), between)

    @property
    def slow_share(self) -> Figure:
        """Per cent of the timed answers that took more than twice the expected time."""
        if self.timed < FEWEST_SHOWN:
            return Hidden(Reason.TOO_FEW if self.timed else Reason.NO_TIMES)
        return 100 * self.slow / self.timed

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The mastery flags; the median is over the bound if more than half of the times are."""
        return mastery_flags(
            n=self.n,
            facility=_known(self.facility),
            discrimination=_known(self.discrimination),
            is_slow=(_known(self.slow_share) or 0) > 50,
            all_right_from=FEWEST_FIRM,
        )


def figures_of_items(item_ids: Sequence[int]) -> dict[int, ItemFigures]:
    """What the picker shows of each question asked for, in four queries whatever their number."""
    if not item_ids:
        return {}
    texts = sums_of_texts(AttemptItem.item_id.in_(item_ids))
    by_item: defaultdict[int, Sums] = defaultdict(Sums)
    for (item_id, _), sums in texts.items():
        by_item[item_id] += sums
    uses = uses_of_items(AttemptItem.item_id.in_(item_ids))
    return {
        item_id: ItemFigures(
            by_item[item_id].n,
            by_item[item_id].facility,
            by_item[item_id].discrimination,
            by_item[item_id].flags,
            *uses.get(item_id, (0, None)),
        )
        for item_id in item_ids
    }


def uses_of_items(*conditions: ColumnElement[bool]) -> dict[int, tuple[int, datetime | None]]:
    """How many papers, previews aside, have held each question, and when the last began."""
    rows = db.session.execute(
        select(AttemptItem.item_id, func.count(), func.max(Attempt.started_at))
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.kind != AttemptKind.PREVIEW.value, *conditions)
        .group_by(AttemptItem.item_id)
    )
    return {item_id: (count, last) for item_id, count, last in rows}


def sums_of_texts(*conditions: ColumnElement[bool]) -> dict[tuple[int, int], Sums]:
    """The sums of every text in force, by (item, text).

    A text that every paper of its exam versions held is compared with the rest of the paper,
    another one with the whole total, as in `rules.statistics`.
    """
    rows = db.session.execute(_grouped(conditions)).all()
    held = _papers({row.exam_version_id for row in rows})
    drawn = {row.version_id for row in rows if row.n < held[row.exam_version_id, row.language]}
    result: defaultdict[tuple[int, int], Sums] = defaultdict(Sums)
    for row in rows:
        with_what = (row.w, row.ww, row.xw) if row.version_id in drawn else (row.r, row.rr, row.xr)
        counts = (row.n, row.full, row.timed, row.slow)
        result[row.item_id, row.version_id] += Sums(*counts, row.x, row.xx, *with_what)
    return dict(result)


def _grouped(conditions: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """The sums by text and exam version: x the item, w the whole paper, r the rest of it."""
    points, possible = MILLION * AttemptItem.points, MILLION * Attempt.max_points
    mark = cast(AttemptItem.mark_millionths, Float)
    x, w = mark / points, cast(Attempt.mark_millionths, Float) / possible
    rest = case((possible > points, (Attempt.mark_millionths - mark) / (possible - points)))
    is_full = AttemptItem.mark_millionths == points
    is_slow = AttemptItem.active_ms > 2000 * BankItem.expected_s

    def count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(cast(condition, Integer))

    def sum_of(value: ColumnElement[Any]) -> ColumnElement[float]:
        return func.coalesce(func.sum(value), 0.0)

    counted = counted_attempts().subquery()
    return (
        select(
            AttemptItem.item_id,
            AttemptItem.version_id,
            Attempt.exam_version_id,
            Attempt.language,
            func.count().label("n"),
            count_of(is_full).label("full"),
            count_of(AttemptItem.active_ms > 0).label("timed"),
            count_of(is_slow).label("slow"),
            *(
                sum_of(value).label(name)
                for name, value in {
                    "x": x, "xx": x * x, "w": w, "ww": w * w, "xw": x * w,
                    "r": rest, "rr": rest * rest, "xr": x * rest,
                }.items()
            ),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(counted, counted.c.id == Attempt.id)
        .join(BankItemEdition, BankItemEdition.version_id == AttemptItem.version_id)
        .join(BankItem, BankItem.id == AttemptItem.item_id)
        .where(
            AttemptItem.version_id.not_in(set_aside_texts()),
            Attempt.max_points > 0,
            *conditions,
        )
        .group_by(
            AttemptItem.item_id,
            AttemptItem.version_id,
            Attempt.exam_version_id,
            Attempt.language,
        )
    )  # fmt: skip


def _papers(exam_version_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """How many counted papers each exam version has in each language."""
    ids = set(exam_version_ids)
    if not ids:
        return {}
    counted = counted_attempts(Attempt.exam_version_id.in_(ids)).subquery()
    rows = db.session.execute(
        select(Attempt.exam_version_id, Attempt.language, func.count())
        .join(counted, counted.c.id == Attempt.id)
        .group_by(Attempt.exam_version_id, Attempt.language)
    )
    return {(version_id, language): count for version_id, language, count in rows}


def _known(figure: Figure) -> float | None:
    return None if isinstance(figure, Hidden) else figure
