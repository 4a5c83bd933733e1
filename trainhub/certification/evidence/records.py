"""Facts out of the ledger: what courses, exams, typing tests and classes have left there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.certification.evidence import Fact, Wanted
from trainhub.certification.rules.standing.findings import Evidence
from trainhub.db import db
from trainhub.ledger.models import LearningRecord, Verb

PEOPLE_AT_ONCE = 500
VOIDED = ":voided"


def load_records(
    wanted: Collection[Wanted],
    *,
    object_type: Callable[[Wanted], str],
    object_key: Callable[[Wanted], str],
    facts_of: Callable[[Sequence[LearningRecord], ZoneInfo], Iterable[Fact]],
) -> dict[tuple[int, str], list[Fact]]:
    """The facts that records of one object hold for each wanted requirement.

    `facts_of` makes facts of all records of one person and object, in the order of the book.
    """
    records = _records(wanted, object_type, object_key)
    return {
        (one.enrolment_id, one.requirement.key): [
            fact
            for fact in facts_of(
                records.get((one.person_id, object_type(one), object_key(one)), []), one.zone
            )
            if one.since is None or fact.evidence.on >= one.since
        ]
        for one in wanted
    }


def _records(
    wanted: Collection[Wanted],
    object_type: Callable[[Wanted], str],
    object_key: Callable[[Wanted], str],
) -> dict[tuple[int, str, str], list[LearningRecord]]:
    types = sorted({object_type(one) for one in wanted})
    keys = sorted({object_key(one) for one in wanted})
    people = sorted({one.person_id for one in wanted})
    found: dict[tuple[int, str, str], list[LearningRecord]] = {}
    for some in batched_ids(people):
        query = (
            select(LearningRecord)
            .where(
                LearningRecord.person_id.in_(some),
                LearningRecord.object_type.in_(types),
                LearningRecord.object_key.in_(keys),
            )
            .order_by(LearningRecord.person_id, LearningRecord.id)
        )
        for record in db.session.scalars(query):
            place = (record.person_id, record.object_type, record.object_key)
            found.setdefault(place, []).append(record)
    return found


def batched_ids(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in portions that a statement can hold."""
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        yield ids[start : start + PEOPLE_AT_ONCE]


def standing_records(
    records: Sequence[LearningRecord], thing: str, verbs: Collection[Verb]
) -> list[LearningRecord]:
    """The record in force of each thing (`attempt_id`, `run_id`, …): the last one not withdrawn.

    A withdrawn record is followed by one of `Verb.VOIDED` whose key is its own and ``:voided``,
    or by a later round about the same thing.
    """
    voided = {
        record.dedupe_key.removesuffix(VOIDED) for record in records if record.verb == Verb.VOIDED
    }
    latest: dict[Any, LearningRecord] = {}
    for record in records:
        if record.verb in verbs:
            latest[record.result.get(thing, record.id)] = record
    return [record for record in latest.values() if record.dedupe_key not in voided]


def evidence_of(
    kind: str,
    record: LearningRecord,
    zone: ZoneInfo,
    ids: Mapping[str, int] | None = None,
    **values: Any,
) -> Evidence:
    """A record as evidence, dated in the centre's zone."""
    return Evidence(
        kind=kind,
        at=record.occurred_at,
        on=local_date(record.occurred_at, zone),
        ids={"record_id": record.id} | dict(ids or {}),
        values={"object_key": record.object_key, "version": record.object_version} | values,
    )


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The date an instant has in a zone."""
    return at.astimezone(zone).date()
