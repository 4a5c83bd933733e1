"""Certification in the demonstration centre: a cohort that is certified, one at risk, one renewing.

Who they are is in `certification_people`; how classes, observed work and summaries come about
in `certification_work`. Cohorts began so long ago that they stand where they should today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.assessment.services import void_attempt
from trainhub.certification.models import Award, ProgrammeEnrolment
from trainhub.certification.queries.programmes import find_programme
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.certification.services.enrolling import enrol, withdraw
from trainhub.certification.services.exceptions import make_exception
from trainhub.certification.services.reminding import remind
from trainhub.certification.services.reviewing import review_enrolment
from trainhub.db import db
from trainhub.demo.certification_people import Group, Groups
from trainhub.demo.certification_programmes import (
    ONBOARDING,
    load_first_versions,
    load_versions_in_force,
)
from trainhub.demo.certification_selection import select_for_campaign
from trainhub.demo.certification_words import (
    CHEATED,
    ENGLISH_LINE,
    ILL,
    LEFT,
    NO_CLASS,
    REMINDED,
    REVOKED,
    language_of,
)
from trainhub.demo.certification_work import CLASS, TYPING, Days, Desk, pass_test
from trainhub.demo.exams import hold_sittings
from trainhub.demo.exams.plans import ENTRY, PlannedSitting
from trainhub.demo.typing_histories import take_test
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.services.assigning import Asked, assign_test

EARLY_CALL = 3  # the number of a call that was not good enough yet; every third had one
SURE, WEAK = 0.97, 0.45  # abilities that pass the entry exam, and that do not
SLOW = 70  # characters a minute; 80 are asked for
# Days from today on which the awards of the renewing cohort end, in the order of its people.
ENDS = (40, 30, 38, 12, -9, -33, 35, 28)
RENEWED, PARTLY, WAITING, EXPIRED, QUESTIONED, GONE = 1, 2, 3, 5, 6, 7  # who is who among them


def build_certification(
    groups: Groups, ids: dict[str, int], *, now: datetime, zone: ZoneInfo
) -> None:
    """Let the cohorts have come to where they are. Flushes, no commit.

    Nothing without the typing test that the programme asks for: there are no passages then.
    """
    test = db.session.scalars(select(TypingTest).filter_by(key=TYPING)).one_or_none()
    if test is None:
        return
    load_first_versions(now)
    _Story(groups, ids, test, now, zone).tell()


@dataclass
class _Story:
    groups: Groups
    ids: dict[str, int]
    test: TypingTest
    now: datetime
    zone: ZoneInfo

    def tell(self) -> None:
        """The cohorts one after another, the oldest first, and everybody looked at anew."""
        self.rng = Random("certification")
        people = {name: db.session.get_one(Person, key) for name, key in self.ids.items()}
        self.desk = Desk(people, "certification")
        self.today = Days(self.now.astimezone(self.zone).date(), self.zone)
        programme = find_programme(ONBOARDING)
        assert programme is not None
        self.programme = programme
        self._sit_exams()
        self._certify_long_ago()
        load_versions_in_force(self.now)
        db.session.refresh(programme)
        self._certify()
        self._renew()
        self._begin()
        select_for_campaign(self.groups, self.ids, self.test, self.desk, self.today, self.now)
        query = select(ProgrammeEnrolment.id).where(ProgrammeEnrolment.state != "withdrawn")
        for enrolment_id in db.session.scalars(query.order_by(ProgrammeEnrolment.id)).all():
            self._review(enrolment_id, self.now)

    def _sit_exams(self) -> None:
        long_ago = (self.groups.renewing.starts_on - self.today.first).days + 21
        lately = (self.groups.certified.starts_on - self.today.first).days + 21
        renewing = self.groups.renewing.agents
        certified = self.groups.certified.agents
        again = [
            replace(renewing[place], ability=ability)
            for place, ability in ((RENEWED, SURE), (PARTLY, SURE), (WAITING, WEAK))
            if place < len(renewing)
        ]
        sittings = [
            (long_ago, [replace(one, ability=SURE) for one in renewing], "新员工"),
            (lately, [replace(one, ability=SURE) for one in certified], "新员工"),
            (-12, again, "复训"),
        ]  # fmt: skip
        hold_sittings(
            self.rng, ENTRY,
            [
                (PlannedSitting(days, 14, 90, lambda agent: True, name), list(people))
                for days, people, name in sittings
                if people
            ],
            self.ids, self.now, self.zone,
        )  # fmt: skip

    def _boss(self, person: Person) -> Person:
        return self.groups.bosses.get(person.team_id or 0, self.desk.people["admin"])

    def _review(self, enrolment_id: int, at: datetime) -> Award | None:
        return review_enrolment(enrolment_id, now=at, centre_zone=self.zone)

    def _enrol(self, group: Group) -> list[ProgrammeEnrolment]:
        at = Days(group.starts_on, self.zone).at(0, 9)
        return [
            enrol(
                self.programme, one, starts_on=group.starts_on, actor=self.desk.people["chen.jing"],
                now=at, cohort_id=group.cohort.id,
            )
            for one in group.people
        ]  # fmt: skip

    def _take_test(self, person: Person, cpm: float, at: datetime) -> None:
        take_test(self.rng, person, self.test, cpm * self.rng.uniform(0.98, 1.05), at)

    def _except(
        self, enrolment: ProgrammeEnrolment, key: str, kind: str, reason: str, *,
        days: Days, at: int, until: int,
    ) -> None:  # fmt: skip
        make_exception(
            enrolment, key, kind, until_on=days.on(until), reason=reason,
            actor=self._boss(enrolment.person), today=days.on(at), now=days.at(at, 11),
        )  # fmt: skip

    def _waive_typing(self, enrolment: ProgrammeEnrolment, days: Days, at: int, until: int) -> None:
        words = ENGLISH_LINE[language_of(self._boss(enrolment.person))]
        self._except(enrolment, "typing-test", "waiver", words, days=days, at=at, until=until)

    def _observe(self, enrolment: ProgrammeEnrolment, days: Days, upto: int) -> None:
        """Three calls; the first is rated by two, apart from each other.

        Some had an earlier one rated, by the same two, which did not reach the mark.
        """
        boss, people = self._boss(enrolment.person), self.desk.people
        trainers = (people["lin.yue"], people["chen.jing"])
        mean = self.rng.uniform(4.3, 4.8)
        calls = [(number, upto - 12 + 4 * number, mean) for number in range(3)]
        if enrolment.id % EARLY_CALL == 0:
            calls.insert(0, (EARLY_CALL, upto - 18, mean - 1.4))
        for number, day, seen in calls:
            raters = trainers if number in (0, EARLY_CALL) else (boss,)
            case = self.desk.ask(enrolment, raters, days.on(day), days.at(day, 10), number)
            weak = ("it-skill", "self-motivation") if number == 1 else ()
            for later, rater in enumerate(raters, start=1):
                self.desk.rate(case, rater, seen, days.at(day, 14 + later), weak)
            self.desk.settle(case, boss, seen, days.at(day + 1, 15))

    def _finish(self, enrolment: ProgrammeEnrolment, days: Days, signed: int) -> Award | None:
        """Observed work, the summary and the word at the end, on the day given."""
        boss = self._boss(enrolment.person)
        self._observe(enrolment, days, signed - 6)
        revision = self.desk.hand_in(enrolment, days.at(signed - 4, 16))
        self.desk.answer(enrolment, boss, revision, days.at(signed - 2, 11))
        self.desk.sign(enrolment, boss, days.at(signed, 15))
        return self._review(enrolment.id, days.at(signed, 15, 1))

    def _certify_long_ago(self) -> None:
        """The renewing cohort's first certificates, a year before they end."""
        group = self.groups.renewing
        days = Days(group.starts_on, self.zone)
        for enrolment, ends in zip(self._enrol(group), ENDS, strict=False):
            signed = (self.today.on(ends - 365) - group.starts_on).days
            if enrolment.person.locale == "en":
                self._waive_typing(enrolment, days, 10, 360)
            else:
                pass_test(
                    self.rng, enrolment.person, self.test, days.at(22, 10, self.rng.randint(0, 50))
                )
            self._finish(enrolment, days, signed)

    def _certify(self) -> None:
        """The cohort that has just come through, but for one who has moved to another job."""
        group = self.groups.certified
        days = Days(group.starts_on, self.zone)
        enrolments = self._enrol(group)
        staying = enrolments[:7]
        attended = self._attended(group)
        for number, enrolment in enumerate(staying):
            person = enrolment.person
            if number % 3 == 1:
                self._take_test(person, SLOW, days.at(19, 10))
            pass_test(self.rng, person, self.test, days.at(22, 10, 5 * number))
            if person.id not in attended:
                self._except(
                    enrolment, "selling-class", "waiver", NO_CLASS, days=days, at=45, until=120
                )
            self._finish(enrolment, days, 60 + 2 * number)
        for enrolment in enrolments[7:]:
            withdraw(
                enrolment, reason=LEFT, actor=self._boss(enrolment.person), now=days.at(41, 10)
            )
            self._review(enrolment.id, days.at(41, 10))

    def _attended(self, group: Group) -> set[int]:
        query = select(LearningRecord.person_id).where(
            LearningRecord.person_id.in_([one.id for one in group.agents]),
            LearningRecord.object_key == CLASS,
            LearningRecord.verb == "attended",
        )
        return set(db.session.scalars(query))

    def _renew(self) -> None:
        """Renewals as they open, and what became of the awards meanwhile."""
        awards = [
            db.session.scalars(select(Award).filter_by(person_id=one.id)).one_or_none()
            for one in self.groups.renewing.agents
        ]
        admin = self.desk.people["admin"]
        for place, award in enumerate(awards):
            if award is None or award.valid_until is None:
                continue
            if place == GONE:
                at = self.today.at(-100, 11)
                change(award, AwardState.REVOKED, now=at, by=admin, reason=REVOKED)
                continue
            self._open_renewal(place, award)
            if place == EXPIRED:
                change(award, AwardState.EXPIRED, now=self.today.at(-2, 0, 5))
            if place == QUESTIONED:
                self._question(award)

    def _open_renewal(self, place: int, award: Award) -> None:
        assert award.valid_until is not None
        opens_on = award.valid_until - timedelta(days=60)
        days = Days(opens_on, self.zone)
        enrolment = enrol(
            award.programme, award.person, starts_on=opens_on, actor=None, now=days.at(0, 0, 5),
            renews=award,
        )  # fmt: skip
        if award.person.locale == "en":
            self._waive_typing(enrolment, days, 5, 90)
        if place in (RENEWED, WAITING):
            pass_test(self.rng, award.person, self.test, self.today.at(-9, 10))
        if place == PARTLY:
            self._take_test(award.person, SLOW, self.today.at(-9, 10))
        if place == RENEWED:
            self.desk.sign(enrolment, self._boss(award.person), self.today.at(-4, 15))
            self._review(enrolment.id, self.today.at(-4, 15, 1))

    def _question(self, award: Award) -> None:
        """The exam behind an award is declared void: the award comes under review."""
        exam = next(one for one in award.evidence if one["kind"] == "exam")
        void_attempt(
            exam["pieces"][0]["ids"]["attempt_id"], reason=CHEATED,
            actor=self.desk.people["chen.jing"], now=self.today.at(-3, 16),
        )  # fmt: skip
        self._review(award.enrolment_id, self.today.at(-3, 16, 1))

    def _begin(self) -> None:
        """The newest cohort: what they have done, what waits for somebody, what is late."""
        group, today, people = self.groups.beginning, self.today, self.desk.people
        enrolments = self._enrol(group)
        chinese = [one for one in enrolments if one.person.locale == "zh"]
        english = [one for one in enrolments if one.person.locale == "en"]
        for enrolment in english:
            self._waive_typing(enrolment, today, -8, 60)
        assign_test(
            self.test, Asked(people=[one.person for one in chinese]), due_on=today.on(5),
            today=today.on(-18), actor=people["lin.yue"], now=today.at(-18, 10),
        )  # fmt: skip
        self._scenes(chinese)
        if english:
            raters = (self._boss(english[0].person), people["emma.clarke"])
            case = self.desk.ask(english[0], raters, today.on(-2), today.at(-2, 10), 0)
            self.desk.rate(case, raters[0], 3.6, today.at(-1, 15))

    def _scenes(self, chinese: Sequence[ProgrammeEnrolment]) -> None:
        today, people, desk = self.today, self.desk.people, self.desk
        for place, enrolment in enumerate(chinese):
            boss = self._boss(enrolment.person)
            if place == 0:  # one rating is in, the other rater has not looked at it yet
                case = desk.ask(enrolment, (boss, people["lin.yue"]), today.on(-3),
                                today.at(-3, 10), 0)  # fmt: skip
                desk.rate(case, boss, 3.4, today.at(-2, 15))
                remind(enrolment, words=REMINDED, actor=boss, now=today.at(-3, 17))
            elif place == 1:
                desk.hand_in(enrolment, today.at(-1, 16))
            elif place == 2:  # two who saw the same call in two ways
                case = desk.ask(enrolment, (people["chen.jing"], people["lin.yue"]), today.on(-4),
                                today.at(-4, 10), 1)  # fmt: skip
                desk.rate(case, people["chen.jing"], 4.6, today.at(-3, 11))
                desk.rate(case, people["lin.yue"], 2.8, today.at(-3, 15), ("communication",))
            elif place == 3:
                revision = desk.hand_in(enrolment, today.at(-3, 16), is_thin=True)
                desk.answer(enrolment, boss, revision, today.at(-2, 11), accepted=False)
            elif place == 7:
                self._except(enrolment, "typing-test", "extension", ILL,
                             days=today, at=-10, until=18)  # fmt: skip
            elif place in (5, 9, 11):
                self._take_test(enrolment.person, SLOW, today.at(-4, 10))
            elif place in (4, 10):
                case = desk.ask(enrolment, (boss,), today.on(-5), today.at(-5, 10), place)
                desk.rate(case, boss, 3.9, today.at(-5, 15), ("it-skill",))
