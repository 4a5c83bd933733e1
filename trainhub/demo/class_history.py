"""Classes of the demonstration centre that have been held: attendance, debt, surveys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import (
    Campaign,
    MakeUp,
    Room,
    SurveyTicket,
    TrainerTime,
    TrainingSession,
)
from trainhub.delivery.queries.teaching.classroom import list_roster, lock_class
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.classes.publishing import publish_class
from trainhub.delivery.services.seats import booking
from trainhub.delivery.services.teaching import attendance, ending, surveys, teaching
from trainhub.errors import DomainError
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode
from trainhub.rota.rules.clock_times import DAY_MIN
from trainhub.rota.services.changing import change_shift

NIGHT_HEADS = 6
CALLED_OFF, BROKEN_OFF = 2, 5  # which classes of a campaign the queue took away
_STATES = (
    (0.9, AttendanceState.PRESENT),
    (0.95, AttendanceState.LATE),
    (0.975, AttendanceState.EXCUSED_OPERATIONS),
    (0.99, AttendanceState.EXCUSED_PERSONAL),
    (1.0, AttendanceState.ABSENT),
)
_COMMENTS = (
    "开场白的三句话当天就用上了。",
    "一小时正好，例子都是我们自己的来电。",
    "希望多留十分钟练习。",
    "I used it on the very next call.",
    "One hour is just right; more role play, please.",
)


def hold_classes(campaign: Campaign, rng: Random, planner: Person, now: datetime) -> None:
    """Let the classes of a campaign up to now have been held, one of them broken off and one
    called off because the queue was up. Flushes, no commit."""
    query = (
        select(TrainingSession.id)
        .where(TrainingSession.campaign_id == campaign.id, TrainingSession.ends_at < now)
        .order_by(TrainingSession.starts_at)
    )
    for number, session_id in enumerate(db.session.scalars(query).all()):
        if number == CALLED_OFF:
            call_off(session_id, Cause.OPERATIONS, "话务突增，早课取消", planner)
        else:
            hold_class(session_id, rng, now, breaks_off=number == BROKEN_OFF)


def call_off(session_id: int, cause: Cause, reason: str, planner: Person) -> None:
    """Call a class off two hours before it."""
    at = lock_class(session_id).starts_at - timedelta(hours=2)
    classes.cancel_class(session_id, cause=cause, reason=reason, now=at, actor=planner)


def hold_class(session_id: int, rng: Random, now: datetime, *, breaks_off: bool = False) -> None:
    """Teach a class, mark who came, end it, and let most of those who came answer the survey."""
    session = lock_class(session_id)
    trainer, starts_at = session.trainer, session.starts_at
    begun_at = starts_at + timedelta(minutes=rng.randint(0, 2))
    teaching.take_step(session, Step.BEGIN, now=begun_at, by_id=trainer.id)
    for seat in list_roster(session_id):
        share = rng.random()
        state = next(state for limit, state in _STATES if share < limit)
        late = 9 if state is AttendanceState.LATE else rng.randint(0, 3)
        attendance.mark(
            session, seat.booking, state, actor=trainer, by_planner=False,
            now=begun_at + timedelta(minutes=late),
        )  # fmt: skip
    if breaks_off:
        ended_at = begun_at + timedelta(minutes=35)
        teaching.take_step(
            session, Step.PAUSE, now=ended_at, by_id=trainer.id, reason="排队超过十分钟"
        )
        ending.end_class(
            session, Step.BREAK_OFF, now=ended_at + timedelta(minutes=5), by_id=trainer.id,
            cause=Cause.OPERATIONS, reason="排队一直没有回落",
        )  # fmt: skip
        return
    ending.end_class(session, Step.END, now=session.ends_at, by_id=trainer.id)
    _answer(session, rng, now)


def _answer(session: TrainingSession, rng: Random, now: datetime) -> None:
    asked = select(SurveyTicket.person_id).filter_by(training_session_id=session.id)
    for person_id in db.session.scalars(asked.order_by(SurveyTicket.person_id)).all():
        at = session.ends_at + timedelta(hours=rng.randint(1, 60))
        if at >= now or rng.random() > 0.85:
            continue
        points = [5 if rng.random() < 0.85 else rng.choice((4, 4, 3)) for _ in range(4)]
        comment = rng.choice(_COMMENTS) if rng.random() < 0.2 else ""
        surveys.answer_survey(session.id, person_id, points, comment, now=at)


def add_class(
    course: Course, on: date, starts_min: int, room: Room, trainer_id: int, planner: Person, *,
    now: datetime, request_id: int | None = None,
) -> TrainingSession | None:  # fmt: skip
    """A published class made by hand; None where trainer or room are not free then."""
    plan = ClassPlan(on, starts_min, course.minutes, room.id, trainer_id, min(12, room.seats), 1)
    try:
        session = classes.create_class(
            course.id, plan, now=now, actor=planner, language="zh", request_id=request_id
        )
    except DomainError:
        return None
    publish_class(session.id, now=now, actor=planner)
    return session


def fill_class(
    session: TrainingSession, people: list[Person], planner: Person, *, now: datetime,
    most: int = 8, is_make_up: bool = False,
) -> int:  # fmt: skip
    """Book people until the class has enough; whom a rule keeps out is passed over."""
    booked = 0
    for person in people:
        if booked >= most:
            break
        try:
            booking.book(
                session.id, person, now=now, by_id=planner.id, language="zh",
                is_make_up=is_make_up,
            )  # fmt: skip
        except DomainError:
            continue
        booked += 1
    return booked


def owed_people(course: Course) -> list[Person]:
    """Who is owed a class of the course."""
    query = (
        select(Person)
        .join(MakeUp, MakeUp.person_id == Person.id)
        .where(MakeUp.course_id == course.id, MakeUp.settled_at.is_(None))
        .order_by(Person.id)
        .distinct()
    )
    return list(db.session.scalars(query))


def let_teach(planner: Person, trainer: Person, on: date, now: datetime) -> None:
    """Let a trainer have the whole of a date for teaching; what leave they have is put off."""
    code = _code_on(trainer, on)
    if code is not None and code.kind == "leave":
        rest = select(ShiftCode).where(ShiftCode.kind == "rest").order_by(ShiftCode.id)
        change_shift(
            trainer, on, db.session.scalars(rest).first(), "年假改期", seen=code.code, accept=True,
            today=on, actor=planner, now=now,
        )  # fmt: skip
    whole = TrainerTime(person_id=trainer.id, on=on, starts_min=0, ends_min=DAY_MIN)
    db.session.add(whole)
    db.session.flush()


def add_night_shift(planner: Person, people: Sequence[Person], on: date, now: datetime) -> None:
    """Let some who rest on this date and the next work the night: they can sit in a class."""
    night = db.session.scalars(select(ShiftCode).where(ShiftCode.kind == "night")).first()
    called = 0
    for person in people:
        codes = [_code_on(person, on + timedelta(days=days)) for days in (0, 1)]
        is_free = all(code is not None and code.kind == "rest" for code in codes)
        if is_free and codes[0] is not None and called < NIGHT_HEADS:
            change_shift(
                person, on, night, "夜间保障", seen=codes[0].code, accept=True, today=on,
                actor=planner, now=now,
            )  # fmt: skip
            called += 1


def _code_on(person: Person, on: date) -> ShiftCode | None:
    shift = db.session.get(Shift, (person.id, on))
    return db.session.get_one(ShiftCode, shift.shift_code_id) if shift is not None else None
