"""Writing the demand of single days: typical ones, and dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import DayDemand, Queue, TypicalDay
from trainhub.rota.rules.requirement import Demand
from trainhub.rota.rules.tables.demand_cells import Day
from trainhub.rota.rules.tables.demand_import import MOST_BUSY, day_faults
from trainhub.rota.services.queues import QueueRetired

_BATCH = 500


def hold_demand(queue_ids: Collection[int]) -> None:
    """Nobody else writes the demand of these queues until the transaction ends.

    Held before what is known is read: who keeps part of a day then keeps what is stored.
    """
    query = select(Queue.id).where(Queue.id.in_(queue_ids)).order_by(Queue.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def set_demand(
    queue: Queue, day: Day, demand: Demand, *, actor: Person | None, now: datetime
) -> None:
    """Give a date or a typical day of a queue its demand, in place of what it had.

    Raises `QueueRetired`, and `InputErrors` with the interval's number as the row.
    """
    db.session.refresh(queue, with_for_update={"key_share": True})
    if queue.retired_at is not None:
        raise QueueRetired()
    faults = [
        InputError("demand_refused", message, {"most": MOST_BUSY}, row=at)
        for at, message in day_faults(demand)
    ]
    if not demand.is_known:
        message = N_("Give contacts with their handling time, or the minimum staff.")
        faults.append(InputError("demand_empty", message))
    if faults:
        raise InputErrors(faults)
    store_days([(queue.id, day, demand)])
    _note("demand.changed", queue, day, actor, now)


def clear_demand(queue: Queue, day: Day, *, actor: Person | None, now: datetime) -> None:
    """Take a date's own demand away, or a typical day."""
    hold_demand([queue.id])
    _delete([(queue.id, day)])
    _note("demand.cleared", queue, day, actor, now)


def store_days(days: Iterable[tuple[int, Day, Demand]], *, import_id: int | None = None) -> None:
    """Put days of queues (by id) in the place of what these had; checks nothing.

    Raises `Conflict` if somebody else does the same at once.
    """
    found = list(days)
    _delete([(queue_id, day) for queue_id, day, _ in found])
    dated = [
        {"queue_id": queue_id, "on": day, "import_id": import_id, **_values(demand)}
        for queue_id, day, demand in found
        if isinstance(day, date)
    ]
    typical = [
        {"queue_id": queue_id, "weekday": day, "import_id": import_id, **_values(demand)}
        for queue_id, day, demand in found
        if not isinstance(day, date)
    ]
    try:
        if dated:
            db.session.execute(insert(DayDemand), dated)
        if typical:
            db.session.execute(insert(TypicalDay), typical)
    except IntegrityError as error:
        message = N_("Somebody else is storing demand of the same days. Look at it once more.")
        raise Conflict(message, code="demand_moved") from error


def _values(demand: Demand) -> dict[str, object]:
    return {
        "interval_min": demand.interval_min,
        "contacts": list(demand.contacts),
        "handling_s": list(demand.handling_s),
        "minimum": list(demand.minimum),
    }


def _delete(days: Iterable[tuple[int, Day]]) -> None:
    dates: dict[int, list[date]] = {}
    weekdays: dict[int, list[int]] = {}
    for queue_id, day in days:
        if isinstance(day, date):
            dates.setdefault(queue_id, []).append(day)
        else:
            weekdays.setdefault(queue_id, []).append(day)
    for queue_id, found in dates.items():
        for at in range(0, len(found), _BATCH):
            db.session.execute(
                delete(DayDemand).where(
                    DayDemand.queue_id == queue_id, DayDemand.on.in_(found[at : at + _BATCH])
                )
            )
    for queue_id, numbers in weekdays.items():
        db.session.execute(
            delete(TypicalDay).where(
                TypicalDay.queue_id == queue_id, TypicalDay.weekday.in_(numbers)
            )
        )
    db.session.expire_all()


def _note(act: str, queue: Queue, day: Day, actor: Person | None, now: datetime) -> None:
    append_entry(
        act,
        actor=actor,
        object_type="queue",
        object_key=queue.key,
        now=now,
        changes={"day": [None, day.isoformat() if isinstance(day, date) else day]},
    )
