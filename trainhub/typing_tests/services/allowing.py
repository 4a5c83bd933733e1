"""Granting one person what the rules of a typing test do not give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, DomainError, Forbidden
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingAllowance, TypingTest
from trainhub.typing_tests.queries.tests import granted_to
from trainhub.typing_tests.services.noting import hold_person
from trainhub.typing_tests.services.reviewing import checked_reason

MOST_EXTRA_S = 3_600
MOST_EXTRA_ATTEMPTS = 20


class AllowanceWrong(DomainError):
    """More than can be granted, less than nothing, or nothing at all."""

    code = "allowance_wrong"
    message = N_(
        "Grant up to 60 minutes and up to 20 attempts in all, or an exemption; or take them back."
    )


class OwnAllowance(Forbidden):
    """Nobody grants anything to themselves."""

    code = "own_allowance"
    message = N_("You cannot grant this to yourself: somebody else must.")


def grant_allowance(
    person: Person,
    test: TypingTest | None,
    *,
    extra_s: int = 0,
    extra_attempts: int = 0,
    is_exempt: bool | None = None,
    reason: str,
    actor: Person,
    now: datetime,
) -> TypingAllowance:
    """Add seconds and attempts to what somebody has in a test, in all and in practice where
    `test` is None; a negative number takes back. `is_exempt` None leaves that as it is.

    Raises `ReasonMissing`, `OwnAllowance`, `AllowanceWrong`.
    """
    reason = checked_reason(reason)
    if person.id == actor.id:
        raise OwnAllowance()
    hold_person(person.id)
    before = granted_to(person.id, test.id if test else None)
    exempt = before.is_exempt if is_exempt is None else is_exempt
    changes: dict[str, list[Any]] = {
        "extra_s": [before.extra_s, before.extra_s + extra_s],
        "extra_attempts": [before.extra_attempts, before.extra_attempts + extra_attempts],
        "is_exempt": [before.is_exempt, exempt],
    }
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if (
        not changes
        or not 0 <= before.extra_s + extra_s <= MOST_EXTRA_S
        or not 0 <= before.extra_attempts + extra_attempts <= MOST_EXTRA_ATTEMPTS
    ):
        raise AllowanceWrong()
    row = TypingAllowance(
        person_id=person.id,
        test_id=test.id if test else None,
        extra_s=extra_s,
        extra_attempts=extra_attempts,
        is_exempt=exempt,
        reason=reason,
        granted_at=now,
        granted_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    append_entry(
        "typing_test.allowed", actor=actor, object_type="person", object_key=person.username,
        now=now, reason=reason, changes=changes | {"test": [None, test.key if test else None]},
    )  # fmt: skip
    return row
