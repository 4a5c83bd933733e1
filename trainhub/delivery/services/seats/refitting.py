"""When the rota changes, coming seats say anew whether they take a head off the phones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, select, update

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.seats.fit import (
    AROUND,
    ComingClass,
    Key,
    Seat,
    facts_of_seat,
    read_codes,
    read_coming,
    read_seats_of,
)
from trainhub.delivery.rules.seats.fit import window_by_rota
from trainhub.people.models import Person
from trainhub.rota.models import Queue, TeamPlace
from trainhub.rota.services.changed import RotaChanged

_FEW = 500  # people named in a query; beyond, all coming seats are read


def refit(changed: RotaChanged) -> None:
    """Derive the windows of the coming seats concerned anew. In the transaction of the change.

    The queues are held, and nothing that comes before them in the order of `seats.hold`: nobody
    is given a seat by the rota that was while it changes.
    """
    people = list(changed.days)
    of_few: list[ColumnElement[bool]] = []
    if 0 < len(people) <= _FEW and not changed.code_ids and not changed.team_ids:
        of_few = [Person.id.in_(people)]
        _hold_queues(people)
    else:
        _hold_queues(None)
    db.session.flush()
    classes = read_coming(TrainingSession.ends_at > changed.now, *_dates(changed))
    seats = [
        seat
        for seat in read_seats_of(classes, *of_few)
        if _is_concerned(seat, classes[seat.session_id], changed)
    ]
    _write(list(_different(seats, classes)))


def _hold_queues(person_ids: list[int] | None) -> None:
    query = select(Queue.id).order_by(Queue.id)
    if person_ids is not None:
        served = (
            select(TeamPlace.queue_id)
            .join(Person, Person.team_id == TeamPlace.team_id)
            .where(Person.id.in_(person_ids))
        )
        query = query.where(Queue.id.in_(served))
    db.session.execute(query.with_for_update(key_share=True)).all()


def _dates(changed: RotaChanged) -> list[ColumnElement[bool]]:
    """Classes that changed dates have a say in; all of them where a code or place changed."""
    if changed.code_ids or changed.team_ids:
        return []
    days = [on for row in changed.days.values() for on in (min(row), max(row))]
    first, last = min(days) - timedelta(days=AROUND[-1]), max(days) - timedelta(days=AROUND[0])
    return [TrainingSession.on.between(first, last)]


def _is_concerned(seat: Seat, coming: ComingClass, changed: RotaChanged) -> bool:
    if changed.team_ids or not set(changed.code_ids).isdisjoint(seat.code_ids):
        return True
    days = changed.days.get(seat.person_id, ())
    return any(coming.slot.on + timedelta(days=away) in days for away in AROUND)


def _different(seats: list[Seat], classes: dict[int, ComingClass]) -> Iterator[dict[str, object]]:
    codes = read_codes()
    known: dict[tuple[Key, str], tuple[str, bool]] = {}
    for seat in seats:
        key = seat.key, seat.window_kind
        if key not in known:
            coming = classes[seat.session_id]
            facts = facts_of_seat(seat, coming, codes)
            known[key] = window_by_rota(facts, coming.slot, coming.limits, seat.window_kind)
        kind, phones = known[key]
        if (kind, phones) != (seat.window_kind, seat.is_on_phones):
            yield {"of_id": seat.booking_id, "kind": kind, "phones": phones}


def _write(rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.connection().execute(
            update(Booking)
            .where(Booking.id == bindparam("of_id"))
            .values(window_kind=bindparam("kind"), is_on_phones=bindparam("phones")),
            rows,
        )
        for one in db.session.identity_map.values():
            if isinstance(one, Booking):
                db.session.expire(one, ["window_kind", "is_on_phones"])
