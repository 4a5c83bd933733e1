"""Personal summaries: written, handed in, sent back or accepted; and sign-offs.

`hand_in`, `answer` and `sign_off` change how an enrolment stands: the caller reviews it in the
same transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from trainhub.certification.models import (
    PersonalSummary,
    ProgrammeEnrolment,
    SignOff,
    SummaryEvent,
)
from trainhub.certification.rules.programmes.content import Requirement, from_dict
from trainhub.certification.rules.summaries import written_length
from trainhub.certification.services.awards import ReasonNeeded
from trainhub.certification.services.enrolling import EnrolmentOver
from trainhub.certification.services.enrolment_events import record_act
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, NotFound
from trainhub.people.models import Person

LONGEST = 20_000
MAX_COMMENT = 2_000


class SummaryMoved(Conflict):
    """Written to in another window, or no longer open to be written."""

    code = "summary_moved"
    message = N_("This summary has changed in the meantime. Your text is below; look at both.")


class TooShort(DomainError):
    """Less than the programme asks for."""

    code = "summary_short"
    message = N_("At least %(least)s characters; so far there are %(length)s.")


class TooLong(DomainError):
    """More than can be kept."""

    code = "summary_long"
    message = N_("At most %(most)s characters; there are %(length)s.")


class OwnDecision(DomainError):
    """Nobody accepts their own summary or signs themselves off."""

    code = "own_decision"
    message = N_("Somebody else has to decide this for you.")


def requirement_of(enrolment: ProgrammeEnrolment, key: str, kind: str) -> Requirement:
    """A requirement of an enrolment by key and kind. Raises `NotFound`."""
    for one in from_dict(enrolment.version.content).requirements:
        if one.key == key and one.kind == kind:
            return one
    raise NotFound()


def find_summary(enrolment_id: int, key: str) -> PersonalSummary | None:
    """The summary somebody has begun, if any."""
    query = select(PersonalSummary).where(
        PersonalSummary.enrolment_id == enrolment_id, PersonalSummary.requirement_key == key
    )
    return db.session.scalars(query).one_or_none()


def save_draft(
    enrolment: ProgrammeEnrolment, key: str, text: str, *, revision: int, now: datetime
) -> PersonalSummary:
    """Keep what has been written so far. `revision` is the one the writer has seen, 0 for none.

    Raises `SummaryMoved`, `TooLong`, `EnrolmentOver`, `NotFound`.
    """
    requirement_of(enrolment, key, "summary")
    if enrolment.state != "active":
        raise EnrolmentOver()
    if len(text) > LONGEST:
        raise TooLong(most=LONGEST, length=len(text), field="text")
    summary = find_summary(enrolment.id, key)
    if summary is None:
        if revision != 0:
            raise SummaryMoved()
        summary = PersonalSummary(
            enrolment_id=enrolment.id, requirement_key=key, state="draft", revision=0
        )
        db.session.add(summary)
    elif revision != summary.revision or summary.state not in ("draft", "returned"):
        raise SummaryMoved()
    summary.text = text
    summary.revision += 1
    summary.updated_at = now
    db.session.flush()
    return summary


def hand_in(
    enrolment: ProgrammeEnrolment, key: str, text: str, *, revision: int, now: datetime
) -> PersonalSummary:
    """Hand the summary in to the supervisor. Raises as `save_draft`, and `TooShort`."""
    requirement = requirement_of(enrolment, key, "summary")
    least = int(requirement.settings["min_characters"])
    length = written_length(text)
    if length < least:
        raise TooShort(least=least, length=length, field="text")
    summary = save_draft(enrolment, key, text, revision=revision, now=now)
    summary.state, summary.handed_in_at = "handed_in", now
    _note(summary, "handed_in", by=enrolment.person, now=now, text=text)
    enrolment.is_stale = True
    return summary


def answer(
    enrolment: ProgrammeEnrolment,
    key: str,
    *,
    accepted: bool,
    comment: str,
    revision: int,
    actor: Person,
    now: datetime,
) -> PersonalSummary:
    """Accept a summary, or send it back; a summary is sent back with a comment only.

    Raises `SummaryMoved`, `ReasonNeeded`, `OwnDecision`, `NotFound`.
    """
    summary = find_summary(enrolment.id, key)
    if summary is None:
        raise NotFound()
    if actor.id == enrolment.person_id:
        raise OwnDecision()
    if summary.state != "handed_in" or summary.revision != revision:
        raise SummaryMoved()
    if not accepted and not comment.strip():
        raise ReasonNeeded()
    summary.state = "accepted" if accepted else "returned"
    summary.revision += 1
    summary.updated_at = now
    _note(summary, summary.state, by=actor, now=now, comment=comment.strip()[:MAX_COMMENT])
    enrolment.is_stale = True
    record_act(f"summary.{summary.state}", enrolment, key, actor, now, comment.strip())
    return summary


def sign_off(
    enrolment: ProgrammeEnrolment,
    key: str,
    *,
    signed: bool,
    comment: str,
    actor: Person,
    now: datetime,
) -> SignOff:
    """The supervisor's word; "not yet" says what is missing.

    Raises `NotFound`, `EnrolmentOver`, `OwnDecision`, `ReasonNeeded`.
    """
    requirement_of(enrolment, key, "sign_off")
    if enrolment.state != "active":
        raise EnrolmentOver()
    if actor.id == enrolment.person_id:
        raise OwnDecision()
    if not signed and not comment.strip():
        raise ReasonNeeded()
    word = SignOff(
        enrolment_id=enrolment.id,
        requirement_key=key,
        decision="signed" if signed else "not_yet",
        comment=comment.strip()[:MAX_COMMENT],
        occurred_at=now,
        by_id=actor.id,
    )
    db.session.add(word)
    enrolment.is_stale = True
    db.session.flush()
    record_act("sign_off.given" if signed else "sign_off.refused", enrolment, key, actor, now,
            word.comment)  # fmt: skip
    return word


def _note(
    summary: PersonalSummary,
    kind: str,
    *,
    by: Person,
    now: datetime,
    text: str = "",
    comment: str = "",
) -> None:
    db.session.flush()
    db.session.add(
        SummaryEvent(
            summary_id=summary.id, kind=kind, text=text, comment=comment,
            occurred_at=now, by_id=by.id,
        )
    )  # fmt: skip
    db.session.flush()
