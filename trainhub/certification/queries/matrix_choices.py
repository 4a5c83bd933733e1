"""What the matrix can be narrowed to: programmes with people in them, their columns, views kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from trainhub.certification.models import (
    Programme,
    ProgrammeEnrolment,
    ProgrammeVersion,
    SavedView,
)
from trainhub.certification.queries.scope import people_in_sight
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Cohort, Person


@dataclass(frozen=True)
class Column:
    """One requirement at the head of the matrix, with its titles by language.

    `course` is the key of the course it names, if it names one.
    """

    key: str
    kind: str
    titles: Mapping[str, str]
    course: str = ""


def list_running_programmes() -> list[Programme]:
    """Published programmes, those that bring new people in first, then by key."""
    query = select(Programme).where(
        Programme.published_version_id.is_not(None), Programme.retired_at.is_(None)
    )
    found = db.session.scalars(query.order_by(Programme.key))
    return sorted(found, key=lambda one: one.kind != "onboarding")


def list_columns(programme: Programme) -> list[Column]:
    """The requirements of the version in force, then those of versions people are still on."""
    under_way = select(ProgrammeEnrolment.version_id).where(
        ProgrammeEnrolment.programme_id == programme.id, ProgrammeEnrolment.is_current
    )
    query = select(ProgrammeVersion.content).where(
        ProgrammeVersion.programme_id == programme.id,
        (ProgrammeVersion.id == programme.published_version_id)
        | ProgrammeVersion.id.in_(under_way),
    )
    found: dict[str, Column] = {}
    for stored in db.session.scalars(query.order_by(ProgrammeVersion.number.desc())):
        for one in from_dict(stored).requirements:
            course = str(one.settings.get("course", ""))
            found.setdefault(one.key, Column(one.key, one.kind, one.titles, course))
    return list(found.values())


def list_cohorts_under_way(viewer: Person, programme_id: int) -> list[Cohort]:
    """Cohorts of which somebody in sight is in the programme, the latest start first."""
    ids = (
        select(ProgrammeEnrolment.cohort_id)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolment.programme_id == programme_id,
            ProgrammeEnrolment.is_current,
            Person.disabled_at.is_(None),
            people_in_sight(viewer),
        )
    )
    query = select(Cohort).where(Cohort.id.in_(ids)).order_by(Cohort.start_on.desc(), Cohort.id)
    return list(db.session.scalars(query))


def list_saved_views(person_id: int) -> list[SavedView]:
    """Somebody's own views, by name."""
    query = select(SavedView).where(SavedView.person_id == person_id)
    return list(db.session.scalars(query.order_by(SavedView.name)))


def get_saved_view(view_id: int, person_id: int) -> SavedView:
    """One of somebody's own views. Raises `NotFound`."""
    query = select(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def count_saved_views(person_id: int) -> int:
    """How many views somebody keeps."""
    query = select(func.count()).select_from(SavedView).where(SavedView.person_id == person_id)
    return db.session.scalar(query) or 0


def get_chosen(viewer: Person, enrolment_ids: Collection[int]) -> Sequence[ProgrammeEnrolment]:
    """Enrolments of others in sight, all of them. Raises `NotFound` when one of them is not."""
    wanted = set(enrolment_ids)
    query = (
        select(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolment.id.in_(wanted),
            ProgrammeEnrolment.person_id != viewer.id,
            Person.disabled_at.is_(None),
            people_in_sight(viewer),
        )
        .order_by(ProgrammeEnrolment.id)
    )
    found = db.session.scalars(query).all()
    if len(found) != len(wanted):
        raise NotFound()
    return found
