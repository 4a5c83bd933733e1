"""What the tick does for typing tests: one run, one transaction; a failing one stops nobody."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from trainhub.db import db, end_read, transaction
from trainhub.typing_tests.queries.runs import get_run, list_due_ids
from trainhub.typing_tests.queries.timelines import list_old_timelines
from trainhub.typing_tests.rules.states import EndedBy, RunState
from trainhub.typing_tests.services.closing import (
    close_run,
    put_off,
    score_again,
    score_overdue,
)
from trainhub.typing_tests.services.retention import delete_timeline
from trainhub.web.settings import current_settings

log = logging.getLogger(__name__)


def close_overdue_runs(now: datetime) -> int:
    """End every run whose wall has been reached, and score those whose scoring had failed."""
    count = 0
    for run_id in list(list_due_ids(now)):
        try:
            _settle(run_id, now)
            count += 1
        except Exception:  # whatever is wrong with one, the others are due as well
            log.exception("typing run %s could not be closed", run_id)
            _put_off(run_id, now)
    end_read()
    return count


def _settle(run_id: int, now: datetime) -> None:
    run = get_run(run_id)
    scored = score_overdue(run, now=now)  # before the transaction: it takes its time
    with transaction():
        if run.state == RunState.OPEN:
            close_run(run, EndedBy.DEADLINE, now, scored=scored)
        else:
            score_again(run_id, now=now)


def _put_off(run_id: int, now: datetime) -> None:
    db.session.rollback()
    try:
        with transaction():
            put_off(run_id, now=now)
    except Exception:  # the database itself may be gone: the next tick finds the run again
        log.exception("typing run %s could not be put off", run_id)
        db.session.rollback()


def delete_old_timelines(now: datetime) -> int:
    """Delete keystrokes older than the setting says, a few hundred runs in one tick."""
    before = now - timedelta(days=current_settings().keystroke_days)
    count = 0
    for run_id in list(list_old_timelines(before)):
        try:
            with transaction():
                count += delete_timeline(run_id, now=now)
        except Exception:  # one that cannot be deleted must not keep the others
            log.exception("the keystrokes of typing run %s could not be deleted", run_id)
            db.session.rollback()
    end_read()
    return count


STAGES = (
    ("close overdue typing runs", 6, close_overdue_runs, True),
    ("delete keystroke timelines", 910, delete_old_timelines),
)
