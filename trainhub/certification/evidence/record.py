"""Any fact of the ledger by the type and key of its object: for subjects that come later."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from trainhub.certification.evidence import EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import evidence_of, load_records, standing_records
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Finding, State, Step, Words
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.errors import N_
from trainhub.ledger.models import LearningRecord, Verb

NAME = "record"
_REACHED = (Verb.PASSED, Verb.COMPLETED, Verb.ATTENDED)


def load(wanted: Collection[Wanted]) -> Facts:
    """What the ledger holds about the objects asked for."""
    return load_records(
        wanted,
        object_type=lambda one: str(one.requirement.settings["object_type"]),
        object_key=lambda one: str(one.requirement.settings["object_key"]),
        facts_of=_facts,
    )


def _facts(records: Sequence[LearningRecord], zone: ZoneInfo) -> Iterator[Fact]:
    for record in standing_records(records, "id", (*_REACHED, Verb.FAILED)):
        permille = record.result.get("permille")
        values = {} if permille is None else {"permille": permille}
        evidence = evidence_of(NAME, record, zone, **values)
        yield Fact(evidence, {"is_reached": record.verb in _REACHED, "permille": permille})


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met by a record of passing, completing or attending."""
    met = [fact.evidence for fact in facts if fact.values["is_reached"]]
    scores = [fact.values["permille"] for fact in facts if fact.values["permille"] is not None]
    if not met:
        return Finding(
            State.FAILED if facts else State.OPEN,
            score_permille=max(scores, default=None),
            step=Step(Words(N_("Reach what is asked for"))),
        )
    evidence = chosen(requirement, met)
    return Finding(
        State.MET,
        evidence=(evidence,),
        ends_on=ends_on(requirement, evidence),
        score_permille=max(scores, default=1000),
    )


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(
        N_("A record of “%(object)s”"),
        {"object": f"{settings['object_type']}: {settings['object_key']}"},
    )


register(
    EvidenceKind(
        NAME,
        N_("Any record of the ledger"),
        90,
        (
            SettingField("object_type", N_("Kind of object"), "key"),
            SettingField("object_key", N_("Its key"), "key"),
        ),
        load,
        judge,
        words,
    )
)
