"""Awards in lists: of one's teams, or of everybody for administrators and auditors."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.certification.models import Award, Programme, ProgrammeEnrolment
from trainhub.certification.queries.scope import awards_in_sight
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.db import db
from trainhub.people.models import Cohort, CohortMember, Person

PAGE_SIZE = 50
MOST_PRINTED = 200
SHELVES = ("force", "review", "ended")
_IN_FORCE = [state.value for state in IN_FORCE]


@dataclass(frozen=True)
class AwardCriteria:
    """What a list of awards is narrowed to; `shelf` is one of `SHELVES`."""

    shelf: str = "force"
    programme_id: int | None = None
    cohort_id: int | None = None
    words: str = ""


@dataclass(frozen=True)
class AwardPage:
    """One page of a list; `total` counts all that the viewer may see of it."""

    rows: list[Award]
    total: int
    page: int
    pages: int


def find_award_page(viewer: Person, criteria: AwardCriteria, page: int) -> AwardPage:
    """A page of awards, the next to end first; of the ended ones the latest."""
    query = _listed(viewer, criteria)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    order = (
        (Award.id.desc(),)
        if criteria.shelf == "ended"
        else (Award.valid_until.is_(None), Award.valid_until, Award.id)
    )
    rows = query.order_by(*order).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return AwardPage(_with_parts(rows), total, page, pages)


def list_printable(viewer: Person, criteria: AwardCriteria) -> list[Award]:
    """The awards in force of a list, by name, at most `MOST_PRINTED`."""
    query = _listed(viewer, criteria).where(Award.state == AwardState.ACTIVE.value)
    return _with_parts(query.order_by(Person.name_key, Award.id).limit(MOST_PRINTED))


def _with_parts(query: Select[Award]) -> list[Award]:
    parts = (
        joinedload(Award.version),
        joinedload(Award.programme),
        joinedload(Award.person).joinedload(Person.team),
    )
    return list(db.session.scalars(query.options(*parts)))


def _listed(viewer: Person, criteria: AwardCriteria) -> Select[Award]:
    query = (
        select(Award)
        .join(Person, Person.id == Award.person_id)
        .where(awards_in_sight(viewer), _on_shelf(criteria.shelf))
    )
    if criteria.programme_id is not None:
        query = query.where(Award.programme_id == criteria.programme_id)
    if criteria.cohort_id is not None:
        members = select(CohortMember.person_id).where(CohortMember.cohort_id == criteria.cohort_id)
        query = query.where(Award.person_id.in_(members))
    for word in criteria.words.casefold().split()[:5]:
        query = query.where(Person.search_key.contains(word, autoescape=True))
    return query


def _on_shelf(shelf: str) -> ColumnElement[bool]:
    match shelf:
        case "review":
            return Award.state == AwardState.UNDER_REVIEW.value
        case "ended":
            return Award.state.not_in(_IN_FORCE)
        case _:
            return Award.state == AwardState.ACTIVE.value


def count_under_review(viewer: Person) -> int:
    """How many awards the viewer sees wait for a decision."""
    query = (
        select(func.count())
        .select_from(Award)
        .join(Person, Person.id == Award.person_id)
        .where(awards_in_sight(viewer), Award.state == AwardState.UNDER_REVIEW.value)
    )
    return db.session.scalar(query) or 0


def list_waiting_for_grant(viewer: Person, limit: int = 100) -> list[ProgrammeEnrolment]:
    """Who has met everything again after a revocation: only a person grants them the next award."""
    later = aliased(Award)
    latest = ~exists().where(
        later.person_id == Award.person_id,
        later.programme_id == Award.programme_id,
        later.number > Award.number,
    )
    revoked = exists().where(
        Award.person_id == ProgrammeEnrolment.person_id,
        Award.programme_id == ProgrammeEnrolment.programme_id,
        Award.state == AwardState.REVOKED.value,
        latest,
    )
    query = (
        select(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            awards_in_sight(viewer),
            ProgrammeEnrolment.state == "active",
            ProgrammeEnrolment.needed > 0,
            ProgrammeEnrolment.done == ProgrammeEnrolment.needed,
            revoked,
        )
        .options(joinedload(ProgrammeEnrolment.version), joinedload(ProgrammeEnrolment.person))
        .order_by(ProgrammeEnrolment.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_awarded_programmes() -> list[Programme]:
    """Programmes in which anything was awarded."""
    query = select(Programme).where(exists().where(Award.programme_id == Programme.id))
    return list(db.session.scalars(query.order_by(Programme.key)))


def list_cohorts_to_choose(viewer: Person) -> list[Cohort]:
    """Cohorts with somebody whose awards the viewer may see, the latest start first."""
    members = (
        select(CohortMember.cohort_id)
        .join(Person, Person.id == CohortMember.person_id)
        .where(awards_in_sight(viewer))
    )
    query = select(Cohort).where(Cohort.id.in_(members))
    return list(db.session.scalars(query.order_by(Cohort.start_on.desc(), Cohort.name)))


def list_awards_in_force(programme_key: str = "") -> list[Award]:
    """Every active award, of one programme if its key is given."""
    query = (
        select(Award)
        .join(Programme, Programme.id == Award.programme_id)
        .join(Person, Person.id == Award.person_id)
        .where(Award.state == AwardState.ACTIVE.value)
        .order_by(Award.id)
    )
    if programme_key:
        query = query.where(Programme.key == programme_key)
    return _with_parts(query)
