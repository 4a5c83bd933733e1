"""A heartbeat the short way: two or three guarded updates, no objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, case, update

from trainhub.assessment.models import Attempt, AttemptItem
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.saving import LATEST_AWAY_MS, LONGEST_IN_VIEW_MS
from trainhub.people.queries import Caller
from trainhub.people.services import touch_caller
from trainhub.prepared import Connection, Statement

_SEEN = Statement(
    update(Attempt.__table__)
    .where(
        Attempt.id == bindparam("attempt_id"),
        Attempt.person_id == bindparam("of_person"),
        Attempt.state == State.IN_PROGRESS.value,
    )
    .values(last_seen_at=bindparam("at"))
    .returning(Attempt.closes_at)
)
_sum_ms = AttemptItem.active_ms + bindparam("more_ms")
_IN_VIEW = Statement(
    update(AttemptItem.__table__)
    .where(AttemptItem.attempt_id == bindparam("of_attempt"), AttemptItem.no == bindparam("at_no"))
    .values(active_ms=case((_sum_ms < LONGEST_IN_VIEW_MS, _sum_ms), else_=LONGEST_IN_VIEW_MS))
)


def note_time_quickly(
    connection: Connection,
    caller: Caller,
    attempt_id: int,
    times: Mapping[int, int],
    *,
    now: datetime,
) -> datetime | None:
    """`services.note_time` for a running attempt, and when it closes; None, with nothing stored,
    for one that has ended or is another's."""
    rows = [
        {"of_attempt": attempt_id, "at_no": no, "more_ms": min(max(length, 0), LATEST_AWAY_MS)}
        for no, length in times.items()
    ]

    def write(writing: Connection) -> datetime | None:
        found = writing.read(_SEEN, attempt_id=attempt_id, of_person=caller.person_id, at=now)
        if found is None:
            return None
        for row in rows:
            writing.run(_IN_VIEW, **row)
        touch_caller(writing, caller, now=now)
        closes_at: datetime = found[0]
        return closes_at

    return connection.write(write)
