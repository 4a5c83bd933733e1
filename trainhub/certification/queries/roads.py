"""One person's way through a programme: how it stands, and everything that was said about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
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
from trainhub.certification.queries.awards import list_award_events
from trainhub.certification.queries.class_seats import Seat, list_seats
from trainhub.certification.queries.scope import people_in_sight
from trainhub.certification.queries.standings import Looked, look_at
from trainhub.certification.queries.stories import StoryLine, list_story
from trainhub.certification.rules.awards.validity import ends_on
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.queries.progress import list_assigned_dates
from trainhub.people.models import Person


@dataclass(frozen=True)
class Rank:
    """The place of somebody among those with a result; equal results share a place."""

    place: int
    among: int


@dataclass(frozen=True)
class Road:
    """An enrolment looked at now, with exceptions, words on sign-offs, and its story.

    By requirement: `seats` in classes to come, and the dates by which courses are `assigned`,
    which count apart from the programme's. `renewed` is the award that a renewal is to follow.
    """

    enrolment: ProgrammeEnrolment
    looked: Looked
    exceptions: Sequence[RequirementException] = ()
    sign_offs: Sequence[SignOff] = ()
    story: Sequence[StoryLine] = ()
    award: Award | None = None
    ranks: Mapping[str, Rank] = field(default_factory=dict)
    seats: Mapping[str, Seat] = field(default_factory=dict)
    assigned: Mapping[str, date] = field(default_factory=dict)
    renewed: Award | None = None

    @property
    def grace_until(self) -> date | None:
        """Until when what is to be renewed holds beyond its last valid day, if at all."""
        if self.renewed is None or self.renewed.valid_until is None:
            return None
        validity = from_dict(self.renewed.version.content).validity
        last = ends_on(validity, self.renewed.valid_until)
        return last if last > self.renewed.valid_until else None

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
    exceptions, sign_offs = _exceptions(enrolment.id), _sign_offs(enrolment.id)
    award = find_awards([enrolment.id]).get(enrolment.id)
    events = list_award_events(award.id) if award is not None else []
    return Road(
        enrolment,
        looked,
        exceptions,
        sign_offs,
        list_story(enrolment.id, exceptions, sign_offs, events),
        award,
        _ranks(enrolment, composites),
        **_arranged(enrolment, looked, now),
        renewed=db.session.get(Award, enrolment.renews_id) if enrolment.renews_id else None,
    )


def look_ahead(
    enrolments: Sequence[ProgrammeEnrolment], *, now: datetime, centre_zone: ZoneInfo
) -> list[Road]:
    """The roads of several enrolments without what was said about them: for what is next."""
    looked = look_at(enrolments, now=now, centre_zone=centre_zone)
    return [Road(one, looked[one.id], **_arranged(one, looked[one.id], now)) for one in enrolments]


def list_own(person_id: int) -> list[ProgrammeEnrolment]:
    """Somebody's enrolments that lists show: the latest in each programme, open ones first."""
    query = (
        select(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.person_id == person_id, ProgrammeEnrolment.is_current)
        .options(joinedload(ProgrammeEnrolment.version), joinedload(ProgrammeEnrolment.programme))
        .order_by(ProgrammeEnrolment.state != "active", ProgrammeEnrolment.id.desc())
    )
    return list(db.session.scalars(query))


def list_in_sight(person_id: int, viewer: Person) -> list[ProgrammeEnrolment]:
    """Somebody else's enrolments that lists show, where the viewer may see their roads."""
    in_sight = select(Person.id).where(Person.id == person_id, people_in_sight(viewer))
    return list_own(person_id) if db.session.scalar(in_sight) is not None else []


def find_awards(enrolment_ids: Collection[int]) -> dict[int, Award]:
    """The latest award that each enrolment has led to."""
    query = select(Award).where(Award.enrolment_id.in_(enrolment_ids)).order_by(Award.id)
    return {one.enrolment_id: one for one in db.session.scalars(query)}


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


def _arranged(enrolment: ProgrammeEnrolment, looked: Looked, now: datetime) -> dict[str, Any]:
    """Seats and assignments for what a road asks for."""
    classes = _courses(looked, "class", is_open=True)
    courses = _courses(looked, "course", is_open=False)
    person_id = enrolment.person_id
    seats = list_seats([person_id], set(classes.values()), now=now)
    dates = list_assigned_dates(person_id, set(courses.values()))
    return {
        "seats": {
            key: seats[person_id, course]
            for key, course in classes.items()
            if (person_id, course) in seats
        },
        "assigned": {key: dates[course] for key, course in courses.items() if course in dates},
    }


def _courses(looked: Looked, kind: str, *, is_open: bool) -> dict[str, str]:
    """The course that each requirement of a kind names, by the requirement."""
    return {
        line.requirement.key: str(line.requirement.settings["course"])
        for line in looked.standing.lines
        if line.requirement.kind == kind and not (is_open and line.is_settled)
    }


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
