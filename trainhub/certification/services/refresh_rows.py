"""What becomes of the refreshes of an award when the award itself changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from trainhub.certification.models import Award, AwardRefresh
from trainhub.certification.queries.refreshes import chains_of
from trainhub.certification.rules.awards.refreshing import depends_on_course
from trainhub.db import db


def carry_over(before: Award, after: Award, now: datetime) -> None:
    """Ask of a renewed award what was still open of the one before, where it rests on it too."""
    query = select(AwardRefresh).where(
        AwardRefresh.award_id == before.id, AwardRefresh.state == "open"
    )
    still_open = list(db.session.scalars(query))
    if not still_open:
        return
    chain = chains_of([after])[after.id]
    for one in still_open:
        request = one.request
        if request.programme_version is not None:
            still_asked = after.version.number < request.programme_version.number
        else:
            assert request.course_version is not None
            key = request.course_version.edition.course.key
            still_asked = depends_on_course(chain, key, request.changed_at)
        if still_asked:
            db.session.add(
                AwardRefresh(
                    award_id=after.id, request_id=request.id, due_on=one.due_on, created_at=now
                )
            )
    db.session.flush()


def excuse_overdue(award: Award, now: datetime) -> None:
    """A person has decided that an award holds: what it was questioned for is asked no more."""
    db.session.execute(
        update(AwardRefresh)
        .where(
            AwardRefresh.award_id == award.id,
            AwardRefresh.state == "open",
            or_(AwardRefresh.questioned_at.is_not(None), AwardRefresh.due_on < now.date()),
        )
        .values(state="excused", closed_at=now)
        .execution_options(synchronize_session="fetch")
    )
