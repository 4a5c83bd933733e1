"""A campaign with a plan that waits for a decision, and a room, for the centre that is attacked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import CREATED
from trainhub.catalogue.models import Course
from trainhub.db import db, transaction
from trainhub.delivery.jobs.plans import put_together
from trainhub.delivery.models import (
    Campaign,
    CampaignCourse,
    CampaignTarget,
    PlanRun,
    Room,
    RoomBlock,
)
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.plan_blobs import pack
from trainhub.delivery.services.planning import plan_runs
from trainhub.people.models import Person, Team
from trainhub.planner.problem import Problem
from trainhub.planner.solving.solve import solve


def plan_for(team: Team) -> int:
    """The number of a campaign agreed to for a team, that says whose it is."""
    with transaction():
        course = db.session.scalars(select(Course).order_by(Course.id)).first()
        assert course is not None
        campaign = _campaign("foreign", f"Round of {team.name}", course, team)
        campaign.state = "agreed"
    return campaign.id


def _campaign(key: str, name: str, course: Course, team: Team) -> Campaign:
    first = NOON.date() + timedelta(days=3)
    campaign = Campaign(
        key=key, name=name, starts_on=first, due_on=first, ends_on=first + timedelta(days=6),
        settings=CampaignSettings().as_dict(), created_at=CREATED,
    )  # fmt: skip
    campaign.courses = [CampaignCourse(course_id=course.id, position=0, min_seats=1)]
    campaign.targets = [CampaignTarget(team_id=team.id)]
    db.session.add(campaign)
    db.session.flush()
    return campaign


def plan_classes(planner: Person, team: Team) -> dict[str, int]:
    """The numbers of a campaign for the team, of its plan, of a room and of a block of it."""
    with transaction():
        room = db.session.scalars(select(Room).order_by(Room.id)).first()
        assert room is not None
        block = RoomBlock(room_id=room.id, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
        course = db.session.scalars(select(Course).order_by(Course.id)).first()
        assert course is not None
        campaign = _campaign("attacked", "Opening round", course, team)
        db.session.add(block)
        run = plan_runs.request_run(campaign, actor=planner, now=NOON)
        assembled, period = put_together(run, NOON)
        plan_runs.begin(run, assembled, period, now=NOON)
        _finish(run, assembled.problem)
    return {
        "campaign_id": campaign.id,
        "plan_run_id": run.id,
        "room_id": room.id,
        "block_id": block.id,
    }


def _finish(run: PlanRun, problem: Problem) -> None:
    plan = solve(problem, time_limit_s=0.2, use_solver=False)
    figures = {"placed": plan.placed, "needed": plan.placed + len(plan.unplaced), "sessions": 0}
    run.plan, run.progress, run.state = pack(plan), run.progress | figures, "done"
    run.ended_at = NOON
    db.session.flush()
