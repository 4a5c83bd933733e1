"""When a campaign may have new classes."""

from __future__ import annotations

from datetime import date, timedelta

from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.planning_facts import Period
from trainhub.errors import N_, DomainError

MOST_DAYS = 380  # of a campaign; the planner takes calendars of 400 days


class WindowOver(DomainError):
    """Nothing can be planned in what is left of the campaign's window."""

    code = "window_over"
    message = N_("The campaign's last date has passed or is too near. Choose a later one.")


def period_of(
    starts_on: date, due_on: date, ends_on: date, settings: CampaignSettings, today: date
) -> Period:
    """The dates to plan: from the start, not nearer than the frozen days, to the end.

    Raises `WindowOver` if that leaves none.
    """
    first = max(starts_on, today + timedelta(days=settings.freeze_days))
    if first > ends_on:
        raise WindowOver()
    return Period(first, max(first, due_on), ends_on)
