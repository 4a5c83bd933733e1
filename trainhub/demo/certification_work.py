"""What leads to a certificate in the demonstration centre: classes, observed work, summaries.

Everything goes through the services that the pages use, each act at its own time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.catalogue.models import Course
from trainhub.certification.models import (
    CompetencyModel,
    ObservedCase,
    ProgrammeEnrolment,
    Rating,
)
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.services import summaries
from trainhub.certification.services.observing import (
    ask_third,
    hand_in_rating,
    open_case,
    save_rating,
)
from trainhub.db import db
from trainhub.delivery.models import Booking, Room
from trainhub.demo.certification_words import (
    ACCEPTED,
    CALLS,
    RATED,
    RETURNED,
    SIGNED,
    language_of,
    summary_text,
)
from trainhub.demo.class_history import add_class, fill_class, hold_class
from trainhub.demo.typing_histories import take_test
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode
from trainhub.typing_tests.models import TypingTest

MODEL, CLASS, TYPING = "complaint-handling", "selling-opening", "typing-zh-entry"
FAST, MOST_TRIES = 108, 3  # characters a minute; 80 are asked for
SPREAD, APART = 0.75, 0.6  # of marks: between the indicators of a call, between two raters
GOOD = 4  # the mean of a call that was good
THREE = 3  # raters of a piece of work that two see in two ways
CLASS_DAYS = range(26, 40)  # of newcomers
EARLY_MIN, CALM_MIN = 9 * 60, 14 * 60
MOST_CLASSES, TRIED_SLOTS = 3, 6
TEACHERS = ("zhou.min", "chen.jing", "lin.yue")


class Days:
    """Moments of days counted from a first one, in the centre's zone."""

    def __init__(self, first: date, zone: ZoneInfo) -> None:
        self.first, self.zone = first, zone

    def on(self, days: int) -> date:
        """The day itself."""
        return self.first + timedelta(days=days)

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """An hour of a day."""
        return datetime.combine(self.on(days), time(hour, minute), self.zone).astimezone(UTC)


class Desk:
    """A supervisor's and raters' work with the people of one centre."""

    def __init__(self, people: Mapping[str, Person], seed: str) -> None:
        self.people, self.rng = people, Random(seed)
        self.model = db.session.scalars(select(CompetencyModel).filter_by(key=MODEL)).one()
        assert self.model.published is not None
        self.content: ModelContent = model_from(self.model.published.content)

    def ask(
        self, enrolment: ProgrammeEnrolment, raters: Sequence[Person], on: date, at: datetime,
        number: int,
    ) -> ObservedCase:  # fmt: skip
        """Open a case about a call of a day; the first rater has asked for it."""
        calls = CALLS[language_of(enrolment.person)]
        return open_case(
            enrolment.person, self.model, what=calls[number % len(calls)], held_on=on,
            raters=raters, actor=raters[0], now=at, enrolment=enrolment,
            requirement_key="observed-work",
        )  # fmt: skip

    def rate(
        self, case: ObservedCase, rater: Person, mean: float, at: datetime,
        weak: Collection[str] = (),
    ) -> None:  # fmt: skip
        """Hand in a rating around a mean of points; what is weak gets fewer.

        All raters heard the same call: how well each thing went in it is drawn once, and each
        rater hears it a little differently. What is a gate opens in a call that was good.
        """
        heard, points = Random(f"{case.person.username} {case.what}"), {}
        for _area, one, _weight in self.content.indicators():
            shown = mean + heard.gauss(0, SPREAD) - (1.4 if one.key in weak else 0)
            least = 3 if one.is_gate and mean >= GOOD else 1
            points[one.key] = min(5, max(least, round(shown + self.rng.gauss(0, APART))))
        rating = db.session.scalars(
            select(Rating).filter_by(case_id=case.id, rater_id=rater.id)
        ).one()
        comment = self.rng.choice(RATED[language_of(rater)])
        save_rating(rating, points, (), comment, revision=rating.revision)
        hand_in_rating(rating, now=at)

    def settle(self, case: ObservedCase, third: Person, mean: float, at: datetime) -> None:
        """Where the first two disagree too far, a third rates as well."""
        if case.state == "open" and case.raters_needed == THREE:
            ask_third(case, third, actor=third, now=at - timedelta(hours=3))
            self.rate(case, third, mean, at)

    def hand_in(self, enrolment: ProgrammeEnrolment, at: datetime, *, is_thin: bool = False) -> int:
        """Hand a summary in; the revision that an answer has to name."""
        text = summary_text(language_of(enrolment.person), is_thin=is_thin)
        known = summaries.find_summary(enrolment.id, "summary")
        handed = summaries.hand_in(
            enrolment, "summary", text, revision=known.revision if known else 0, now=at
        )
        return handed.revision

    def answer(
        self, enrolment: ProgrammeEnrolment, boss: Person, revision: int, at: datetime, *,
        accepted: bool = True,
    ) -> None:  # fmt: skip
        """Accept a summary, or send it back and say what it lacks."""
        language = language_of(boss)
        comment = self.rng.choice(ACCEPTED[language]) if accepted else RETURNED[language]
        summaries.answer(
            enrolment, "summary", accepted=accepted, comment=comment, revision=revision,
            actor=boss, now=at,
        )  # fmt: skip

    def sign(self, enrolment: ProgrammeEnrolment, boss: Person, at: datetime) -> None:
        """The supervisor's word at the end."""
        comment = self.rng.choice(SIGNED[language_of(boss)])
        summaries.sign_off(enrolment, "sign-off", signed=True, comment=comment, actor=boss, now=at)


def pass_test(rng: Random, person: Person, test: TypingTest, at: datetime) -> None:
    """Take the typing test until it is passed, a day after the last try."""
    passed = select(LearningRecord.id).where(
        LearningRecord.person_id == person.id,
        LearningRecord.object_key == TYPING,
        LearningRecord.verb == "passed",
        LearningRecord.occurred_at >= at,
    )
    for tries in range(MOST_TRIES):
        cpm = (FAST + 8 * tries) * rng.uniform(0.98, 1.05)
        take_test(rng, person, test, cpm, at + timedelta(days=tries))
        if db.session.scalar(passed) is not None:
            return


def teach_newcomers(
    people: Sequence[Person], staff: Mapping[str, Person], days: Days, now: datetime
) -> None:
    """Hold early classes for newcomers in their second month, until all had a seat in one.

    Before other classes are planned: afterwards they would have a seat in a later one.
    """
    course = db.session.scalars(select(Course).filter_by(key=CLASS)).one_or_none()
    rooms = list(
        db.session.scalars(select(Room).filter_by(is_online=False).order_by(Room.seats.desc()))
    )
    planner, left = staff["planner"], list(people)
    if course is None or not rooms or not left:
        return
    rng = Random(CLASS)
    for _ in range(MOST_CLASSES):
        session = None
        slots = _slots(left, days, CLASS_DAYS)[:TRIED_SLOTS]
        for (on, starts_min), room, trainer in product(slots, rooms, TEACHERS):
            before = days.at((on - days.first).days - 4, 10)
            session = add_class(
                course, on, starts_min, room, staff[trainer].id, planner, now=before
            )
            if session is not None:
                break
        if session is None:
            return
        if fill_class(session, left, planner, now=before, most=len(left)):
            hold_class(session.id, rng, now)
        seats = select(Booking.person_id).filter_by(training_session_id=session.id)
        seated = set(db.session.scalars(seats))
        left = [one for one in left if one.id not in seated]
        if not left:
            return


def _slots(people: Sequence[Person], days: Days, span: range) -> list[tuple[date, int]]:
    """Days and hours within a span, those with most of these people on duty first."""
    query = (
        select(Shift.on, ShiftCode.starts_min, ShiftCode.ends_min)
        .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
        .where(
            Shift.person_id.in_([one.id for one in people]),
            Shift.on.between(days.on(span[0]), days.on(span[-1])),
            ShiftCode.starts_min.is_not(None),
        )
    )
    counts: dict[tuple[date, int], int] = {}
    for on, starts_min, ends_min in db.session.execute(query):
        for at in (EARLY_MIN, CALM_MIN):
            if (starts_min or 0) <= at and at + 60 <= (ends_min or 0):
                counts[on, at] = counts.get((on, at), 0) + 1
    return sorted(counts, key=lambda slot: (-counts[slot], slot))
