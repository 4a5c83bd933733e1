"""What the tick does for exams: one attempt, one transaction; a failing one stops nobody else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from trainhub.assessment import services
from trainhub.assessment.queries.attempts import list_overdue_ids
from trainhub.assessment.queries.bank import has_untaken_editions, moved_usage
from trainhub.assessment.queries.regrading import list_left_over
from trainhub.assessment.queries.sittings import list_late_joiners
from trainhub.assessment.rules.states import EndedBy
from trainhub.assessment.services.bank import count_usage, take_over_catalogue
from trainhub.assessment.services.regrading import apply_regrade
from trainhub.assessment.services.sittings import add_late_joiners
from trainhub.db import db, end_read, transaction

log = logging.getLogger(__name__)
MOST_REGRADES = 1_000  # in one tick


def close_overdue_attempts(now: datetime) -> int:
    """End and mark every attempt whose wall has been reached."""

    def close(attempt_id: int) -> bool:
        services.close_attempt(attempt_id, by=EndedBy.DEADLINE, now=now)
        return True

    return _each(list_overdue_ids(now), close, "attempt %s could not be closed")


def release_results(now: datetime) -> int:
    """Release what policies let out by now: after the last sitting, or marked after a release."""

    def release(attempt_id: int) -> bool:
        return services.release_attempt(attempt_id, now=now)

    return _each(services.list_due_releases(now), release, "attempt %s could not be released")


def take_over_questions(now: datetime) -> int:
    """Bring the bank to what has been published in the catalogue since."""
    if not has_untaken_editions():
        end_read()
        return 0
    with transaction():
        return take_over_catalogue(now)


def add_joined_candidates(now: datetime) -> int:
    """Make candidates of people who have joined a team or cohort that a sitting is open to."""
    if not list_late_joiners(now):
        end_read()
        return 0
    with transaction():
        return add_late_joiners(now)


def count_questions_used(now: datetime) -> int:
    """Count how many papers have held each question, if there are new papers."""
    if not moved_usage():
        end_read()
        return 0
    with transaction():
        return count_usage()


def regrade_late_papers(now: datetime) -> int:
    """Carry standing regrades out on papers that were marked only afterwards, and go on with
    those that a stopped server left unfinished."""
    count = 0
    for regrade_id, attempt_id in list_left_over(limit=MOST_REGRADES):
        count += _each([attempt_id], partial(_regrade, regrade_id, now), "attempt %s not regraded")
    return count


def _regrade(regrade_id: int, now: datetime, attempt_id: int) -> bool:
    return apply_regrade(regrade_id, attempt_id, now=now)


def _each(ids: Iterable[int], act: Callable[[int], bool], complaint: str) -> int:
    count = 0
    for each in list(ids):
        try:
            with transaction():
                count += act(each)
        except Exception:  # whatever is wrong with one, the others are due as well
            log.exception(complaint, each)
            db.session.rollback()
    end_read()
    return count


STAGES = (
    ("close overdue attempts", 5, close_overdue_attempts, True),
    ("regrade late papers", 8, regrade_late_papers),
    ("add candidates", 25, add_joined_candidates),
    ("take over questions", 30, take_over_questions),
    ("count questions used", 32, count_questions_used),
    ("release results", 40, release_results),
)
