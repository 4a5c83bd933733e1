"""Planning outside the web: claimed once, stopped when asked, begun anew after a crash."""

from __future__ import annotations

import subprocess
import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.delivery.planning import campaign, centre, planner
from trainhub.db import db, transaction
from trainhub.delivery.jobs import plans as plan_jobs
from trainhub.delivery.models import Campaign, PlanRun
from trainhub.delivery.queries.planning.plan_runs import get_run
from trainhub.delivery.services.planning import plan_runs


def asked(one: Campaign, now: datetime) -> int:
    by = planner()
    with transaction():
        return plan_runs.request_run(one, actor=by, now=now).id


def test_a_run_is_worked_off_once(app: Flask, now: datetime) -> None:
    run_id = asked(campaign(centre(people=2)), now)
    assert plan_jobs.work_off_all(now) == 1
    assert plan_jobs.work_off(run_id, now=now) is False
    assert get_run(run_id).progress["phase"] == "ready"


def test_a_wish_to_stop_is_seen_from_the_planners_own_threads(app: Flask, now: datetime) -> None:
    run_id = asked(campaign(centre(people=2)), now)
    with transaction():
        plan_runs.claim(run_id, now=now)
        plan_runs.ask_to_stop(get_run(run_id), now=now)
    watching = plan_jobs._Watching(run_id, plan_jobs._Elapsed(now))
    watching._asked -= 10
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(watching.is_stopped()))
    thread.start()
    thread.join()
    assert seen == [True]


def test_a_run_whose_process_is_gone_is_begun_anew_and_fails_in_the_end(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    class Gone:
        def poll(self) -> int:
            return 1

    monkeypatch.setattr(plan_jobs, "_start", lambda: started.append(1) or Gone())
    run_id = asked(campaign(centre(people=2)), now)
    for number in range(plan_runs.MOST_TRIES):
        at = now + timedelta(minutes=5 * number)
        assert plan_jobs.start_planning(at) == 1
        with transaction():
            assert plan_runs.claim(run_id, now=at)
        assert plan_jobs.start_planning(at + timedelta(seconds=30)) == 0
    assert plan_jobs.start_planning(now + timedelta(hours=1)) == 0
    run = get_run(run_id)
    assert (run.state, run.error) == ("failed", "LOST")
    assert len(started) == plan_runs.MOST_TRIES


def test_a_campaign_whose_window_is_over_fails_with_the_reason(app: Flask, now: datetime) -> None:
    run_id = asked(campaign(centre(people=2)), now)
    plan_jobs.work_off(run_id, now=now + timedelta(days=60))
    assert (get_run(run_id).state, get_run(run_id).error) == ("failed", "WINDOW_OVER")


def test_a_broken_run_says_so_and_changes_nothing(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise subprocess.SubprocessError("out of memory")

    monkeypatch.setattr(plan_jobs, "solve", broken)
    run_id = asked(campaign(centre(people=2)), now)
    assert plan_jobs.work_off(run_id, now=now)
    assert (get_run(run_id).state, get_run(run_id).error) == ("failed", "BROKEN")
    assert db.session.get_one(PlanRun, run_id).plan is None
