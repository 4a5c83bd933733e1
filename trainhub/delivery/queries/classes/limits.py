"""What the campaign of a class allows, in the terms of the rules."""

from __future__ import annotations

from itertools import pairwise

from trainhub.delivery.models import Campaign
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.seats.booking import Limits

Order = list[tuple[int, int | None, bool]]
HOUSE = Limits()


def limits_of(campaign: Campaign | None) -> Limits:
    """The limits of a campaign; those of the house for a class of its own."""
    if campaign is None:
        return HOUSE
    kept = CampaignSettings.from_dict(campaign.settings)
    return Limits(
        kinds=kept.course_kinds,
        min_rest_min=kept.min_rest_min,
        max_classes_per_day=kept.max_classes_per_day,
        max_min_per_week=kept.max_min_per_week,
        max_share=kept.max_share / 100,
        max_short=kept.max_short,
        buffer=kept.buffer,
        before_min=kept.before_min,
        after_min=kept.after_min,
        # Whole training shifts count as `in_shift` windows, whatever times are allowed there.
        in_shift=kept.in_shift if "in_shift" in kept.kinds else (),
        first_on=campaign.starts_on,
        last_on=campaign.ends_on,
    )


def order_around(campaign: Campaign | None, course_id: int) -> Order:
    """The courses that have to come before and after in a series.

    Each with the least gap in days, and whether it comes before.
    """
    if campaign is None:
        return []
    found: Order = []
    courses = sorted(campaign.courses, key=lambda one: one.position)
    for earlier, later in pairwise(courses):
        if later.min_gap_days is None:
            continue
        if later.course_id == course_id:
            found.append((earlier.course_id, later.min_gap_days, True))
        if earlier.course_id == course_id:
            found.append((later.course_id, later.min_gap_days, False))
    return found
