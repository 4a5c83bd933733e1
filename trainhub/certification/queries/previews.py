"""What a programme that is still being written would mean for real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.standings import Asked, Looked, look_at, look_at_all
from trainhub.certification.rules.programmes.content import ProgrammeContent
from trainhub.db import db
from trainhub.people.models import Person

MOST_PEOPLE = 300  # a page, not a report


@dataclass(frozen=True)
class Previewed:
    """One person as the programme being written would have them."""

    person: Person
    looked: Looked
    is_enrolled: bool
    starts_on: date

    @property
    def is_certified(self) -> bool:
        """Whether everything asked for is met today."""
        return self.looked.standing.is_complete


@dataclass(frozen=True)
class Moved:
    """One person under way: how they stand by their version, and by the one being written."""

    person: Person
    before: Looked
    after: Looked

    @property
    def is_changed(self) -> bool:
        """Whether they have to do more, less or something else, or are late all at once."""
        return self._face(self.before) != self._face(self.after)

    @staticmethod
    def _face(looked: Looked) -> tuple[object, ...]:
        standing = looked.standing
        return (
            standing.is_complete,
            tuple(sorted(line.requirement.key for line in standing.missing)),
            standing.next_due_on,
        )


@dataclass(frozen=True)
class Consequences:
    """What moving to the version being written would mean for those under way.

    At most `MOST_PEOPLE` of the `under_way` have been looked at: the `people`.
    """

    under_way: int
    people: tuple[Moved, ...]

    @property
    def complete_before(self) -> int:
        """How many have everything by the version they are in."""
        return sum(one.before.standing.is_complete for one in self.people)

    @property
    def complete_after(self) -> int:
        """How many would have everything by the new one."""
        return sum(one.after.standing.is_complete for one in self.people)

    @property
    def changed(self) -> list[Moved]:
        """Those whose standing would be another one."""
        return [one for one in self.people if one.is_changed]

    @property
    def late_after(self) -> int:
        """How many would be late the moment they are moved and are not now."""
        return sum(_is_late(one.after) and not _is_late(one.before) for one in self.people)


def _is_late(looked: Looked) -> bool:
    due_on = looked.standing.next_due_on
    return due_on is not None and due_on < looked.today


def preview(
    programme_id: int,
    content: ProgrammeContent,
    people: Sequence[Person],
    *,
    starts_on: date,
    now: datetime,
    centre_zone: ZoneInfo,
) -> list[Previewed]:
    """How each would stand today: those enrolled from their start, others as if from `starts_on`.

    At most `MOST_PEOPLE` of them.
    """
    people = people[:MOST_PEOPLE]
    enrolments = _active(programme_id, [one.id for one in people])
    asked = []
    for person in people:
        known = enrolments.get(person.id)
        asked.append(
            Asked(known.id, person.id, known.path, known.starts_on, content)
            if known
            else Asked(-person.id, person.id, "full", starts_on, content)
        )
    looked = look_at_all(asked, now=now, centre_zone=centre_zone)
    return [
        Previewed(person, looked[one.enrolment_id], one.enrolment_id > 0, one.starts_on)
        for person, one in zip(people, asked, strict=True)
    ]


def _active(programme_id: int, person_ids: list[int]) -> dict[int, ProgrammeEnrolment]:
    query = select(ProgrammeEnrolment).where(
        ProgrammeEnrolment.programme_id == programme_id,
        ProgrammeEnrolment.state == "active",
        ProgrammeEnrolment.person_id.in_(person_ids),
    )
    return {one.person_id: one for one in db.session.scalars(query)}


def consequences(
    programme_id: int, content: ProgrammeContent, *, now: datetime, centre_zone: ZoneInfo
) -> Consequences:
    """What would happen to everybody under way if they went on by this content."""
    is_under_way = (
        ProgrammeEnrolment.programme_id == programme_id,
        ProgrammeEnrolment.state == "active",
    )
    under_way = db.session.scalar(
        select(func.count()).select_from(ProgrammeEnrolment).where(*is_under_way)
    )
    query = (
        select(ProgrammeEnrolment)
        .where(*is_under_way)
        .options(joinedload(ProgrammeEnrolment.person), joinedload(ProgrammeEnrolment.version))
        .order_by(ProgrammeEnrolment.id.desc())
        .limit(MOST_PEOPLE)
    )
    enrolments = list(db.session.scalars(query))
    before = look_at(enrolments, now=now, centre_zone=centre_zone)
    asked = [Asked(one.id, one.person_id, one.path, one.starts_on, content) for one in enrolments]
    after = look_at_all(asked, now=now, centre_zone=centre_zone)
    people = (Moved(one.person, before[one.id], after[one.id]) for one in enrolments)
    return Consequences(under_way or 0, tuple(sorted(people, key=lambda m: m.person.name_key)))
