"""What stands against calling people to classes: asked of every seat before it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.classes.limits import limits_of
from trainhub.delivery.queries.seats.away import ClassAway, by_class, turned
from trainhub.delivery.queries.seats.seat_book import CellsOf, names_of_queues
from trainhub.delivery.queries.seats.seat_facts import facts_of, slot_of
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.classes.moving import QueueEffect, against_cover, effects
from trainhub.delivery.rules.seats.booking import refusals
from trainhub.delivery.rules.seats.fit import AGAINST_CALLING
from trainhub.people.models import Person
from trainhub.rota.queries.cover import cover_of

_BATCH = 500  # people whose rota and classes are looked at together


@dataclass(frozen=True)
class Uncalled:
    """A class with what stands against calling its people; `seats`: by the id of the booking."""

    session: TrainingSession
    seats: tuple[tuple[int, Conflict], ...]
    cover: tuple[Conflict, ...] = ()

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Everything, people first."""
        return (*(conflict for _, conflict in self.seats), *self.cover)


def list_uncalled(sessions: Sequence[TrainingSession], *, language: str) -> list[Uncalled]:
    """The classes among these that people are not to be called to as they stand.

    Somebody is off then, would rest too little or is elsewhere, or a queue would be short while
    they sit there. The rules are those of `check_seats`, asked of all classes together.
    """
    seats = _against_people(sessions, language)
    cover = _against_cover(sessions)
    return [
        Uncalled(one, tuple(seats.get(one.id, ())), tuple(cover.get(one.id, ())))
        for one in sorted(sessions, key=lambda one: (one.starts_at, one.id))
        if one.id in seats or one.id in cover
    ]


def _against_people(
    sessions: Sequence[TrainingSession], language: str
) -> dict[int, list[tuple[int, Conflict]]]:
    classes = {one.id: (slot_of(one), limits_of(one.campaign)) for one in sessions}
    rows = db.session.execute(
        select(Booking.person_id, Booking.id, Booking.training_session_id)
        .where(Booking.training_session_id.in_(classes), Booking.state == "booked")
        .order_by(Booking.id)
    ).all()
    by_person: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person_id, booking_id, session_id in rows:
        by_person[person_id].append((booking_id, session_id))
    days = [slot.on for slot, _ in classes.values()]
    found: dict[int, list[tuple[int, Conflict]]] = defaultdict(list)
    everybody = list(by_person)
    for start in range(0, len(everybody), _BATCH):
        people = everybody[start : start + _BATCH]
        facts = facts_of(people, min(days), max(days), language=language)
        for person_id in people:
            for booking_id, session_id in by_person[person_id]:
                others = [one for one in facts[person_id].others if one.session_id != session_id]
                against = refusals(replace(facts[person_id], others=others), *classes[session_id])
                worst = next((one for one in against if one.code in AGAINST_CALLING), None)
                if worst is not None:
                    found[session_id].append((booking_id, worst))
    return found


def _against_cover(sessions: Sequence[TrainingSession]) -> dict[int, list[Conflict]]:
    """Queues that are short while people of theirs sit in a class, or teach it."""
    away = by_class(TrainingSession.id.in_([one.id for one in sessions]))
    groups = [group for one in away.values() for group in one.groups]
    cells_of = CellsOf({group.queue_id for group in groups})
    dates = [on for _, on, _ in cells_of(groups)]
    if not dates:
        return {}
    names, trainers = names_of_queues(), _trainers(sessions)
    cover = cover_of(sorted({group.queue_id for group in groups}), min(dates), max(dates))
    found: dict[int, list[Conflict]] = {}
    for session in sessions:
        mine = away.get(session.id, ClassAway())
        # The cover has the class taken off already: bringing its people back is its effect.
        back = map(_reversed, effects(cover, cells_of(turned(mine.groups))))
        against = against_cover(
            list(back), cells_of(mine.seated), names, trainer=trainers[session.trainer_id],
            least=limits_of(session.campaign).least_headroom,
        )  # fmt: skip
        short = [one for one in against if one.code != "NO_DEMAND"]
        if short:
            found[session.id] = short
    return found


def _reversed(one: QueueEffect) -> QueueEffect:
    return replace(
        one, before=one.after, after=one.before, staffed_before=one.staffed_after,
        staffed_after=one.staffed_before,
    )  # fmt: skip


def _trainers(sessions: Sequence[TrainingSession]) -> dict[int, str]:
    ids = {one.trainer_id for one in sessions}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
