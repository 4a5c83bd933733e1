"""Who of a campaign's people has no seat now, and why; some queries, whatever their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import defer

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignCourse,
    PlanRun,
    TrainerCourse,
    TrainerProfile,
    TrainingSession,
)
from trainhub.delivery.queries.planning.audience import meant_for
from trainhub.delivery.queries.planning.class_facts import ATTENDED
from trainhub.delivery.rules.planning.needs import AgreedPlan, LostSeat, Need, need_of
from trainhub.delivery.rules.planning.plan_blobs import unpack_plan
from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.rules.planning.planning_facts import Period
from trainhub.delivery.rules.states import HOLD_A_SEAT
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person, Team

PAGE_SIZE = 50
LIVES = ("agreed", "published")


@dataclass(frozen=True)
class Needs:
    """A page of those without a seat, by name; `causes` counts all of them by cause.

    `period` is that of the plan agreed to last, None where there is none; `unknown`: queues with
    dates of unknown demand in it.
    """

    total: int
    people: int
    causes: Counter[str]
    rows: list[NeedRow]
    page: int
    pages: int
    period: Period | None
    unknown: frozenset[int]

    @property
    def since(self) -> int:
        """How many planning again may seat: they came, or lost their seat, since the plan."""
        return self.causes["NEW"] + self.causes["NO_MORE"] + self.causes["CALLED_OFF"]


@dataclass(frozen=True)
class NeedRow:
    """Somebody without a seat, with their names."""

    need: Need
    name: str
    team: str


def open_needs(*conditions: ColumnElement[bool]) -> Select[int, int, int]:
    """(campaign, person, course) of everybody meant who neither attended nor holds a seat.

    Under conditions on `Campaign` and `Person`. Whoever teaches one of the courses needs none.
    """
    return (
        select(Campaign.id, Person.id, CampaignCourse.course_id)
        .select_from(Campaign)
        .join(CampaignCourse, CampaignCourse.campaign_id == Campaign.id)
        .join(Course, Course.id == CampaignCourse.course_id)
        .join(Person, true())
        .where(~has_seat(), ~has_learned(), ~teaches(), *conditions)
    )


def has_seat() -> ColumnElement[bool]:
    """Whether the person holds a seat in the course, in whatever class."""
    return exists().where(
        Booking.person_id == Person.id,
        Booking.course_id == CampaignCourse.course_id,
        Booking.state.in_(HOLD_A_SEAT),
    )


def has_learned() -> ColumnElement[bool]:
    """Whether the person attended the course before."""
    return exists().where(
        LearningRecord.person_id == Person.id,
        LearningRecord.verb == ATTENDED,
        LearningRecord.object_type == "course",
        LearningRecord.object_key == Course.key,
    )


def teaches() -> ColumnElement[bool]:
    """Whether the person is certified for a course of the campaign."""
    teaching = (
        select(TrainerCourse.person_id)
        .join(TrainerProfile, TrainerProfile.person_id == TrainerCourse.person_id)
        .join(CampaignCourse, CampaignCourse.course_id == TrainerCourse.course_id)
        .where(CampaignCourse.campaign_id == Campaign.id, TrainerCourse.person_id == Person.id)
        .correlate(Campaign, Person)
    )
    return teaching.exists()


def count_open(campaign_id: int) -> int:
    """How many seats a campaign still lacks."""
    query = open_needs(Campaign.id == campaign_id, meant_for(campaign_id))
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def count_people_without(
    team_ids: Iterable[int], *conditions: ColumnElement[bool]
) -> dict[int, int]:
    """How many people of these teams lack a seat, by campaign; under conditions on `Campaign`."""
    wanted = list(team_ids)
    if not wanted:
        return {}
    needs = open_needs(
        Person.team_id.in_(wanted), meant_for(Campaign.id), Campaign.state.in_(LIVES), *conditions
    ).subquery()
    query = select(needs.c[0], func.count(needs.c[1].distinct())).group_by(needs.c[0])
    return {row[0]: row[1] for row in db.session.execute(query)}


def find_needs(campaign: Campaign, page: int, *, of: ColumnElement[bool] | None = None) -> Needs:
    """A page of those without a seat; `of` is a condition on `Person` for whose."""
    conditions = [Campaign.id == campaign.id, meant_for(campaign.id)]
    if of is not None:
        conditions.append(of)
    query = open_needs(*conditions).order_by(Person.name_key, Person.id, CampaignCourse.position)
    pairs = [(person_id, course_id) for _, person_id, course_id in db.session.execute(query)]
    run = _last_agreed(campaign.id) if pairs else None
    plan, lost = _plan(run), _lost_seats(campaign.id) if pairs else {}
    needs = [need_of(*pair, plan, lost.get(pair)) for pair in pairs]
    pages = max(1, -(-len(needs) // PAGE_SIZE))
    page = min(max(1, page), pages)
    return Needs(
        len(needs),
        len({one.person_id for one in needs}),
        Counter(one.cause for one in needs),
        _named(needs[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        page,
        pages,
        _period(run),
        frozenset(pair[0] for pair in (run.progress.get("unknown", []) if run else [])),
    )


def _last_agreed(campaign_id: int) -> PlanRun | None:
    query = (
        select(PlanRun)
        .where(PlanRun.campaign_id == campaign_id, PlanRun.state == "agreed")
        .options(defer(PlanRun.problem))
        .order_by(PlanRun.decided_at.desc(), PlanRun.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def _plan(run: PlanRun | None) -> AgreedPlan | None:
    if run is None or run.plan is None or run.decided_at is None:
        return None
    unplaced = {
        (run.people[seat.agent], row_of(seat.course) or 0): seat
        for seat in unpack_plan(run.plan).unplaced
    }
    left_out: dict[int, str] = {pair[0]: pair[1] for pair in run.progress.get("left_out", [])}
    return AgreedPlan(run.decided_at, frozenset(run.people), unplaced, left_out)


def _period(run: PlanRun | None) -> Period | None:
    texts = run.progress.get("period") if run else None
    return Period(*(date.fromisoformat(text) for text in texts)) if texts else None


def _lost_seats(campaign_id: int) -> dict[tuple[int, int], LostSeat]:
    """The last booking without a seat in the campaign's classes, by person and course."""
    query = (
        select(
            Booking.person_id,
            Booking.course_id,
            Booking.state,
            Booking.changed_at,
            TrainingSession.on,
            TrainingSession.starts_min,
            TrainingSession.state,
        )
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(TrainingSession.campaign_id == campaign_id, Booking.state.not_in(HOLD_A_SEAT))
        .order_by(Booking.state == "waiting", Booking.changed_at, Booking.id)
    )
    found: dict[tuple[int, int], LostSeat] = {}
    for row in db.session.execute(query):
        found[row[0], row[1]] = LostSeat(row[2], row[3], row[4], row[5], row[6] == "cancelled")
    return found


def _named(needs: Sequence[Need]) -> list[NeedRow]:
    query = (
        select(Person.id, Person.name, Team.name)
        .outerjoin(Team, Team.id == Person.team_id)
        .where(Person.id.in_({one.person_id for one in needs}))
    )
    names: dict[int, tuple[str, Any]] = (
        {row[0]: (row[1], row[2]) for row in db.session.execute(query)} if needs else {}
    )
    return [NeedRow(one, names[one.person_id][0], names[one.person_id][1] or "") for one in needs]
