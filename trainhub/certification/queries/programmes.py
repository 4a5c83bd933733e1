"""Programmes as their authors see them: the list, one of them, its versions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import Award, Programme, ProgrammeEnrolment, ProgrammeVersion
from trainhub.certification.rules.awards.states import IN_FORCE
from trainhub.db import db
from trainhub.errors import NotFound


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme with how many are on its way, and how many hold its award."""

    programme: Programme
    under_way: int
    certified: int

    @property
    def has_changes(self) -> bool:
        """Whether something is written that no version says."""
        version = self.programme.published
        return version is None or (
            version.content != self.programme.content or version.titles != self.programme.titles
        )


def list_programmes(*, retired: bool = False) -> list[ProgrammeRow]:
    """Programmes in use, or the retired ones, by key."""
    shelf = Programme.retired_at.is_not(None) if retired else Programme.retired_at.is_(None)
    found = db.session.scalars(
        select(Programme)
        .where(shelf)
        .options(joinedload(Programme.published))
        .order_by(Programme.key)
    ).all()
    under_way, certified = _counts([one.id for one in found])
    return [ProgrammeRow(o, under_way.get(o.id, 0), certified.get(o.id, 0)) for o in found]


def get_programme(programme_id: int) -> Programme:
    """One programme. Raises `NotFound`."""
    found = db.session.get(Programme, programme_id)
    if found is None:
        raise NotFound()
    return found


def get_programme_row(programme_id: int) -> ProgrammeRow:
    """One programme with its counts. Raises `NotFound`."""
    programme = get_programme(programme_id)
    under_way, certified = _counts([programme_id])
    return ProgrammeRow(programme, under_way.get(programme_id, 0), certified.get(programme_id, 0))


def find_programme(key: str) -> Programme | None:
    """The programme of that key."""
    return db.session.scalars(select(Programme).where(Programme.key == key)).one_or_none()


def list_versions(programme_id: int) -> list[ProgrammeVersion]:
    """The versions of a programme, the latest first."""
    query = (
        select(ProgrammeVersion)
        .where(ProgrammeVersion.programme_id == programme_id)
        .order_by(ProgrammeVersion.number.desc())
    )
    return list(db.session.scalars(query))


def get_version(programme_id: int, number: int) -> ProgrammeVersion:
    """One version of a programme by its number. Raises `NotFound`."""
    query = select(ProgrammeVersion).where(
        ProgrammeVersion.programme_id == programme_id, ProgrammeVersion.number == number
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def count_by_version(programme_id: int) -> dict[int, int]:
    """How many are under way by each version, by its id."""
    query = (
        select(ProgrammeEnrolment.version_id, func.count())
        .where(
            ProgrammeEnrolment.programme_id == programme_id, ProgrammeEnrolment.state == "active"
        )
        .group_by(ProgrammeEnrolment.version_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _counts(ids: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    enrolments = (
        select(ProgrammeEnrolment.programme_id, func.count())
        .where(ProgrammeEnrolment.programme_id.in_(ids), ProgrammeEnrolment.state == "active")
        .group_by(ProgrammeEnrolment.programme_id)
    )
    awards = (
        select(Award.programme_id, func.count())
        .where(Award.programme_id.in_(ids), Award.state.in_([state.value for state in IN_FORCE]))
        .group_by(Award.programme_id)
    )
    under_way = {row[0]: row[1] for row in db.session.execute(enrolments)}
    certified = {row[0]: row[1] for row in db.session.execute(awards)}
    return under_way, certified
