"""One person's way through a programme: how it stands, and everything that was said about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import (
    Award,
    ProgrammeEnrolment,
    ProgrammeEnrolmentEvent,
    RequirementException,
    RequirementStanding,
    SignOff,
)
from trainhub.certification.queries.standings import Looked, look_at
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person


@dataclass(frozen=True)
class Rank:
    """The place of somebody among those with a result; equal results share a place."""

    place: int
    among: int


@dataclass(frozen=True)
class Road:
    """An enrolment looked at now, with exceptions, words on sign-offs, and its story."""

    enrolment: ProgrammeEnrolment
    looked: Looked
    exceptions: Sequence[RequirementException]
    sign_offs: Sequence[SignOff]
    story: Sequence[tuple[ProgrammeEnrolmentEvent, Person | None]]
    award: Award | None
    ranks: Mapping[str, Rank]

    @property
    def today(self) -> date:
        """The day on the person's own calendar."""
        return self.looked.today

    def exceptions_of(self, requirement_key: str) -> list[RequirementException]:
        """Waivers and extensions of one requirement, in order."""
        return [one for one in self.exceptions if one.requirement_key == requirement_key]

    def sign_offs_of(self, requirement_key: str) -> list[SignOff]:
        """What the supervisors have said about one requirement, in order."""
        return [one for one in self.sign_offs if one.requirement_key == requirement_key]


def find_road(enrolment: ProgrammeEnrolment, *, now: datetime, centre_zone: ZoneInfo) -> Road:
    """Everything the page of an enrolment shows."""
    looked = look_at([enrolment], now=now, centre_zone=centre_zone)[enrolment.id]
    composites = [
        one.requirement.key for one in looked.standing.lines if one.requirement.kind == "composite"
    ]
    return Road(
        enrolment,
        looked,
        _exceptions(enrolment.id),
        _sign_offs(enrolment.id),
        _story(enrolment.id),
        _award(enrolment.id),
        _ranks(enrolment, composites),
    )


def look_ahead(
    enrolments: Sequence[ProgrammeEnrolment], *, now: datetime, centre_zone: ZoneInfo
) -> list[Road]:
    """The roads of several enrolments without what was said about them: for what is next."""
    looked = look_at(enrolments, now=now, centre_zone=centre_zone)
    return [Road(one, looked[one.id], (), (), (), None, {}) for one in enrolments]


def list_own(person_id: int) -> list[ProgrammeEnrolment]:
    """Somebody's enrolments that lists show: the latest in each programme, open ones first."""
    query = (
        select(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.person_id == person_id, ProgrammeEnrolment.is_current)
        .options(joinedload(ProgrammeEnrolment.version), joinedload(ProgrammeEnrolment.programme))
        .order_by(ProgrammeEnrolment.state != "active", ProgrammeEnrolment.id.desc())
    )
    return list(db.session.scalars(query))


def get_exception(enrolment_id: int, exception_id: int) -> RequirementException:
    """A waiver or an extension of an enrolment. Raises `NotFound`."""
    found = db.session.get(RequirementException, exception_id)
    if found is None or found.enrolment_id != enrolment_id:
        raise NotFound()
    return found


def last_reminders(enrolment_ids: Collection[int]) -> dict[int, ProgrammeEnrolmentEvent]:
    """The latest reminder of each enrolment that has one."""
    query = (
        select(ProgrammeEnrolmentEvent)
        .where(
            ProgrammeEnrolmentEvent.enrolment_id.in_(enrolment_ids),
            ProgrammeEnrolmentEvent.kind == "reminded",
        )
        .order_by(ProgrammeEnrolmentEvent.id)
    )
    return {one.enrolment_id: one for one in db.session.scalars(query)}


def _exceptions(enrolment_id: int) -> list[RequirementException]:
    query = (
        select(RequirementException)
        .where(RequirementException.enrolment_id == enrolment_id)
        .options(joinedload(RequirementException.granted_by))
        .order_by(RequirementException.id)
    )
    return list(db.session.scalars(query))


def _sign_offs(enrolment_id: int) -> list[SignOff]:
    query = (
        select(SignOff)
        .where(SignOff.enrolment_id == enrolment_id)
        .options(joinedload(SignOff.by))
        .order_by(SignOff.id)
    )
    return list(db.session.scalars(query))


def _story(enrolment_id: int) -> list[tuple[ProgrammeEnrolmentEvent, Person | None]]:
    query = (
        select(ProgrammeEnrolmentEvent, Person)
        .outerjoin(Person, Person.id == ProgrammeEnrolmentEvent.by_id)
        .where(ProgrammeEnrolmentEvent.enrolment_id == enrolment_id)
        .order_by(ProgrammeEnrolmentEvent.id)
    )
    return [(event, person) for event, person in db.session.execute(query)]


def _award(enrolment_id: int) -> Award | None:
    query = select(Award).where(Award.enrolment_id == enrolment_id).order_by(Award.id.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def _ranks(enrolment: ProgrammeEnrolment, keys: Sequence[str]) -> dict[str, Rank]:
    """Places among those of the same cohort (without one: of the same version)."""
    if not keys:
        return {}
    peers = (
        ProgrammeEnrolment.cohort_id == enrolment.cohort_id
        if enrolment.cohort_id is not None
        else ProgrammeEnrolment.version_id == enrolment.version_id
    )
    score = RequirementStanding.evidence["score_permille"].as_integer()
    own: dict[str, int | None] = dict(
        db.session.execute(
            select(RequirementStanding.requirement_key, score).where(
                RequirementStanding.enrolment_id == enrolment.id,
                RequirementStanding.requirement_key.in_(keys),
            )
        ).all()
    )
    found = {}
    for key, points in own.items():
        if points is None:
            continue
        query = (
            select(func.count(score), func.count().filter(score > points))
            .join(ProgrammeEnrolment, ProgrammeEnrolment.id == RequirementStanding.enrolment_id)
            .where(
                ProgrammeEnrolment.programme_id == enrolment.programme_id,
                ProgrammeEnrolment.is_current,
                RequirementStanding.requirement_key == key,
                peers,
            )
        )
        among, better = db.session.execute(query).one()
        found[key] = Rank(better + 1, among)
    return found
