"""Somebody's own classes: coming, past, waited for, asked about, and those they could join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignTarget,
    MakeUp,
    SwapRequest,
    TrainingSession,
)
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning.audience import is_open_to
from trainhub.delivery.queries.seats.fit import list_misfits
from trainhub.delivery.queries.seats.seat_checks import Joining, check_seats
from trainhub.delivery.queries.seats.seat_facts import HOLDING, slot_of
from trainhub.delivery.queries.seats.swaps import list_who_could_swap
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.seats.booking import CHANGES_UNTIL, may_still_change
from trainhub.errors import NotFound
from trainhub.people.models import CohortMember, Person
from trainhub.rota.models import TeamPlace

SHOWN_PAST = 10
SHOWN_CHOICES = 8
_PARTS = (
    joinedload(TrainingSession.room),
    joinedload(TrainingSession.site),
    joinedload(TrainingSession.trainer),
)


@dataclass(frozen=True)
class AgendaRow:
    """One class of somebody's own; `may_change`: they may still decline or swap it.

    `misfit` is what their rota has against it by now.
    """

    booking: Booking
    session: TrainingSession
    title: str
    may_change: bool
    asked: SwapRequest | None = None
    misfit: Conflict | None = None


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
    asked = {
        one.booking_id: one
        for one in db.session.scalars(
            select(SwapRequest).where(
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
    rows = _own(person_id, (*HOLDING, "missed"), TrainingSession.ends_at <= now, latest=SHOWN_PAST)
    return _rows(rows, now, language, {})


def list_waiting(person_id: int, *, now: datetime, language: str) -> list[AgendaRow]:
    """Where somebody stands in line."""
    return _rows(
        _own(person_id, ("waiting",), TrainingSession.starts_at > now), now, language, {}
    )  # fmt: skip


def _own(
    person_id: int, states: Sequence[str], when: object, *, latest: int | None = None
) -> list[Booking]:
    order = TrainingSession.starts_at.desc() if latest else TrainingSession.starts_at
    query = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .options(contains_eager(Booking.training_session).options(*_PARTS))
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
    """Other classes of the course somebody could change to, with colleagues of their team."""
    sessions = _coming_of([booking.course_id], booking.training_session.site_id, now)
    sessions = [
        one
        for one in sessions
        if one.id != booking.training_session_id and is_open_to(one, booking)
    ]
    titles = titles_of([booking.course_id], language)
    found = []
    for session in sessions[:SHOWN_CHOICES]:
        joining = Joining(
            [booking.person_id], slot_of(session), session.campaign,
            (booking.training_session_id,),
        )  # fmt: skip
        conflicts = check_seats([joining], [booking.id], language=language).conflicts
        found.append(
            ClassChoice(
                session,
                titles[session.course_id],
                session.seats - session.taken,
                conflicts[0] if conflicts else None,
                list_who_could_swap(booking, session, _colleagues(session, booking.person)),
            )
        )
    return found


def _coming_of(course_ids: Sequence[int], site_id: int, now: datetime) -> list[TrainingSession]:
    query = (
        select(TrainingSession)
        .options(*_PARTS)
        .where(
            TrainingSession.course_id.in_(course_ids),
            TrainingSession.site_id == site_id,
            TrainingSession.state == "scheduled",
            TrainingSession.published_at.is_not(None),
            TrainingSession.starts_at >= now + CHANGES_UNTIL,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def _colleagues(session: TrainingSession, person: Person) -> list[Booking]:
    """People of one's own team in a class: others' names are not for everybody."""
    query = (
        select(Booking)
        .join(Person, Person.id == Booking.person_id)
        .options(contains_eager(Booking.person))
        .where(
            Booking.training_session_id == session.id,
            Booking.state == "booked",
            Booking.is_pinned.is_(False),
            Person.team_id == person.team_id,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name_key, Person.id)
    )
    return list(db.session.scalars(query)) if person.team_id is not None else []


def list_joinable(person: Person, *, now: datetime, language: str) -> list[ClassChoice]:
    """Classes somebody is meant for and holds no seat of: to take one, or to stand in line."""
    place = db.session.get(TeamPlace, person.team_id) if person.team_id else None
    if place is None:
        return []
    cohorts = select(CohortMember.cohort_id).where(CohortMember.person_id == person.id)
    meant = (
        select(CampaignTarget.campaign_id)
        .join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        .where(
            Campaign.state == "published",
            or_(
                CampaignTarget.person_id == person.id,
                CampaignTarget.team_id == person.team_id,
                CampaignTarget.cohort_id.in_(cohorts),
            ),
        )
    )
    offered = select(MakeUp.offered_session_id).where(
        MakeUp.person_id == person.id, MakeUp.settled_at.is_(None),
        MakeUp.offered_session_id.is_not(None),
    )  # fmt: skip
    has = select(Booking.course_id).where(
        Booking.person_id == person.id, Booking.state.in_(HOLDING)
    )
    here = select(Booking.training_session_id).where(
        Booking.person_id == person.id, Booking.state == "waiting"
    )
    query = (
        select(TrainingSession)
        .options(*_PARTS)
        .where(
            or_(TrainingSession.campaign_id.in_(meant), TrainingSession.id.in_(offered)),
            TrainingSession.course_id.not_in(has),
            TrainingSession.id.not_in(here),
            TrainingSession.site_id == place.site_id,
            TrainingSession.state == "scheduled",
            TrainingSession.published_at.is_not(None),
            TrainingSession.starts_at >= now + CHANGES_UNTIL,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(SHOWN_CHOICES)
    )
    sessions = list(db.session.scalars(query))
    titles = titles_of({one.course_id for one in sessions}, language)
    found = []
    for session in sessions:
        joining = Joining([person.id], slot_of(session), session.campaign)
        conflicts = check_seats([joining], language=language).conflicts
        own = [one for one in conflicts if one.is_of_person]
        # What a rule about the person will never allow is no offer; cover may change.
        if not own:
            left = session.seats - session.taken
            found.append(ClassChoice(session, titles[session.course_id], left,
                                     conflicts[0] if conflicts else None))  # fmt: skip
    return found
