"""Seats whose people have no time for them by the rota as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.limits import limits_of
from trainhub.delivery.queries.seat_facts import facts_of, slot_of
from trainhub.delivery.rules.booking import refusals
from trainhub.delivery.rules.conflicts import Conflict
from trainhub.rota.queries.engagements import Engagement, register

BY_ROTA = frozenset(("NO_SHIFT", "REST_DAY", "NO_WINDOW", "REST"))


def misfits(
    session: TrainingSession, person_ids: Collection[int], language: str
) -> dict[int, Conflict]:
    """What the rota has against people in a class they sit in, by person; some queries a class."""
    facts = facts_of(
        person_ids, session.on, session.on, language=language, campaign=session.campaign,
        course_id=session.course_id, but=(session.id,),
    )  # fmt: skip
    slot, limits = slot_of(session), limits_of(session.campaign)
    found = {}
    for person_id, one in facts.items():
        against = [conflict for conflict in refusals(one, slot, limits) if conflict.code in BY_ROTA]
        if against:
            found[person_id] = against[0]
    return found


def list_engagements(
    person_ids: Collection[int], first: date, last: date, language: str
) -> Iterator[Engagement]:
    """Seats of these people in classes to come on these dates, published or not."""
    query = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .options(joinedload(Booking.training_session), joinedload(Booking.person))
        .where(
            Booking.person_id.in_(person_ids),
            Booking.state == "booked",
            TrainingSession.state == "scheduled",
            TrainingSession.on.between(first, last),
        )
    )
    seats: dict[TrainingSession, list[Booking]] = defaultdict(list)
    for booking in db.session.scalars(query):
        seats[booking.training_session].append(booking)
    titles = titles_of({session.course_id for session in seats}, language)
    for session, bookings in seats.items():
        against = misfits(session, [one.person_id for one in bookings], language)
        for one in bookings:
            yield Engagement(
                one.person_id, one.person.name, titles.get(session.course_id, ""), session.on,
                session.starts_min, session.ends_min, one.person_id not in against,
            )  # fmt: skip


register("delivery", list_engagements)
