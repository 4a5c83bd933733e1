"""A class in a centre: course, site, room, trainer, people on the rota, bookings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.factories import Make
from tests.learning import content
from trainhub.catalogue.models import Course
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking, BookingEvent, Room, TrainingSession
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Queue, Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.rules.clock_times import instant

MONDAY = date(2026, 11, 23)
NINE = 9 * 60
SHANGHAI = ZoneInfo("Asia/Shanghai")
_numbers = count(1)


def at(minutes: int, on: date = MONDAY) -> datetime:
    """The instant at which the site's clock shows this."""
    return instant(SHANGHAI, on, minutes)


class Centre:
    """One site with a room, a queue, a team, a trainer, and the course `opening` published."""

    def __init__(self, *, heads: int = 3, library: bool = True) -> None:
        if library:
            content.import_library()
        self.team: Team = Make.team(f"Team {next(_numbers)}")
        number = next(_numbers)
        self.trainer: Person = Make.person(f"trainer{number}", Role.TRAINER)
        self.planner: Person = Make.person(f"planner{number}", Role.PLANNER)
        self.chief: Person = Make.person(
            f"chief{number}", Role.SUPERVISOR, supervises=self.team
        )  # fmt: skip
        self.people = [Make.person(f"agent{number}x{one}", team=self.team) for one in range(heads)]
        with transaction():
            self.site = Site(name=f"Site {number}", time_zone="Asia/Shanghai")
            self.queue = Queue(key=f"queue{number}", name="Calls", method="given")
            db.session.add_all([self.site, self.queue])
            db.session.flush()
            self.room = Room(site_id=self.site.id, name="Room A", seats=20)
            place = TeamPlace(
                team_id=self.team.id, site_id=self.site.id, queue_id=self.queue.id
            )  # fmt: skip
            self.code = ShiftCode(
                code=f"M{number}", name_zh="中班", name_en="Mid", kind="mid", starts_min=NINE,
                ends_min=18 * 60, breaks=[], early_class_starts_min=NINE,
                early_class_ends_min=10 * 60, early_class_on_phones=False,
            )  # fmt: skip
            db.session.add_all([self.room, place, self.code])

    @property
    def course(self) -> Course:
        """The course that is taught."""
        return db.session.scalars(select(Course).where(Course.key == "opening")).one()

    def put_on_shift(self, on: date, people: Sequence[Person] | None = None) -> None:
        """The mid shift with an early class at nine."""
        with transaction():
            for person in self.people if people is None else people:
                db.session.add(Shift(person_id=person.id, on=on, shift_code_id=self.code.id))

    def add_class(
        self,
        on: date = MONDAY,
        *,
        starts_min: int = NINE,
        minutes: int = 60,
        people: Sequence[Person] | None = None,
        by_self: bool = False,
        is_published: bool = True,
        seats: int = 10,
    ) -> TrainingSession:
        """A published class in which `people` (everybody unless given) are booked."""
        booked = self.people if people is None else people
        made_at = at(0, on) - timedelta(days=14)
        with transaction():
            session = TrainingSession(
                course_id=self.course.id, site_id=self.site.id, room_id=self.room.id,
                trainer_id=self.trainer.id, on=on, starts_min=starts_min,
                ends_min=starts_min + minutes, starts_at=at(starts_min, on),
                ends_at=at(starts_min + minutes, on), seats=seats, taken=len(booked),
                published_at=made_at if is_published else None,
            )  # fmt: skip
            db.session.add(session)
            db.session.flush()
            for person in booked:
                booking = Booking(
                    training_session_id=session.id, person_id=person.id,
                    course_id=session.course_id, uid=f"booking-{next(_numbers)}",
                    booked_at=made_at, changed_at=made_at, is_on_phones=False,
                )  # fmt: skip
                db.session.add(booking)
                db.session.flush()
                db.session.add(
                    BookingEvent(
                        booking_id=booking.id, kind="booked", new_state="booked",
                        occurred_at=made_at,
                        by_id=person.id if by_self else self.planner.id,
                    )
                )  # fmt: skip
        return session


def booking_of(session: TrainingSession, person: Person) -> Booking:
    """Somebody's seat in a class."""
    return db.session.scalars(
        select(Booking).where(
            Booking.training_session_id == session.id, Booking.person_id == person.id
        )
    ).one()
