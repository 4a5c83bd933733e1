"""Reading competency models, observed cases, and what ratings say of a person.

Scores of a case that is not settled are read for the rater who gave them and for nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from trainhub.certification.models import (
    CompetencyModel,
    CompetencyModelVersion,
    ObservedCase,
    Programme,
    Rating,
)
from trainhub.certification.queries.scope import people_in_sight
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.rules.competencies.scoring import CompetencyStanding, Rated, stand_on
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person

STATES = ("open", "settled", "void")


def list_models() -> list[CompetencyModel]:
    """Every model, by key."""
    query = select(CompetencyModel).options(joinedload(CompetencyModel.published))
    return list(db.session.scalars(query.order_by(CompetencyModel.key)))


def list_published_models() -> list[CompetencyModel]:
    """Models that work can be rated on."""
    return [one for one in list_models() if one.published is not None and one.retired_at is None]


def get_model(model_id: int) -> CompetencyModel:
    """One model. Raises `NotFound`."""
    found = db.session.get(CompetencyModel, model_id)
    if found is None:
        raise NotFound()
    return found


def list_programmes_asking(model_key: str) -> list[Programme]:
    """Programmes in use whose version in force has work rated on a model, by key."""
    query = (
        select(Programme)
        .where(Programme.published_version_id.is_not(None), Programme.retired_at.is_(None))
        .options(joinedload(Programme.published))
        .order_by(Programme.key)
    )
    return [
        one
        for one in db.session.scalars(query)
        if one.published is not None
        and any(
            need["kind"] == "observation" and need["settings"].get("model") == model_key
            for need in one.published.content["requirements"]
        )
    ]


def list_model_versions(model_id: int) -> list[CompetencyModelVersion]:
    """Versions of a model, the latest first."""
    query = select(CompetencyModelVersion).where(CompetencyModelVersion.model_id == model_id)
    return list(db.session.scalars(query.order_by(CompetencyModelVersion.number.desc())))


def get_model_version(model_id: int, number: int) -> CompetencyModelVersion:
    """One version. Raises `NotFound`."""
    for one in list_model_versions(model_id):
        if one.number == number:
            return one
    raise NotFound()


def stand_person(person_id: int, model: CompetencyModel, today: date) -> CompetencyStanding:
    """How somebody stands on the version in force, by settled cases of any version of it."""
    assert model.published is not None
    query = (
        select(ObservedCase)
        .join(CompetencyModelVersion, CompetencyModelVersion.id == ObservedCase.model_version_id)
        .where(
            ObservedCase.person_id == person_id,
            ObservedCase.state == "settled",
            CompetencyModelVersion.model_id == model.id,
        )
        .order_by(ObservedCase.id)
    )
    rated = [
        Rated(key, permille, case.held_on, case.id)
        for case in db.session.scalars(query)
        for key, permille in case.result.get("points", {}).items()
    ]
    return stand_on(model_from(model.published.content), rated, today)


def get_case(case_id: int, viewer: Person) -> ObservedCase:
    """A case of somebody in sight, of oneself, or that one rates. Raises `NotFound`."""
    rates = select(Rating.case_id).where(Rating.rater_id == viewer.id)
    query = (
        select(ObservedCase)
        .join(Person, Person.id == ObservedCase.person_id)
        .where(
            ObservedCase.id == case_id,
            or_(
                people_in_sight(viewer),
                ObservedCase.person_id == viewer.id,
                ObservedCase.id.in_(rates),
            ),
        )
        .options(*_WITH_ALL)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_case_to_act_on(case_id: int, viewer: Person) -> ObservedCase:
    """A case of somebody else in sight. Raises `NotFound`."""
    case = get_case(case_id, viewer)
    in_sight = select(Person.id).where(Person.id == case.person_id, people_in_sight(viewer))
    if case.person_id == viewer.id or db.session.scalar(in_sight) is None:
        raise NotFound()
    return case


_WITH_ALL = (
    joinedload(ObservedCase.person).joinedload(Person.team),
    joinedload(ObservedCase.model_version),
    selectinload(ObservedCase.ratings).joinedload(Rating.rater),
)


@dataclass(frozen=True)
class CasesPage:
    """A page of observed cases."""

    cases: Sequence[ObservedCase]
    total: int
    page: int
    pages: int


def find_cases(viewer: Person, *, state: str, page: int, size: int = 50) -> CasesPage:
    """Cases of people in sight: the latest first, in a state or ("third") waiting for a rater."""
    seen = select(Person.id).where(people_in_sight(viewer), Person.id != viewer.id)
    conditions: list[ColumnElement[bool]] = [ObservedCase.person_id.in_(seen)]
    if state == "third":
        conditions += [ObservedCase.state == "open", ObservedCase.raters_needed == 3]
    elif state in STATES:
        conditions.append(ObservedCase.state == state)
    total = db.session.scalar(select(func.count(ObservedCase.id)).where(*conditions)) or 0
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    query = (
        select(ObservedCase)
        .where(*conditions)
        .options(*_WITH_ALL)
        .order_by(ObservedCase.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return CasesPage(list(db.session.scalars(query)), total, page, pages)


def list_ratings_of(rater: Person, *, most: int = 50) -> tuple[list[Rating], list[Rating]]:
    """What somebody is asked to rate, oldest first; and what they handed in lately."""
    done = _ratings_of(rater).where(Rating.handed_in_at.is_not(None))
    latest = done.order_by(Rating.handed_in_at.desc()).limit(most)
    return list_to_rate(rater, most=200), list(db.session.scalars(latest))


def list_to_rate(rater: Person, *, most: int) -> list[Rating]:
    """What somebody is asked to rate, oldest first."""
    waiting = _ratings_of(rater).where(Rating.handed_in_at.is_(None), ObservedCase.state == "open")
    return list(db.session.scalars(waiting.order_by(Rating.asked_at, Rating.id).limit(most)))


def _ratings_of(rater: Person) -> Select[tuple[Rating]]:
    return (
        select(Rating)
        .join(ObservedCase, ObservedCase.id == Rating.case_id)
        .where(Rating.rater_id == rater.id)
        .options(joinedload(Rating.case).joinedload(ObservedCase.person))
    )


def count_to_rate(rater: Person) -> int:
    """How many ratings somebody is asked for."""
    query = (
        select(func.count(Rating.id))
        .join(ObservedCase, ObservedCase.id == Rating.case_id)
        .where(
            Rating.rater_id == rater.id,
            Rating.handed_in_at.is_(None),
            ObservedCase.state == "open",
        )
    )
    return db.session.scalar(query) or 0


def get_own_rating(rating_id: int, rater: Person) -> Rating:
    """A rating that somebody was asked for. Raises `NotFound`."""
    query = (
        select(Rating)
        .where(Rating.id == rating_id, Rating.rater_id == rater.id)
        .options(joinedload(Rating.case).joinedload(ObservedCase.model_version))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found
