"""What the tick does for learning."""

from __future__ import annotations

import logging
from datetime import datetime

from trainhub.db import db, transaction
from trainhub.learning import services
from trainhub.learning.models import Assignment

log = logging.getLogger(__name__)


def apply_assignments(now: datetime) -> int:
    """Enrol people who have joined a team or cohort, and in courses that have joined a
    series, since an assignment was made. Each assignment has its own transaction; one that
    fails is logged and does not stop the others.
    """
    count = 0
    for assignment_id in services.open_assignment_ids():
        try:
            count += _apply(assignment_id, now)
        except Exception:  # whatever is wrong with one, the others are due as well
            log.exception("assignment %s could not be applied", assignment_id)
    return count


def _apply(assignment_id: int, now: datetime) -> int:
    with transaction():
        assignment = db.session.get(Assignment, assignment_id)
        if assignment is None or assignment.withdrawn_at is not None:
            return 0
        return services.apply_assignment(assignment, now=now)


STAGES = (("apply assignments", 20, apply_assignments),)
