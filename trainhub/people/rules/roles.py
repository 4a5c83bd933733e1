"""The roles a person may hold."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may be in the centre; one may be several."""

    AGENT = "agent"
    TRAINER = "trainer"
    SUPERVISOR = "supervisor"
    PLANNER = "planner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
