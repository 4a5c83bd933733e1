"""Hours that a campaign does not use, and how many more seats each kind would bring.

A problem has only the windows that its campaign allows, so what others would bring cannot be read
from it: the problem is put together again with them, and the plan on the table taken further in
it, with everybody staying where they are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trainhub.delivery.rules.planning.assembling import assemble
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings, Stretch
from trainhub.delivery.rules.planning.giving_way import wider_settings
from trainhub.delivery.rules.planning.planning_facts import Facts
from trainhub.planner.judging.extension import Extension
from trainhub.planner.judging.relaxations import Relaxation
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan

# Two hours in the middle of the morning, the afternoon and the evening, the afternoon first:
# most shifts of a centre are on duty then.
USUAL_TIMES: tuple[Stretch, ...] = ((840, 960), (600, 720), (1140, 1260))


def hours_to_try(settings: CampaignSettings) -> Iterator[dict[str, Any]]:
    """What the campaign could allow besides its own hours: a `window` and its `in_shift` times."""
    if "in_shift" not in settings.kinds:
        for times in [settings.in_shift] if settings.in_shift else [(one,) for one in USUAL_TIMES]:
            yield {"window": "in_shift", "in_shift": [list(one) for one in times]}
    for window, minutes in (
        ("early", 1), ("after", settings.after_min), ("before", settings.before_min),
    ):  # fmt: skip
        if window not in settings.kinds and minutes:
            yield {"window": window, "in_shift": []}


def further_hours(
    problem: Problem, facts: Facts, plan: Plan, *, time_limit_s: float
) -> list[Relaxation]:
    """Further hours that give more people a seat, the best of each kind, each tried by itself.

    Those not tried in time are not offered.
    """
    until = time.monotonic() + time_limit_s
    without = set(Extension(problem, plan.sessions, until).run())
    best: dict[str, Relaxation] = {}
    for detail in hours_to_try(facts.settings):
        if time.monotonic() > until:
            break
        settings = wider_settings(facts.settings, [{"kind": "hours"} | detail])
        wider = assemble(replace(facts, settings=settings), seed=problem.seed).problem
        after = Extension(wider, plan.sessions, until).run()
        more = len(after) - len(without)
        window = detail["window"]
        if more > 0 and (window not in best or more > best[window].more):
            gained = tuple(seat for seat in after if seat not in without)
            best[window] = Relaxation("hours", detail, gained, more)
    return sorted(best.values(), key=lambda one: -one.more)
