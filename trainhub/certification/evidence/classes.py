"""A class attended, as `delivery` records it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from trainhub.certification.evidence import Arranged, EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.course import choices
from trainhub.certification.evidence.records import (
    batched_ids,
    evidence_of,
    load_records,
    standing_records,
)
from trainhub.certification.queries.class_seats import list_seats
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Finding, State, Step, Words
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.errors import N_
from trainhub.ledger.models import LearningRecord, Verb

NAME = "class"


def load(wanted: Collection[Wanted]) -> Facts:
    """Classes of the courses asked for that people were present at."""
    return load_records(
        wanted,
        object_type=lambda one: "course",
        object_key=lambda one: str(one.requirement.settings["course"]),
        facts_of=_facts,
    )


def _facts(records: Sequence[LearningRecord], zone: ZoneInfo) -> Iterator[Fact]:
    attended = [record for record in records if "training_session_id" in record.result]
    for record in standing_records(attended, "training_session_id", (Verb.ATTENDED,)):
        minutes = record.result["minutes"]
        evidence = evidence_of(
            NAME, record, zone,
            {"training_session_id": record.result["training_session_id"]},
            minutes=minutes, state=record.result["state"],
        )  # fmt: skip
        yield Fact(evidence, {"minutes": minutes})


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met by a class attended for as long as is asked for."""
    least = requirement.settings["min_minutes"]
    met = [fact.evidence for fact in facts if fact.values["minutes"] >= least]
    if not met:
        longest = max((fact.values["minutes"] for fact in facts), default=0)
        return Finding(
            State.FAILED if facts else State.OPEN,
            said=Words(N_("Present for %(minutes)s minutes"), {"minutes": longest})
            if facts
            else None,
            step=Step(
                Words(N_("Get a seat in a class")), endpoint="delivery.show_agenda", minutes=60
            ),
        )
    evidence = chosen(requirement, met)
    return Finding(
        State.MET,
        said=Words(N_("Attended")),
        evidence=(evidence,),
        ends_on=ends_on(requirement, evidence),
        score_permille=1000,
    )


def arranged(wanted: Collection[Wanted], now: datetime) -> Arranged:
    """The next class of the course asked for in which somebody has a seat."""
    keys = {str(one.requirement.settings["course"]) for one in wanted}
    found: dict[tuple[int, str], date] = {}
    for some in batched_ids(sorted({one.person_id for one in wanted})):
        found |= {place: seat.on for place, seat in list_seats(some, keys, now=now).items()}
    places = {
        (one.enrolment_id, one.requirement.key): (one.person_id, one.requirement.settings["course"])
        for one in wanted
    }
    return {place: found[sought] for place, sought in places.items() if sought in found}


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(N_("Attend a class of “%(course)s”"), {"course": {"key": settings["course"]}})


register(
    EvidenceKind(
        NAME,
        N_("Class attended"),
        40,
        (
            SettingField("course", N_("Course"), "key"),
            SettingField("min_minutes", N_("Least minutes present"), "whole", 0, 480, default=0),
        ),
        load,
        judge,
        words,
        choices,
        arranged=arranged,
    )
)
