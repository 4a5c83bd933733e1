"""What is to be said about certification: due dates, ends of awards, a team's week."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import (
    Award,
    ProgrammeEnrolment,
    ProgrammeEnrolmentEvent,
    ProgrammeVersion,
    RequirementStanding,
)
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.certification.rules.programmes.content import ProgrammeContent, from_dict
from trainhub.certification.rules.standing.findings import SETTLED
from trainhub.db import db
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Team, TeamSupervision

AHEAD, BEHIND = timedelta(days=31), timedelta(days=14)
KNOWN_FOR = timedelta(days=60)  # longer than any reminder may still be due
FRESH = timedelta(days=2)
_SETTLED = [state.value for state in SETTLED]


def list_due_requirements(today: date) -> list[Row[tuple[int, int, int | None, int, str, date]]]:
    """Enrolment, person, team, version, requirement and date of what is open and due about now."""
    query = (
        select(
            ProgrammeEnrolment.id,
            ProgrammeEnrolment.person_id,
            Person.team_id,
            ProgrammeEnrolment.version_id,
            RequirementStanding.requirement_key,
            RequirementStanding.due_on,
        )
        .join(RequirementStanding, RequirementStanding.enrolment_id == ProgrammeEnrolment.id)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolment.state == "active",
            RequirementStanding.state.not_in(_SETTLED),
            RequirementStanding.due_on.between(today - BEHIND, today + AHEAD),
            Person.disabled_at.is_(None),
        )
        .order_by(ProgrammeEnrolment.id, RequirementStanding.requirement_key)
    )
    return list(db.session.execute(query))


def list_ending_awards(today: date) -> list[Row[tuple[int, int, int | None, int, date]]]:
    """Award, person, team, version and last valid day of what ends about now."""
    query = (
        select(Award.id, Award.person_id, Person.team_id, Award.version_id, Award.valid_until)
        .join(Person, Person.id == Award.person_id)
        .where(
            Award.state.in_((AwardState.ACTIVE.value, AwardState.EXPIRED.value)),
            Award.valid_until.between(today - BEHIND, today + AHEAD),
            Person.disabled_at.is_(None),
        )
        .order_by(Award.id)
    )
    return list(db.session.execute(query))


def contents_of(version_ids: Collection[int]) -> dict[int, ProgrammeContent]:
    """What programme versions say, by their ids."""
    query = select(ProgrammeVersion.id, ProgrammeVersion.content).where(
        ProgrammeVersion.id.in_(version_ids)
    )
    return {row.id: from_dict(row.content) for row in db.session.execute(query)}


def supervisors_of_teams() -> dict[int, list[int]]:
    """Who supervises each team, by team id; without disabled accounts."""
    query = (
        select(TeamSupervision.team_id, TeamSupervision.person_id)
        .join(Person, Person.id == TeamSupervision.person_id)
        .where(Person.disabled_at.is_(None))
        .order_by(TeamSupervision.person_id)
    )
    found: dict[int, list[int]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.team_id, []).append(row.person_id)
    return found


def list_told(kinds: Collection[str], now: datetime) -> set[tuple[int, str, str]]:
    """Person, kind and key of what was put down lately."""
    query = select(Notice.person_id, Notice.kind, Notice.key).where(
        Notice.kind.in_(list(kinds)), Notice.created_at > now - KNOWN_FOR
    )
    return {(row.person_id, row.kind, row.key) for row in db.session.execute(query)}


def list_fresh_reminders(now: datetime) -> list[Row[tuple[int, int]]]:
    """Event and person of reminders that supervisors have asked for in the last two days."""
    query = (
        select(ProgrammeEnrolmentEvent.id, ProgrammeEnrolment.person_id)
        .join(ProgrammeEnrolment, ProgrammeEnrolment.id == ProgrammeEnrolmentEvent.enrolment_id)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolmentEvent.kind == "reminded",
            ProgrammeEnrolmentEvent.occurred_at > now - FRESH,
            ProgrammeEnrolmentEvent.occurred_at <= now,
            Person.disabled_at.is_(None),
        )
    )
    return list(db.session.execute(query))


def find_reminder(
    event_id: int,
) -> tuple[ProgrammeEnrolmentEvent, ProgrammeEnrolment, Person | None] | None:
    """A reminder that a supervisor has asked for, its enrolment, and who asked."""
    event = db.session.get(ProgrammeEnrolmentEvent, event_id)
    if event is None:
        return None
    enrolment = db.session.get_one(ProgrammeEnrolment, event.enrolment_id)
    return event, enrolment, db.session.get(Person, event.by_id) if event.by_id else None


def find_open_requirement(
    enrolment_id: int, key: str, due_on: date
) -> tuple[ProgrammeEnrolment, RequirementStanding] | None:
    """A requirement that is still open with this due date, and its enrolment under way."""
    standing = db.session.get(RequirementStanding, (enrolment_id, key))
    enrolment = db.session.get(ProgrammeEnrolment, enrolment_id)
    if standing is None or enrolment is None or enrolment.state != "active":
        return None
    is_open = standing.state not in _SETTLED and standing.due_on == due_on
    return (enrolment, standing) if is_open else None


def list_open_requirements(enrolment_id: int) -> list[RequirementStanding]:
    """What is still open for an enrolment, the next due first."""
    query = (
        select(RequirementStanding)
        .where(
            RequirementStanding.enrolment_id == enrolment_id,
            RequirementStanding.state.not_in(_SETTLED),
        )
        .order_by(RequirementStanding.due_on.is_(None), RequirementStanding.due_on)
    )
    return list(db.session.scalars(query))


def find_award(award_id: int) -> Award | None:
    """An award with its programme version."""
    return db.session.get(Award, award_id, options=[joinedload(Award.version)])


@dataclass(frozen=True)
class TeamWeek:
    """How a team stands at the beginning of a week; `names` are of those who are late."""

    name: str
    late: int
    at_risk: int
    due: int
    ending: int
    under_review: int
    certified: int
    names: tuple[str, ...]

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to tell."""
        return not any((self.late, self.at_risk, self.due, self.ending, self.under_review,
                        self.certified))  # fmt: skip


def team_weeks(team_ids: Collection[int], today: date, now: datetime) -> list[TeamWeek]:
    """The week of each team, by name."""
    teams = db.session.scalars(select(Team).where(Team.id.in_(team_ids)).order_by(Team.name))
    return [_team_week(team, today, now) for team in teams]


def _team_week(team: Team, today: date, now: datetime) -> TeamWeek:
    due = ProgrammeEnrolment.next_due_on
    is_late, is_due = due < today, due.between(today, today + timedelta(days=6))
    row = db.session.execute(
        _under_way(
            team.id,
            func.count().filter(is_late),
            func.count().filter(and_(ProgrammeEnrolment.is_at_risk, or_(due.is_(None), ~is_late))),
            func.count().filter(is_due),
        )
    ).one()
    late, at_risk, soon = (int(one) for one in row)
    names = _under_way(team.id, Person.name).where(is_late).order_by(due, Person.name_key).limit(10)
    awards = _awards(team.id, today, now)
    return TeamWeek(
        team.name, late, at_risk, soon, awards["ending"], awards["under_review"],
        awards["certified"], tuple(str(one) for one in db.session.scalars(names)),
    )  # fmt: skip


def _under_way(team_id: int, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            Person.team_id == team_id,
            Person.disabled_at.is_(None),
            ProgrammeEnrolment.state == "active",
        )
    )


def _awards(team_id: int, today: date, now: datetime) -> Mapping[str, int]:
    ending = and_(
        Award.state == AwardState.ACTIVE.value,
        Award.valid_until.between(today, today + timedelta(days=30)),
    )
    certified = and_(
        Award.granted_at > now - timedelta(days=7),
        Award.state.in_([one.value for one in IN_FORCE]),
    )
    row = db.session.execute(
        select(
            func.count().filter(ending),
            func.count().filter(Award.state == AwardState.UNDER_REVIEW.value),
            func.count().filter(certified),
        )
        .select_from(Award)
        .join(Person, Person.id == Award.person_id)
        .where(Person.team_id == team_id, Person.disabled_at.is_(None))
    ).one()
    return {"ending": row[0], "under_review": row[1], "certified": row[2]}
