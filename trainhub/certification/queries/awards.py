"""Reading awards: those whose end has come, those whose renewal opens."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.certification.models import Award, ProgrammeEnrolment, ProgrammeVersion
from trainhub.certification.rules.awards.states import AwardState
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
