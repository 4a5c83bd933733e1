"""Whether people may sit in classes, asked at the moment of the act: rules, team, cover."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trainhub.delivery.queries.seats.seat_book import (
    NOBODY,
    CellsOf,
    Joining,
    SeatBook,
    SeatCheck,
    Teaching,
)
from trainhub.delivery.rules.classes.moving import QueueEffect, effects
from trainhub.rota.queries.away import AwayGroup
from trainhub.rota.queries.cover import cover_of


def check_seats(
    joinings: Sequence[Joining],
    leaving: Collection[int] = (),
    *,
    teaching: Teaching = NOBODY,
    language: str,
) -> SeatCheck:
    """Ask every rule for these people in these classes, all of them together.

    `leaving` are the ids of bookings whose people stop being where those say: a seat swapped
    for another counts once. `teaching`: a trainer who goes from the phones with them, or comes
    back. Some queries, whatever the number of people and classes.
    """
    book = SeatBook(joinings, leaving, teaching=teaching, language=language)
    return book.check(joinings, leaving)


def check_each(
    joinings: Sequence[Joining], leaving: Collection[int] = (), *, language: str
) -> list[SeatCheck]:
    """Ask for each of these as if it were the only one. As many queries as for one."""
    book = SeatBook(joinings, leaving, language=language)
    return [book.check([one], leaving) for one in joinings]


def effects_of(groups: Sequence[AwayGroup]) -> list[QueueEffect]:
    """What it does to the cover when these go (heads below nought: come back)."""
    queue_ids = sorted({group.queue_id for group in groups})
    changes = CellsOf(queue_ids)(groups)
    dates = [on for _, on, _ in changes]
    if not dates:
        return []
    return effects(cover_of(queue_ids, min(dates), max(dates)), changes)
