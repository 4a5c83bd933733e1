"""The tables of the worker."""

from __future__ import annotations

from trainhub.privacy.rules.declaring import Declaration, Impersonal

TABLES: tuple[Declaration, ...] = (
    Impersonal(
        table="job_run",
        title="Jobs of the worker",
        plain="id job due_at holder started_at finished_at outcome",
        note="`holder` is a machine.",
    ),
    Impersonal(
        table="loaded_content",
        title="Content loaded",
        plain="id digest loaded_at",
    ),
    Impersonal(
        table="scheduler_lease",
        title="The worker at work",
        plain="name holder expires_at",
        note="`holder` is a machine.",
    ),
)
