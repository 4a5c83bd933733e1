"""The jobs of the worker: the tick each minute, and what the night is for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice

import trainhub.audit.queries as audit
from trainhub.assessment.queries.verifying import list_wrong_marks
from trainhub.certification.queries.evidence_checks import list_evidence_faults
from trainhub.config import Settings
from trainhub.db import end_read, transaction
from trainhub.ops import audit_heads, backup
from trainhub.ops.runs import Job, every_minute, every_night, forget_old_runs
from trainhub.privacy.jobs import forget_what_is_over

SHOWN_WRONG_MARKS = 10
SHOWN_EVIDENCE_FAULTS = 10


class BrokenChain(Exception):
    """The audit trail has been changed; the text names the first bad entry."""


class WrongMarks(Exception):
    """Exam marks that do not follow from what is stored; the text names the first of them."""


class ChangedEvidence(Exception):
    """Awards whose evidence is not what they were granted on; the text names the first of them."""


def jobs_of(settings: Settings, tick: Callable[[datetime], Mapping[str, int | None]]) -> list[Job]:
    """What the worker of an instance does; `tick` is `trainhub.pipeline.tick`."""
    night = every_night(settings.zone)
    return [
        Job("tick", every_minute, lambda now: json.dumps(tick(now))),
        Job("audit-chain", night, lambda now: _check_chain(settings, now)),
        Job("exam-marks", night, lambda now: _check_marks()),
        Job("award-evidence", night, lambda now: _check_evidence()),
        Job(
            "retention", night, lambda now: json.dumps(forget_what_is_over(now, settings.instance))
        ),
        Job("backup", night, lambda now: _back_up(settings, now)),
        Job("tidy", night, _tidy),
    ]


def _check_chain(settings: Settings, now: datetime) -> str:
    broken = audit.find_broken_entry()
    if broken is not None:
        raise BrokenChain(f"the audit trail is broken at entry {broken}")
    audit_heads.check_heads(settings)
    head = audit_heads.write_head(settings, now)
    end_read()
    return f"chain whole, {head.number} entries, head written"


def _check_marks() -> str:
    wrong = list(islice(list_wrong_marks(), SHOWN_WRONG_MARKS))
    end_read()
    if wrong:
        raise WrongMarks("; ".join(map(str, wrong)))
    return "every mark comes out again"


def _check_evidence() -> str:
    faults = list(islice(list_evidence_faults(), SHOWN_EVIDENCE_FAULTS))
    end_read()
    if faults:
        raise ChangedEvidence("; ".join(map(str, faults)))
    return "every award rests on what it was granted on"


def _back_up(settings: Settings, now: datetime) -> str:
    file, manifest = backup.make_backup(settings, now)
    old = backup.forget_old_backups(settings, now)
    return f"{file.name}, {manifest.bytes} bytes; {old} old deleted"


def _tidy(now: datetime) -> str:
    with transaction():
        return f"{forget_old_runs(now)} runs forgotten"
