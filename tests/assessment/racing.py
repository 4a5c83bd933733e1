"""Several threads that set off together, each with an application context of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import select

from trainhub.assessment.models import Attempt, AttemptEvent
from trainhub.assessment.rules.states import TRANSITIONS, Event, State
from trainhub.db import db
from trainhub.errors import DomainError

Act = Callable[[], Any]


def all_at_once(app: Flask, acts: Sequence[Act]) -> list[Any]:
    """What each act gave back, or the error it ended with, in the order of `acts`."""
    db.session.rollback()  # a read left open would keep SQLite's writers from committing
    barrier = Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Act) -> None:
        with app.app_context():
            barrier.wait()
            try:
                found[place] = act()
            except Exception as error:
                found[place] = error
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def of_each_sort(found: Sequence[Any]) -> dict[str, int]:
    """How many ended how: the code of a refusal, another error in full, or “done”."""
    return dict(
        Counter(
            (one.code if isinstance(one, DomainError) else repr(one))
            if isinstance(one, Exception)
            else "done"
            for one in found
        )
    )


def check_history(attempt: Attempt) -> list[str]:
    """The kinds of an attempt's events, after checking that each is a transition of the table,
    that each begins where the one before ended, and that the last one's end is the state."""
    query = select(AttemptEvent).where(AttemptEvent.attempt_id == attempt.id)
    events = db.session.scalars(query.order_by(AttemptEvent.id)).all()
    first, *others = events
    assert (first.kind, first.old_state, first.new_state) == ("created", "", State.CREATED)
    for before, after in zip(events, others, strict=False):
        change = TRANSITIONS[Event(after.kind)]
        assert after.old_state == before.new_state
        assert after.old_state in change.sources
        assert after.new_state == (change.to or after.old_state)
    assert events[-1].new_state == attempt.state
    return [event.kind for event in events]
