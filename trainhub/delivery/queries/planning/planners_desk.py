"""What waits for a planner; a few queries, whatever the number of classes and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Campaign, PlanRun, TrainingSession
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.demand import list_queues
from trainhub.rota.rules.cover import short_stretches

AHEAD_DAYS = 7  # so far ahead a short queue can still be seen to
FORGOTTEN_DAYS = 14  # classes nobody began are asked for so long


@dataclass(frozen=True)
class WaitingPlan:
    """A plan that nobody has agreed to or put aside yet."""

    run_id: int
    campaign: str
    requested_at: datetime


@dataclass(frozen=True)
class Unpublished:
    """Classes to come of a campaign (None: of none) of which nobody has been told."""

    campaign_id: int | None
    campaign: str | None
    classes: int
    first_on: date


@dataclass(frozen=True)
class ShortQueue:
    """A queue that is short in the coming days: where it lacks most."""

    queue_id: int
    name: str
    on: date
    starts_min: int
    ends_min: int
    short_by: int
    days: int


def list_waiting_plans() -> list[WaitingPlan]:
    """Plans that wait for a decision, the latest of each campaign, the oldest first."""
    latest = (
        select(func.max(PlanRun.id)).where(PlanRun.state == "done").group_by(PlanRun.campaign_id)
    )
    query = (
        select(PlanRun.id, Campaign.name, PlanRun.requested_at)
        .join(Campaign, Campaign.id == PlanRun.campaign_id)
        .where(PlanRun.id.in_(latest), Campaign.state != "closed")
        .order_by(PlanRun.requested_at, PlanRun.id)
    )
    return [WaitingPlan(*row) for row in db.session.execute(query)]


def list_unpublished(now: datetime) -> list[Unpublished]:
    """Classes to come that are not published, counted by campaign, the nearest first."""
    query = (
        select(
            TrainingSession.campaign_id,
            Campaign.name,
            func.count(),
            func.min(TrainingSession.on),
        )
        .outerjoin(Campaign, Campaign.id == TrainingSession.campaign_id)
        .where(
            TrainingSession.published_at.is_(None),
            TrainingSession.state == "scheduled",
            TrainingSession.starts_at > now,
        )
        .group_by(TrainingSession.campaign_id, Campaign.name)
        .order_by(func.min(TrainingSession.starts_at))
    )
    return [Unpublished(*row) for row in db.session.execute(query)]


def list_not_begun(now: datetime) -> list[TrainingSession]:
    """Published classes of the last days whose time is over and that nobody began, in order."""
    query = (
        select(TrainingSession)
        .options(joinedload(TrainingSession.trainer))
        .where(
            TrainingSession.published_at.is_not(None),
            TrainingSession.state == "scheduled",
            TrainingSession.ends_at.between(now - timedelta(days=FORGOTTEN_DAYS), now),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def list_short_queues(today: date) -> list[ShortQueue]:
    """Queues that are short on one of the coming days, the worst first."""
    queues = {queue.id: queue.name for queue in list_queues()}
    last = today + timedelta(days=AHEAD_DAYS - 1)
    worst: dict[int, tuple[int, date, int, int]] = {}
    days: dict[int, set[date]] = {}
    for (queue_id, on), day in (cover_of(queues, today, last) if queues else {}).items():
        for one in short_stretches(day):
            days.setdefault(queue_id, set()).add(on)
            found = (one.short_by, on, one.starts_min, one.ends_min)
            if queue_id not in worst or found[0] > worst[queue_id][0]:
                worst[queue_id] = found
    rows = [
        ShortQueue(queue_id, queues[queue_id], on, starts, ends, short_by, len(days[queue_id]))
        for queue_id, (short_by, on, starts, ends) in worst.items()
    ]
    return sorted(rows, key=lambda row: (-row.short_by, row.name))
