"""What has become of awards, and which refreshes are asked: what holders are to be told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import Award, AwardEvent, AwardRefresh
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.db import db
from trainhub.people.models import Person

NEWS = timedelta(days=4)  # news older than this is none; what is on the pages stays there
ASKED = timedelta(days=2)
AHEAD, BEHIND = timedelta(days=8), timedelta(days=14)
_IN_FORCE = [state.value for state in IN_FORCE]


def list_fresh_events(
    now: datetime,
) -> list[Row[tuple[int, datetime, str, int, int | None, int, date | None]]]:
    """Event, when it was written down, new state, person, team, version and last valid day of
    what has become of awards lately. A renewal is told by the award that it leads to."""
    query = (
        select(
            AwardEvent.id,
            AwardEvent.recorded_at,
            AwardEvent.new_state,
            Award.person_id,
            Person.team_id,
            Award.version_id,
            Award.valid_until,
        )
        .join(Award, Award.id == AwardEvent.award_id)
        .join(Person, Person.id == Award.person_id)
        .where(
            AwardEvent.recorded_at > now - NEWS,
            AwardEvent.recorded_at <= now,
            AwardEvent.new_state != AwardState.SUPERSEDED.value,
            Person.disabled_at.is_(None),
        )
        .order_by(AwardEvent.id)
    )
    return list(db.session.execute(query))


def list_fresh_refreshes(now: datetime) -> list[Row[tuple[int, int, int]]]:
    """Refresh, request and person of what was asked in the last two days and is not done."""
    query = (
        select(AwardRefresh.id, AwardRefresh.request_id, Award.person_id)
        .join(Award, Award.id == AwardRefresh.award_id)
        .join(Person, Person.id == Award.person_id)
        .where(
            AwardRefresh.state == "open",
            AwardRefresh.created_at > now - ASKED,
            AwardRefresh.created_at <= now,
            Award.state.in_(_IN_FORCE),
            Person.disabled_at.is_(None),
        )
        .order_by(AwardRefresh.id)
    )
    return list(db.session.execute(query))


def list_due_refreshes(today: date, now: datetime) -> list[Row[tuple[int, int, int | None, date]]]:
    """Refresh, person, team and day of what is open and due about now; not what was just asked."""
    query = (
        select(AwardRefresh.id, Award.person_id, Person.team_id, AwardRefresh.due_on)
        .join(Award, Award.id == AwardRefresh.award_id)
        .join(Person, Person.id == Award.person_id)
        .where(
            AwardRefresh.state == "open",
            AwardRefresh.due_on.between(today - BEHIND, today + AHEAD),
            AwardRefresh.created_at <= now - ASKED,
            Award.state.in_(_IN_FORCE),
            Person.disabled_at.is_(None),
        )
        .order_by(AwardRefresh.id)
    )
    return list(db.session.execute(query))


def find_event(event_id: int) -> AwardEvent | None:
    """What has become of an award, with the award."""
    return db.session.get(AwardEvent, event_id, options=[joinedload(AwardEvent.award)])


def find_open_refresh(refresh_id: int) -> AwardRefresh | None:
    """A refresh that is still asked for, with its award; None when it is not any more."""
    found = db.session.get(AwardRefresh, refresh_id)
    if found is None or found.state != "open" or found.award.state not in IN_FORCE:
        return None
    return found
