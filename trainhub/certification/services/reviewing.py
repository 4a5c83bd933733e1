"""Looking at enrolments anew: what has changed is written down, what is complete is awarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.certification.models import (
    Award,
    AwardEvent,
    ProgrammeEnrolment,
    RequirementStanding,
)
from trainhub.certification.queries.standings import Looked, look_at
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.rules.standing.findings import Step
from trainhub.certification.rules.standing.risk import Risk, forecast
from trainhub.certification.rules.standing.standing import Line
from trainhub.certification.services import awards
from trainhub.certification.services.refreshing import settle_refreshes
from trainhub.db import db
from trainhub.errors import NotFound

# A record may be committed a little after the moment it carries: it is looked for once more.
COMMIT_TAKES = timedelta(seconds=60)
EVIDENCE_WITHDRAWN = "evidence_withdrawn"  # a cause; the page of the award words it


def lock_enrolment(enrolment_id: int) -> ProgrammeEnrolment:
    """Hold an enrolment and read it as it is stored now. Raises `NotFound`."""
    query = (
        select(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.id == enrolment_id)
        .with_for_update(of=ProgrammeEnrolment)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def review_enrolment(enrolment_id: int, *, now: datetime, centre_zone: ZoneInfo) -> Award | None:
    """Look at one enrolment at once: for the acts that have just changed how it stands."""
    enrolment = lock_enrolment(enrolment_id)
    looked = look_at([enrolment], now=now, centre_zone=centre_zone)[enrolment.id]
    return review(enrolment, looked, now=now)


def review(enrolment: ProgrammeEnrolment, looked: Looked, *, now: datetime) -> Award | None:
    """Write down how a held enrolment stands; grant the award it has earned, and give it back.

    An enrolment that was awarded on evidence that no longer stands puts its award under review.
    """
    _write_lines(enrolment, looked, now)
    _write_summary(enrolment, looked, now)
    if enrolment.state == "awarded":
        settle_refreshes(enrolment, today=looked.today, now=now)
        _question_award(enrolment, looked, now)
        return None
    if enrolment.state != "active" or not looked.standing.is_complete:
        return None
    try:
        return awards.grant(enrolment, looked, now=now)
    except (awards.AlreadyAwarded, awards.DecisionNeeded, awards.NotComplete):
        # Somebody was first, the award before has to be decided on, or the first day is to come.
        return None


def _write_lines(enrolment: ProgrammeEnrolment, looked: Looked, now: datetime) -> None:
    query = select(RequirementStanding).where(RequirementStanding.enrolment_id == enrolment.id)
    rows = {row.requirement_key: row for row in db.session.scalars(query)}
    for line in looked.standing.lines:
        values = _values(line)
        row = rows.pop(line.requirement.key, None)
        if row is None:
            db.session.add(
                RequirementStanding(
                    enrolment_id=enrolment.id,
                    requirement_key=line.requirement.key,
                    updated_at=now,
                    **values,
                )
            )
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.updated_at = now
    for row in rows.values():  # requirements of a version the enrolment has left
        db.session.delete(row)


def _values(line: Line) -> dict[str, Any]:
    moments = [piece.on for piece in line.finding.evidence]
    return {
        "state": line.state.value,
        "due_on": line.due_on,
        "met_on": max(moments, default=None) if line.is_settled else None,
        "ends_on": line.ends_on,
        "evidence": _evidence(line),
        "next_step": {} if line.is_settled else _step(line.finding.step),
    }


def _evidence(line: Line) -> dict[str, Any]:
    said = line.finding.said
    return {
        "said": None if said is None else {"message": said.message, "params": dict(said.params)},
        "ids": [dict(piece.ids) for piece in line.finding.evidence],
        "score_permille": line.finding.score_permille,
        "tries": line.finding.tries,
    }


def _step(step: Step | None) -> Mapping[str, Any]:
    return {} if step is None else asdict(step)


def _write_summary(enrolment: ProgrammeEnrolment, looked: Looked, now: datetime) -> None:
    standing = looked.standing
    enrolment.done = standing.done
    enrolment.needed = len(standing.counted)
    enrolment.stage = standing.stage.key if standing.stage else ""
    enrolment.next_due_on = standing.next_due_on
    enrolment.final_due_on = standing.final_due_on
    risk = _risk(enrolment, looked)
    enrolment.is_at_risk = risk is not None
    values = {} if risk is None else _risk_values(risk)
    if enrolment.risk != values:
        enrolment.risk = values
    enrolment.is_stale = False
    enrolment.reviewed_at = now
    enrolment.facts_seen_until = now - COMMIT_TAKES
    db.session.flush()


def _risk(enrolment: ProgrammeEnrolment, looked: Looked) -> Risk | None:
    """What will probably be late; only those on their way are warned of anything."""
    if enrolment.state != "active" or looked.standing.is_complete:
        return None
    return forecast(
        looked.standing,
        starts_on=enrolment.starts_on,
        today=looked.today,
        works=looked.works,
        earliest_on=looked.arranged,
    )


def _risk_values(risk: Risk) -> dict[str, Any]:
    return {
        "requirement_key": risk.requirement_key,
        "due_on": risk.due_on.isoformat(),
        "reason": {"message": risk.reason.message, "params": dict(risk.reason.params)},
    }


def _question_award(enrolment: ProgrammeEnrolment, looked: Looked, now: datetime) -> None:
    """Evidence that was taken back questions the award; evidence that has worn off does not.

    Nor does what an earlier question was about: somebody has decided that the award holds.
    """
    award = db.session.scalars(
        select(Award).where(Award.enrolment_id == enrolment.id, Award.state == "active")
    ).one_or_none()
    if award is None:
        return
    was_met = {one["requirement"] for one in award.evidence if one["state"] == "met"}
    asked = select(AwardEvent.values).where(
        AwardEvent.award_id == award.id, AwardEvent.new_state == AwardState.UNDER_REVIEW.value
    )
    decided = {
        key for values in db.session.scalars(asked) for key in values.get("requirements", ())
    }
    lost = [
        line.requirement.key
        for line in looked.standing.lines
        if line.requirement.key in was_met - decided and not line.finding.evidence
    ]
    if lost:
        awards.change(
            award,
            AwardState.UNDER_REVIEW,
            now=now,
            values={"cause": EVIDENCE_WITHDRAWN, "requirements": lost},
        )


def review_person(person_id: int, *, now: datetime, centre_zone: ZoneInfo) -> None:
    """Look at once at everything of somebody that has been marked as stale."""
    query = (
        select(ProgrammeEnrolment.id)
        .where(
            ProgrammeEnrolment.person_id == person_id,
            ProgrammeEnrolment.is_stale,
            ProgrammeEnrolment.state.in_(("active", "awarded")),
        )
        .order_by(ProgrammeEnrolment.id)
    )
    for enrolment_id in db.session.scalars(query).all():
        review_enrolment(enrolment_id, now=now, centre_zone=centre_zone)
