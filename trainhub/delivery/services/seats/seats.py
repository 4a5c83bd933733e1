"""The one way a seat is taken and given back, and what is held still meanwhile.

Whoever changes bookings holds the classes first, then the people, the rooms and last the queues,
each in the order of their numbers: so two acts wait for each other and never both take what only
one may have, be it the last seat, somebody's hour, or the last head a queue can spare.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from sqlalchemy import CursorResult, bindparam, or_, select, update

from trainhub.db import db
from trainhub.delivery.models import Booking, Room, TrainingSession
from trainhub.delivery.rules.classes.conflicts import Conflict, SeatRefused
from trainhub.delivery.rules.states import TO_COME
from trainhub.delivery.services.classes.history import turn
from trainhub.errors import N_, NotFound
from trainhub.errors import Conflict as Changed
from trainhub.people.models import Person
from trainhub.rota.models import Queue, TeamPlace


class ClassOver(Changed):
    """The class has begun, is over or was called off."""

    code = "class_over"
    message = N_("This class has begun, is over or was called off.")


def hold(
    session_ids: Collection[int], person_ids: Collection[int] = (), room_ids: Collection[int] = ()
) -> dict[int, TrainingSession]:
    """Hold classes, these people and everybody who waits for a seat there, rooms and queues.

    Gives the classes as they are stored now. Raises `NotFound`.
    """
    sessions = hold_classes(session_ids)
    waiting = select(Booking.person_id).where(
        Booking.training_session_id.in_(session_ids), Booking.state == "waiting"
    )
    everybody = {*person_ids, *db.session.scalars(waiting)}
    _hold(Person.id, everybody)
    _hold(Room.id, room_ids)
    queues = (
        select(TeamPlace.queue_id)
        .join(Person, Person.team_id == TeamPlace.team_id)
        .where(Person.id.in_(everybody))
        .distinct()
    )
    _hold(Queue.id, set(db.session.scalars(queues)))
    return sessions


def hold_classes(session_ids: Collection[int]) -> dict[int, TrainingSession]:
    """Hold the classes alone, before their people are read: nobody is booked there any more, so
    that `hold` afterwards holds everybody. Gives them as they are stored now. Raises `NotFound`.
    """
    query = (
        select(TrainingSession)
        .where(TrainingSession.id.in_(session_ids))
        .order_by(TrainingSession.id)
        .with_for_update(key_share=True, of=TrainingSession)
        .execution_options(populate_existing=True)
    )
    sessions = {session.id: session for session in db.session.scalars(query)}
    if len(sessions) != len(set(session_ids)):
        raise NotFound()
    return sessions


def _hold(column: object, ids: Collection[int]) -> None:
    if ids:
        query = select(column).where(column.in_(ids))  # type: ignore[call-overload,attr-defined]
        db.session.execute(query.order_by(column).with_for_update(key_share=True)).all()


def take_seats(session: TrainingSession, heads: int = 1) -> None:
    """Take seats of a class. Raises `SeatRefused` where there are not so many left, `ClassOver`."""
    db.session.flush()
    done = db.session.execute(
        update(TrainingSession)
        .where(
            TrainingSession.id == session.id,
            TrainingSession.state.in_(TO_COME),
            TrainingSession.taken + heads <= TrainingSession.seats,
        )
        .values(taken=TrainingSession.taken + heads)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    db.session.refresh(session, ["taken", "seats", "state"])
    if done.rowcount != 1:
        _refuse(session)


def take_many(heads: Mapping[TrainingSession, int]) -> None:
    """Take seats of many classes by the same guard, all or none.

    Raises `SeatRefused` where there are not so many left, `ClassOver`.
    """
    db.session.flush()
    if not heads:
        return
    guarded = (
        update(TrainingSession)
        .where(
            TrainingSession.id == bindparam("of_id"),
            or_(*(TrainingSession.state == state for state in TO_COME)),
            TrainingSession.taken + bindparam("heads") <= TrainingSession.seats,
        )
        .values(taken=TrainingSession.taken + bindparam("heads"))
    )
    taken = select(TrainingSession.id, TrainingSession.taken).where(
        TrainingSession.id.in_([session.id for session in heads])
    )
    before = {row.id: row.taken for row in db.session.execute(taken)}
    done = db.session.connection().execute(guarded, _by_class(heads))
    for session in heads:
        db.session.expire(session, ["taken", "seats", "state"])
    if done.rowcount == len(heads):
        return
    for session, more in heads.items():
        if session.state not in TO_COME or before[session.id] + more > session.seats:
            _refuse(session)
    raise AssertionError("a guard failed that no class shows")


def give_back_many(heads: Mapping[TrainingSession, int]) -> None:
    """Give seats of many classes back."""
    db.session.flush()
    if heads:
        less = (
            update(TrainingSession)
            .where(TrainingSession.id == bindparam("of_id"))
            .values(taken=TrainingSession.taken - bindparam("heads"))
        )
        db.session.connection().execute(less, _by_class(heads))
    for session in heads:
        db.session.expire(session, ["taken"])


def _by_class(heads: Mapping[TrainingSession, int]) -> list[dict[str, int]]:
    return [{"of_id": session.id, "heads": some} for session, some in heads.items()]


def _refuse(session: TrainingSession) -> NoReturn:
    if session.state not in TO_COME:
        raise ClassOver()
    raise SeatRefused(Conflict("SESSION_FULL", {"seats": session.seats}))


def give_back_seats(session: TrainingSession, heads: int = 1) -> None:
    """Give seats of a class back."""
    db.session.flush()
    db.session.execute(
        update(TrainingSession)
        .where(TrainingSession.id == session.id)
        .values(taken=TrainingSession.taken - heads)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(session, ["taken"])


def leave_lines(seat: Booking, *, now: datetime) -> None:
    """Who has a seat of a course waits for none of its other classes any more. The person is
    held, and so is everybody who waits whenever a line moves.
    """
    query = select(Booking).where(
        Booking.person_id == seat.person_id,
        Booking.course_id == seat.course_id,
        Booking.state == "waiting",
    )
    for one in db.session.scalars(query.execution_options(populate_existing=True)):
        turn(one, "cancelled", "left_line", now=now, by_id=None)
    db.session.flush()


def waiting_for(session: TrainingSession) -> Sequence[Booking]:
    """Who waits for a seat, first come first."""
    query = select(Booking).where(
        Booking.training_session_id == session.id, Booking.state == "waiting"
    )
    return db.session.scalars(query.order_by(Booking.booked_at, Booking.id)).all()
