"""Writing campaigns: making one, changing it, closing it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.delivery.models import Campaign, CampaignCourse, CampaignTarget
from trainhub.delivery.rules.planning.campaign_checks import CampaignPlan
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person

KEY_BYTES = 5


class CampaignMoved(Conflict):
    """Somebody else changed the campaign in between."""

    code = "campaign_moved"
    message = N_("Somebody else changed this campaign in the meantime. Look at it again.")


class CampaignClosed(Conflict):
    """What is closed is not changed."""

    code = "campaign_closed"
    message = N_("This campaign is closed.")


def create_campaign(
    plan: CampaignPlan,
    *,
    key: str = "",
    request_id: int | None = None,
    actor: Person,
    now: datetime,
) -> Campaign:
    """A new campaign, as a draft; nothing is planned yet."""
    campaign = Campaign(
        key=key or f"campaign-{secrets.token_hex(KEY_BYTES)}",
        request_id=request_id,
        created_at=now,
        created_by_id=actor.id,
        **_values(plan),
    )
    _fill(campaign, plan)
    db.session.add(campaign)
    db.session.flush()
    _record("campaign.created", campaign, {}, actor, now)
    return campaign


def change_campaign(
    campaign: Campaign, plan: CampaignPlan, *, revision: int, actor: Person, now: datetime
) -> bool:
    """Give a campaign other courses, people or limits; False if nothing is different.

    Classes agreed to stay until a new plan is agreed to. `revision` is the one its author has
    seen. Raises `CampaignMoved`, `CampaignClosed`.
    """
    db.session.refresh(campaign, with_for_update=True)
    if campaign.state == "closed":
        raise CampaignClosed()
    if revision != campaign.revision:
        raise CampaignMoved()
    before = _shown(campaign)
    for name, value in _values(plan).items():
        setattr(campaign, name, value)
    _fill(campaign, plan)
    if _shown(campaign) == before:
        return False
    campaign.revision += 1
    db.session.flush()
    _record("campaign.changed", campaign, before, actor, now)
    return True


def close_campaign(campaign: Campaign, *, actor: Person, now: datetime) -> None:
    """The campaign is over: it is not planned any more. Its classes stay as they are."""
    db.session.refresh(campaign, with_for_update=True)
    if campaign.state != "closed":
        before = _shown(campaign)
        campaign.state, campaign.closed_at = "closed", now
        db.session.flush()
        _record("campaign.closed", campaign, before, actor, now)


def _values(plan: CampaignPlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "series_id": plan.series_id,
        "starts_on": plan.starts_on,
        "due_on": plan.due_on,
        "ends_on": plan.ends_on,
        "settings": plan.settings.as_dict(),
    }


def _fill(campaign: Campaign, plan: CampaignPlan) -> None:
    """Courses and targets; rows that stay are changed, not made anew."""
    rows = {row.course_id: row for row in campaign.courses}
    kept = []
    for position, wanted in enumerate(plan.courses):
        row = rows.get(wanted.course_id) or CampaignCourse(course_id=wanted.course_id)
        row.position = position
        for name in ("duration_min", "seats", "min_seats", "min_gap_days", "priority"):
            setattr(row, name, getattr(wanted, name))
        kept.append(row)
    campaign.courses = kept
    wished = {
        *(("team_id", one) for one in plan.team_ids),
        *(("cohort_id", one) for one in plan.cohort_ids),
        *(("person_id", one) for one in plan.person_ids),
    }
    staying = [row for row in campaign.targets if _target(row) in wished]
    there = {_target(row) for row in staying}
    new = [CampaignTarget(**{name: value}) for name, value in sorted(wished - there)]
    campaign.targets = staying + new


def _target(row: CampaignTarget) -> tuple[str, int | None]:
    for name in ("team_id", "cohort_id"):
        if getattr(row, name) is not None:
            return name, getattr(row, name)
    return "person_id", row.person_id


def _shown(campaign: Campaign) -> dict[str, Any]:
    """What a change is told by."""
    return {
        "name": campaign.name,
        "state": campaign.state,
        "dates": " ".join(
            on.isoformat() for on in (campaign.starts_on, campaign.due_on, campaign.ends_on)
        ),
        "courses": [
            [row.course_id, row.duration_min, row.seats, row.min_seats, row.min_gap_days,
             row.priority]
            for row in campaign.courses
        ],
        "people": sorted(f"{name} {value}" for name, value in map(_target, campaign.targets)),
        "settings": campaign.settings,
    }  # fmt: skip


def _record(
    action: str, campaign: Campaign, before: dict[str, Any], actor: Person, now: datetime
) -> None:
    after = _shown(campaign)
    changes = {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    }
    append_entry(
        action,
        actor=actor,
        object_type="campaign",
        object_key=campaign.key,
        now=now,
        changes=changes,
    )
