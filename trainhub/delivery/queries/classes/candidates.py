"""Who could sit in a class, and what stands against the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.classes.limits import limits_of
from trainhub.delivery.queries.seats.seat_book import names_of_queues
from trainhub.delivery.queries.seats.seat_checks import effects_of
from trainhub.delivery.queries.seats.seat_facts import facts_of, slot_of
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.classes.moving import cover_conflicts
from trainhub.delivery.rules.seats.booking import refusals, window_of
from trainhub.people.models import Person, Team
from trainhub.rota.models import TeamPlace
from trainhub.rota.queries.away import AwayGroup


@dataclass(frozen=True)
class Candidate:
    """Somebody of a team: what their shift calls the time, and the first thing against them."""

    person_id: int
    name: str
    employee_no: str | None
    window_kind: str
    conflict: Conflict | None


def list_teams_there(session: TrainingSession) -> list[Team]:
    """The teams whose people may sit in a class, by name: of its site, online of every site."""
    query = select(Team).join(TeamPlace, TeamPlace.team_id == Team.id).order_by(Team.name)
    if not session.room.is_online:
        query = query.where(TeamPlace.site_id == session.site_id)
    return list(db.session.scalars(query))


def list_chosen(person_ids: Collection[int]) -> list[Person]:
    """These people by name; numbers that are nobody's are left out."""
    query = select(Person).where(Person.id.in_(person_ids))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def list_candidates(session: TrainingSession, team_id: int, *, language: str) -> list[Candidate]:
    """The active people of a team who do not sit in the class, by name, those who may first.

    Each is asked for alone; the team's limit and the last heads are asked again at the act.
    """
    inside = select(Booking.person_id).where(
        Booking.training_session_id == session.id, Booking.state == "booked"
    )
    people = db.session.scalars(
        select(Person)
        .where(Person.team_id == team_id, Person.disabled_at.is_(None), Person.id.not_in(inside))
        .order_by(Person.name_key, Person.id)
    ).all()
    slot, limits = slot_of(session), limits_of(session.campaign)
    facts = facts_of(
        [one.id for one in people], session.on, session.on, language=language,
        campaign=session.campaign, course_id=session.course_id, but=(session.id,),
    )  # fmt: skip
    place = db.session.get(TeamPlace, team_id)
    short = None
    if place is not None:
        group = AwayGroup(place.queue_id, team_id, session.starts_at, session.ends_at, 1)
        against = cover_conflicts(
            effects_of([group]), names_of_queues(), least=limits.least_headroom
        )
        short = next(iter(against), None)
    found = []
    for one in people:
        window = window_of(facts[one.id], slot, limits)
        conflict = next(iter(refusals(facts[one.id], slot, limits)), None)
        if conflict is None and window is not None and window.on_phones:
            conflict = short
        kind = window.kind if window else ""
        found.append(Candidate(one.id, one.name, one.employee_no, kind, conflict))
    return sorted(found, key=lambda one: one.conflict is not None)
