"""Whether the frozen evidence of awards is what it was when they were granted.

The entry of each grant in the audit trail carries its digest. The trail shows an edit of its own
by its chain and its signed heads, so that whoever edits an award has to leave a difference here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from trainhub.audit.models import AuditEntry
from trainhub.certification.models import Award
from trainhub.certification.rules.awards.evidence import DIGEST, evidence_digest
from trainhub.db import db

BATCH = 1_000


class EvidenceState(StrEnum):
    """What the trail says of an award's evidence; `NO_DIGEST`: granted before there were any."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NOT_GRANTED = "not_granted"
    NO_DIGEST = "no_digest"


@dataclass(frozen=True)
class EvidenceFault:
    """An award whose evidence was changed, or of whose grant the trail knows nothing."""

    award_id: int
    state: EvidenceState

    def __str__(self) -> str:
        if self.state == EvidenceState.CHANGED:
            return f"award {self.award_id}: its evidence is not what it was granted on"
        return f"award {self.award_id}: the audit trail has no entry of its grant"


def evidence_state(award: Award) -> EvidenceState:
    """What the trail says of one award's evidence."""
    return _state(award.evidence, _grants([award.id]).get(str(award.id)))


def list_evidence_faults(batch: int = BATCH) -> Iterator[EvidenceFault]:
    """Every award that the trail does not bear out, by id, read batch by batch."""
    last = 0
    while True:
        query = select(Award.id, Award.evidence).where(Award.id > last).order_by(Award.id)
        awards = db.session.execute(query.limit(batch)).all()
        grants = _grants([one.id for one in awards])
        for one in awards:
            state = _state(one.evidence, grants.get(str(one.id)))
            if state in (EvidenceState.CHANGED, EvidenceState.NOT_GRANTED):
                yield EvidenceFault(one.id, state)
        if len(awards) < batch:
            return
        last = awards[-1].id


def _state(evidence: Any, changes: Mapping[str, Any] | None) -> EvidenceState:
    if changes is None:
        return EvidenceState.NOT_GRANTED
    if DIGEST not in changes:
        return EvidenceState.NO_DIGEST
    is_same = changes[DIGEST][1] == evidence_digest(evidence)
    return EvidenceState.UNCHANGED if is_same else EvidenceState.CHANGED


def _grants(award_ids: Sequence[int]) -> dict[str, Mapping[str, Any]]:
    """What the trail noted at the first grant of each award, by the key it has there."""
    query = (
        select(AuditEntry.object_key, AuditEntry.changes)
        .where(
            AuditEntry.object_type == "award",
            AuditEntry.object_key.in_([str(one) for one in award_ids]),
            AuditEntry.action == "award.granted",
        )
        .order_by(AuditEntry.number.desc())
    )
    return {row.object_key: row.changes for row in db.session.execute(query)}
