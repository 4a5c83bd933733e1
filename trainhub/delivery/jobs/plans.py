"""Planning campaigns outside the web: a process of its own for each run, started by the worker."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from trainhub.db import db, end_read, transaction
from trainhub.delivery.models import Campaign, PlanRun
from trainhub.delivery.queries.planning.plan_runs import has_lost_runs, list_queued_ids
from trainhub.delivery.queries.planning.planning_facts import load_facts
from trainhub.delivery.rules.planning.agreement import own_sessions
from trainhub.delivery.rules.planning.assembling import Assembled, assemble
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.further_hours import further_hours
from trainhub.delivery.rules.planning.giving_way import Given, give_way, longer_period
from trainhub.delivery.rules.planning.periods import WindowOver, period_of
from trainhub.delivery.rules.planning.plan_cover import summary
from trainhub.delivery.rules.planning.plan_in_words import FAILURES
from trainhub.delivery.rules.planning.planning_facts import Facts, Period
from trainhub.delivery.services.planning import plan_runs
from trainhub.planner.judging.relaxations import relaxations
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan
from trainhub.planner.solving.solve import Progress, solve
from trainhub.rota.rules.clock_times import local
from trainhub.web.settings import current_settings

log = logging.getLogger(__name__)

SIGN_EVERY_S = 1.0
PLAN_EVERY_S = 3.0
RELAXING_S = 20.0  # at most, for trying what could be given way
RELAXING_SHARE = 0.25  # of the time limit
HOURS_SHARE = 0.4  # of that time, for trying further hours
MOST_WORKERS = 2


class _Empty(Exception):
    """The campaign cannot be planned; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def work_off(run_id: int, *, now: datetime, use_solver: bool | None = None) -> bool:
    """Work a queued run off: read the facts, solve, keep the plan. False if it was not queued.

    Opens its own transactions; `now` is the hour at which it begins.
    """
    hour = _Elapsed(now)
    with transaction():
        if not plan_runs.claim(run_id, now=now):
            return False
    try:
        _work(run_id, hour, use_solver)
    except _Empty as empty:
        _fail(run_id, empty.code, hour)
    except Exception:  # whatever went wrong, whoever waits for the plan has to learn of it
        log.exception("plan run %s failed", run_id)
        db.session.rollback()
        _fail(run_id, "BROKEN", hour)
    return True


@dataclass
class _Elapsed:
    """The hour, from that at the beginning and the time that has passed."""

    began: datetime
    _at: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.began + timedelta(seconds=time.monotonic() - self._at)


def _fail(run_id: int, code: str, hour: _Elapsed) -> None:
    with transaction():
        plan_runs.fail(run_id, code, now=hour.now())


def _work(run_id: int, hour: _Elapsed, use_solver: bool | None) -> None:
    with transaction():
        run = db.session.get_one(PlanRun, run_id)
        assembled, period, facts = _put_together(run, hour.began)
        plan_runs.begin(run, assembled, period, now=hour.now())
        limit, seed = run.time_limit_s, run.seed
    watching = _Watching(run_id, hour)
    plan = solve(
        assembled.problem,
        time_limit_s=limit,
        seed=seed,
        workers=min(MOST_WORKERS, os.cpu_count() or 1),
        on_progress=watching.note,
        is_cancelled=watching.is_stopped,
        use_solver=use_solver,
    )
    figures = figures_of(plan, assembled.problem)
    with transaction():  # whatever becomes of the offers, the plan is kept
        plan_runs.note_progress(run_id, figures | {"phase": "done"}, plan, now=hour.now())
    offers = [] if watching.stopped else _offers(assembled.problem, facts, plan, limit)
    with transaction():
        figures |= {"phase": "ready", "offers": offers}
        plan_runs.finish(run_id, plan, figures, now=hour.now())


def put_together(run: PlanRun, now: datetime) -> tuple[Assembled, Period]:
    """The problem of a run as things stand. Raises what `work_off` turns into a failed run."""
    return _put_together(run, now)[:2]


def _put_together(run: PlanRun, now: datetime) -> tuple[Assembled, Period, Facts]:
    given = run.progress.get("given_way", [])
    return _assembled(run.campaign, given, run.seed, now)


def problem_of(campaign: Campaign, now: datetime) -> Assembled:
    """The problem of a campaign as a run that began now would find it.

    Raises `ValueError` with the reason where there is nothing to plan.
    """
    try:
        return _assembled(campaign, (), 1, now)[0]
    except _Empty as empty:
        raise ValueError(FAILURES[empty.code]) from None


def _assembled(
    campaign: Campaign, given: Sequence[Given], seed: int, now: datetime
) -> tuple[Assembled, Period, Facts]:
    settings = CampaignSettings.from_dict(campaign.settings)
    try:
        period = period_of(
            campaign.starts_on, campaign.due_on, campaign.ends_on, settings, _today(now)
        )
    except WindowOver:
        raise _Empty("WINDOW_OVER") from None
    period = longer_period(period, given)
    facts = give_way(load_facts(campaign, period), given)
    if not facts.members:
        raise _Empty("NOBODY")
    return assemble(facts, seed=seed), period, facts


def _today(now: datetime) -> date:
    return local(current_settings().zone, now)[0]


class _Watching:
    """Signs of life while the planner works, and the wish to stop."""

    def __init__(self, run_id: int, hour: _Elapsed) -> None:
        self.run_id, self.hour = run_id, hour
        self.stopped = False
        self._engine = db.engine
        self._asked = self._noted = self._kept = time.monotonic()

    def note(self, progress: Progress) -> None:
        """Write progress down, not oftener than somebody would look."""
        at = time.monotonic()
        if at - self._noted < SIGN_EVERY_S:
            return
        self._noted, plan = at, None
        if progress.plan is not None and at - self._kept >= PLAN_EVERY_S:
            self._kept, plan = at, progress.plan
        figures = {
            "phase": progress.phase,
            "seconds": round(progress.seconds, 1),
            "placed": progress.placed,
            "needed": progress.needed,
            "cost": round(progress.cost, 1),
            "bound": round(progress.lower_bound, 1),
        }
        with transaction():
            plan_runs.note_progress(self.run_id, figures, plan, now=self.hour.now())

    def is_stopped(self) -> bool:
        """Whether somebody has asked to stop; looked up once a second.

        The planner asks from threads of its own, so this takes a connection of its own.
        """
        at = time.monotonic()
        if not self.stopped and at - self._asked >= SIGN_EVERY_S:
            self._asked = at
            query = select(PlanRun.cancel_asked_at).where(PlanRun.id == self.run_id)
            with self._engine.connect() as connection:
                self.stopped = connection.execute(query).scalar_one() is not None
        return self.stopped


def figures_of(plan: Plan, problem: Problem) -> dict[str, Any]:
    """What is kept of a plan beside the plan itself: its seats, costs and cover in figures."""
    own = own_sessions(plan)
    placed = sum(len(one.agents) for one in own)
    return {
        "seconds": round(plan.seconds, 1),
        "placed": placed,
        "needed": placed + len(plan.unplaced),
        "cost": round(plan.objective.total, 1),
        "bound": round(plan.lower_bound, 1),
        "agents": problem.agent_count,
        "sessions": len(own),
        "cover": summary(problem, plan.sessions),
    }


def _offers(problem: Problem, facts: Facts, plan: Plan, limit_s: int) -> list[dict[str, object]]:
    """What could be given way for those without a seat, with the effect of each."""
    if not plan.unplaced:
        return []
    time_s = min(RELAXING_S, limit_s * RELAXING_SHARE)
    found = further_hours(problem, facts, plan, time_limit_s=time_s * HOURS_SHARE)
    found += relaxations(problem, plan, time_limit_s=time_s * (1 - HOURS_SHARE))
    return [one.as_json() for one in sorted(found, key=lambda one: -one.more)]


_children: list[subprocess.Popen[bytes]] = []


def start_planning(now: datetime) -> int:
    """Give runs back whose process is gone, and start a process if runs wait for one."""
    if has_lost_runs(now - plan_runs.LOST_AFTER):
        with transaction():
            plan_runs.give_back_lost(now=now)
    waiting = list_queued_ids()
    end_read()
    _children[:] = [child for child in _children if child.poll() is None]
    if not waiting or _children:
        return 0
    _children.append(_start())
    return len(waiting)


def _start() -> subprocess.Popen[bytes]:
    """A process that works off whatever is queued, whether or not the worker goes on."""
    command = [sys.executable, "-m", "trainhub", "plan", "work"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, start_new_session=os.name != "nt")


def work_off_all(now: datetime) -> int:
    """Work off every queued run, one after the other; how many this process has taken."""
    hour, count = _Elapsed(now), 0
    for run_id in list_queued_ids():
        end_read()
        count += work_off(run_id, now=hour.now())
    return count


STAGES = (("plan campaigns", 60, start_planning, True),)
