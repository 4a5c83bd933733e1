"""The tables of the audit trail."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="audit_entry",
        path="actor_id",
        title=N_("Audit trail: own acts, and acts on the account"),
        purpose=N_("To show who did what, when and why, and that nobody changed it."),
        period=Period.AUDIT,
        erase=Erase.KEEP,
        told="number at action object_type object_key changes reason request_id hash",
        withheld={
            "actor_name": N_("a name as it stood then, your own or somebody else's"),
            "previous_hash": N_("a check sum over other entries"),
        },
        others="actor_id",
        why_kept=N_(
            "Each entry is a link of a chain that shows tampering: taking a name out "
            "would break it for everybody. The law asks for such a record; reading it "
            "is for administrators and auditors."
        ),
    ),
)
