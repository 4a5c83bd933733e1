"""A limit given way so that more people get a seat: what it makes of the facts of a campaign.

Kinds and details are those of `planner.relaxations`; a class more names the trainer who is to
teach it. The same change is made for good when the plan is agreed to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Any

from trainhub.delivery.rules.campaign_settings import CampaignSettings
from trainhub.delivery.rules.plan_ids import row_of
from trainhub.delivery.rules.planning_facts import Facts, Period, TimeFacts, TrainerFacts

# What can be given way by a button; others need somebody to find a room first.
BY_BUTTON = (
    "seats", "deadline", "trainer_hours", "team_share", "week_limit", "max_short", "session",
)  # fmt: skip
Relaxation = Mapping[str, Any]


def longer_period(period: Period, one: Relaxation | None) -> Period:
    """The dates to plan when a day later is allowed."""
    if one is None or one["kind"] != "deadline":
        return period
    return replace(period, last=period.last + timedelta(days=1))


def wider_settings(settings: CampaignSettings, one: Relaxation) -> CampaignSettings:
    """The limits of a campaign with this given way."""
    detail = one["detail"]
    if one["kind"] == "week_limit":
        return replace(settings, max_min_per_week=settings.max_min_per_week + detail["more_min"])
    if one["kind"] == "max_short":
        return replace(settings, max_short=max(settings.max_short, detail["heads"]))
    if one["kind"] == "team_share":
        return replace(settings, max_share=max(settings.max_share, detail["share"]))
    return settings


def share_for(people: int, size: int) -> int:
    """The share of a team in per cent that lets so many out of it at once."""
    return min(100, ceil(people * 100 / max(1, size)))


def give_way(facts: Facts, one: Relaxation | None) -> Facts:
    """The facts with this given way; the period has been lengthened already."""
    if one is None:
        return facts
    kind, detail = one["kind"], one["detail"]
    facts = replace(facts, settings=wider_settings(facts.settings, one))
    if kind == "seats":
        courses = tuple(
            replace(course, seats=course.seats + detail["more"])
            if course.id == row_of(detail["course"])
            else course
            for course in facts.courses
        )
        return replace(facts, courses=courses)
    if kind in ("trainer_hours", "session"):
        trainer_id = row_of(detail["trainer"]) if kind == "trainer_hours" else one["trainer_id"]
        trainers = tuple(
            _with_hours(trainer, one) if trainer.id == trainer_id else trainer
            for trainer in facts.trainers
        )
        return replace(facts, trainers=trainers)
    return facts


def _with_hours(trainer: TrainerFacts, one: Relaxation) -> TrainerFacts:
    minutes = one["detail"].get("more_min", one.get("minutes", 0))
    more = replace(trainer, max_min_per_week=trainer.max_min_per_week + minutes)
    if one["kind"] != "session":
        return more
    return replace(more, extra=(*trainer.extra, time_of(one)))


def time_of(one: Relaxation) -> TimeFacts:
    """The time in which the trainer of a class more is there."""
    start = one["detail"]["start"]
    return TimeFacts(None, one["on"], start, start + one["minutes"])
