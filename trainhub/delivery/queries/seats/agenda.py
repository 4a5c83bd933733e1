"""Somebody's own classes: coming, past, waited for, asked about, and those they could join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    MakeUp,
    SwapRequest,
    TrainingSession,
)
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning.audience import campaigns_for, list_open_to
from trainhub.delivery.queries.seats.fit import list_misfits
from trainhub.delivery.queries.seats.seat_book import Joining, SeatCheck
from trainhub.delivery.queries.seats.seat_checks import check_each
from trainhub.delivery.queries.seats.seat_facts import open_to, slot_of
from trainhub.delivery.queries.seats.swaps import Changes
from trainhub.delivery.queries.seats.waiting import BOTH_SEATS, places_in_line
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.seats.booking import CHANGES_UNTIL, may_still_change
from trainhub.delivery.rules.states import HOLD_A_SEAT, WERE_MEANT
from trainhub.delivery.rules.teaching.attendance import CAME
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.rota.models import TeamPlace

SHOWN_PAST = 10
SHOWN_CHOICES = 8
_PARTS = (
    joinedload(TrainingSession.room),
    joinedload(TrainingSession.site),
    joinedload(TrainingSession.trainer),
    joinedload(TrainingSession.campaign).selectinload(Campaign.courses),
)


@dataclass(frozen=True)
class AgendaRow:
    """One class of somebody's own; `may_change`: they may still decline or swap it.

    `misfit` is what their rota has against it by now, `place` where they stand in its line.
    """

    booking: Booking
    session: TrainingSession
    title: str
    may_change: bool
    asked: SwapRequest | None = None
    misfit: Conflict | None = None
    place: int | None = None

    @property
    def is_here(self) -> bool:
        """Whether they have checked in to it, or were marked as there."""
        known = self.booking.attendance
        return known is not None and known.state in CAME


@dataclass(frozen=True)
class ClassChoice:
    """A class one could sit in: seats left, the first thing against it, and the colleagues with
    whom changing places would pass."""

    session: TrainingSession
    title: str
    left: int
    conflict: Conflict | None
    colleagues: Sequence[Booking] = ()

    @property
    def is_full(self) -> bool:
        """Whether no seat is left."""
        return self.left <= 0


def list_coming(person_id: int, *, now: datetime, language: str) -> list[AgendaRow]:
    """Somebody's seats in published classes that are not over, the next first."""
    rows = _own(person_id, ("booked",), TrainingSession.ends_at > now)
    if not rows:
        return []
    asked = {
        one.booking_id: one
        for one in db.session.scalars(
            select(SwapRequest)
            .options(*BOTH_SEATS)
            .where(
                SwapRequest.booking_id.in_([row.id for row in rows]), SwapRequest.state == "asked"
            )
        )
    }
    ids = [row.training_session_id for row in rows]
    against = list_misfits(
        TrainingSession.id.in_(ids), now=now, of=Booking.person_id == person_id
    )  # fmt: skip
    misfits = {one.booking_id: one.conflict for one in against}
    found = _rows(rows, now, language, asked)
    return [replace(row, misfit=misfits.get(row.booking.id)) for row in found]


def list_past(person_id: int, *, now: datetime, language: str) -> list[AgendaRow]:
    """The last classes somebody sat in or missed, the latest first."""
    rows = _own(person_id, WERE_MEANT, TrainingSession.ends_at <= now, latest=SHOWN_PAST)
    return _rows(rows, now, language, {})


def list_waiting(person_id: int, *, now: datetime, language: str) -> list[AgendaRow]:
    """Where somebody stands in line, and as which."""
    rows = _own(person_id, ("waiting",), TrainingSession.starts_at > now)
    places = places_in_line(rows)
    found = _rows(rows, now, language, {})
    return [replace(row, place=places[row.booking.id]) for row in found]


def _own(
    person_id: int, states: Sequence[str], when: object, *, latest: int | None = None
) -> list[Booking]:
    order = TrainingSession.starts_at.desc() if latest else TrainingSession.starts_at
    query = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .options(
            contains_eager(Booking.training_session).options(*_PARTS),
            joinedload(Booking.attendance),
        )
        .where(
            Booking.person_id == person_id,
            Booking.state.in_(states),
            TrainingSession.published_at.is_not(None),
            when,  # type: ignore[arg-type]
        )
        .order_by(order, Booking.id)
        .limit(latest)
    )
    return list(db.session.scalars(query))


def _rows(
    bookings: Sequence[Booking], now: datetime, language: str, asked: dict[int, SwapRequest]
) -> list[AgendaRow]:
    titles = titles_of({one.course_id for one in bookings}, language)
    return [
        AgendaRow(
            one, one.training_session, titles[one.course_id], is_changeable(one, now),
            asked.get(one.id),
        )
        for one in bookings
    ]  # fmt: skip


def is_changeable(booking: Booking, now: datetime) -> bool:
    """Whether somebody may still decline or swap their seat."""
    session = booking.training_session
    return (
        booking.state == "booked"
        and session.state == "scheduled"
        and not booking.is_pinned
        and not session.is_pinned
        and may_still_change(session.starts_at, now)
    )


def list_asked_of(person_id: int, *, now: datetime) -> list[SwapRequest]:
    """Who asks this person to change places, the oldest first."""
    query = (
        select(SwapRequest)
        .join(Booking, Booking.id == SwapRequest.other_booking_id)
        .options(*BOTH_SEATS)
        .where(Booking.person_id == person_id, SwapRequest.state == "asked")
        .order_by(SwapRequest.asked_at, SwapRequest.id)
    )
    return [
        one
        for one in db.session.scalars(query)
        if is_changeable(one.booking, now) and is_changeable(one.other_booking, now)
    ]


def get_own_swap(swap_id: int, person_id: int) -> SwapRequest:
    """A request that somebody asked or was asked. Raises `NotFound`."""
    found = db.session.get(SwapRequest, swap_id)
    if found is None or person_id not in (
        found.booking.person_id,
        found.other_booking.person_id,
    ):
        raise NotFound()
    return found


def list_choices(booking: Booking, *, now: datetime, language: str) -> list[ClassChoice]:
    """Other classes of the course somebody could change to, with colleagues of their team.

    As many queries for eight classes as for one.
    """
    place = db.session.get(TeamPlace, booking.person.team_id or 0)
    site_id = place.site_id if place else booking.training_session.site_id
    coming = _coming_of([booking.course_id], site_id, now)
    others = [one for one in coming if one.id != booking.training_session_id]
    sessions = list_open_to(others, booking)[:SHOWN_CHOICES]
    title = titles_of([booking.course_id], language)[booking.course_id]
    colleagues = _colleagues(sessions, booking.person)
    changes = Changes(booking, sessions, colleagues, language=language)
    return [
        _choice(one, title, changes.check_move(one), changes.list_who_could_swap(one))
        for one in sessions
    ]


def _choice(
    session: TrainingSession, title: str, found: SeatCheck, colleagues: Sequence[Booking] = ()
) -> ClassChoice:
    conflict = next(iter(found.conflicts), None)
    return ClassChoice(session, title, session.seats - session.taken, conflict, colleagues)


def _coming_of(course_ids: Sequence[int], site_id: int, now: datetime) -> list[TrainingSession]:
    query = (
        select(TrainingSession)
        .options(*_PARTS)
        .where(
            TrainingSession.course_id.in_(course_ids),
            open_to(site_id),
            *_still_open(now),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def _colleagues(sessions: Sequence[TrainingSession], person: Person) -> dict[int, list[Booking]]:
    """People of one's own team in these classes: others' names are not for everybody."""
    query = (
        select(Booking)
        .join(Person, Person.id == Booking.person_id)
        .options(contains_eager(Booking.person))
        .where(
            Booking.training_session_id.in_([one.id for one in sessions]),
            Booking.state == "booked",
            Booking.is_pinned.is_(False),
            Person.team_id == person.team_id,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name_key, Person.id)
    )
    found: dict[int, list[Booking]] = defaultdict(list)
    for one in db.session.scalars(query) if person.team_id is not None else ():
        found[one.training_session_id].append(one)
    return found


def list_joinable(person: Person, *, now: datetime, language: str) -> list[ClassChoice]:
    """Classes somebody is meant for and holds no seat of: to take one, or to stand in line.

    As many queries for eight classes as for one.
    """
    query = _meant_for(person, now)
    if query is None:
        return []
    ordered = query.order_by(TrainingSession.starts_at, TrainingSession.id)
    sessions = list(db.session.scalars(ordered.limit(SHOWN_CHOICES)))
    joinings = [Joining([person.id], slot_of(one), one.campaign) for one in sessions]
    checks = check_each(joinings, language=language) if joinings else []
    titles = titles_of({one.course_id for one in sessions}, language)
    return [
        _choice(one, titles[one.course_id], found)
        for one, found in zip(sessions, checks, strict=True)
        # What a rule about the person will never allow is no offer; cover may change.
        if not found.refused_ids
    ]


def get_joinable(session_id: int, person: Person, *, now: datetime) -> TrainingSession:
    """A class somebody is meant for and holds no seat of. Raises `NotFound`."""
    query = _meant_for(person, now)
    found: TrainingSession | None = None
    if query is not None:
        found = db.session.scalar(query.where(TrainingSession.id == session_id))
    if found is None:
        raise NotFound()
    return found


def _meant_for(person: Person, now: datetime) -> Select[TrainingSession] | None:
    place = db.session.get(TeamPlace, person.team_id) if person.team_id else None
    if place is None:
        return None
    published = select(Campaign.id).where(
        Campaign.state == "published", Campaign.id.in_(campaigns_for(person))
    )
    offered = select(MakeUp.offered_session_id).where(
        MakeUp.person_id == person.id, MakeUp.settled_at.is_(None),
        MakeUp.offered_session_id.is_not(None),
    )  # fmt: skip
    mine = select(Booking).where(Booking.person_id == person.id)
    has = mine.with_only_columns(Booking.course_id).where(Booking.state.in_(HOLD_A_SEAT))
    here = mine.with_only_columns(Booking.training_session_id).where(Booking.state == "waiting")
    return select(TrainingSession).options(*_PARTS).where(
        or_(TrainingSession.campaign_id.in_(published), TrainingSession.id.in_(offered)),
        TrainingSession.course_id.not_in(has),
        TrainingSession.id.not_in(here),
        open_to(place.site_id),
        *_still_open(now),
    )  # fmt: skip


def _still_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        TrainingSession.state == "scheduled",
        TrainingSession.published_at.is_not(None),
        TrainingSession.starts_at >= now + CHANGES_UNTIL,
    )
