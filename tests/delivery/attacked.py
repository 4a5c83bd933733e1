"""Classes for the centre that is attacked: one of the trainer's, held; one of nobody's here."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.delivery.classrooms import MONDAY, Centre, booking_of
from trainhub.db import db, transaction
from trainhub.delivery.models import MakeUp, TrainingSession
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.people.models import Person


def _hold(session: TrainingSession, *came: Person) -> None:
    with transaction():
        row = lock_class(session.id)
        teaching.take_step(row, Step.BEGIN, now=session.starts_at, by_id=row.trainer_id)
        for person in came:
            attendance.mark(
                row, booking_of(row, person), AttendanceState.PRESENT, actor=row.trainer,
                by_planner=False, now=session.starts_at,
            )  # fmt: skip
        end_class(row, Step.END, now=session.ends_at, by_id=row.trainer_id)


def hold_classes(
    trainer: Person, learners: tuple[Person, Person, Person]
) -> tuple[dict[str, int], dict[str, int]]:
    """The first learner came to the trainer's class, the second missed it; the third, a stranger,
    missed another trainer's. The numbers of both, for addresses.
    """
    came, missed, stranger = learners
    centre = Centre(heads=0, library=False)
    other = centre.trainer
    centre.trainer = trainer
    session = centre.add_class(MONDAY, people=[came, missed])
    _hold(session, came)
    centre.trainer = other
    foreign = centre.add_class(MONDAY - timedelta(days=7), people=[stranger])
    _hold(foreign)

    def numbers(one: TrainingSession, person: Person) -> dict[str, int]:
        owed = select(MakeUp.id).where(MakeUp.person_id == person.id)
        return {
            "training_session_id": one.id,
            "booking_id": booking_of(one, person).id,
            "make_up_id": db.session.scalars(owed).one(),
        }

    return numbers(session, missed), numbers(foreign, stranger)
