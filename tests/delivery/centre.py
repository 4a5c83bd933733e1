"""A small centre for classes: one site, one queue that needs four people, a team of six."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from tests.factories import Make
from trainhub.catalogue.models import Course, Series
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Booking,
    Campaign,
    CampaignCourse,
    CampaignTarget,
    Room,
    TrainerCourse,
    TrainerTime,
    TrainingSession,
)
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.services.classes import classes, publishing
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Queue, Shift, ShiftCode, Site, TeamPlace, TypicalDay

MONDAY = date(2026, 11, 30)  # a week after the tests' noon
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
NINE, TEN = 9 * 60, 10 * 60
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CODES: dict[str, dict[str, Any]] = {
    "M": {"kind": "mid", "starts_min": NINE, "ends_min": 18 * 60,
          "early_class_starts_min": NINE, "early_class_ends_min": TEN},
    "O": {"kind": "mid", "starts_min": NINE, "ends_min": 18 * 60,
          "early_class_starts_min": NINE, "early_class_ends_min": TEN,
          "early_class_on_phones": False},
    "L": {"kind": "late", "starts_min": 14 * 60, "ends_min": 23 * 60},
    "N": {"kind": "night", "starts_min": 22 * 60, "ends_min": 30 * 60},
    "R": {"kind": "rest"},
}  # fmt: skip
_numbers = count(1)


class Centre:
    """The centre of one test; `people` are agents of `team`, all on shift M every day."""

    def __init__(self, people: int = 6, need: int = 4, zone: str = "Asia/Shanghai") -> None:
        self.team = Make.team("Red")
        with transaction():
            self.site = Site(name="Head office", time_zone=zone)
            self.queue = Queue(key="calls", name="Calls", method="given", interval_min=30,
                               unplanned_shrinkage=0.0)  # fmt: skip
            self.codes = {
                code: ShiftCode(code=code, name_zh=code, name_en=code,
                                **({"breaks": [], "synonyms": []} | values))
                for code, values in CODES.items()
            }  # fmt: skip
            db.session.add_all([self.site, self.queue, *self.codes.values()])
            db.session.flush()
            self.place(self.team)
            for weekday in range(7):
                db.session.add(
                    TypicalDay(queue_id=self.queue.id, weekday=weekday, interval_min=30,
                               contacts=[], handling_s=[], minimum=[need] * 48)
                )  # fmt: skip
            self.room = Room(site_id=self.site.id, name="Room 1", seats=20)
            self.other_room = Room(site_id=self.site.id, name="Room 2", seats=4)
            db.session.add_all([self.room, self.other_room])
        self.planner = Make.person("pia", Role.PLANNER)
        self.trainer = Make.person("tess", Role.TRAINER)
        self.course = self.add_course()
        names = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
        self.people = [Make.person(name, team=self.team) for name in names[:people]]
        self.rota(self.people, "M" * 28)

    def place(self, team: Team) -> None:
        """Let a team belong to the site and the queue; inside a transaction."""
        db.session.add(
            TeamPlace(team_id=team.id, site_id=self.site.id, queue_id=self.queue.id)
        )  # fmt: skip

    def add_course(self, trainer: Person | None = None) -> Course:
        """A course that the trainer may teach."""
        number = next(_numbers)
        with transaction():
            series = db.session.query(Series).first() or Series(
                key="calls", knowledge_line="service", position=1, title_zh="电话", title_en="Calls"
            )
            db.session.add(series)
            db.session.flush()
            course = Course(key=f"course-{number}", series_id=series.id, created_at=LONG_AGO)
            db.session.add(course)
            db.session.flush()
            teacher = trainer or self.trainer
            db.session.add(
                TrainerCourse(person_id=teacher.id, course_id=course.id, certified_on=MONDAY)
            )
        return course

    def teach_at_any_hour(self) -> None:
        """Let the trainer teach on every day of the week, whatever the hour."""
        with transaction():
            db.session.add_all(
                TrainerTime(
                    person_id=self.trainer.id, weekday=day, starts_min=0, ends_min=24 * 60
                )
                for day in range(7)
            )  # fmt: skip

    def rota(self, people: Sequence[Person], codes: str, first: date | None = None) -> None:
        """Write the rota from a week before `MONDAY` on, a letter a day; "." says nothing."""
        start = first or MONDAY - timedelta(days=7)
        with transaction():
            for person in people:
                for day, code in enumerate(codes):
                    on = start + timedelta(days=day)
                    known = db.session.get(Shift, (person.id, on))
                    if known is not None:
                        db.session.delete(known)
                        db.session.flush()
                    if code != ".":
                        db.session.add(
                            Shift(person_id=person.id, on=on, shift_code_id=self.codes[code].id)
                        )

    def plan(self, on: date = TUESDAY, starts_min: int = NINE, **changes: Any) -> ClassPlan:
        """Where and when a class is held."""
        values = {
            "duration_min": 60, "room_id": self.room.id, "trainer_id": self.trainer.id, "seats": 20,
        }  # fmt: skip
        return ClassPlan(on, starts_min, **(values | changes))

    def add_class(
        self,
        on: date = TUESDAY,
        starts_min: int = NINE,
        *,
        now: datetime,
        course: Course | None = None,
        people: Sequence[Person] = (),
        published: bool = True,
        campaign: Campaign | None = None,
        pinned: bool = False,
        **changes: Any,
    ) -> TrainingSession:
        """A class with people in it."""
        with transaction():
            session = classes.create_class(
                (course or self.course).id, self.plan(on, starts_min, **changes), now=now,
                actor=self.planner, campaign=campaign,
            )  # fmt: skip
            session.is_pinned = pinned
            if published:
                publishing.publish_class(session.id, now=now, actor=self.planner)
            for person in people:
                booking.book(session.id, person, now=now, by_id=self.planner.id)
        return session

    def add_campaign(self, *courses: Course, gap: int | None = 1, **settings: Any) -> Campaign:
        """A campaign for the team over these courses, in their order."""
        with transaction():
            campaign = Campaign(
                key=f"campaign-{next(_numbers)}", name="Selling", starts_on=MONDAY,
                due_on=MONDAY + timedelta(days=14), ends_on=MONDAY + timedelta(days=20),
                settings={"max_share": 100} | settings, created_at=LONG_AGO,
            )  # fmt: skip
            campaign.courses = [
                CampaignCourse(course_id=one.id, position=number,
                               min_gap_days=gap if number else None)
                for number, one in enumerate(courses or (self.course,))
            ]  # fmt: skip
            campaign.targets = [CampaignTarget(team_id=self.team.id)]
            db.session.add(campaign)
        return campaign


def booking_of(session: TrainingSession, person: Person) -> Booking:
    """Somebody's row in a class, as it is stored."""
    found = booking.find_booking(session.id, person.id)
    assert found is not None
    return found


def states(session: TrainingSession) -> dict[str, str]:
    """The state of each booking of a class by the person's user name."""
    db.session.rollback()
    rows = db.session.query(Booking).filter_by(training_session_id=session.id)
    return {row.person.username: row.state for row in rows}
