"""The tables of the ledger."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="learning_record",
        path="person_id",
        title=N_("What was learnt"),
        purpose=N_("To prove what somebody has learnt, passed and attended."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=("verb object_type object_key object_version result occurred_at recorded_at"),
        plain="id person_id dedupe_key",
        why_kept=N_("Awards rest on it."),
    ),
)
