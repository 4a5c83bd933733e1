"""Whose standing and whose certificates somebody may see. Every list goes through here."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from trainhub.certification.models import Award, ProgrammeEnrolment
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Role


def sees_all(viewer: Person) -> bool:
    """Whether somebody sees every team's standing."""
    return viewer.has_role(Role.ADMINISTRATOR)


def people_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person`: for supervisors, whoever is in a team of theirs."""
    if sees_all(viewer):
        return true()
    return Person.team_id.in_(viewer.supervised_team_ids)


def get_enrolment(enrolment_id: int, viewer: Person) -> ProgrammeEnrolment:
    """An enrolment the viewer may see: one's own, or of somebody in sight. Raises `NotFound`."""
    query = (
        select(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolment.id == enrolment_id,
            (ProgrammeEnrolment.person_id == viewer.id) | people_in_sight(viewer),
        )
        .options(joinedload(ProgrammeEnrolment.version), joinedload(ProgrammeEnrolment.programme))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_enrolment_to_act_on(enrolment_id: int, viewer: Person) -> ProgrammeEnrolment:
    """An enrolment of somebody else in sight: nobody acts on their own. Raises `NotFound`."""
    found = get_enrolment(enrolment_id, viewer)
    if found.person_id == viewer.id:
        raise NotFound()
    return found


def awards_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person` for awards: auditors see all, others as `people_in_sight`."""
    return true() if viewer.has_role(Role.AUDITOR) else people_in_sight(viewer)


def get_award(award_id: int, viewer: Person) -> Award:
    """An award the viewer may see: one's own, or of somebody in sight. Raises `NotFound`."""
    query = (
        select(Award)
        .join(Person, Person.id == Award.person_id)
        .where(Award.id == award_id, (Award.person_id == viewer.id) | awards_in_sight(viewer))
        .options(joinedload(Award.version), joinedload(Award.programme))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_award_to_decide(award_id: int, viewer: Person) -> Award:
    """An award of somebody else in sight: nobody decides on their own. Raises `NotFound`."""
    found = get_award(award_id, viewer)
    if found.person_id == viewer.id:
        raise NotFound()
    return found
