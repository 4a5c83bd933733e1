"""Classes of the demonstration centre: a campaign that was taught, one that is published, a class
to run today, and requests at every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import Room, TrainingRequest, TrainingSession
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.requests import close, evaluate, follow
from trainhub.demo.campaigns import (
    CAREFULLY,
    Round,
    add_rooms_and_trainers,
    at_ten,
    courses_of,
    publish_round,
)
from trainhub.demo.certification_people import Group
from trainhub.demo.certification_work import Days, teach_newcomers
from trainhub.demo.class_history import (
    add_class,
    add_night_shift,
    call_off,
    fill_class,
    hold_class,
    hold_classes,
    let_teach,
    owed_people,
)
from trainhub.demo.requests import CLOSED, COMING, HELD, TOLD, Asking
from trainhub.demo.rota import build_rota
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode
from trainhub.rota.rules.clock_times import DAY_MIN

EARLY_CLASS_MIN, CALM_MIN = 9 * 60, 14 * 60  # then two shifts overlap
DAWN_MIN = 7 * 60
# Courses at dawn, and how many days after today the week of each begins.
DAWN = (("quick-phrases", -48), ("typing-at-work", -41), ("selling-needs", -34),
        ("selling-opening", -27), ("selling-closing", -20))  # fmt: skip
DAY_BEGINS_MIN, CLOSES_MIN, NEAR_MIN = 8 * 60, 22 * 60, 120
ENGLISH_TEAM = 4  # of the cast: olivia.reed sits there
AFTER_MIN = 60  # in which people may stay for a class
WANTED_TODAY = 3  # people, if an hour can be found that has them
MOST_TEAMS = 13  # in the campaigns; centres for measuring have hundreds more
SEED = 5


def near_quarters(minute: int) -> list[int]:
    """The quarters of an hour of a day that come soon after a minute of it."""
    first = max(DAY_BEGINS_MIN, minute // 15 * 15 + 15)
    return [one for one in range(first, first + NEAR_MIN + 1, 15) if one < DAY_MIN]


class Builder:
    """Puts the classes together; every step by the services that the pages use."""

    def __init__(
        self,
        ids: dict[str, int],
        team_ids: list[int],
        now: datetime,
        zone: ZoneInfo,
        newcomers: Group | None = None,
    ):
        self.newcomers = newcomers
        self.ids, self.team_ids, self.now, self.zone = ids, team_ids[:MOST_TEAMS], now, zone
        self.local = now.astimezone(zone)
        self.today = self.local.date()
        self.rng = Random(SEED)
        self.planner = db.session.get_one(Person, ids["planner"])
        courses = db.session.scalars(select(Course).order_by(Course.id))
        self.courses = {course.key: course for course in courses}
        self.rooms: list[Room] = []

    def build(self) -> None:
        """Everything, in the order in which it happened. Flushes, no commit."""
        site = build_rota(self.team_ids, self.planner, self.today, str(self.zone), self.now)
        self.rooms = add_rooms_and_trainers(site, self.ids, self.today)
        if self.newcomers is not None:
            staff = {name: db.session.get_one(Person, key) for name, key in self.ids.items()}
            days = Days(self.newcomers.starts_on, self.zone)
            teach_newcomers(self.newcomers.people, staff, days, self.now)
        self._teach_moments_of_truth()
        self._teach_complaints()
        self._teach_at_dawn()
        self._add_english_classes()  # while rooms are free: the campaign plans around them
        self._publish_selling()
        self._add_class_of_today()
        self._add_requests()

    def _day(self, days: int) -> datetime:
        return at_ten(self.today + timedelta(days=days), self.zone)

    def _teams(self, *numbers: int) -> list[int]:
        return [one for at, one in enumerate(self.team_ids) if at % 6 in numbers]

    def _round(self, key: str, name: str, subject: str, teams: Sequence[int], *days: int) -> Round:
        first, due, last = (self.today + timedelta(days=one) for one in days)
        return Round(key, name, courses_of(subject), teams, first, due, last)

    def _teach_moments_of_truth(self) -> None:
        wanted = self._round(
            "moments-of-truth", "服务关键时刻 · 早课", "moments-of-truth", self._teams(0, 1, 3),
            -46, -16, -14,
        )  # fmt: skip
        campaign = publish_round(wanted, self.planner, self._day(-50))
        hold_classes(campaign, self.rng, self.planner, self.now)
        for course in wanted.courses:
            owed = owed_people(course)
            if owed:
                self._make_up(course, owed, self._best_day(owed, range(-11, -4)))
            self._make_up(course, [], self._best_day(owed, range(4, 11)))
        campaign.state, campaign.closed_at = "closed", self._day(-3)

    def _best_day(self, people: Sequence[Person], days: range) -> int:
        """The day (counted from today) on which most of these people have an early class."""
        query = (
            select(Shift.on, func.count())
            .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
            .where(
                Shift.person_id.in_([one.id for one in people]),
                ShiftCode.early_class_starts_min.is_not(None),
            )
            .group_by(Shift.on)
        )
        counts: dict[date, int] = dict(db.session.execute(query).all())
        return max(days, key=lambda day: counts.get(self.today + timedelta(days=day), 0))

    def _make_up(self, course: Course, owed: list[Person], days: int) -> None:
        """A class for those who are owed one: held with them if its day is over, else it waits
        to be offered."""
        early = min(self._day(days - 3), self.now)
        session = self._class(course, days, ("chen.jing", "lin.yue"), early)
        if session is not None and owed:
            if fill_class(session, owed, self.planner, now=early, most=12, is_make_up=True):
                hold_class(session.id, self.rng, self.now)
            else:
                call_off(session.id, Cause.PLANNER, "没有人能来", self.planner)

    def _class(
        self,
        course: Course,
        days: int,
        trainers: Sequence[str],
        now: datetime,
        request: TrainingRequest | None = None,
        starts: Sequence[int] = (EARLY_CLASS_MIN, CALM_MIN),
    ) -> TrainingSession | None:
        """A class on a day, or the next that has room and trainer free at one of the hours."""
        hours = product(range(5), starts, trainers)
        for later, starts_min, username in hours:
            found = add_class(
                course, self.today + timedelta(days=days + later), starts_min, self.rooms[1],
                self.ids[username], self.planner, now=now,
                request_id=request.id if request else None,
            )  # fmt: skip
            if found is not None:
                return found
        return None

    def _teach_complaints(self) -> None:
        wanted = self._round(
            "complaints-in-english", "Complaints in four steps · English line",
            "complaint-four-steps", self._teams(4, 5), -34, -20, -18,
        )  # fmt: skip
        campaign = publish_round(wanted, self.planner, self._day(-38))
        hold_classes(campaign, self.rng, self.planner, self.now)
        campaign.state, campaign.closed_at = "closed", self._day(-10)

    def _teach_at_dawn(self) -> None:
        """Classes at seven, as the early shift begins, for whoever of two teams has it: some
        people get the dawn again and again. The trainer fell ill before the last of them."""
        teams, trainer = self._teams(2, 3), db.session.get_one(Person, self.ids["chen.jing"])
        for key, days in DAWN:
            hours = [self.today + timedelta(days=one) for one in range(days, days + 6)]
            on = max(hours, key=lambda day: len(self._on_duty(teams, day, DAWN_MIN)))
            before = at_ten(on - timedelta(days=4), self.zone)
            let_teach(self.planner, trainer, on, before)
            session = add_class(
                self.courses[key], on, DAWN_MIN, self.rooms[1], trainer.id, self.planner,
                now=before,
            )  # fmt: skip
            people = self._on_duty(teams, on, DAWN_MIN)
            if session is None or not fill_class(session, people, self.planner, now=before):
                continue
            if (key, days) == DAWN[-1]:
                call_off(session.id, Cause.TRAINER, "讲师病假", self.planner)
            else:
                hold_class(session.id, self.rng, self.now)

    def _publish_selling(self) -> None:
        wanted = self._round(
            "five-steps-of-selling", "营销五部曲 · 五轮早课", "five-steps-of-selling",
            self._teams(0, 1, 2), 2, 46, 50,
        )  # fmt: skip
        publish_round(replace(wanted, effort=CAREFULLY), self.planner, self.now)

    def _add_class_of_today(self) -> None:
        """A class of lin.yue's that can be begun as soon as somebody looks, whatever the hour is:
        of all the quarters of an hour that are near, the first that enough people can come to.
        In the last minutes of a day it is the next day's."""
        minute = self.local.hour * 60 + self.local.minute
        on, quarters = self.today, near_quarters(minute)
        if not quarters:
            on, quarters = self.today + timedelta(days=1), near_quarters(0)
        trainer = db.session.get_one(Person, self.ids["lin.yue"])
        let_teach(self.planner, trainer, on, self.now)
        if quarters[0] > CLOSES_MIN:
            add_night_shift(self.planner, self._members(self.team_ids[:2]), on, self.now)
        for least in (WANTED_TODAY, 1):
            for starts_min in quarters:
                if self._class_of_today(trainer, on, starts_min, least):
                    return

    def _class_of_today(self, trainer: Person, on: date, starts_min: int, least: int) -> bool:
        """Whether there is one now; what too few can come to is not made at all."""
        people = self._on_duty(self.team_ids, on, starts_min)
        people.sort(key=lambda one: (one.id != self.ids["xu.jiayi"], one.id))
        course = self.courses["complaint-four-steps"]
        attempt = db.session.begin_nested()
        session = add_class(
            course, on, starts_min, self.rooms[0], trainer.id, self.planner, now=self.now
        )
        booked = fill_class(session, people, self.planner, now=self.now) if session else 0
        if booked < least:
            attempt.rollback()
            return False
        attempt.commit()
        return True

    def _add_english_classes(self) -> None:
        """Two classes of a course for the English line: one to come to, one to change into."""
        if len(self.team_ids) <= ENGLISH_TEAM:
            return
        olivia = db.session.get_one(Person, self.ids["olivia.reed"])
        team = self._members([self.team_ids[ENGLISH_TEAM]])
        team.sort(key=lambda one: (one.id != olivia.id, one.id))
        for people, days in (([olivia], range(3, 9)), (team, range(9, 16))):
            session = self._class(
                self.courses["selling-needs"], self._best_day(people, days), ("emma.clarke",),
                self.now, starts=(EARLY_CLASS_MIN,),
            )  # fmt: skip
            if session is not None:
                session.is_pinned = False  # the people in it may change or decline
                fill_class(session, team, self.planner, now=self.now, most=4)

    def _members(self, team_ids: Sequence[int]) -> list[Person]:
        query = select(Person).where(Person.team_id.in_(team_ids), Person.disabled_at.is_(None))
        return list(db.session.scalars(query.order_by(Person.id)))

    def _on_duty(self, team_ids: Sequence[int], on: date, starts_min: int) -> list[Person]:
        """The people of these teams whose shift holds an hour from then, or ends just before."""
        query = (
            select(Person)
            .join(Shift, Shift.person_id == Person.id)
            .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
            .where(
                Person.team_id.in_(team_ids),
                Shift.on == on,
                ShiftCode.starts_min <= starts_min,
                ShiftCode.ends_min + AFTER_MIN >= starts_min + 60,
            )
            .order_by(Person.id)
        )
        return list(db.session.scalars(query))

    def _at_class(self, session: TrainingSession, people: Sequence[Person]) -> list[Person]:
        teams = {one.team_id for one in people if one.team_id}
        return self._on_duty(sorted(teams), session.on, session.starts_min)

    def _add_requests(self) -> None:
        asking = Asking(self.ids, self.team_ids, self.courses, self.today, self.zone)
        for told in TOLD:
            asking.make(told, self.now)
        coming = asking.make(COMING, self.now)
        team = self._members([self.team_ids[COMING.team]])
        days = self._best_day(team, range(3, 11))
        session = self._class(
            self.courses[COMING.course], days, (COMING.trainer,), self.now, coming, (CALM_MIN,)
        )
        if session is not None:
            fill_class(session, self._at_class(session, team), self.planner, now=self.now)
        follow(coming.id, now=self.now)
        for told, days in ((HELD, -12), (CLOSED, -36)):
            made = asking.make(told, self.now)
            self._hold_request(made, told.course, told.trainer, self.team_ids[told.team], days)
            if told is CLOSED:
                asker = asking.person(told.asked_by)
                evaluate(
                    made, figure_after="74%", note="先安抚，再问清楚，客户愿意听完。",
                    revision=made.revision, actor=asker, now=self._day(-12),
                )  # fmt: skip
                close(made, revision=made.revision, actor=self.planner, now=self._day(-11))

    def _hold_request(
        self, made: TrainingRequest, course_key: str, trainer: str, team_id: int, days: int
    ) -> None:
        before, team = self._day(days - 3), self._members([team_id])
        best = self._best_day(team, range(days, days + 8))
        session = self._class(self.courses[course_key], best, (trainer,), before, made)
        if session is None:
            return
        fill_class(session, self._at_class(session, team), self.planner, now=before)
        follow(made.id, now=before)
        hold_class(session.id, self.rng, self.now)
        follow(made.id, now=session.ends_at + timedelta(minutes=1))


def build_classes(
    ids: dict[str, int], team_ids: list[int], *, now: datetime, zone: ZoneInfo,
    newcomers: Group | None = None,
) -> None:  # fmt: skip
    """Rota, demand, classes and requests of the demonstration centre. Flushes, no commit."""
    Builder(ids, team_ids, now, zone, newcomers).build()
