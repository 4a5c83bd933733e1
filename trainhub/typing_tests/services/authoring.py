"""Writing typing tests: making one, changing it, retiring it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.rules.settings_checks import TestPlan

KEY_BYTES = 6


class TestMoved(Conflict):
    """Somebody else changed the test in between."""

    __test__ = False  # not a test of pytest's
    code = "typing_test_moved"
    message = N_("Somebody else changed this test in the meantime. Look at it once more.")


class TestRetired(DomainError):
    """A retired test is not changed, assigned or held any more."""

    __test__ = False
    code = "typing_test_retired"
    message = N_("This typing test is retired. Bring it back first.")


def create_test(plan: TestPlan, *, key: str = "", actor: Person, now: datetime) -> TypingTest:
    """A new typing test. Its `key` names it in the ledger; one is made where none is given."""
    test = TypingTest(
        key=key or f"typing-{secrets.token_hex(KEY_BYTES)}",
        titles=dict(plan.titles),
        settings=plan.settings.as_dict(),
        owner_id=actor.id,
        created_at=now,
    )
    db.session.add(test)
    db.session.flush()
    record_act("typing_test.created", test, actor=actor, now=now, changes=_changes({}, test))
    return test


def change_test(
    test: TypingTest, plan: TestPlan, *, revision: int, actor: Person, now: datetime
) -> bool:
    """Give a test other titles or settings; False if they are the same. Runs that have begun keep
    what was frozen on them. `revision` is the one the author has seen.

    Raises `TestMoved`, `TestRetired`.
    """
    db.session.refresh(test, with_for_update=True)
    if test.retired_at is not None:
        raise TestRetired()
    if revision != test.revision:
        raise TestMoved()
    before = _shown(test)
    if before == {"titles": dict(plan.titles), **plan.settings.as_dict()}:
        return False
    test.titles, test.settings = dict(plan.titles), plan.settings.as_dict()
    test.revision += 1
    db.session.flush()
    record_act("typing_test.changed", test, actor=actor, now=now, changes=_changes(before, test))
    return True


def retire_test(test: TypingTest, *, actor: Person, now: datetime) -> None:
    """Let nobody begin the test any more; what was typed stays, runs under way go on."""
    db.session.refresh(test, with_for_update=True)
    if test.retired_at is None:
        test.retired_at = now
        db.session.flush()
        record_act("typing_test.retired", test, actor=actor, now=now)


def restore_test(test: TypingTest, *, actor: Person, now: datetime) -> None:
    """Take a retired test back into use."""
    db.session.refresh(test, with_for_update=True)
    if test.retired_at is not None:
        test.retired_at = None
        db.session.flush()
        record_act("typing_test.restored", test, actor=actor, now=now)


def _shown(test: TypingTest) -> dict[str, Any]:
    return {"titles": dict(test.titles), **test.settings}


def _changes(before: Mapping[str, Any], test: TypingTest) -> dict[str, Any]:
    after = _shown(test)
    return {
        name: [before.get(name), value] for name, value in after.items()
        if before.get(name) != value
    }  # fmt: skip


def record_act(
    action: str,
    test: TypingTest,
    *,
    actor: Person,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Put what was done with a test into the audit trail."""
    append_entry(
        action, actor=actor, object_type="typing_test", object_key=test.key, now=now,
        changes=changes, reason=reason,
    )  # fmt: skip
