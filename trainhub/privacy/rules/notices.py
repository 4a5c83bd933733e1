"""The tables of messages."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="notice",
        path="person_id",
        title=N_("Messages"),
        purpose=N_("To tell somebody what they need to know, once."),
        period=Period.WORK,
        erase=Erase.DELETE,
        told="kind key values created_at send_after sent_at given_up_at tries error",
        plain="id person_id",
        counted=("created_at",),
    ),
)
