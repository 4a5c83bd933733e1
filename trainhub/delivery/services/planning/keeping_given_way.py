"""What was given way for a plan is kept for good when the plan is agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from trainhub.delivery.models import Campaign
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.giving_way import Given, time_of, wider_settings
from trainhub.delivery.services.planning.trainers import allow_more
from trainhub.people.models import Person


def keep_given_way(
    campaign: Campaign, given: Sequence[Given], *, actor: Person, now: datetime
) -> None:
    """Widen the campaign's limits, and what trainers named in it may teach.

    What holds already is left alone, so keeping something twice changes nothing.
    """
    if not given:
        return
    settings = CampaignSettings.from_dict(campaign.settings)
    campaign.settings = wider_settings(settings, given).as_dict()
    campaign.revision += 1
    for one in given:
        if one["kind"] == "deadline":
            campaign.ends_on = max(campaign.ends_on, date.fromisoformat(one["until"]))
        if one["kind"] in ("seats", "min_seats"):
            _keep_of_course(campaign, one)
        if one["kind"] in ("trainer_hours", "session"):
            extra = time_of(one) if one["kind"] == "session" else None
            allow_more(one["trainer_id"], extra, one["max_min"], actor=actor, now=now)


def _keep_of_course(campaign: Campaign, one: Given) -> None:
    for row in campaign.courses:
        if row.course_id == one["course_id"]:
            row.seats = max(row.seats, one.get("seats", 0))
            row.min_seats = min(row.min_seats, one.get("min_seats", row.min_seats))
