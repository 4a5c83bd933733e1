"""The supervisor's word: signed off, or not yet and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.certification.evidence import EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import batched_ids, local_date
from trainhub.certification.models import SignOff
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.standing.findings import (
    Evidence,
    Finding,
    State,
    Step,
    Words,
)
from trainhub.certification.rules.standing.judging import ends_on
from trainhub.db import db
from trainhub.errors import N_

NAME = "sign_off"


def load(wanted: Collection[Wanted]) -> Facts:
    """The sign-offs of these enrolments, in order."""
    by_place = {(one.enrolment_id, one.requirement.key): one for one in wanted}
    found: dict[tuple[int, str], list[Fact]] = {}
    for some in batched_ids(sorted({one.enrolment_id for one in wanted})):
        query = (
            select(SignOff)
            .where(SignOff.enrolment_id.in_(some))
            .options(joinedload(SignOff.by))
            .order_by(SignOff.id)
        )
        for row in db.session.scalars(query):
            place = (row.enrolment_id, row.requirement_key)
            if place in by_place:
                evidence = Evidence(
                    NAME,
                    row.occurred_at,
                    local_date(row.occurred_at, by_place[place].zone),
                    {"sign_off_id": row.id},
                    {"comment": row.comment},
                    row.by.name,
                )
                found.setdefault(place, []).append(Fact(evidence, {"decision": row.decision}))
    return found


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """The latest word counts. A sign-off comes last: it waits until nothing else is open."""
    last = facts[-1] if facts else None
    if last is not None and last.values["decision"] == "signed":
        return Finding(
            State.MET,
            said=Words(N_("Signed off by %(name)s"), {"name": last.evidence.by}),
            evidence=(last.evidence,),
            ends_on=ends_on(requirement, last.evidence),
            score_permille=1000,
        )
    step = Step(Words(N_("Decide on the sign-off")), turn="supervisor")
    if last is not None:
        said = Words(N_("Not yet, says %(name)s"), {"name": last.evidence.by})
        return Finding(State.OPEN, said=said, evidence=(), step=step)
    return Finding(State.OPEN, step=step)


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(N_("Have the supervisor sign off"))


register(EvidenceKind(NAME, N_("Supervisor's sign-off"), 70, (), load, judge, words))
