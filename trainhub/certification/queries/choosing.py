"""Whom somebody may take into a programme, have observed, or ask to rate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import Programme
from trainhub.certification.queries.scope import people_in_sight
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Cohort, CohortMember, Person, PersonRole, Role, TeamSupervision

FOUND_AT_MOST = 50
RATERS = (Role.TRAINER.value, Role.ADMINISTRATOR.value)


@dataclass(frozen=True)
class Found:
    """People that were looked for, and whether there are more than are listed."""

    people: Sequence[Person]
    has_more: bool


def find_people(viewer: Person, words: str, chosen: Collection[int] = ()) -> Found:
    """Active people in sight: those chosen, then those that all words find."""
    query = (
        select(Person)
        .where(Person.disabled_at.is_(None), people_in_sight(viewer), Person.id != viewer.id)
        .options(joinedload(Person.team))
        .order_by(Person.name_key, Person.id)
    )
    picked = list(db.session.scalars(query.where(Person.id.in_(chosen)))) if chosen else []
    parts = "".join(sign for sign in words[:200] if sign.isprintable()).casefold().split()[:10]
    if not parts:
        return Found(picked, False)
    for part in parts:
        query = query.where(Person.search_key.contains(part, autoescape=True))
    found = list(db.session.scalars(query.limit(FOUND_AT_MOST + 1)))
    known = {one.id for one in picked}
    fresh = [one for one in found[:FOUND_AT_MOST] if one.id not in known]
    return Found(picked + fresh, len(found) > FOUND_AT_MOST)


def list_members(
    viewer: Person, team_ids: Collection[int], cohort_ids: Collection[int]
) -> list[Person]:
    """Active people in sight who are in one of these teams or cohorts, each once."""
    in_cohorts = select(CohortMember.person_id).where(CohortMember.cohort_id.in_(cohort_ids))
    query = (
        select(Person)
        .where(
            Person.disabled_at.is_(None),
            people_in_sight(viewer),
            Person.id != viewer.id,
            or_(Person.team_id.in_(team_ids), Person.id.in_(in_cohorts)),
        )
        .order_by(Person.name_key, Person.id)
    )
    return list(db.session.scalars(query))


def list_cohorts_in_sight(viewer: Person) -> list[Cohort]:
    """Cohorts with at least one active member in sight, the latest start first."""
    members = (
        select(CohortMember.cohort_id)
        .join(Person, Person.id == CohortMember.person_id)
        .where(Person.disabled_at.is_(None), people_in_sight(viewer))
    )
    query = select(Cohort).where(Cohort.id.in_(members))
    return list(db.session.scalars(query.order_by(Cohort.start_on.desc(), Cohort.name)))


def get_person_in_sight(person_id: int, viewer: Person) -> Person:
    """Somebody else whose standing the viewer sees. Raises `NotFound`."""
    query = select(Person).where(
        Person.id == person_id, people_in_sight(viewer), Person.id != viewer.id
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_raters_for(person: Person, viewer: Person) -> list[Person]:
    """Who may be asked to rate somebody: trainers, administrators, their supervisors, oneself."""
    own = select(TeamSupervision.person_id).where(TeamSupervision.team_id == person.team_id)
    roles = select(PersonRole.person_id).where(PersonRole.role.in_(RATERS))
    query = (
        select(Person)
        .where(
            Person.disabled_at.is_(None),
            Person.id != person.id,
            or_(Person.id == viewer.id, Person.id.in_(roles), Person.id.in_(own)),
        )
        .order_by(Person.name_key, Person.id)
    )
    return list(db.session.scalars(query))


def list_open_programmes() -> list[Programme]:
    """Programmes people can be taken into, by key."""
    query = (
        select(Programme)
        .where(Programme.published_version_id.is_not(None), Programme.retired_at.is_(None))
        .options(joinedload(Programme.published))
        .order_by(Programme.key)
    )
    return list(db.session.scalars(query))


def get_open_programme(programme_id: int) -> Programme:
    """One of them. Raises `NotFound`."""
    found = db.session.get(Programme, programme_id)
    if found is None or found.published_version_id is None or found.retired_at is not None:
        raise NotFound()
    return found
