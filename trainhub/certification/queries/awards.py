"""Reading awards: those whose end has come, those whose renewal opens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.certification.models import (
    Award,
    AwardEvent,
    ObservedCase,
    Programme,
    ProgrammeEnrolment,
    ProgrammeVersion,
)
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.certification.rules.awards.validity import ends_on, opens_on
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.db import db

LONGEST_WINDOW = timedelta(days=366)


def list_over_ids(today: date, *, limit: int = 1000) -> list[int]:
    """Active awards whose last valid day is over, grace or not, oldest end first."""
    query = (
        select(Award.id)
        .where(Award.state == AwardState.ACTIVE.value, Award.valid_until < today)
        .order_by(Award.valid_until, Award.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def get_award_for_change(award_id: int) -> Award | None:
    """An award, held, with its version; None where it is no more active."""
    query = (
        select(Award)
        .where(Award.id == award_id)
        .options(joinedload(Award.version))
        .with_for_update(of=Award)
        .execution_options(populate_existing=True)
    )
    award = db.session.scalars(query).one_or_none()
    return award if award is not None and award.state == AwardState.ACTIVE else None


def is_over(award: Award, today: date) -> bool:
    """Whether the award and its grace period are over."""
    validity = from_dict(award.version.content).validity
    return award.valid_until is not None and ends_on(validity, award.valid_until) < today


def list_renewable_ids(today: date, *, limit: int = 1000) -> list[int]:
    """Active awards whose renewal is open and that nobody is renewing yet."""
    renewing = aliased(ProgrammeEnrolment)
    under_way = exists().where(
        renewing.person_id == Award.person_id,
        renewing.programme_id == Award.programme_id,
        renewing.state == "active",
    )
    query = (
        select(Award.id, Award.valid_until, ProgrammeVersion.content)
        .join(ProgrammeVersion, ProgrammeVersion.id == Award.version_id)
        .where(
            Award.state == AwardState.ACTIVE.value,
            Award.valid_until <= today + LONGEST_WINDOW,
            ~under_way,
        )
        .order_by(Award.valid_until, Award.id)
        .limit(limit)
    )
    return [
        award_id
        for award_id, valid_until, content in db.session.execute(query)
        if opens_on(from_dict(content).validity, valid_until) <= today
    ]


def find_public_award(code: str) -> Award | None:
    """The award whose certificate carries this code."""
    query = _told().where(Award.code == code)
    return db.session.scalars(query).one_or_none()


def list_own_awards(person_id: int) -> list[Award]:
    """Somebody's awards, those in force first, then the latest."""
    ended = Award.state.not_in([state.value for state in IN_FORCE])
    query = _told().where(Award.person_id == person_id).order_by(ended, Award.id.desc())
    return list(db.session.scalars(query))


def list_award_events(award_id: int) -> list[AwardEvent]:
    """What became of an award, in the order it was written down."""
    query = select(AwardEvent).where(AwardEvent.award_id == award_id).order_by(AwardEvent.id)
    return list(db.session.scalars(query))


def list_ends(award_ids: Iterable[int], *, since: datetime) -> list[AwardEvent]:
    """When and why awards were revoked or have expired, the latest first."""
    query = (
        select(AwardEvent)
        .where(
            AwardEvent.award_id.in_(set(award_ids)),
            AwardEvent.new_state.in_((AwardState.REVOKED.value, AwardState.EXPIRED.value)),
            AwardEvent.occurred_at >= since,
        )
        .order_by(AwardEvent.id.desc())
    )
    return list(db.session.scalars(query))


def list_successors(award: Award) -> list[Award]:
    """The award after this one, if there is one: a renewal or a grant after its end."""
    return list(db.session.scalars(_told().where(Award.previous_id == award.id)))


def _told() -> Select[Award]:
    return select(Award).options(joinedload(Award.version), joinedload(Award.programme))


def find_active_enrolment(person_id: int, programme_id: int) -> ProgrammeEnrolment | None:
    """Where somebody is under way in a programme; at most one."""
    query = select(ProgrammeEnrolment).where(
        ProgrammeEnrolment.person_id == person_id,
        ProgrammeEnrolment.programme_id == programme_id,
        ProgrammeEnrolment.state == "active",
    )
    return db.session.scalars(query).one_or_none()


def list_awards_by_id(award_ids: Iterable[int]) -> list[Award]:
    """Some awards, with what their numbers are made of."""
    return list(db.session.scalars(_told().where(Award.id.in_(set(award_ids)))))


def list_programmes_by_key(keys: Iterable[str]) -> list[Programme]:
    """Some programmes."""
    return list(db.session.scalars(select(Programme).where(Programme.key.in_(set(keys)))))


def list_awards_on_cases(case_ids: Iterable[int]) -> list[tuple[int, Award, str]]:
    """Which awards rest on some observed work: the case, the award, the requirement; in order."""
    asked = set(case_ids)
    holders = select(ObservedCase.person_id).where(ObservedCase.id.in_(asked))
    query = _told().where(Award.person_id.in_(holders)).order_by(Award.id)
    return [
        (case_id, award, one["requirement"])
        for award in db.session.scalars(query)
        for one in award.evidence
        for piece in one["pieces"]
        if piece["kind"] == "observation"
        and (case_id := piece["ids"].get("observed_case_id")) in asked
    ]
