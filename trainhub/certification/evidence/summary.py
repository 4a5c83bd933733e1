"""A personal summary handed in and accepted by the supervisor."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.certification.evidence import EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import batched_ids, local_date
from trainhub.certification.models import PersonalSummary, SummaryEvent
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import (
    Evidence,
    Finding,
    State,
    Step,
    Words,
)
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.db import db
from trainhub.errors import N_

NAME = "summary"
STANDARD_HEADINGS = {
    "zh": ["我学到了什么", "我做得好的地方", "我还需要提高的地方", "下一步的打算"],
    "en": [
        "What I have learned",
        "What went well",
        "What I still need to improve",
        "My next steps",
    ],
}


def load(wanted: Collection[Wanted]) -> Facts:
    """Where the summaries of these enrolments stand."""
    by_place = {(one.enrolment_id, one.requirement.key): one for one in wanted}
    found: dict[tuple[int, str], list[Fact]] = {}
    for some in batched_ids(sorted({one.enrolment_id for one in wanted})):
        query = (
            select(PersonalSummary, SummaryEvent)
            .join(SummaryEvent, SummaryEvent.summary_id == PersonalSummary.id)
            .where(PersonalSummary.enrolment_id.in_(some))
            .options(joinedload(SummaryEvent.by))
            .order_by(SummaryEvent.id)
        )
        for summary, event in db.session.execute(query):
            place = (summary.enrolment_id, summary.requirement_key)
            if place in by_place:
                found.setdefault(place, []).append(_fact(summary, event, by_place[place]))
    return found


def _fact(summary: PersonalSummary, event: SummaryEvent, wanted: Wanted) -> Fact:
    evidence = Evidence(
        NAME,
        event.occurred_at,
        local_date(event.occurred_at, wanted.zone),
        {"summary_id": summary.id, "event_id": event.id},
        {"comment": event.comment},
        event.by.name,
    )
    return Fact(evidence, {"kind": event.kind, "state": summary.state})


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met once accepted; handed in, it waits for the supervisor."""
    state = facts[-1].values["state"] if facts else "draft"
    accepted = [fact.evidence for fact in facts if fact.values["kind"] == "accepted"]
    if state == "accepted" and accepted:
        evidence = chosen(requirement, accepted)
        return Finding(
            State.MET,
            said=Words(N_("Accepted by %(name)s"), {"name": evidence.by}),
            evidence=(evidence,),
            ends_on=ends_on(requirement, evidence),
            score_permille=1000,
        )
    if state == "handed_in":
        step = Step(Words(N_("Read the summary and answer it")), turn="supervisor")
        return Finding(State.AWAITED, said=Words(N_("Handed in, waiting for an answer")), step=step)
    said = Words(N_("Sent back with a comment")) if state == "returned" else None
    return Finding(State.OPEN, said=said, step=Step(Words(N_("Write the personal summary"))))


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(N_("Hand in a personal summary"))


register(
    EvidenceKind(
        NAME,
        N_("Personal summary"),
        60,
        (
            SettingField(
                "headings", N_("Headings"), "lists", high=10, default=STANDARD_HEADINGS,
            ),
            SettingField("min_characters", N_("Least characters"), "whole", 0, 5000, default=200),
        ),
        load,
        judge,
        words,
    )
)  # fmt: skip
