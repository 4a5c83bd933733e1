"""Changing what stands beside a question's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from trainhub.assessment.models import BankItem
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.assessment.rules.bank_facts import ItemFacts, check_facts
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict


class FactsMoved(Conflict):
    """Somebody else changed the facts in between."""

    code = "item_facts_moved"
    message = N_("Somebody else changed this question in the meantime. Look at it once more.")


def current_facts(item: BankItem) -> ItemFacts:
    """The facts as they are stored."""
    return ItemFacts(
        topic=item.topic,
        level=item.level,
        status=item.status,
        objective=item.objective,
        tags=tuple(item.tags),
        enemies=tuple(item.enemies),
        expected_s=item.expected_s,
    )


def change_facts(
    item: BankItem,
    facts: ItemFacts,
    *,
    revision: int | None = None,
    reason: str = "",
    actor: Any,
    now: datetime,
) -> bool:
    """Give a question other facts; False if they are the same.

    `revision` is the one the author has seen; None for a change that means to come on top of
    whatever there is. Raises `FactsMoved` and, naming the fields, `InputErrors`.
    """
    check_facts(facts)
    db.session.refresh(item, with_for_update={"of": BankItem})
    if revision is not None and revision != item.revision:
        raise FactsMoved()
    before, after = current_facts(item).named(), facts.named()
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return False
    for name, (_, value) in changes.items():
        setattr(item, name, value)
    item.revision += 1
    db.session.flush()
    append_entry(
        "bank_item.changed",
        actor=actor,
        object_type="bank_item",
        object_key=item.key,
        now=now,
        changes=changes,
        reason=reason,
    )
    return True


def retire_item(item: BankItem, *, reason: str = "", actor: Any, now: datetime) -> bool:
    """Let no further paper draw a question; False if it was retired already."""
    facts = replace(current_facts(item), status=ItemStatus.RETIRED.value)
    return change_facts(item, facts, reason=reason, actor=actor, now=now)
