"""What the tick does for learning."""

from __future__ import annotations

from datetime import datetime

from trainhub.db import db, transaction
from trainhub.learning import services
from trainhub.learning.models import Assignment


def apply_assignments(now: datetime) -> int:
    """Enrol people who have joined a team or cohort, and in courses that have joined a
    series, since an assignment was made. Each assignment has its own transaction.
    """
    count = 0
    for assignment_id in services.open_assignment_ids():
        with transaction():
            assignment = db.session.get(Assignment, assignment_id)
            if assignment is not None and assignment.withdrawn_at is None:
                count += services.apply_assignment(assignment, now=now)
    return count


STAGES = (("apply assignments", 20, apply_assignments),)
