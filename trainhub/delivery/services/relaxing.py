"""Planning once more with something given way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import PlanRun
from trainhub.delivery.queries.plan_runs import result_of
from trainhub.delivery.queries.supply import trainers_for
from trainhub.delivery.rules.agreement import date_of
from trainhub.delivery.rules.giving_way import BY_BUTTON, share_for
from trainhub.delivery.rules.plan_ids import row_of
from trainhub.delivery.services.plan_runs import request_run
from trainhub.errors import N_, DomainError
from trainhub.people.models import Person
from trainhub.planner.problem import Problem


class OfferGone(DomainError):
    """The offer is none of this plan's, or it needs somebody who can teach."""

    code = "offer_gone"
    message = N_("This cannot be planned with. Choose one of the offers, and a trainer if asked.")


def plan_with(
    run: PlanRun, number: int, trainer_id: int | None, *, actor: Person, now: datetime
) -> PlanRun:
    """A new run of the same campaign with one offer of this run given way.

    What was given way for this run stays given way only if its plan was agreed to. Raises
    `OfferGone` and what `request_run` raises.
    """
    offers = run.progress.get("offers", [])
    result = result_of(run)
    if result is None or not 0 <= number < len(offers):
        raise OfferGone()
    one = offers[number]
    if one["kind"] not in BY_BUTTON:
        raise OfferGone()
    relaxation = {"kind": one["kind"], "detail": dict(one["detail"])}
    if one["kind"] == "session":
        relaxation |= _class_more(one["detail"], result.problem, trainer_id)
    if one["kind"] == "team_share":
        relaxation["detail"]["share"] = _share(one["detail"])
    return request_run(run.campaign, relaxation=relaxation, actor=actor, now=now)


def _class_more(detail: dict[str, Any], problem: Problem, trainer_id: int | None) -> dict[str, Any]:
    """Who teaches the class more, when, and how long it takes."""
    if detail.get("room") or not detail.get("trainer"):
        raise OfferGone()
    able = trainers_for(row_of(detail["course"]) or 0, row_of(detail["site"]) or 0)
    if trainer_id not in {person.id for person in able}:
        raise OfferGone()
    course = next(course for course in problem.courses if course.id == detail["course"])
    return {
        "trainer_id": trainer_id,
        "on": date_of(problem, detail["day"]).isoformat(),
        "minutes": course.duration_min,
    }


def _share(detail: dict[str, Any]) -> int:
    query = (
        select(func.count())
        .select_from(Person)
        .where(Person.team_id == row_of(detail["team"]), Person.disabled_at.is_(None))
    )
    return share_for(int(detail["people"]), db.session.scalar(query) or 0)
