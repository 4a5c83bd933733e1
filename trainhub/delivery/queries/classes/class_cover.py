"""What a class took from the phones: heads away and headroom, per queue."""

from __future__ import annotations

from typing import Any

from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.seats.away import by_class, turned
from trainhub.delivery.queries.seats.seat_book import names_of_queues
from trainhub.delivery.queries.seats.seat_checks import effects_of
from trainhub.delivery.rules.classes.moving import QueueEffect


def cover_effect(session: TrainingSession) -> list[dict[str, Any]]:
    """Per queue: heads away, and the least headroom during the class with and without it.

    `with_class` has every class of that time taken off, `without` puts this one's people and its
    trainer back; both are None where the demand of the day is not known.
    """
    away = by_class(TrainingSession.id == session.id).get(session.id)
    if away is None:
        return []
    names = names_of_queues()
    # The cover has the class taken off already: bringing its people back is its effect.
    found: dict[int, list[QueueEffect]] = {}
    for one in effects_of(turned(away.groups)):
        found.setdefault(one.queue_id, []).append(one)
    lines = [_line(names[queue_id], effects) for queue_id, effects in found.items()]
    return sorted(lines, key=lambda one: str(one["queue"]))


def _line(name: str, effects: list[QueueEffect]) -> dict[str, Any]:
    return {
        "queue": name,
        "heads": max(one.staffed_after - one.staffed_before for one in effects),
        "with_class": min((one.before for one in effects if one.before is not None), default=None),
        "without": min((one.after for one in effects if one.after is not None), default=None),
    }
