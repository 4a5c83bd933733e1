"""The peak-season formulas: how many people a sales day's chats and refunds need."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from trainhub.rota.rules.erlang import (
    Service,
    Target,
    agents_needed,
    load_of,
    serve_impatient,
    serve_patient,
)
from trainhub.rota.rules.requirement import StaffingRules, gross_up

_ROUNDING = 1e-9
NEIGHBOURS = (-3, -2, -1, 0, 1, 2, 3)


def chat_agents(chats_a_day: float, chats_of_one: float) -> int:
    """Agents = average daily chats / chats one agent handles a day, rounded up."""
    return ceil(chats_a_day / chats_of_one - _ROUNDING)


def refund_agents(refunds_a_month: float, refunds_of_one: float, period_days: float) -> int:
    """Staff = monthly refunds / refunds one person handles a day / handling period in days."""
    return ceil(refunds_a_month / refunds_of_one / period_days - _ROUNDING)


@dataclass(frozen=True)
class Step:
    """What so many agents would mean."""

    agents: int
    service: Service
    is_chosen: bool
    keeps: bool


@dataclass(frozen=True)
class Staffing:
    """What an interval needs: on the phones, on the rota, and what a few more or fewer mean."""

    load: float
    agents: int
    to_roster: int
    steps: tuple[Step, ...]


def staff_interval(contacts: float, handling_s: float, rules: StaffingRules) -> Staffing:
    """One interval of a queue, with the neighbours of the answer.

    `to_roster` is grossed up by both kinds of shrinkage, N / (1 - s), one after the other.
    Raises `ValueError` for a load that no centre has.
    """
    interval_s, one_s = rules.interval_min * 60, handling_s / rules.concurrency
    target = rules.target
    agents = agents_needed(contacts, one_s, interval_s, target)
    steps = tuple(
        _step(agents + more, agents, contacts, one_s, interval_s, target)
        for more in NEIGHBOURS
        if agents + more > 0
    )
    planned = gross_up(agents, rules.planned_shrinkage)
    rostered = gross_up(planned + rules.buffer, rules.unplanned_shrinkage)
    return Staffing(load_of(contacts, one_s, interval_s), agents, rostered, steps)


def _step(
    number: int, chosen: int, contacts: float, one_s: float, interval_s: float, target: Target
) -> Step:
    within = target.answer_within_s
    if target.patience_s is None:
        service = serve_patient(contacts, one_s, interval_s, number, within)
    else:
        service = serve_impatient(contacts, one_s, interval_s, number, within, target.patience_s)
    return Step(number, service, number == chosen, number >= chosen)
