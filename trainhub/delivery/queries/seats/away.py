"""Who is away from the phones in class: what the cover of the rota takes off."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.seats.seat_facts import HOLDING
from trainhub.people.models import Person
from trainhub.rota.models import TeamPlace
from trainhub.rota.queries.away import AwayGroup

_A_DAY = timedelta(days=1)


def list_groups(queue_ids: Collection[int], first: date, last: date) -> Iterable[AwayGroup]:
    """People in classes whom the rota counts on the phones, by class and team.

    A class that is planned takes its people away whether it is published or not.
    """
    begins = datetime.combine(first - _A_DAY, time.min, tzinfo=UTC)
    ends = datetime.combine(last + 2 * _A_DAY, time.min, tzinfo=UTC)
    query = (
        select(
            TeamPlace.queue_id,
            TeamPlace.team_id,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            func.count(),
        )
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .join(Person, Person.id == Booking.person_id)
        .join(TeamPlace, TeamPlace.team_id == Person.team_id)
        .where(
            TeamPlace.queue_id.in_(queue_ids),
            TrainingSession.starts_at.between(begins, ends),
            TrainingSession.state != "cancelled",
            Booking.state.in_(HOLDING),
            Booking.is_on_phones,
            Person.disabled_at.is_(None),
        )
        .group_by(
            TrainingSession.id,
            TeamPlace.queue_id,
            TeamPlace.team_id,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
        )
    )
    return [AwayGroup(*row) for row in db.session.execute(query)]
