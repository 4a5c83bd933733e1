"""The tables of privacy itself."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="erasure",
        path="person_id",
        title=N_("Erasure"),
        purpose=N_("To repeat an erasure after a restore, and to prove it."),
        period=Period.AUDIT,
        erase=Erase.KEEP,
        told="pseudonym erased_at reason counts",
        others="erased_by_id",
        plain="person_id",
        why_kept=N_("It proves that the duty to erase was met, and names the pseudonym only."),
    ),
    Personal(
        table="legal_hold",
        path="person_id",
        title=N_("Legal hold"),
        purpose=N_("To keep what a court or authority asks for."),
        period=Period.AUDIT,
        erase=Erase.KEEP,
        told="reason set_at ended_at end_reason",
        others="set_by_id ended_by_id",
        plain="id person_id",
        why_kept=N_("It proves why something was kept."),
    ),
)
