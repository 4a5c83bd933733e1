"""Writing queues and what they promise."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import Queue, TeamPlace
from trainhub.rota.queries.demand import rules_of
from trainhub.rota.rules.queue_settings import QueueDraft, list_queue_errors
from trainhub.rota.rules.shift_codes import folded


class QueueMoved(Conflict):
    """Somebody else changed the queue in between."""

    code = "queue_moved"
    message = N_("Somebody else changed this queue in the meantime. Look at it once more.")


class QueueServed(DomainError):
    """Teams still serve a queue that is to be retired."""

    code = "queue_served"
    message = N_("Teams still serve this queue. Give them another one first.")


class QueueRetired(DomainError):
    """A retired queue is not changed and takes no demand."""

    code = "queue_retired"
    message = N_("This queue is retired. Put it back into use first.")


def draft_of(queue: Queue) -> QueueDraft:
    """A stored queue as somebody would write it."""
    return QueueDraft(queue.key, queue.name, queue.channel, rules_of(queue))


def add_queue(draft: QueueDraft, *, actor: Person | None, now: datetime) -> Queue:
    """Add a queue. Raises `InputErrors` by field, `Conflict` if another was quicker."""
    _check(draft, None)
    queue = Queue(revision=1)
    _take(queue, draft)
    db.session.add(queue)
    try:
        db.session.flush()
    except IntegrityError as error:
        message = N_("Somebody else has just added a queue of this short name.")
        raise Conflict(message, code="queue_taken") from error
    _note("queue.added", queue, actor, now, {"key": [None, queue.key], "name": [None, queue.name]})
    return queue


def change_queue(
    queue: Queue, draft: QueueDraft, *, revision: int, actor: Person | None, now: datetime
) -> bool:
    """Change a queue; False where nothing is different. `revision` is the one that was seen.

    The requirement of every date is reckoned anew from now on, past ones too. Raises
    `InputErrors`, `QueueMoved`, `QueueRetired`.
    """
    db.session.refresh(queue, with_for_update=True)
    if queue.retired_at is not None:
        raise QueueRetired()
    if queue.revision != revision:
        raise QueueMoved()
    _check(draft, queue.id)
    before, after = _account(draft_of(queue)), _account(draft)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return False
    _take(queue, draft)
    queue.revision += 1
    db.session.flush()
    _note("queue.changed", queue, actor, now, changes)
    return True


def retire_queue(queue: Queue, *, actor: Person | None, now: datetime) -> None:
    """Take a queue out of use; its demand stays. Raises `QueueServed`."""
    db.session.refresh(queue, with_for_update=True)
    if queue.retired_at is not None:
        return
    if db.session.scalar(select(TeamPlace.team_id).where(TeamPlace.queue_id == queue.id).limit(1)):
        raise QueueServed()
    queue.retired_at = now
    _note("queue.retired", queue, actor, now, {})


def restore_queue(queue: Queue, *, actor: Person | None, now: datetime) -> None:
    """Put a queue back into use. Raises `InputErrors` where its name is taken meanwhile."""
    db.session.refresh(queue, with_for_update=True)
    if queue.retired_at is not None:
        _check(draft_of(queue), queue.id)
        queue.retired_at = None
        _note("queue.restored", queue, actor, now, {})


def _check(draft: QueueDraft, own_id: int | None) -> None:
    errors = list_queue_errors(draft)
    for queue in db.session.scalars(select(Queue).where(Queue.id != (own_id or 0))):
        # Tables name a queue by either word, so both have to be told apart.
        if folded(draft.key) in (folded(queue.key), folded(queue.name)):
            message = N_("Another queue has this short name.")
            errors.append(InputError("queue_taken", message, field="key"))
        if queue.retired_at is None and folded(draft.name) in (
            folded(queue.key),
            folded(queue.name),
        ):
            message = N_("Another queue has this name.")
            errors.append(InputError("queue_taken", message, field="name"))
    if errors:
        raise InputErrors(errors)


def _take(queue: Queue, draft: QueueDraft) -> None:
    queue.key, queue.name, queue.channel = draft.key, draft.name, draft.channel
    for name, value in asdict(draft.staffing).items():
        setattr(queue, name, value.value if name == "method" else value)


def _account(draft: QueueDraft) -> dict[str, Any]:
    figures = asdict(draft.staffing) | {"method": draft.staffing.method.value}
    return {"key": draft.key, "name": draft.name, "channel": draft.channel, **figures}


def _note(
    act: str, queue: Queue, actor: Person | None, now: datetime, changes: dict[str, Any]
) -> None:
    append_entry(
        act, actor=actor, object_type="queue", object_key=queue.key, now=now, changes=changes
    )
