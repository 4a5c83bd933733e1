"""Runs of the planner: asked for, worked off, agreed to or dismissed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.delivery.models import Campaign, PlanRun
from trainhub.delivery.rules.planning.assembling import Assembled
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.plan_blobs import pack
from trainhub.delivery.rules.planning.planning_facts import Period
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person
from trainhub.planner.problem.plan import Plan

UNDER_WAY = ("queued", "running")
# A run gives a sign of life every second or two. After this long without one its process is
# taken to be gone, and the run is begun anew.
LOST_AFTER = timedelta(seconds=90)
MOST_TRIES = 3


class RunUnderWay(Conflict):
    """One campaign is planned once at a time."""

    code = "run_under_way"
    message = N_("This campaign is being planned already.")


class CampaignClosed(Conflict):
    """A closed campaign is not planned any more."""

    code = "campaign_closed"
    message = N_("This campaign is closed.")


class RunDecided(Conflict):
    """Somebody has agreed to the plan or dismissed it in the meantime."""

    code = "run_decided"
    message = N_("This plan is no longer waiting for a decision.")


class NothingToPlan(DomainError):
    """A campaign needs courses and people first."""

    code = "nothing_to_plan"
    message = N_("Give the campaign courses and people first.")


def request_run(
    campaign: Campaign,
    *,
    given_way: Sequence[Mapping[str, Any]] = (),
    actor: Person,
    now: datetime,
) -> PlanRun:
    """Have the campaign planned by the worker, with limits given way (`rules.giving_way`).

    Raises `RunUnderWay`, `CampaignClosed`, `NothingToPlan`.
    """
    db.session.refresh(campaign, with_for_update=True)
    if campaign.state == "closed":
        raise CampaignClosed()
    if not campaign.courses or not campaign.targets:
        raise NothingToPlan()
    busy = select(PlanRun.id).where(
        PlanRun.campaign_id == campaign.id, PlanRun.state.in_(UNDER_WAY)
    )
    if db.session.scalars(busy.limit(1)).first() is not None:
        raise RunUnderWay()
    run = PlanRun(
        campaign_id=campaign.id,
        is_again=campaign.state != "draft",
        problem=b"",
        people=[],
        progress={"given_way": [dict(one) for one in given_way]} if given_way else {},
        time_limit_s=CampaignSettings.from_dict(campaign.settings).time_limit_s,
        requested_at=now,
        requested_by_id=actor.id,
    )
    db.session.add(run)
    db.session.flush()
    return run


def is_of_other_campaign(run: PlanRun) -> bool:
    """Whether the campaign has been changed since the run read it."""
    revision = run.campaign.revision
    return bool(run.progress.get("revision", revision) != revision)


def claim(run_id: int, *, now: datetime) -> bool:
    """Take a queued run for this process; False if another was first."""
    return _guarded(run_id, "queued", state="running", started_at=now, seen_at=now)


def begin(run: PlanRun, assembled: Assembled, period: Period, *, now: datetime) -> None:
    """Keep the problem that is about to be solved."""
    run.problem = pack(assembled.problem)
    run.people = list(assembled.people)
    run.seen_at = now
    run.progress = run.progress | {
        "phase": "begun",
        "revision": run.campaign.revision,
        "period": [one.isoformat() for one in (period.first, period.due, period.last)],
        "left_out": [list(pair) for pair in assembled.left_out],
        "unknown": [[queue_id, days] for queue_id, days in sorted(assembled.unknown.items())],
    }
    db.session.flush()


def note_progress(
    run_id: int, figures: Mapping[str, Any], plan: Plan | None, *, now: datetime
) -> None:
    """Write down how far a run has come and its best plan so far: the sign of life as well."""
    run = db.session.get_one(PlanRun, run_id)
    run.progress = run.progress | dict(figures)
    run.seen_at = now
    if plan is not None:
        run.plan = pack(plan)
    db.session.flush()


def finish(run_id: int, plan: Plan, figures: Mapping[str, Any], *, now: datetime) -> None:
    """The run has its plan, which now waits for a decision.

    One that was stopped before it had placed anybody is cancelled.
    """
    run = db.session.get_one(PlanRun, run_id)
    stopped = run.cancel_asked_at is not None and not plan.sessions
    run.plan = pack(plan)
    run.progress = run.progress | dict(figures)
    run.state = "cancelled" if stopped else "done"
    run.seen_at = run.ended_at = now
    db.session.flush()


def fail(run_id: int, error: str, *, now: datetime) -> None:
    """The run cannot come to a plan; `error` is a sentence's code (`rules.run_words`)."""
    run = db.session.get_one(PlanRun, run_id)
    run.state, run.error = "failed", error
    run.seen_at = run.ended_at = now
    db.session.flush()


def give_back_lost(*, now: datetime) -> int:
    """Queue runs whose process is gone once more; after some tries they have failed."""
    query = select(PlanRun).where(PlanRun.state == "running", PlanRun.seen_at < now - LOST_AFTER)
    lost = list(db.session.scalars(query.with_for_update(skip_locked=True)))
    for run in lost:
        tries = int(run.progress.get("tries", 1))
        run.progress = run.progress | {"tries": tries + 1}
        if run.cancel_asked_at is not None:
            run.state, run.ended_at = "cancelled", now
        elif tries < MOST_TRIES:
            run.state = "queued"
        else:
            run.state, run.error, run.ended_at = "failed", "LOST", now
    db.session.flush()
    return len(lost)


def ask_to_stop(run: PlanRun, *, now: datetime) -> None:
    """Stop a run: one that waits is cancelled, one under way keeps its best plan so far."""
    if _guarded(run.id, "queued", state="cancelled", ended_at=now):
        return
    _guarded(run.id, "running", cancel_asked_at=now)


def dismiss(run: PlanRun, *, actor: Person, now: datetime) -> None:
    """Put a plan aside; nothing of it happens. Raises `RunDecided`."""
    if not _guarded(run.id, "done", state="dismissed", decided_at=now, decided_by_id=actor.id):
        raise RunDecided()
    record_decision("campaign.plan_dismissed", run, actor=actor, now=now)


def settle(run: PlanRun, *, actor: Person, now: datetime) -> None:
    """Take the decision to agree, once; other plans of the campaign are put aside.

    Raises `RunDecided`.
    """
    if not _guarded(run.id, "done", state="agreed", decided_at=now, decided_by_id=actor.id):
        raise RunDecided()
    db.session.execute(
        update(PlanRun)
        .where(PlanRun.campaign_id == run.campaign_id, PlanRun.state == "done")
        .values(state="dismissed", decided_at=now)
    )


def record_decision(
    action: str,
    run: PlanRun,
    *,
    actor: Person,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Write a decision about a plan into the audit trail."""
    append_entry(
        action,
        actor=actor,
        object_type="campaign",
        object_key=run.campaign.key,
        now=now,
        changes=changes or {"run": [None, run.id]},
    )


def _guarded(run_id: int, was: str, /, **values: Any) -> bool:
    """Change the run only if it is still in this state."""
    done = db.session.execute(
        update(PlanRun).where(PlanRun.id == run_id, PlanRun.state == was).values(**values)
    )
    db.session.expire_all()
    return cast("CursorResult[Any]", done).rowcount == 1
