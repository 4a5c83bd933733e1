"""Planning once more with something given way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import PlanRun
from trainhub.delivery.queries.planning.extra_trainers import who_could_teach
from trainhub.delivery.queries.planning.plan_runs import result_of
from trainhub.delivery.rules.planning.giving_way import (
    BY_BUTTON,
    share_for,
    taken_class,
    taken_offer,
    with_one_more,
)
from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.services.planning.plan_runs import request_run
from trainhub.errors import N_, DomainError
from trainhub.people.models import Person


class OfferGone(DomainError):
    """The offer is none of this plan's, or it needs somebody who can teach."""

    code = "offer_gone"
    message = N_(
        "This cannot be used for planning. Choose one of the offers, and a trainer if asked."
    )


def plan_with(
    run: PlanRun, number: int, trainer_id: int | None, *, actor: Person, now: datetime
) -> PlanRun:
    """A new run of the same campaign with one offer of this run given way, besides all that was
    given way for this run already.

    Raises `OfferGone` and what `request_run` raises.
    """
    offers = run.progress.get("offers", [])
    result = result_of(run)
    if result is None or not 0 <= number < len(offers):
        raise OfferGone()
    one = offers[number]
    if one["kind"] not in BY_BUTTON:
        raise OfferGone()
    if one["kind"] == "session":
        able = {person.id for person in who_could_teach(one["detail"], result)}
        if trainer_id is None or trainer_id not in able:
            raise OfferGone()
        taken = taken_class(one["detail"], result.problem, result.plan, trainer_id)
    else:
        share = _share(one["detail"]) if one["kind"] == "team_share" else 0
        taken = taken_offer(one, result.problem, share=share)
    given = with_one_more(run.progress.get("given_way", []), taken)
    return request_run(run.campaign, given_way=given, actor=actor, now=now)


def _share(detail: dict[str, Any]) -> int:
    query = (
        select(func.count())
        .select_from(Person)
        .where(Person.team_id == row_of(detail["team"]), Person.disabled_at.is_(None))
    )
    return share_for(int(detail["people"]), db.session.scalar(query) or 0)
