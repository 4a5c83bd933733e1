"""Everything that has happened on a road: what was noted of it, and what was said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import (
    AwardEvent,
    ObservedCase,
    PersonalSummary,
    ProgrammeEnrolmentEvent,
    RequirementException,
    SignOff,
    SummaryEvent,
)
from trainhub.db import db
from trainhub.people.models import Person

MOST = 200  # of each sort; the latest


@dataclass(frozen=True)
class StoryLine:
    """One thing that happened: its kind, by whom ("" for the program), and about what.

    `reason` is what whoever did it wrote; `until_on` is the end of a waiver or an extension;
    `event` is set where an award changed.
    """

    at: datetime
    kind: str
    by: str = ""
    requirement_key: str = ""
    until_on: date | None = None
    reason: str = ""
    event: AwardEvent | None = None


def list_story(
    enrolment_id: int,
    exceptions: Sequence[RequirementException],
    sign_offs: Sequence[SignOff],
    award_events: Sequence[AwardEvent],
) -> list[StoryLine]:
    """The story of an enrolment, latest last. Three queries beside what is handed over."""
    found = [
        *_noted(enrolment_id),
        *_exceptions(exceptions),
        *(
            StoryLine(one.occurred_at, one.decision, one.by.name, one.requirement_key,
                      reason=one.comment)
            for one in sign_offs
        ),
        *_summaries(enrolment_id),
        *_cases(enrolment_id),
        *_award(award_events),
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at)


def _noted(enrolment_id: int) -> list[StoryLine]:
    query = (
        select(ProgrammeEnrolmentEvent, Person.name)
        .outerjoin(Person, Person.id == ProgrammeEnrolmentEvent.by_id)
        .where(ProgrammeEnrolmentEvent.enrolment_id == enrolment_id)
        .order_by(ProgrammeEnrolmentEvent.id.desc())
        .limit(MOST)
    )
    return [
        StoryLine(event.occurred_at, event.kind, name or "", reason=event.reason)
        for event, name in reversed(db.session.execute(query).all())
    ]


def _exceptions(exceptions: Sequence[RequirementException]) -> list[StoryLine]:
    ends = {one.ended_by_id for one in exceptions if one.ended_by_id is not None}
    query = select(Person.id, Person.name).where(Person.id.in_(ends))
    names: dict[int, str] = dict(db.session.execute(query).all()) if ends else {}
    made = [
        StoryLine(one.granted_at, one.kind, one.granted_by.name, one.requirement_key,
                  one.until_on, one.reason)
        for one in exceptions
    ]  # fmt: skip
    ended = [
        StoryLine(one.ended_at, f"{one.kind}_ended", names.get(one.ended_by_id or 0, ""),
                  one.requirement_key, reason=one.end_reason)
        for one in exceptions
        if one.ended_at is not None
    ]  # fmt: skip
    return made + ended


def _summaries(enrolment_id: int) -> list[StoryLine]:
    query = (
        select(SummaryEvent, PersonalSummary.requirement_key)
        .join(PersonalSummary, PersonalSummary.id == SummaryEvent.summary_id)
        .where(PersonalSummary.enrolment_id == enrolment_id)
        .options(joinedload(SummaryEvent.by))
        .order_by(SummaryEvent.id.desc())
        .limit(MOST)
    )
    return [
        StoryLine(event.occurred_at, f"summary_{event.kind}", event.by.name, key,
                  reason=event.comment)
        for event, key in reversed(db.session.execute(query).all())
    ]  # fmt: skip


def _cases(enrolment_id: int) -> list[StoryLine]:
    """Work that was rated to the end, by its name; what it came to stands beside the requirement.

    Raters are named on the page of the case.
    """
    query = (
        select(ObservedCase)
        .where(ObservedCase.enrolment_id == enrolment_id, ObservedCase.settled_at.is_not(None))
        .order_by(ObservedCase.settled_at.desc(), ObservedCase.id.desc())
        .limit(MOST)
    )
    return [
        StoryLine(one.settled_at, "rated", requirement_key=one.requirement_key, reason=one.what)
        for one in reversed(db.session.scalars(query).all())
        if one.settled_at is not None
    ]


def _award(events: Sequence[AwardEvent]) -> list[StoryLine]:
    """What became of the award; that it was granted is noted on the enrolment."""
    return [
        StoryLine(one.occurred_at, "award", event=one)
        for one in events[-MOST:]
        if one.old_state != "none"
    ]
