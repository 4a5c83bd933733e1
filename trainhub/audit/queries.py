"""Reading the audit trail."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, cast, func, or_, select

from trainhub.audit.models import AuditEntry
from trainhub.audit.rules import GENESIS, chained_hash, entry_content
from trainhub.db import db

# Words are found by reading entries. One page reads so many of them and no more, however long
# the trail has grown; the next page goes on from there.
READ_AT_ONCE = 100_000
# Whatever reads the whole trail takes it in pieces: a statement under way on SQLite keeps every
# writer's COMMIT waiting, and a trail of years takes minutes.
PIECE, STRETCH = 1_000, 50_000


@dataclass(frozen=True)
class AuditCriteria:
    """What the trail is narrowed to. `since` and `until` are instants, half open.

    `who` is looked for in the actors' names as they stood then, `actor_ids` adds people known
    today by these words. `words` all have to occur in the reason, the changes or the object.
    """

    who: str = ""
    actor_ids: frozenset[int] = frozenset()
    action: str = ""
    object_type: str = ""
    object_key: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""

    @property
    def reads_texts(self) -> bool:
        """Whether entries have to be read one by one, as no index finds them."""
        return bool(self.who or self.words or (self.object_key and not self.object_type))


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first. `before` leads to older ones, None where there are none.

    `read_down_to` is the number of the oldest entry read for this page, if not all were.
    """

    entries: list[AuditEntry]
    before: int | None
    read_down_to: int | None


def find_broken_entry() -> int | None:
    """The number of the first entry that does not follow from the one before, or None."""
    previous, last = GENESIS, 0
    while True:
        query = select(*AuditEntry.__table__.c).order_by(AuditEntry.number).limit(PIECE)
        rest = query.where(AuditEntry.number > last) if last else query
        piece = db.session.execute(rest).all()
        for expected, entry in enumerate(piece, start=last + 1):
            hashed = chained_hash(entry.previous_hash, entry.at, entry_content(entry))
            if entry.number != expected or entry.previous_hash != previous or entry.hash != hashed:
                return int(entry.number)
            previous = entry.hash
        if len(piece) < PIECE:
            return None
        last += PIECE


def list_entries(*, limit: int = 50, before: int | None = None) -> list[AuditEntry]:
    """The newest entries first, older than number `before` if given."""
    return find_page_of_entries(AuditCriteria(), before=before, size=limit).entries


def find_page_of_entries(
    criteria: AuditCriteria, *, before: int | None = None, size: int = 50
) -> AuditPage:
    """The newest `size` entries that fit, older than number `before` if given."""
    first, end = _bounds(criteria)
    top = min(before or end, end)
    lowest = max(top - READ_AT_ONCE, first) if criteria.reads_texts else first
    query = (
        select(AuditEntry)
        .where(*_between(lowest, top), *_conditions(criteria))
        .order_by(AuditEntry.number.desc())
        .limit(size + 1)
    )
    found = list(db.session.scalars(query))
    if len(found) > size:
        return AuditPage(found[:size], found[size - 1].number, None)
    is_partial = lowest > first
    return AuditPage(found, lowest if is_partial else None, lowest if is_partial else None)


def find_last_number() -> int:
    """The number of the newest entry; 0 while there is none."""
    return db.session.scalar(select(func.max(AuditEntry.number))) or 0


def find_end_of_chain() -> tuple[int, str] | None:
    """The newest entry's number and hash, None while there is none."""
    query = select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    last = db.session.execute(query).first()
    return (last.number, last.hash) if last else None


def count_since(moment: datetime) -> int:
    """How many entries there are from the first one of a moment on, by their numbers."""
    first = select(AuditEntry.number).where(AuditEntry.at >= moment)
    number = db.session.scalar(first.order_by(AuditEntry.at, AuditEntry.number).limit(1))
    return 0 if number is None else find_last_number() - number + 1


def hashes_of(numbers: Collection[int]) -> dict[int, str]:
    """The hash of each of these entries that is there."""
    found: dict[int, str] = {}
    wanted = sorted(numbers)
    for at in range(0, len(wanted), 500):
        query = select(AuditEntry.number, AuditEntry.hash).where(
            AuditEntry.number.in_(wanted[at : at + 500])
        )
        found.update((row.number, row.hash) for row in db.session.execute(query))
    return found


def has_more_than(criteria: AuditCriteria, most: int) -> bool:
    """Whether more than `most` entries fit."""
    found = 0
    for lowest, top in _stretches(criteria):
        if found + top - 1 <= most:  # not even with all that are left
            return False
        query = select(func.count()).where(*_between(lowest, top), *_conditions(criteria))
        found += db.session.scalar(query) or 0
    return found > most


def stream_entries(criteria: AuditCriteria) -> Iterator[Row[Any]]:
    """All columns of all entries that fit, newest first, a few at a time in memory."""
    for lowest, top in _stretches(criteria) if criteria.reads_texts else [_bounds(criteria)]:
        before = top
        while True:
            query = (
                select(*AuditEntry.__table__.c)
                .where(*_between(lowest, before), *_conditions(criteria))
                .order_by(AuditEntry.number.desc())
                .limit(PIECE)
            )
            piece = db.session.execute(query).all()
            yield from piece
            if len(piece) < PIECE:
                break
            before = piece[-1].number


def _stretches(criteria: AuditCriteria) -> Iterator[tuple[int, int]]:
    """The trail in stretches of numbers, the newest first: from the one, up to before the other."""
    first, end = _bounds(criteria)
    for top in range(end, first, -STRETCH):
        yield max(top - STRETCH, first), top


def _bounds(criteria: AuditCriteria) -> tuple[int, int]:
    """The numbers between which entries of the times asked for lie: from, up to before.

    Whoever looks for days of long ago need not read down to them. Times are nearly in the order
    of the numbers, but only nearly: who waits for a turn to write has read the clock before.
    """
    if criteria.since is None and criteria.until is None:
        return 1, find_last_number() + 1
    number = AuditEntry.number
    fitting = select(number).where(*_times(criteria)).order_by(AuditEntry.at)
    if criteria.until is None:  # a page of the newest is found at once, unless they are few
        few = db.session.scalars(fitting.limit(PIECE + 1)).all()
        if len(few) > PIECE:
            return 1, find_last_number() + 1
        return (min(few), max(few) + 1) if few else (1, 1)
    # In a subquery, or PostgreSQL goes through the numbers and not the times.
    numbers = fitting.offset(0).subquery()
    query = select(func.min(numbers.c.number), func.max(numbers.c.number))
    first, last = db.session.execute(query).one()
    return (first, last + 1) if first is not None else (1, 1)


def _between(lowest: int, top: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return AuditEntry.number >= lowest, AuditEntry.number < top


def _conditions(criteria: AuditCriteria) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.who:
        named = AuditEntry.actor_name.icontains(criteria.who, autoescape=True)
        found.append(or_(named, AuditEntry.actor_id.in_(criteria.actor_ids)))
    if criteria.action:
        found.append(AuditEntry.action == criteria.action)
    if criteria.object_type:
        found.append(AuditEntry.object_type == criteria.object_type)
    if criteria.object_key:
        found.append(AuditEntry.object_key == criteria.object_key)
    found += _times(criteria)
    return found + [_mentions(word) for word in criteria.words.split()[:10]]


def _times(criteria: AuditCriteria) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.since:
        found.append(AuditEntry.at >= criteria.since)
    if criteria.until:
        found.append(AuditEntry.at < criteria.until)
    return found


def _mentions(word: str) -> ColumnElement[bool]:
    stored = json.dumps(word)[1:-1]  # as the column holds it: other letters than ASCII escaped
    return or_(
        AuditEntry.reason.icontains(word, autoescape=True),
        AuditEntry.object_key.icontains(word, autoescape=True),
        cast(AuditEntry.changes, Text).icontains(stored, autoescape=True),
    )
