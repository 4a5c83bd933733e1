"""What of that which happened to seats and classes is to be said: rules, nothing else.

Several things that happen before somebody is told are one message: what counts is what they
knew and what holds now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from trainhub.notices.rules import CLASS_REMINDER, Kind

BOOKED = frozenset({"published", "booked", "changed"})
GIVEN = frozenset({"seat_given"})
MOVED = frozenset({"rescheduled"})
GONE = frozenset({"cancelled", "moved", "not_needed", "declined", "swapped"})
SEAT_EVENTS = BOOKED | GIVEN | MOVED | GONE
CLASS_EVENTS = frozenset({"published", "moved", "cancelled"})
_SHOWN = ("on", "starts_min", "ends_min", "room_id")  # what a trainer has to know of a move


@dataclass(frozen=True)
class SeatEvent:
    """Something that happened to a booking, and how the booking stands now."""

    id: int
    booking_id: int
    person_id: int
    kind: str
    was_booked: bool
    is_own_act: bool
    state: str
    sits_elsewhere: bool  # in another class of the same course


@dataclass(frozen=True)
class Told:
    """The last message about a seat or a class: what it was, up to which event, and when."""

    kind: Kind
    event_id: int
    at: datetime


def seat_news(
    events: Iterable[SeatEvent], told: Mapping[int, Told]
) -> list[tuple[Kind, SeatEvent]]:
    """What to say of each booking, with its latest event. `told` goes by booking.

    `events` are ordered by booking and number.
    """
    found = []
    for booking_id, group in groupby(events, lambda one: one.booking_id):
        known = told.get(booking_id)
        fresh = [one for one in group if known is None or one.id > known.event_id]
        kind = _of_seat(fresh, is_known=known is not None) if fresh else None
        if kind is not None:
            found.append((kind, fresh[-1]))
    return found


def _of_seat(fresh: Sequence[SeatEvent], *, is_known: bool) -> Kind | None:
    last, kinds = fresh[-1], {one.kind for one in fresh}
    if last.state == "booked":
        for happened, kind in (
            (GIVEN, Kind.SEAT_FREE), (BOOKED, Kind.CLASS_BOOKED), (MOVED, Kind.CLASS_MOVED),
        ):  # fmt: skip
            if happened & kinds:
                return kind
        return None
    lost = [one for one in fresh if one.kind in GONE and one.was_booked]
    never_heard = not is_known and fresh[0].kind in BOOKED | GIVEN
    if not lost or never_heard:
        return None
    by_self = lost[-1].is_own_act or lost[-1].kind in ("declined", "swapped")
    return Kind.SEAT_LEFT if by_self or last.sits_elsewhere else Kind.CLASS_CANCELLED


@dataclass(frozen=True)
class ClassEvent:
    """Something that happened to a published class, and how the class stands now."""

    id: int
    session_id: int
    kind: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    trainer_id: int
    is_scheduled: bool


@dataclass(frozen=True)
class TeachingNews:
    """A trainer is told something about a class; `before`: where it was for them, if it moved."""

    kind: Kind
    person_id: int
    session_id: int
    event_id: int
    before: Mapping[str, Any]


def teaching_news(
    events: Iterable[ClassEvent], told: Mapping[tuple[int, int], Told]
) -> list[TeachingNews]:
    """What to say to whoever teaches a class or taught it before. `told` goes by person and class.

    `events` are ordered by class and number.
    """
    found = []
    for _session_id, group in groupby(events, lambda one: one.session_id):
        since = _since_published(list(group))
        trainers = _trainers(since)
        for person_id in sorted({one for pair in trainers for one in pair}):
            news = _of_class(since, trainers, person_id, told)
            if news is not None:
                found.append(news)
    return found


def _since_published(events: Sequence[ClassEvent]) -> Sequence[ClassEvent]:
    """Nobody was told of what came before."""
    published = [place for place, one in enumerate(events) if one.kind == "published"]
    return events[published[-1] :] if published else events


def _trainers(events: Sequence[ClassEvent]) -> list[tuple[int, int]]:
    """Who taught the class before and after each event."""
    after, found = events[-1].trainer_id, []
    for one in reversed(events):
        before = one.old.get("trainer_id", after) if one.kind == "moved" else after
        found.append((before, after))
        after = before
    return found[::-1]


def _of_class(
    events: Sequence[ClassEvent],
    trainers: Sequence[tuple[int, int]],
    person_id: int,
    told: Mapping[tuple[int, int], Told],
) -> TeachingNews | None:
    last = events[-1]
    known = told.get((person_id, last.session_id))
    start = next(
        (at for at, one in enumerate(events) if known is None or one.id > known.event_id), None
    )
    if start is None:
        return None
    if known is not None:
        had = known.kind != Kind.TEACHING_CANCELLED
    else:
        had = trainers[start][0] == person_id and events[start].kind != "published"
    has = last.is_scheduled and last.trainer_id == person_id
    moves = [one for one in events[start:] if one.kind == "moved"]
    before = moves[0].old if had and moves else {}
    if had and has:
        is_moved = any(before.get(name) != moves[-1].new.get(name) for name in _SHOWN if moves)
        kind = Kind.TEACHING_MOVED if is_moved else None
    elif had or has:
        kind = Kind.TEACHING_GIVEN if has else Kind.TEACHING_CANCELLED
    else:
        kind = None
    if kind is None:
        return None
    return TeachingNews(kind, person_id, last.session_id, last.id, before)


def is_reminder_needed(starts_at: datetime, told: Told | None) -> bool:
    """Whether somebody is to be reminded of a class: not who was told of it within that day."""
    return told is None or told.at < starts_at - CLASS_REMINDER
