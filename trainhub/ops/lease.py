"""The lease: of all the processes that could run jobs, one may, for half a minute at a time.

The row is taken and renewed by one guarded statement, so two processes cannot both have it.
Time is the database's where there is a server, so that nodes with wrong clocks agree.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.db import db
from trainhub.ops.models import SchedulerLease

LEASE = timedelta(seconds=30)
RENEWAL = timedelta(seconds=10)
SCHEDULER = "scheduler"


def own_name() -> str:
    """A name for this process that no other has, readable in `trainhub doctor`."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def shared_now(now: datetime) -> datetime:
    """The instant all nodes share: PostgreSQL's clock, or `now` where there is one machine."""
    if db.engine.dialect.name == "sqlite":
        return now
    value: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return value


def take_lease(holder: str, now: datetime, lease: timedelta = LEASE) -> bool:
    """Take or renew the lease; whether `holder` has it until `now + lease`.

    Inside the caller's transaction. Somebody else's lease is taken only once it has expired.
    """
    now = shared_now(now)
    row = SchedulerLease
    taken = db.session.execute(
        update(row)
        .where(row.name == SCHEDULER, or_(row.holder == holder, row.expires_at <= now))
        .values(holder=holder, expires_at=now + lease)
    )
    if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return True
    return _found_lease(holder, now + lease)


def _found_lease(holder: str, until: datetime) -> bool:
    """Make the row if there is none yet; the key settles who was first."""
    if db.session.get(SchedulerLease, SCHEDULER) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(SchedulerLease(name=SCHEDULER, holder=holder, expires_at=until))
    except IntegrityError:
        return False
    return True


def give_up_lease(holder: str, now: datetime) -> None:
    """End one's own lease at once, so that another process need not wait for its expiry."""
    now = shared_now(now)
    row = SchedulerLease
    db.session.execute(
        update(row).where(row.name == SCHEDULER, row.holder == holder).values(expires_at=now)
    )


def find_lease() -> SchedulerLease | None:
    """The lease, expired or not; None before the first worker."""
    return db.session.get(SchedulerLease, SCHEDULER, populate_existing=True)
