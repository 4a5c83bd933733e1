"""Which questions of the bank need an author, the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

from sqlalchemy import select

from trainhub.assessment.models import BankItem, BankItemEdition, BankItemVersion
from trainhub.assessment.queries.statistics.aggregates import (
    Sums,
    sums_of_texts,
    uses_of_items,
)
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.assessment.rules.statistics import FEWEST_FIRM, Flag, Hidden, is_faint
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import db

OVER_EXPOSED_FACTOR = 2


class Neglect(StrEnum):
    """What is wrong with a live question whatever its answers say."""

    OVER_EXPOSED = "over_exposed"
    NEVER_DRAWN = "never_drawn"
    ONE_LANGUAGE = "one_language"


@dataclass(frozen=True)
class FlaggedText:
    """A text in force that its answers speak against."""

    item: BankItem
    version: BankItemVersion
    sums: Sums
    flags: tuple[Flag, ...]

    @property
    def is_tentative(self) -> bool:
        """Too few answers to rely on."""
        return self.sums.n < FEWEST_FIRM

    @property
    def is_faint(self) -> bool:
        """Its worst flag says little."""
        return is_faint(self.flags[0], n=self.sums.n, facility=self.sums.facility)


@dataclass(frozen=True)
class NeglectedItem:
    """A live question that papers use too much, not at all, or in one language only."""

    item: BankItem
    languages: tuple[str, ...]
    uses: int
    last_used_at: datetime | None


@dataclass(frozen=True)
class HygieneQueue:
    """What is for the authors to do. `checked` counts the texts in force with figures."""

    flagged: tuple[FlaggedText, ...]
    neglected: dict[Neglect, tuple[NeglectedItem, ...]]
    checked: int


def hygiene_queue() -> HygieneQueue:
    """Look through the whole bank, retired questions aside; a handful of queries."""
    sums = sums_of_texts()
    flagged = [
        FlaggedText(item, version, sums[item.id, version.id], flags)
        for item, version in _texts_in_force()
        if (item.id, version.id) in sums and (flags := sums[item.id, version.id].flags)
    ]
    return HygieneQueue(tuple(sorted(flagged, key=_urgency)), _neglected(), len(sums))


def _urgency(one: FlaggedText) -> tuple[bool, int, float, str]:
    """Firm before faint; then by the worst flag, then by how bad its figure is."""
    worst = one.flags[0]  # flags come worst first
    figure = one.sums.facility
    if worst is Flag.NEGATIVE_DISCRIMINATION:
        figure = one.sums.discrimination
    elif worst is Flag.TOO_SLOW:
        figure = one.sums.slow_share
    size = 0.0 if isinstance(figure, Hidden) else figure
    badness = -size if worst is Flag.TOO_SLOW else size
    return one.is_faint, list(Flag).index(worst), badness, one.item.key


def _texts_in_force() -> Sequence[tuple[BankItem, BankItemVersion]]:
    rows = db.session.execute(
        select(BankItem, BankItemVersion)
        .join(BankItemEdition, BankItemEdition.item_id == BankItem.id)
        .join(BankItemVersion, BankItemVersion.id == BankItemEdition.version_id)
        .where(BankItem.status != ItemStatus.RETIRED.value)
        .order_by(BankItem.key, BankItemVersion.language)
    )
    return [(item, version) for item, version in rows]


def _neglected() -> dict[Neglect, tuple[NeglectedItem, ...]]:
    """Live questions in up to three lists, the most drawn first, then by key."""
    uses = uses_of_items()
    languages: defaultdict[int, list[str]] = defaultdict(list)
    live = select(BankItem, BankItemEdition.language).join(
        BankItemEdition, BankItemEdition.item_id == BankItem.id
    )
    items: dict[int, BankItem] = {}
    for item, language in db.session.execute(
        live.where(BankItem.status == ItemStatus.LIVE.value).order_by(BankItem.key)
    ):
        items[item.id] = item
        languages[item.id].append(language)
    found = [
        NeglectedItem(item, tuple(sorted(languages[item.id])), *uses.get(item.id, (0, None)))
        for item in items.values()
    ]
    often = _over_exposed_from([one.uses for one in found if one.uses])
    lists = {
        Neglect.OVER_EXPOSED: [one for one in found if one.uses >= often],
        Neglect.NEVER_DRAWN: [one for one in found if not one.uses],
        Neglect.ONE_LANGUAGE: [one for one in found if len(one.languages) < len(LANGUAGES)],
    }
    return {which: tuple(sorted(some, key=lambda one: -one.uses)) for which, some in lists.items()}


def _over_exposed_from(uses: Sequence[int]) -> float:
    """Twice as many papers as the median question has been in, and at least 30."""
    return max(FEWEST_FIRM, OVER_EXPOSED_FACTOR * median(uses)) if uses else FEWEST_FIRM
